#ifndef PENSTOCK_RATE_QUOTA_HPP
#define PENSTOCK_RATE_QUOTA_HPP
#include <penstock/time/http_date.hpp>
#include <penstock/time/types.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::rate {

/// Looks header fields up by name, without regard to case; an empty view for what is not there.
template <class F>
concept field_lookup = requires(F const& f, std::string_view name) {
    { f[name] } -> std::convertible_to<std::string_view>;
};

struct quota_options  // at namespace scope; every field works by default
{
    double reserve = 0;                                      ///< Share of the limit that is left to others, 0 to 1.
    duration secondary_wait = std::chrono::seconds(60);  ///< After a secondary limit that names no time; doubles.
    duration secondary_max = std::chrono::minutes(16);  ///< Where the doubling ends.
    duration slack = std::chrono::seconds(1);  ///< Added to the time at which a window begins anew.
    duration longest = std::chrono::minutes(65);  ///< No header blocks for longer than this.
};

/// What an answer says about the quota.
enum class quota_verdict
{
    admitted,  ///< Nothing to do with the quota.
    exhausted,  ///< Refused: the window is used up.
    secondary,  ///< Refused: too fast, or too much at once. Others of the same credential must stop as well.
};

/** What a forge said about how often it may be asked; says when the next call may start.

    Understands `X-RateLimit-*` (GitHub, Gitea), `RateLimit-*` (GitLab, and the IETF draft's seconds to wait) and
    `Retry-After` in both forms. Windows are kept for each `X-RateLimit-Resource`; a refusal by a secondary limit
    blocks all of them. A pure state machine; one per credential.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe.
    @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
class quota
{
public:
    explicit quota(quota_options const& o = {}) : options_(o) {}

    /** Takes an answer in.
        @param body Its beginning is enough: it is only searched for the words of a secondary limit.
        @param wall Our wall clock; a `Date` in the answer goes before it, so that clocks may differ. */
    template <field_lookup Fields>
    quota_verdict observe(int status, Fields const& fields, std::string_view body, time_point now, wall_time wall)
    {
        wall = parse_http_date(fields["Date"], wall).value_or(wall);
        auto const* const seen = update_window(fields, now, wall);
        bool const refused = status == 403 || status == 429;
        if (!refused && status != 503) {
            if (status < 400)
                strikes_ = 0;
            bool const graphql = status == 200 && seen != nullptr && seen->remaining == 0 && is_graphql(body);
            return graphql ? quota_verdict::exhausted : quota_verdict::admitted;
        }
        if (auto const wait = retry_after(fields["Retry-After"], wall)) {
            block(now + *wait, now);
            return refused ? quota_verdict::secondary : quota_verdict::admitted;
        }
        if (!refused)
            return quota_verdict::admitted;
        if (seen != nullptr && seen->remaining == 0)
            return quota_verdict::exhausted;
        if (status != 429 && !names_secondary(body))
            return quota_verdict::admitted;  // a permission that is missing
        auto const wait = std::min(options_.secondary_max, options_.secondary_wait * (1 << std::min(strikes_, 10)));
        ++strikes_;
        block(now + wait, now);
        return quota_verdict::secondary;
    }

    /** When the next call may start; `now` if at once.
        @param kept Share of the limit that this call leaves to more urgent ones, besides `reserve`.
        @param under_way Calls that have started and whose answers have not been observed: they may cost too. */
    time_point next(time_point now, std::string_view resource = "core", double kept = 0,
                    std::int64_t under_way = 0) const
    {
        auto start = std::max(now, blocked_until_);
        auto const* const w = find(resource);
        if (w != nullptr && w->reset > now && w->remaining - under_way <= spared(*w, kept))
            start = std::max(start, w->reset);
        return start;
    }

    /// Calls that are left; absent as long as the forge has not said so.
    std::optional<std::int64_t> remaining(std::string_view resource = "core") const
    {
        auto const* const w = find(resource);
        return w == nullptr ? std::nullopt : std::optional(w->remaining);
    }

    /// When the window ends of which `remaining` tells; with the slack.
    std::optional<time_point> reset(std::string_view resource = "core") const
    {
        auto const* const w = find(resource);
        return w == nullptr ? std::nullopt : std::optional(w->reset);
    }

    std::optional<std::int64_t> limit(std::string_view resource = "core") const
    {
        auto const* const w = find(resource);
        return w == nullptr || w->limit < 0 ? std::nullopt : std::optional(w->limit);
    }

    /** Reads `Retry-After`: seconds, or an HTTP-date. Never negative. */
    static std::optional<duration> retry_after(std::string_view value, wall_time wall)
    {
        if (value.empty())
            return std::nullopt;
        if (auto const seconds = number(value))
            return std::chrono::seconds(std::min<std::int64_t>(*seconds, 7 * 24 * 3600));
        if (auto const when = parse_http_date(value, wall))
            return std::max(duration::zero(), *when - wall);
        return std::nullopt;
    }
