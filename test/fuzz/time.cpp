// Times and lengths of time as peers write them. Oracle: what is read comes back as it was written out.
#include "input.hpp"

#include <penstock/time/go_duration.hpp>
#include <penstock/time/http_date.hpp>
#include <penstock/time/rfc3339.hpp>

#include <chrono>

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::input(data, size).rest();
    if (auto const d = parse_go_duration(text))
        fuzz::require(parse_go_duration(format_go_duration(*d)).value() == *d, "a duration comes back");
    if (auto const t = parse_rfc3339(text)) {
        fuzz::require(parse_rfc3339(format_rfc3339(*t)).value() == *t, "a time comes back");
        fuzz::require(parse_rfc3339(format_rfc3339(*t, 0)).value() == std::chrono::floor<std::chrono::seconds>(*t),
                      "a time without its fraction does");
    }
    wall_time const now{std::chrono::seconds(1800000000)};
    if (auto const t = parse_http_date(text, now))
        fuzz::require(parse_http_date(format_http_date(*t), now) == t, "a date comes back");
    return 0;
}
