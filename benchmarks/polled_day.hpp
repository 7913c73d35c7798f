#ifndef PENSTOCK_BENCHMARKS_POLLED_DAY_HPP
#define PENSTOCK_BENCHMARKS_POLLED_DAY_HPP
#include <penstock/http/conditional.hpp>
#include <penstock/http/governed.hpp>
#include <penstock/poll/fleet.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/detached.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

/// A day of polling many sources at twenty forges, in manual time, through the transports that a program uses.
namespace polled_day {

using namespace penstock;
using namespace std::chrono_literals;
using world = env::basic_environment<testing::manual_clock>;

inline constexpr std::size_t forge_count = 20;

/// A forge as it counts: a window of an hour for each credential.
struct forge
{
    std::int64_t limit = 0;
    bool free_304 = true;  // as GitHub; others count them too
    std::int64_t used = 0;
    std::int64_t window = -1;  // the hour that `used` belongs to
    std::int64_t most_used = 0;
    std::uint64_t refused = 0;  // beyond the limit: must not happen
    std::uint64_t unreachable = 0;
};

struct tally
{
    std::vector<forge> forges{forge_count};
    std::vector<std::uint32_t> commits;  // of each source: how often it moved
    std::vector<std::uint16_t> polls;    // of each source
    std::array<std::uint64_t, 60> by_second{}, by_minute{};  // of the minute, of the hour
    std::uint64_t requests = 0, unchanged = 0, this_second = 0, busiest_second = 0;
    std::uint64_t hooks = 0, hooks_answered = 0;
    std::int64_t second = -1;
    std::int64_t outage_begin = 0, outage_end = 0;  // of the last forge, in seconds
};

/// All the forges as one transport.
class forges
{
public:
    forges(testing::manual_clock c, tally& t) : clock_(std::move(c)), all_(&t), start_(clock_.wall()) {}

    awaitable<result<http::response>> send(http::request r, time_point)
    {
        auto const number = std::stoul(r.url.substr(9));  // https://f<number>.test/<source>
        auto const source = std::stoul(r.url.substr(r.url.rfind('/') + 1));
        auto const since = (clock_.wall() - start_) / 1s;
        ++all_->requests;
        auto& f = all_->forges[number];
        if (number == forge_count - 1 && since >= all_->outage_begin && since < all_->outage_end) {
            ++f.unreachable;
            co_return failure(errc::connection_failed, "down");
        }
        // Windows begin at another minute for each credential.
        auto const epoch = clock_.wall().time_since_epoch() / 1s - static_cast<std::int64_t>(number) * 180;
        if (auto const hour = epoch / 3600; hour != f.window) {
            f.window = hour;
            f.used = 0;
        }
        http::response answer(200);
        answer.body = std::to_string(all_->commits[source]);
        auto const tag = http::github_etag({r.fields["Accept"], r.fields["Authorization"], ""}, "Accept, Authorization",
                                           answer.body);
        if (http::opaque_tag(r.fields["If-None-Match"]) == tag) {
            answer.status = 304;
            answer.body.clear();
            ++all_->unchanged;
        }
        if (f.used >= f.limit) {
            ++f.refused;
            answer = http::response(403);
        } else if (answer.status != 304 || !f.free_304) {
            f.most_used = std::max(f.most_used, ++f.used);
        }
        answer.fields.add("ETag", '"' + tag + '"');
        answer.fields.add("Vary", "Accept, Authorization");
        answer.fields.add("X-RateLimit-Limit", std::to_string(f.limit));
        answer.fields.add("X-RateLimit-Remaining", std::to_string(f.limit - f.used));
        answer.fields.add("X-RateLimit-Reset",
                          std::to_string((f.window + 1) * 3600 + static_cast<std::int64_t>(number) * 180));
        co_return answer;
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request, time_point) { co_return errc::unsupported; }
private:
    testing::manual_clock clock_;
    tally* all_;
    wall_time start_;
};

using governed = http::governed<world, forges>;
using conditional = http::conditional<world, governed>;

class day : testing::loop
{
public:
    explicit day(std::uint32_t sources)
        : base_(env, forges(clock, seen_), governed_options()),
          fleet_(env, context.get_executor(), ask{this}, fleet_options())
    {
        seen_.commits.resize(sources);
        seen_.polls.resize(sources);
        seen_.outage_begin = 6 * 3600;
        seen_.outage_end = 7 * 3600;
        auto const per_forge = static_cast<std::int64_t>(sources / forge_count);
        for (std::size_t n = 0; n < forge_count; ++n) {
            seen_.forges[n].limit =
                meagre(n) ? std::max<std::int64_t>(per_forge / 3, 30) : std::max<std::int64_t>(per_forge, 40);
            seen_.forges[n].free_304 = !meagre(n);
            // What is asked for because of a webhook goes before polls.
            polls_.emplace_back(env, base_.as(rate::priority::poll, std::to_string(n)), cache());
            hooks_.push_back(base_.as(rate::priority::webhook, std::to_string(n)));
        }
        for (poll::source_id id = 0; id < sources; ++id)
            fleet_.add("source " + std::to_string(id), std::to_string(id % forge_count), 1h);
    }

    /// Every fourth forge allows a third of what its sources would like, and counts a 304 too.
    static bool meagre(std::size_t forge) { return forge % 4 == 0; }
    /// Six in ten sources have a webhook.
    static bool covered(std::uint32_t source) { return source % 10 < 6; }

