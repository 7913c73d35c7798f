#ifndef PENSTOCK_JSON_IMPL_PARSE_FAILURE_IPP
#define PENSTOCK_JSON_IMPL_PARSE_FAILURE_IPP
#include <penstock/error/result.hpp>

#include <boost/json/error.hpp>

#include <cstddef>
#include <string>
#include <utility>

// What value.ipp and projection.ipp share; all of it inline, so that both may be compiled apart.
namespace penstock::json::detail {

inline failure parse_failure(error_code const& ec, std::size_t at)
{
    auto where = "JSON at byte " + std::to_string(at);
    if (ec == boost::json::error::incomplete)
        return {errc::truncated, std::move(where)};
    if (ec == boost::json::error::too_deep)
        return {errc::too_large, std::move(where) + ", nested too deep"};
    return {errc::malformed, std::move(where) + ", " + ec.message()};
}

inline failure size_failure(std::size_t size, std::size_t limit)
{
    return {errc::too_large, "JSON of " + std::to_string(size) + " bytes, the limit is " + std::to_string(limit)};
}

}  // namespace penstock::json::detail

#endif  // PENSTOCK_JSON_IMPL_PARSE_FAILURE_IPP
