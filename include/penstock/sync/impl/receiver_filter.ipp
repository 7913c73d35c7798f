#ifndef PENSTOCK_SYNC_IMPL_RECEIVER_FILTER_IPP
#define PENSTOCK_SYNC_IMPL_RECEIVER_FILTER_IPP
#include <penstock/sync/receiver_filter.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <string>

namespace penstock::sync {
namespace receiver_detail {

inline result<std::optional<cel::expression>> compile_filter(std::string const& text, std::string const& where)
{
    static constexpr std::array<std::string_view, 2> variables{"res", "req"};
    std::optional<cel::expression> none;
    if (text.empty())
        return none;
    auto compiled = cel::compile(text, variables, {.result = cel::wanted::condition});
    if (!compiled)
        return failure(compiled.error().code, where + ':' + compiled.error().detail);
    return std::optional(*std::move(compiled));
}

inline boost::json::value metadata_only(boost::json::value const& object)
{
    boost::json::object out;
    if (auto const* o = object.if_object())
        for (char const* key : {"apiVersion", "kind", "metadata"})
            if (auto const* v = o->if_contains(key))
                out[key] = *v;
    return out;
}

}  // namespace receiver_detail

PENSTOCK_DECL result<receiver_filters> receiver_filters::compile(receiver const& r)
{
    receiver_filters out;
    auto all = receiver_detail::compile_filter(r.resource_filter, "spec.resourceFilter");
    if (!all)
        return all.error();
    out.all_ = *std::move(all);
    bool any = false;
    for (std::size_t i = 0; i < r.resources.size(); ++i) {
        auto one =
            receiver_detail::compile_filter(r.resources[i].filter, "spec.resources[" + std::to_string(i) + "].filter");
        if (!one)
            return one.error();
        any = any || one->has_value();
        out.entries_.push_back(*std::move(one));
    }
    if (!any)
        out.entries_.clear();
    return out;
}

PENSTOCK_DECL result<cel::verdict> receiver_filters::test(std::size_t entry, boost::json::value const& res,
                                                          boost::json::value const& req) const
{
    if (empty())
        return cel::verdict::yes;
    auto const shown = receiver_detail::metadata_only(res);
    cel::bindings names;
    names.set("res", shown).set("req", req);
    if (all_) {
        auto const said = all_->test(names);
        if (!said || *said == cel::verdict::no)
            return said;
    }
    if (entry < entries_.size() && entries_[entry])
        return entries_[entry]->test(names);
    return cel::verdict::yes;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_RECEIVER_FILTER_IPP
