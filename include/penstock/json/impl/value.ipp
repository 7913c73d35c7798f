#ifndef PENSTOCK_JSON_IMPL_VALUE_IPP
#define PENSTOCK_JSON_IMPL_VALUE_IPP
#include <penstock/json/impl/parse_failure.ipp>
#include <penstock/json/value.hpp>
#include <penstock/json/wiping_resource.hpp>

#include <boost/json/stream_parser.hpp>

#include <exception>
#include <utility>

namespace penstock::json {

namespace detail {

inline result<boost::json::value> parse_into(boost::json::storage_ptr memory, std::string_view bytes, limits const& l)
{
    if (bytes.size() > l.max_size)
        return size_failure(bytes.size(), l.max_size);
    boost::json::parse_options options;
    options.max_depth = l.max_depth;
    try {
        boost::json::stream_parser parser(memory, options);
        parser.reset(std::move(memory));
        error_code ec;
        auto const used = parser.write(bytes.data(), bytes.size(), ec);
        if (!ec)
            parser.finish(ec);
        if (ec)
            return parse_failure(ec, used);
        return parser.release();
    } catch (std::exception const& e) {  // a length beyond what the library represents
        return failure(errc::malformed, e.what());
    }
}

}  // namespace detail

PENSTOCK_DECL result<boost::json::value> parse(std::string_view bytes, limits const& l)
{
    return detail::parse_into({}, bytes, l);
}

PENSTOCK_DECL result<boost::json::value> parse_secret(std::string_view bytes, limits const& l)
{
    return detail::parse_into(wiping_resource::storage(), bytes, l);
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_VALUE_IPP
