#include <penstock/rate/quota.hpp>

#include <penstock/http/fields.hpp>
#include <penstock/rate/priority.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;
using rate::quota;
using rate::quota_verdict;

namespace {

constexpr time_point now{1h};
constexpr wall_time wall{1'790'000'000s};

http::fields window(int limit, int remaining, duration until_reset, std::string resource = "core")
{
    auto const reset =
        std::chrono::duration_cast<std::chrono::seconds>((wall + until_reset).time_since_epoch()).count();
    return {{"x-ratelimit-limit", std::to_string(limit)},
            {"X-RateLimit-Remaining", std::to_string(remaining)},
            {"X-RateLimit-Reset", std::to_string(reset)},
            {"X-RateLimit-Resource", std::move(resource)}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_quota)

BOOST_AUTO_TEST_CASE(admits_everything_until_the_forge_says_something)
{
    quota q;
    BOOST_TEST((q.next(now) == now));
    BOOST_TEST(!q.remaining());
    BOOST_TEST((q.observe(200, http::fields{}, "", now, wall) == quota_verdict::admitted));
    BOOST_TEST((q.next(now) == now));
}

BOOST_AUTO_TEST_CASE(waits_for_the_reset_of_an_empty_window_and_a_second_more)
{
    quota q;
    BOOST_TEST((q.observe(200, window(5000, 0, 10min), "", now, wall) == quota_verdict::admitted));
    BOOST_TEST((q.next(now) == now + 10min + 1s));
    BOOST_TEST((q.next(now + 20min) == now + 20min));
    BOOST_TEST((q.next(now, "search") == now));  // another window
    BOOST_TEST((q.observe(403, window(5000, 0, 10min), "", now, wall) == quota_verdict::exhausted));
    BOOST_TEST((q.observe(429, window(5000, 0, 10min), "<html>", now, wall) == quota_verdict::exhausted));
}

BOOST_AUTO_TEST_CASE(leaves_the_reserve_to_others)
{
    quota q({.reserve = 0.2});
    q.observe(200, window(5000, 1001, 10min), "", now, wall);
    BOOST_TEST((q.next(now) == now));
    q.observe(200, window(5000, 1000, 10min), "", now, wall);
    BOOST_TEST((q.next(now) == now + 10min + 1s));
}

BOOST_AUTO_TEST_CASE(ends_polls_before_webhooks_and_webhooks_before_people)
{
    constexpr rate::priority_shares shares{.webhook = 0.10, .user = 0.05};
    struct row
    {
        int remaining;
        bool poll, webhook, user;
    };
    for (auto const& [remaining, poll, webhook, user] :
         {row{351, true, true, true}, row{350, false, true, true}, row{251, false, true, true},
          row{250, false, false, true}, row{201, false, false, true}, row{200, false, false, false}}) {
        quota q({.reserve = 0.2});
        q.observe(200, window(1000, remaining, 10min), "", now, wall);
        auto const admits = [&](rate::priority p) { return q.next(now, "core", shares.kept_from(p)) == now; };
        BOOST_TEST_CONTEXT(remaining << " of 1000 are left")
        {
            BOOST_TEST(admits(rate::priority::poll) == poll);
            BOOST_TEST(admits(rate::priority::webhook) == webhook);
            BOOST_TEST(admits(rate::priority::user) == user);
        }
    }
}

BOOST_AUTO_TEST_CASE(counts_what_is_under_way_as_spent)
{
    quota q;
    q.observe(200, window(5000, 3, 10min), "", now, wall);
    BOOST_TEST((q.next(now, "core", 0, 2) == now));
    BOOST_TEST((q.next(now, "core", 0, 3) == now + 10min + 1s));
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_overtaken_does_not_give_quota_back)
{
    quota q;
    q.observe(200, window(5000, 10, 10min), "", now, wall);
    q.observe(200, window(5000, 12, 10min), "", now, wall);
    BOOST_TEST(q.remaining().value() == 10);
    q.observe(200, window(5000, 4999, 60min), "", now + 10min + 2s, wall);
    BOOST_TEST(q.remaining().value() == 4999);
    BOOST_TEST(q.limit().value() == 5000);
}

BOOST_AUTO_TEST_CASE(a_403_without_a_mark_is_a_missing_permission)
{
    quota q;
    auto const body = R"({"message":"Resource not accessible by integration"})";
    BOOST_TEST((q.observe(403, window(5000, 4000, 10min), body, now, wall) == quota_verdict::admitted));
    BOOST_TEST((q.next(now) == now));
}

BOOST_AUTO_TEST_CASE(a_secondary_limit_blocks_every_window_and_doubles)
{
    quota q;
    auto const body = R"({"message":"You have exceeded a secondary rate limit."})";
    auto t = now;
    for (duration const wait : {60s, 120s, 240s}) {
        BOOST_TEST((q.observe(403, window(5000, 4000, 10min), body, t, wall) == quota_verdict::secondary));
        BOOST_TEST((q.next(t) == t + wait));
        BOOST_TEST((q.next(t, "graphql") == t + wait));
        t += wait;
    }
    q.observe(200, window(5000, 4000, 10min), "", t, wall);
    q.observe(403, http::fields{}, "abuse detection mechanism", t, wall);
    BOOST_TEST((q.next(t) == t + 60s));  // a success in between forgets
}

BOOST_AUTO_TEST_CASE(retry_after_goes_first_in_seconds_and_as_a_date)
{
    quota q;
    auto fields = window(5000, 0, 30min);
    fields.add("Retry-After", "7");
    BOOST_TEST((q.observe(429, fields, "", now, wall) == quota_verdict::secondary));
    quota r;
    r.observe(503, http::fields{{"Retry-After", "7"}}, "", now, wall);
    BOOST_TEST((r.next(now) == now + 7s));
    quota d;
    d.observe(429, http::fields{{"Retry-After", format_http_date(wall + 90s)}}, "", now, wall);
    BOOST_TEST((d.next(now) == now + 90s));
    BOOST_TEST((*quota::retry_after(format_http_date(wall - 90s), wall) == 0s));
    BOOST_TEST(!quota::retry_after("soon", wall));
    BOOST_TEST(!quota::retry_after("-3", wall));
}

BOOST_AUTO_TEST_CASE(the_peers_date_goes_before_our_clock)
{
    quota q;
    auto fields = window(60, 0, 10min);
    fields.add("Date", format_http_date(wall));
    q.observe(403, fields, "", now, wall + 5h);  // our clock is five hours fast
    BOOST_TEST((q.next(now) == now + 10min + 1s));
}

BOOST_AUTO_TEST_CASE(understands_gitlab_and_the_drafts_seconds)
{
    auto const reset = (wall + 60s).time_since_epoch() / 1s;
    quota q;
    q.observe(200, http::fields{{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", std::to_string(reset)}}, "", now,
              wall);
    BOOST_TEST((q.next(now) == now + 61s));
    quota d;
    d.observe(200, http::fields{{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "30"}}, "", now, wall);
    BOOST_TEST((d.next(now) == now + 31s));
}

BOOST_AUTO_TEST_CASE(graphql_says_it_in_a_200)
{
    quota q;
    auto const body = R"({"errors":[{"type":"RATE_LIMITED"}]})";
    BOOST_TEST((q.observe(200, window(5000, 0, 1min, "graphql"), body, now, wall) == quota_verdict::exhausted));
    BOOST_TEST((q.next(now, "graphql") == now + 61s));
    BOOST_TEST((q.next(now) == now));
}

BOOST_AUTO_TEST_CASE(no_header_blocks_for_longer_than_the_longest)
{
    quota q;
    q.observe(200, window(5000, 0, 9999h), "", now, wall);
    BOOST_TEST((q.next(now) <= now + 65min + 1s));
    quota r;
    r.observe(429, http::fields{{"Retry-After", "99999999999999999"}}, "", now, wall);
    BOOST_TEST((r.next(now) == now + 65min));
    quota g;
    g.observe(200, http::fields{{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "9223372036854775807"}}, "", now,
              wall);
    BOOST_TEST((g.next(now) <= now + 65min + 1s));
}

BOOST_AUTO_TEST_CASE(a_429_without_anything_waits_a_minute)
{
    quota q;
    BOOST_TEST((q.observe(429, http::fields{}, "", now, wall) == quota_verdict::secondary));
    BOOST_TEST((q.next(now) == now + 60s));
}

BOOST_AUTO_TEST_SUITE_END()
