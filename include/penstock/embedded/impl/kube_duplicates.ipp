#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_DUPLICATES_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_DUPLICATES_IPP
#include <penstock/embedded/kube_duplicates.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

/// Follows a document by its tokens and keeps the path.
class duplicate_finder
{
public:
    using text = boost::json::string_view;
    using code = boost::system::error_code;

    constexpr static std::size_t max_object_size = std::size_t(-1);
    constexpr static std::size_t max_array_size = std::size_t(-1);
    constexpr static std::size_t max_key_size = std::size_t(-1);
    constexpr static std::size_t max_string_size = std::size_t(-1);

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return open(false); }
    bool on_object_end(std::size_t, code&) { return close(); }
    bool on_array_begin(code&) { return open(true); }
    bool on_array_end(std::size_t, code&) { return close(); }
    bool on_key_part(text s, std::size_t, code&)
    {
        key_.append(s.data(), s.size());
        return true;
    }
    bool on_key(text s, std::size_t, code&)
    {
        key_.append(s.data(), s.size());
        auto& here = levels_.back();
        here.name = std::exchange(key_, {});
        if (!here.seen.insert(here.name).second)
            found.push_back("duplicate field \"" + path() + '"');
        return true;
    }
    bool on_string_part(text, std::size_t, code&) { return true; }
    bool on_string(text, std::size_t, code&) { return value(); }
    bool on_number_part(text, code&) { return true; }
    bool on_int64(std::int64_t, text, code&) { return value(); }
    bool on_uint64(std::uint64_t, text, code&) { return value(); }
    bool on_double(double, text, code&) { return value(); }
    bool on_bool(bool, code&) { return value(); }
    bool on_null(code&) { return value(); }
    bool on_comment_part(text, code&) { return true; }
    bool on_comment(text, code&) { return true; }

    std::vector<std::string> found;
private:
    struct level
    {
        bool array = false;
        std::size_t index = 0;
        std::string name;
        std::set<std::string> seen;
    };

    bool open(bool array)
    {
        level next;
        next.array = array;
        levels_.push_back(std::move(next));
        return true;
    }

    bool close()
    {
        levels_.pop_back();
        return value();
    }

    bool value()
    {
        if (!levels_.empty() && levels_.back().array)
            ++levels_.back().index;
        return true;
    }

    std::string path() const
    {
        std::string out;
        for (auto const& l : levels_)
            if (l.array)
                out += '[' + std::to_string(l.index) + ']';
            else
                out += (out.empty() ? "" : ".") + l.name;
        return out;
    }

    std::vector<level> levels_;
    std::string key_;
};

}  // namespace kube_detail

PENSTOCK_DECL std::vector<std::string> duplicate_fields(std::string_view json)
{
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::basic_parser<kube_detail::duplicate_finder> parser(options);
    boost::system::error_code ec;
    parser.write_some(false, json.data(), json.size(), ec);
    return ec ? std::vector<std::string>() : std::move(parser.handler().found);
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_DUPLICATES_IPP
