// Answers of a forge, one behind the other: a line with the status, fields, an empty line; a line that begins with
// "after " lets seconds pass. Oracles: nothing blocks for longer than the options say, and no figure is negative.
#include "input.hpp"

#include <penstock/rate/quota.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

using namespace penstock;

namespace {

int number(std::string_view text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp(value, 0, 100'000'000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    rate::quota_options options;
    options.reserve = 0.2;
    rate::quota quota(options);
    fuzz::input in(data, size);
    time_point now{};
    wall_time const begin{std::chrono::seconds(1614265330)};
    for (int answers = 0; answers < 64 && !in.rest().empty(); ++answers) {
        auto const first = in.line();
        if (first.starts_with("after ")) {
            now += std::chrono::seconds(number(first.substr(6)));
            continue;
        }
        auto const fields = in.fields();
        quota.observe(number(first), fields, first, now, begin + now.time_since_epoch());
        auto const longest = options.longest + options.slack;
        for (auto const resource : {std::string_view("core"), fields["X-RateLimit-Resource"]}) {
            auto const start = quota.next(now, resource);
            fuzz::require(start >= now && start - now <= longest, "a wait has an end");
            fuzz::require(quota.remaining(resource).value_or(0) >= 0, "what remains is not negative");
        }
        auto const wait = rate::quota::retry_after(fields["Retry-After"], begin);
        fuzz::require(wait.value_or(duration::zero()) >= duration::zero(), "Retry-After is not negative");
    }
    return 0;
}
