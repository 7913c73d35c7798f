#include <penstock/auth/token_attempts.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace std::chrono_literals;
using auth::token_attempts;
using auth::token_refusal;

namespace {

time_point const now{100s};
time_point const end = now + 60s;

auth::token issued(duration ago)
{
    auth::token t;
    t.issued = now - ago;
    return t;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_token_attempts)

BOOST_AUTO_TEST_CASE(takes_another_token_once)
{
    for (auto const first : {token_refusal::dropped, token_refusal::superseded}) {
        token_attempts a;
        BOOST_TEST((a.unauthorized(first, now, end) == 0s));
        BOOST_TEST((a.unauthorized(token_refusal::dropped, now, end) == token_attempts::give_up));
        BOOST_TEST((a.unauthorized(token_refusal::superseded, now, end) == token_attempts::give_up));
    }
}

BOOST_AUTO_TEST_CASE(shows_a_young_token_again_after_a_growing_pause)
{
    token_attempts a;
    BOOST_TEST((a.unauthorized(token_refusal::dropped, now, end) == 0s));  // and the new one is young
    BOOST_TEST((a.unauthorized(token_refusal::young, now, end) == 1s));
    BOOST_TEST((a.forbidden(issued(3s), 10s, now, end) == 2s));
    BOOST_TEST((a.unauthorized(token_refusal::young, now, end) == 4s));
    BOOST_TEST((a.unauthorized(token_refusal::young, now, end) == token_attempts::give_up));
    BOOST_TEST((a.forbidden(issued(3s), 10s, now, end) == token_attempts::give_up));
}

BOOST_AUTO_TEST_CASE(takes_a_403_of_an_old_token_for_what_it_says)
{
    token_attempts a;
    BOOST_TEST((a.forbidden(issued(10s), 10s, now, end) == token_attempts::give_up));
    BOOST_TEST((a.forbidden(issued(9s), 10s, now, end) == 1s));
}

BOOST_AUTO_TEST_CASE(does_not_wait_beyond_the_deadline)
{
    token_attempts a;
    BOOST_TEST((a.unauthorized(token_refusal::young, now, now + 1s) == token_attempts::give_up));
    BOOST_TEST((a.unauthorized(token_refusal::young, now, now + 1001ms) == 1s));
    BOOST_TEST((a.unauthorized(token_refusal::young, now, now + 2s) == token_attempts::give_up));
}

BOOST_AUTO_TEST_SUITE_END()
