#ifndef PENSTOCK_HOOK_SIGNED_TIME_HPP
#define PENSTOCK_HOOK_SIGNED_TIME_HPP
#include <penstock/error/result.hpp>
#include <penstock/hook/scheme.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace penstock::hook {

/** Judges a time that is signed together with the body, which bounds how long a delivery can be sent again.

    @param name Of the field, for failures.
    @param seconds Since 1970, as the field holds it: 1 to 12 digits and nothing else.
    @return `errc::signature_malformed`; `errc::signature_expired` outside of the window, with the difference. */
inline result<> check_signed_time(std::string_view name, std::string_view seconds, window const& w)
{
    std::int64_t at = 0;
    auto const* const last = seconds.data() + seconds.size();
    auto const [end, ec] = std::from_chars(seconds.data(), last, at);
    if (seconds.size() > 12 || ec != std::errc() || end != last || seconds.front() == '-')
        return failure(errc::signature_malformed, std::string(name) + " is not a number of seconds");
    auto const now = std::chrono::floor<std::chrono::seconds>(w.now.time_since_epoch()).count();
    auto const tolerance = std::chrono::floor<std::chrono::seconds>(w.tolerance).count();
    if (at < now - tolerance || at > now + tolerance)
        return failure(errc::signature_expired, std::string(name) + " is "
                                                    + std::to_string(at < now ? now - at : at - now) + " s "
                                                    + (at < now ? "behind" : "ahead of") + " this clock");
    return {};
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_SIGNED_TIME_HPP
