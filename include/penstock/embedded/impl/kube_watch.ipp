#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_WATCH_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_WATCH_IPP
#include <penstock/embedded/kube_watch.hpp>

#include <boost/json/serialize.hpp>

#include <charconv>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline boost::json::object event_json(std::string_view kind, boost::json::object object)
{
    boost::json::object e;
    e["type"] = kind;
    e["object"] = std::move(object);
    return e;
}

}  // namespace kube_detail

PENSTOCK_DECL kube_watch::kube_watch(kube_store const& store, kube_watch_options options)
    : store_(&store), options_(std::move(options)), key_(options_.type->shelf())
{
    auto const& v = options_.version;
    std::from_chars(v.data(), v.data() + v.size(), cursor_);
}

PENSTOCK_DECL std::string kube_watch::line(std::string_view kind, kube_object const& object)
{
    auto const shown = kube_store::as(*options_.type, object);
    boost::json::object body;
    switch (options_.accept.form) {
    case kube_form::table:
        body = make_table(*options_.type, {shown}, options_.accept, store_->now(), !columns_told_);
        json_child(body, "metadata")["resourceVersion"] = version_of(*shown);
        columns_told_ = true;
        break;
    case kube_form::metadata: body = partial_metadata(*shown, options_.accept.version); break;
    default: body = *shown;
    }
    return boost::json::serialize(kube_detail::event_json(kind, std::move(body))) + '\n';
}

/// The last line: the stream has been answered with 200 already.
PENSTOCK_DECL std::string kube_watch::failed(kube_error const& why)
{
    ended_ = true;
    return boost::json::serialize(kube_detail::event_json("ERROR", why.to_json())) + '\n';
}

PENSTOCK_DECL void kube_watch::begin(std::string& out)
{
    begun_ = true;
    if (options_.initial_events && cursor_ > store_->version()) {
        out = failed(kube_errors::not_yet(std::to_string(cursor_), std::to_string(store_->version())));
        return;
    }
    bool const anywhere = cursor_ == 0;
    bool const initial = options_.initial_events || (anywhere && !options_.no_initial_events);
    if (initial) {
        auto const page = store_->list(*options_.type, options_.ns, options_.selector);
        if (page)
            for (auto const& o : page->items)
                out += line("ADDED", o);
    }
    if (initial || anywhere)
        cursor_ = store_->version();
    if (options_.initial_events && options_.bookmarks)
        out += bookmark_line(true);
}

PENSTOCK_DECL void kube_watch::tell(std::string& out, kube_change const& change)
{
    if (change.key != key_ || (!options_.ns.empty() && namespace_of(*change.last) != options_.ns))
        return;
    bool const was = change.before && options_.selector.matches(*change.before);
    bool const is = change.after && options_.selector.matches(*change.after);
    if (is)
        out += line(was ? "MODIFIED" : "ADDED", change.after);
    else if (was) {
        // As the watcher knew it, with the version of the change that took it out of sight.
        auto last = *change.before;
        json_child(last, "metadata")["resourceVersion"] = version_of(*change.last);
        out += line("DELETED", std::make_shared<boost::json::object const>(std::move(last)));
    }
}

PENSTOCK_DECL std::string kube_watch::take()
{
    std::string out;
    if (ended_)
        return out;
    if (!begun_)
        begin(out);
    if (ended_)
        return out;
    if (!store_->history().reaches(cursor_))
        return out
               + failed(kube_errors::expired("too old resource version: " + std::to_string(cursor_) + " ("
                                             + std::to_string(store_->version()) + ")"));
    store_->history().after(cursor_, [&](kube_change const& c) { tell(out, c); });
    cursor_ = std::max(cursor_, store_->version());
    return out;
}

PENSTOCK_DECL std::string kube_watch::bookmark()
{
    return options_.bookmarks && !ended_ ? bookmark_line(false) : std::string();
}

/// @param ends_list Of a stream that began with all objects: they have all been told.
PENSTOCK_DECL std::string kube_watch::bookmark_line(bool ends_list)
{
    boost::json::object o;
    if (options_.accept.form == kube_form::table)
        o = make_table(*options_.type, {}, options_.accept, store_->now(), false);
    else {
        o["kind"] = options_.accept.form == kube_form::metadata ? "PartialObjectMetadata" : options_.type->kind;
        o["apiVersion"] = options_.accept.form == kube_form::metadata ? "meta.k8s.io/" + options_.accept.version
                                                                      : options_.type->api_version();
    }
    auto& m = json_child(o, "metadata");
    m["resourceVersion"] = std::to_string(cursor_);
    if (ends_list)
        m["annotations"] = boost::json::object{{"k8s.io/initial-events-end", "true"}};
    return boost::json::serialize(kube_detail::event_json("BOOKMARK", std::move(o))) + '\n';
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_WATCH_IPP
