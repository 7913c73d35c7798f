#include <penstock/auth/token_state.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using advice = auth::token_advice;
namespace data = boost::unit_test::data;

namespace {

time_point const start{1h};

auth::token_timing plain()
{
    auth::token_timing t;
    t.jitter = 0;
    return t;
}

auth::token made(std::uint64_t serial, time_point issued, duration life)
{
    auth::token t;
    t.value = secret("t" + std::to_string(serial));
    t.serial = serial;
    t.issued = issued;
    t.expires = issued + life;
    return t;
}

/// A state that got a token of one hour at `start`.
auth::token_state with_token(duration life = 1h)
{
    auth::token_state s(plain());
    s.began();
    BOOST_REQUIRE(s.minted(made(1, start, life), start));
    return s;
}

enum class mint
{
    none,
    running,
    failed,
};

struct row
{
    duration after;  // the token was minted
    mint renewal;
    advice wanted;
    friend std::ostream& operator<<(std::ostream& out, row const& r)
    {
        return out << std::chrono::duration_cast<std::chrono::seconds>(r.after).count() << " s, mint "
                   << static_cast<int>(r.renewal);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_token_state)

BOOST_DATA_TEST_CASE(says_what_to_do_with_a_token_of_one_hour,
                     data::make(std::vector<row>{{0s, mint::none, advice::use},
                                                 {49min, mint::none, advice::use},
                                                 {50min, mint::none, advice::use_and_renew},
                                                 {58min, mint::none, advice::use_and_renew},
                                                 {59min, mint::none, advice::renew},
                                                 {60min, mint::none, advice::renew},
                                                 {50min, mint::running, advice::use},
                                                 {58min, mint::running, advice::use},
                                                 {59min, mint::running, advice::wait},
                                                 {61min, mint::running, advice::wait},
                                                 {50min, mint::failed, advice::use},
                                                 {59min, mint::failed, advice::use},
                                                 {59min + 59s, mint::failed, advice::use},
                                                 {60min, mint::failed, advice::refuse},
                                                 {70min, mint::failed, advice::refuse}}),
                     one)
{
    auto s = with_token();
    auto const now = start + one.after;
    if (one.renewal != mint::none)
        s.began();
    if (one.renewal == mint::failed)
        s.failed(failure(errc::unavailable), now);
    BOOST_TEST((s.ask(now) == one.wanted));
}

BOOST_DATA_TEST_CASE(fits_the_margins_to_short_lives,
                     data::make(std::vector<row>{{29s, mint::none, advice::use},
                                                 {30s, mint::none, advice::use_and_renew},
                                                 {53s, mint::none, advice::use_and_renew},
                                                 {54s, mint::none, advice::renew}}),
                     one)
{
    BOOST_TEST((with_token(60s).ask(start + one.after) == one.wanted));
}

BOOST_AUTO_TEST_CASE(asks_for_a_mint_where_there_is_nothing)
{
    auth::token_state s(plain());
    BOOST_TEST((s.ask(start) == advice::renew));
    s.began();
    BOOST_TEST((s.ask(start) == advice::wait));
    s.abandoned();
    BOOST_TEST((s.ask(start) == advice::renew));
    BOOST_TEST(!s.last_failure(start).code);
}

BOOST_AUTO_TEST_CASE(waits_longer_after_each_failure_and_as_long_as_the_peer_says)
{
    auth::token_state s(plain());
    auto now = start;
    duration before{};
    for (int i = 0; i < 6; ++i) {
        s.began();
        s.failed(failure(errc::unavailable), now);
        auto const pause = s.last_failure(now).retry_after;
        auto const ceiling = std::min<duration>(1s * (1 << i), 60s);
        BOOST_TEST((pause >= ceiling / 2 && pause <= ceiling));
        BOOST_TEST((pause > before / 4));
        before = pause;
        BOOST_TEST((s.ask(now + pause - 1ms) == advice::refuse));
        BOOST_TEST((s.ask(now + pause) == advice::renew));
        now += pause;
    }
    s.began();
    s.failed(failure(errc::quota_exhausted, "", 10min), now);
    BOOST_TEST((s.last_failure(now).retry_after == 10min));
    BOOST_TEST((s.ask(now + 9min) == advice::refuse));
    s.began();
    BOOST_REQUIRE(s.minted(made(2, now + 10min, 1h), now + 10min));
    s.began();
    s.failed(failure(errc::unavailable), now + 10min);
    BOOST_TEST((s.last_failure(now + 10min).retry_after <= 1s));  // counted anew
}

BOOST_AUTO_TEST_CASE(refuses_a_token_that_has_run_out_on_arrival)
{
    auth::token_state s(plain());
    s.began();
    auto const got = s.minted(made(1, start, -5min), start);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::malformed));
    BOOST_TEST((s.ask(start) == advice::refuse));
    BOOST_TEST(!s.usable(start));
}

BOOST_AUTO_TEST_CASE(drops_only_the_current_token_and_only_when_it_is_not_young)
{
    auto s = with_token();
    BOOST_TEST((s.refused(7, start + 30min) == auth::token_refusal::superseded));
    BOOST_TEST((s.refused(1, start + 9s) == auth::token_refusal::young));
    BOOST_TEST((s.ask(start + 9s) == advice::use));
    BOOST_TEST((s.refused(1, start + 10s) == auth::token_refusal::dropped));
    BOOST_TEST((s.ask(start + 10s) == advice::renew));
    BOOST_TEST((s.refused(1, start + 10s) == auth::token_refusal::superseded));
}

BOOST_AUTO_TEST_CASE(renews_an_old_token_although_much_is_left)
{
    auto t = plain();
    t.max_age = 30min;
    auth::token_state s(t);
    s.began();
    BOOST_REQUIRE(s.minted(made(1, start, 24h), start));
    BOOST_TEST((s.ask(start + 29min) == advice::use));
    BOOST_TEST((s.ask(start + 30min) == advice::use_and_renew));
}

BOOST_AUTO_TEST_CASE(never_renews_a_token_without_an_end)
{
    auth::token_state s;
    auth::token t;
    t.value = secret("t");
    s.began();
    BOOST_REQUIRE(s.minted(t, start));
    BOOST_TEST((s.ask(start + 24h * 365) == advice::use));
}

BOOST_AUTO_TEST_CASE(spreads_the_renewal_of_many_tokens)
{
    int early = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auth::token_state s({}, seed);
        s.began();
        BOOST_REQUIRE(s.minted(made(1, start, 1h), start));
        BOOST_TEST((s.ask(start + 48min - 1s) == advice::use));
        BOOST_TEST((s.ask(start + 50min) == advice::use_and_renew));
        early += s.ask(start + 49min) == advice::use_and_renew ? 1 : 0;
    }
    BOOST_TEST(early > 50);
    BOOST_TEST(early < 150);
}

BOOST_AUTO_TEST_SUITE_END()
