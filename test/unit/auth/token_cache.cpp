#include <penstock/auth/token_cache.hpp>

#include "minter.hpp"

#include <penstock/auth/static_source.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace names = penstock::metrics::names;

BOOST_FIXTURE_TEST_SUITE(auth_token_cache, testing::auth_loop)

BOOST_AUTO_TEST_CASE(mints_once_for_a_thousand_callers)
{
    source->hold = true;
    std::vector<testing::task<result<auth::shared_token>>> callers;
    for (int i = 0; i < 1000; ++i)
        callers.push_back(start(cache.get(1, in(20s))));
    BOOST_TEST(source.total() == 1);
    source.release();
    settle();
    for (auto const& one : callers)
        BOOST_TEST((one.get().value()->value.reveal() == "s3cret-1-1"));
    BOOST_TEST(source.total() == 1);
    BOOST_TEST(get() == "s3cret-1-1");
    BOOST_TEST(source.total() == 1);
    BOOST_TEST(sink.value(names::token_mints_total, {"test", "minted"}) == 1);
    BOOST_TEST(sink.observations(names::token_age_seconds, {"test"}).size() == 1001U);
}

BOOST_AUTO_TEST_CASE(goes_on_with_a_mint_when_callers_leave)
{
    source->hold = true;
    auto first = start(cache.get(1, in(20s)));
    auto second = start(cache.get(1, in(5s)));
    first.cancel();
    BOOST_TEST((first.get().error().code == asio::error::operation_aborted));
    BOOST_TEST(!second.done());
    advance(5s);
    BOOST_TEST((second.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(source->running == 1);  // nobody waits, and it goes on
    source.release();
    settle();
    BOOST_TEST(source->cancelled == 0);
    BOOST_TEST(get() == "s3cret-1-1");
    BOOST_TEST(source.total() == 1);
}

BOOST_AUTO_TEST_CASE(cuts_a_mint_off_at_its_own_deadline)
{
    source->hold = true;
    auto caller = start(cache.get(1, in(10min)));
    advance(30s);
    BOOST_TEST(source->cancelled == 1);
    BOOST_TEST((caller.get().error().code == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(renews_in_the_background_and_waits_only_near_the_end)
{
    BOOST_TEST(get() == "s3cret-1-1");
    advance(50min);
    source->hold = true;
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(get() == "s3cret-1-1");  // without waiting
    BOOST_TEST(source.total() == 2);
    advance(5s);
    source.release();
    settle();
    BOOST_TEST(get() == "s3cret-1-2");
    BOOST_TEST(source.total() == 2);
    advance(59min + 30s);
    source->hold = true;
    auto waits = start(cache.get(1, in(20s)));
    BOOST_TEST(!waits.done());
    source.release();
    BOOST_TEST((waits.get().value()->value.reveal() == "s3cret-1-3"));
}

BOOST_AUTO_TEST_CASE(serves_a_token_to_its_end_through_an_outage)
{
    BOOST_TEST(get() == "s3cret-1-1");
    source->broken = failure(errc::unavailable, "GitHub is down");
    for (auto passed = 0min; passed < 59min; passed += 1min) {
        advance(1min);
        BOOST_TEST(get() == "s3cret-1-1");
    }
    auto const tried = source.total();
    BOOST_TEST(tried > 5);
    BOOST_TEST(tried < 16);  // one a minute, and the first ones closer
    BOOST_TEST(sink.value(names::token_mints_total, {"test", "failed"}) == tried - 1);
    BOOST_TEST(log.contains("inUse=true"));
    advance(1min);
    BOOST_TEST(get() == "GitHub is down: unavailable");
    BOOST_TEST(log.contains("inUse=false"));
    source->broken = failure();
    advance(1min);
    BOOST_TEST(get().starts_with("s3cret-1-"));
}

BOOST_AUTO_TEST_CASE(gives_the_old_token_when_a_wait_near_the_end_is_in_vain)
{
    BOOST_TEST(get() == "s3cret-1-1");
    advance(59min + 30s);
    source->hold = true;
    auto waits = start(cache.get(1, in(5s)));
    BOOST_TEST(!waits.done());
    advance(5s);
    BOOST_TEST((waits.get().value()->value.reveal() == "s3cret-1-1"));
    source->broken = failure(errc::unavailable);
    source.release();
    settle();
    BOOST_TEST(get() == "s3cret-1-1");
}

BOOST_AUTO_TEST_CASE(tells_all_who_waited_why_there_is_none_and_does_not_hammer)
{
    source->hold = true;
    source->broken = failure(errc::not_found, "installation 7");
    std::vector<testing::task<result<auth::shared_token>>> callers;
    for (int i = 0; i < 100; ++i)
        callers.push_back(start(cache.get(1, in(20s))));
    source.release();
    for (auto const& one : callers) {
        auto const got = one.get();
        BOOST_TEST((got.error().code == errc::not_found));
        BOOST_TEST((got.error().retry_after > 0s));
    }
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(get() == "installation 7: not found");
    BOOST_TEST(source.total() == 1);
    advance(1s);
    BOOST_TEST(get() == "installation 7: not found");
    BOOST_TEST(source.total() == 2);
}

BOOST_AUTO_TEST_CASE(mints_once_in_a_storm_of_refusals)
{
    auto const old = run(cache.get(1, in(20s))).value();
    advance(30min);
    BOOST_TEST((cache.refused(1, *old) == auth::token_refusal::dropped));
    for (int i = 0; i < 499; ++i)
        BOOST_TEST((cache.refused(1, *old) == auth::token_refusal::superseded));
    for (int i = 0; i < 500; ++i)
        BOOST_TEST(get() == "s3cret-1-2");
    BOOST_TEST(source.total() == 2);
    auto const young = run(cache.get(1, in(20s))).value();
    BOOST_TEST((cache.refused(1, *young) == auth::token_refusal::young));
    BOOST_TEST(get() == "s3cret-1-2");
    BOOST_TEST(sink.value(names::token_refusals_total, {"test", "superseded"}) == 499);
    BOOST_TEST(sink.value(names::token_refusals_total, {"test", "dropped"}) == 1);
}

BOOST_AUTO_TEST_CASE(keeps_keys_apart_and_their_number_bounded)
{
    auto o = plain();
    o.max_keys = 3;
    auth::token_cache small(env, context.get_executor(), source, o);
    auto const value = [&](int key) { return std::string(run(small.get(key, in(20s))).value()->value.reveal()); };
    for (int key : {1, 2, 3, 1, 4})
        BOOST_TEST(value(key) == "s3cret-" + std::to_string(key) + "-1");
    BOOST_TEST(small.size() == 3U);
    BOOST_TEST(value(1) == "s3cret-1-1");
    BOOST_TEST(value(3) == "s3cret-3-1");
    BOOST_TEST(value(2) == "s3cret-2-2");  // was used least lately
    BOOST_TEST(sink.value(names::token_cache_evictions_total) == 2);
    auto const other = run(small.get(2, in(20s))).value();
    advance(11s);
    BOOST_TEST((small.refused(1, *other) == auth::token_refusal::superseded));  // of another key
}

BOOST_AUTO_TEST_CASE(does_not_evict_what_is_waited_for)
{
    auto o = plain();
    o.max_keys = 2;
    auth::token_cache small(env, context.get_executor(), source, o);
    source->hold = true;
    auto first = start(small.get(1, in(20s)));
    auto second = start(small.get(2, in(20s)));
    BOOST_TEST((run(small.get(3, in(20s))).error().code == errc::unavailable));
    source.release();
    BOOST_TEST(first.get().has_value());
    BOOST_TEST(second.get().has_value());
    BOOST_TEST(run(small.get(3, in(20s))).has_value());
}

BOOST_AUTO_TEST_CASE(mints_of_two_keys_run_at_once)
{
    source->hold = true;
    auto first = start(cache.get(1, in(20s)));
    auto second = start(cache.get(2, in(20s)));
    BOOST_TEST(source->most == 2);
    source.release();
    BOOST_TEST((first.get().value()->value.reveal() == "s3cret-1-1"));
    BOOST_TEST((second.get().value()->value.reveal() == "s3cret-2-1"));
}

BOOST_AUTO_TEST_CASE(ends_mints_and_waits_when_it_is_closed)
{
    source->hold = true;
    auto caller = start(cache.get(1, in(20s)));
    close();
    BOOST_TEST(source->cancelled == 1);
    BOOST_TEST((caller.get().error().code == errc::shutting_down));
    BOOST_TEST((run(cache.get(1, in(20s))).error().code == errc::shutting_down));
}

BOOST_AUTO_TEST_CASE(takes_a_source_that_throws_for_a_failure)
{
    source->throws = true;
    auto const got = run(cache.get(1, in(20s)));
    BOOST_TEST((got.error().code == errc::exception_thrown));
    BOOST_TEST(get() == got.error().message());
    BOOST_TEST(source.total() == 1);
    for (auto const& line : log.lines())
        BOOST_TEST(line.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(keeps_secrets_out_of_its_log)
{
    BOOST_TEST(get() == "s3cret-1-1");
    source->broken = failure(errc::unavailable, "down");
    advance(2h);
    BOOST_TEST(get() == "down: unavailable");
    BOOST_REQUIRE(!log.lines().empty());
    for (auto const& line : log.lines())
        BOOST_TEST(line.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