private:
    struct window
    {
        std::string resource;
        std::int64_t limit = -1;
        std::int64_t remaining = 0;
        time_point reset;
    };
    static constexpr std::size_t max_windows = 16;

    static std::optional<std::int64_t> number(std::string_view s)
    {
        std::int64_t n = 0;
        auto const [end, problem] = std::from_chars(s.data(), s.data() + s.size(), n);
        return problem == std::errc() && end == s.data() + s.size() && n >= 0 ? std::optional(n) : std::nullopt;
    }

    static bool names_secondary(std::string_view body)
    {
        return body.find("secondary rate") != std::string_view::npos || body.find("abuse") != std::string_view::npos;
    }
    static bool is_graphql(std::string_view body) { return body.find("RATE_LIMITED") != std::string_view::npos; }

    std::int64_t spared(window const& w, double kept) const
    {
        auto const share = std::min(options_.reserve + kept, 0.95);  // something is left for every call
        return w.limit <= 0 ? 0 : static_cast<std::int64_t>(share * static_cast<double>(w.limit));
    }

    window const* find(std::string_view resource) const
    {
        auto const at = std::find_if(windows_.begin(), windows_.end(),
                                     [resource](window const& w) { return w.resource == resource; });
        return at == windows_.end() ? nullptr : &*at;
    }

    template <field_lookup Fields>
    window const* update_window(Fields const& fields, time_point now, wall_time wall)
    {
        bool const github = !std::string_view(fields["X-RateLimit-Remaining"]).empty();
        auto const get = [&](std::string_view with_x, std::string_view without) {
            return number(github ? fields[with_x] : fields[without]);
        };
        auto const left = get("X-RateLimit-Remaining", "RateLimit-Remaining");
        auto const reset = get("X-RateLimit-Reset", "RateLimit-Reset");
        if (!left || !reset)
            return nullptr;
        std::string_view const named = fields["X-RateLimit-Resource"];
        std::string_view const resource = named.empty() ? std::string_view("core") : named;
        auto at = std::find_if(windows_.begin(), windows_.end(),
                               [resource](window const& w) { return w.resource == resource; });
        if (at == windows_.end()) {
            if (windows_.size() >= max_windows)
                return nullptr;
            windows_.emplace_back().resource = resource;
            at = windows_.end() - 1;
        }
        // the draft gives seconds to wait, the forges seconds since 1970
        bool const absolute = *reset > 1'000'000'000;
        auto const wait = absolute
                              ? wall_time(std::chrono::seconds(std::min<std::int64_t>(*reset, 9'000'000'000))) - wall
                              : duration(std::chrono::seconds(*reset));
        at->limit = get("X-RateLimit-Limit", "RateLimit-Limit").value_or(-1);
        auto const until = now + std::clamp(wait, duration::zero(), options_.longest) + options_.slack;
        // answers overtake each other: within one window the smaller number is the later one
        bool const same_window = at->reset > now && until - at->reset < std::chrono::seconds(5);
        at->remaining = same_window ? std::min(at->remaining, *left) : *left;
        at->reset = until;
        return &*at;
    }

    void block(time_point until, time_point now)
    {
        blocked_until_ = std::max(blocked_until_, std::min(until, now + options_.longest));
    }

    quota_options options_;
    std::vector<window> windows_;
    time_point blocked_until_ = time_point::min();
    int strikes_ = 0;  // secondary limits in a row
};

}  // namespace penstock::rate

#endif  // PENSTOCK_RATE_QUOTA_HPP
