#include <penstock/testing/fault_proxy.hpp>

#include "served.hpp"

#include <penstock/http/retry.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

struct fixture : served
{
    testing::fault_proxy between{context.get_executor(), server.port()};
    env::basic_environment<clock::steady> env;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(between.port()) + "/x"; }
    result<http::response> get(duration limit = 5s) { return run(client.send(http::request("GET", url()), in(limit))); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_faults, fixture)

BOOST_AUTO_TEST_CASE(an_answer_torn_into_single_bytes_is_whole)
{
    testing::fault f;
    f.piece = 1;
    between.set(f);
    BOOST_TEST(get().value().body == "hello /x");
}

BOOST_AUTO_TEST_CASE(every_place_to_cut_an_answer_is_a_failure_and_never_a_wrong_answer)
{
    BOOST_TEST(get().value().status == 200);
    client.close_idle();
    http::response const whole = get().value();
    std::size_t cut = 0;
    for (;; cut += 7) {
        client.close_idle();
        testing::fault f;
        f.reset = cut % 2 == 0;
        f.cut_after = cut;
        between.once(f);
        auto const answer = get();
        if (answer) {
            BOOST_TEST(answer->body == whole.body);
            break;
        }
        BOOST_TEST((answer.error().code == condition::retryable), answer.error().message());
        BOOST_REQUIRE(cut < 2000);
    }
    BOOST_TEST(cut > 100U);
}

BOOST_AUTO_TEST_CASE(a_retry_gets_through_where_the_first_attempts_fail)
{
    testing::fault refused;
    refused.refuse = refused.reset = true;
    between.once(refused);
    testing::fault cut;
    cut.cut_after = 20;
    between.once(cut);
    http::retry_options o;
    o.base = 1ms;
    http::retry t(env, client, o, 1);
    auto const answer = run(t.send(http::request("GET", url()), in(5s)));
    BOOST_TEST(answer.value().body == "hello /x");
    BOOST_TEST(between.connections() == 3);
}

BOOST_AUTO_TEST_CASE(an_answer_that_never_arrives_ends_at_the_deadline)
{
    testing::fault f;
    f.swallow = true;
    between.set(f);
    BOOST_TEST((get(50ms).error().code == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_SUITE_END()
