#ifndef PENSTOCK_JSON_IMPL_PROJECTION_IPP
#define PENSTOCK_JSON_IMPL_PROJECTION_IPP
#include <penstock/json/impl/parse_failure.ipp>
#include <penstock/json/impl/projection_sink.ipp>
#include <penstock/json/projection.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>

#include <charconv>
#include <exception>
#include <utility>

namespace penstock::json {

PENSTOCK_DECL std::string_view projected::text(std::size_t path) const noexcept
{
    auto const& there = found_[path];
    return there.empty() || there.back().kind != kind::string ? std::string_view()
                                                              : std::string_view(there.back().text);
}

PENSTOCK_DECL bool projected::is_true(std::size_t path) const noexcept
{
    auto const& there = found_[path];
    return !there.empty() && there.back().kind == kind::boolean && there.back().text == "true";
}

PENSTOCK_DECL std::optional<std::int64_t> projected::integer(std::size_t path) const noexcept
{
    auto const& there = found_[path];
    if (there.empty() || there.back().kind != kind::number)
        return std::nullopt;
    auto const& text = there.back().text;
    std::int64_t value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    return ec == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

PENSTOCK_DECL projection::projection(std::span<std::string_view const> paths) : nodes_(1), paths_(paths.size())
{
    for (std::size_t place = 0; place < paths.size(); ++place) {
        auto rest = paths[place];
        if (rest.empty())
            continue;
        std::size_t at = 0;
        while (true) {
            auto const key = rest.substr(0, rest.find('.'));
            auto next = child(at, key);
            if (next == no_node) {
                next = nodes_.size();
                nodes_.emplace_back();
                nodes_[next].key = key;
                nodes_[at].children.push_back(next);
            }
            at = next;
            if (key.size() == rest.size())
                break;
            rest.remove_prefix(key.size() + 1);
        }
        nodes_[at].path = place;
    }
}

PENSTOCK_DECL std::size_t projection::child(std::size_t parent, std::string_view key) const noexcept
{
    for (auto const candidate : nodes_[parent].children)
        if (nodes_[candidate].key == key)
            return candidate;
    return no_node;
}

PENSTOCK_DECL result<projected> projection::read(std::string_view bytes, projection_limits const& l) const
{
    if (bytes.size() > l.document.max_size)
        return detail::size_failure(bytes.size(), l.document.max_size);
    boost::json::parse_options options;
    options.max_depth = l.document.max_depth;
    try {
        boost::json::basic_parser<projection_sink> parser(options, *this, l);
        error_code ec;
        auto const used = parser.write_some(false, bytes.data(), bytes.size(), ec);
        if (!ec && used < bytes.size())
            ec = boost::json::error::extra_data;
        if (ec == make_error_code(errc::too_large))
            return failure(errc::too_large, "JSON at byte " + std::to_string(used) + ", a value is too long");
        if (ec)
            return detail::parse_failure(ec, used);
        return std::move(parser.handler().found);
    } catch (std::exception const& e) {
        return failure(errc::malformed, e.what());
    }
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_PROJECTION_IPP