    /// Lets the day pass; each source moves about once.
    tally const& pass()
    {
        auto running = start(fleet_.run());
        uniform_source chance(42);
        auto const sources = static_cast<double>(seen_.commits.size());
        double due = 0;
        for (int minute = 0; minute < 24 * 60; ++minute) {
            for (due += sources / (24 * 60); due >= 1; --due)
                move(static_cast<poll::source_id>(chance() * sources));
            advance(1min);
        }
        fleet_.stop();
        settle();
        running.get().value();
        return seen_;
    }
private:
    struct ask
    {
        day* owner;
        awaitable<result<poll::sighting>> operator()(poll::source_id id) const { return owner->poll(id); }
    };

    static http::governed_options governed_options()
    {
        http::governed_options o;
        o.quota.reserve = 0.2;
        o.kept.webhook = 0.25;
        return o;
    }
    static http::validator_cache_options cache()
    {
        http::validator_cache_options o;
        o.max_entries = 1'000'000;
        return o;
    }
    static poll::fleet_options fleet_options()
    {
        poll::fleet_options o;
        o.cadence.max_interval = 6h;
        o.concurrency = 64;
        o.seed = 7;
        return o;
    }

    http::request request_for(poll::source_id id)
    {
        auto const forge = std::to_string(id % forge_count);
        http::request r("GET", "https://f" + forge + ".test/" + std::to_string(id));
        r.fields.add("Accept", "application/json");
        // A token lives for an hour.
        r.fields.add("Authorization", "Bearer " + forge + '-' + std::to_string(clock.now().time_since_epoch() / 1h));
        return r;
    }

    awaitable<result<poll::sighting>> poll(poll::source_id id)
    {
        ++seen_.polls[id];
        count((clock.now() - began_) / 1s);
        auto r = request_for(id);
        auto answer = co_await polls_[id % forge_count].send(std::move(r), clock.now() + 30s);
        if (!answer)
            co_return answer.error();
        co_return answer->body == "0" ? poll::sighting::unchanged : poll::sighting::announced;
    }

    /// When polls begin, to the second.
    void count(std::int64_t since)
    {
        ++seen_.by_second[static_cast<std::size_t>(since % 60)];
        ++seen_.by_minute[static_cast<std::size_t>(since / 60 % 60)];
        if (std::exchange(seen_.second, since) != since)
            seen_.this_second = 0;
        seen_.busiest_second = std::max(seen_.busiest_second, ++seen_.this_second);
    }

    void move(poll::source_id id)
    {
        ++seen_.commits[id];
        if (!covered(id))
            return;
        auto const since = (clock.now() - began_) / 1s;
        if (id % forge_count == forge_count - 1 && since >= seen_.outage_begin && since <= seen_.outage_end)
            return;  // nobody is there to send one
        fleet_.webhook_worked(id);
        ++seen_.hooks;
        asio::co_spawn(context, unwinding(look(id)), asio::detached);
    }

    awaitable<void> look(poll::source_id id)
    {
        auto r = request_for(id);
        auto const answer = co_await hooks_[id % forge_count].send(std::move(r), clock.now() + 30s);
        seen_.hooks_answered += answer && answer->status == 200 ? 1U : 0U;
    }

    tally seen_;
    time_point began_ = clock.now();
    governed base_;
    std::vector<conditional> polls_;
    std::vector<governed> hooks_;
    poll::fleet<world, ask> fleet_;
};

/// What must be true of a day, in words.
inline std::vector<std::pair<bool, char const*>> judge(tally const& t)
{
    auto const total = [](auto const& all) { return std::accumulate(all.begin(), all.end(), std::uint64_t{0}); };
    auto const even = [&](auto const& all, double most) {
        auto const mean = static_cast<double>(total(all)) / static_cast<double>(all.size());
        return static_cast<double>(*std::max_element(all.begin(), all.end())) < most * mean;
    };
    auto const every = [&](auto const& holds) {
        for (std::size_t n = 0; n < t.forges.size(); ++n)
            if (!holds(n, t.forges[n]))
                return false;
        return true;
    };
    // Polls a day, of the sources of one kind, at forges that allow all of them.
    auto const mean = [&](bool covered) {
        double sum = 0;
        double sources = 0;
        for (std::uint32_t id = 0; id < t.polls.size(); ++id) {
            if (day::covered(id) != covered || day::meagre(id % forge_count) || id % forge_count == forge_count - 1)
                continue;
            sum += t.polls[id];
            ++sources;
        }
        return sum / sources;
    };
    auto const polls = total(t.by_second);
    auto const average = static_cast<double>(polls) / 86'400;
    return {
        {every([](std::size_t, forge const& f) { return f.refused == 0; }), "no forge refused a request"},
        {every([](std::size_t, forge const& f) { return f.most_used * 10 <= f.limit * 8; }),
         "a fifth of every quota was left to others"},
        {every([](std::size_t n, forge const& f) { return !day::meagre(n) || f.most_used * 10 >= f.limit * 4; }),
         "a small quota was used"},
        {mean(false) > 22 && mean(false) < 25, "a source without a webhook was polled once an hour"},
        {mean(true) > 8 && mean(true) < 20, "a source with a webhook was polled less often"},
        {*std::min_element(t.polls.begin(), t.polls.end()) > 0, "every source was polled, at a small quota too"},
        {t.unchanged * 10 > t.requests * 8, "four of five requests cost nothing, with a new token each hour"},
        {t.hooks_answered == t.hooks, "every webhook found quota left"},
        {even(t.by_second, t.polls.size() > 50'000 ? 1.1 : 1.4), "no second of the minute is special"},
        {even(t.by_minute, 1.6), "no minute of the hour has more than 1.6 times its share"},
        {static_cast<double>(t.busiest_second) < 4 * average + 8, "no second had a burst"},
        {t.forges.back().unreachable > 0 && t.forges.back().unreachable < 100,
         "a forge that was down for an hour was tried now and then"},
    };
}

}  // namespace polled_day

#endif  // PENSTOCK_BENCHMARKS_POLLED_DAY_HPP
