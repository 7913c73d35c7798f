#ifndef PENSTOCK_JSON_IMPL_VALUE_IPP
#define PENSTOCK_JSON_IMPL_VALUE_IPP
#include <penstock/json/impl/parse_failure.ipp>
#include <penstock/json/value.hpp>

#include <boost/json/stream_parser.hpp>

#include <exception>

namespace penstock::json {

PENSTOCK_DECL result<boost::json::value> parse(std::string_view bytes, limits const& l)
{
    if (bytes.size() > l.max_size)
        return detail::size_failure(bytes.size(), l.max_size);
    boost::json::parse_options options;
    options.max_depth = l.max_depth;
    try {
        boost::json::stream_parser parser({}, options);
        error_code ec;
        auto const used = parser.write(bytes.data(), bytes.size(), ec);
        if (!ec)
            parser.finish(ec);
        if (ec)
            return detail::parse_failure(ec, used);
        return parser.release();
    } catch (std::exception const& e) {  // a length beyond what the library represents
        return failure(errc::malformed, e.what());
    }
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_VALUE_IPP
