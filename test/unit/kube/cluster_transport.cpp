#include <penstock/kube/cluster_transport.hpp>

#include <penstock/testing/loop.hpp>

#include <contract/http/certificates.hpp>

#include "recorders.hpp"
#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, recording_sink, recording_log>;

struct changing_loop : testing::loop
{
    recorded seen;
    world told{clock, recording_sink{&seen}, recording_log{&seen}};
    testing::authority one;
    testing::authority two;
    std::string file = one.ca_pem;
    std::vector<std::string> made;  // the authorities of each client
    std::deque<answer> answers;

    auto make()
    {
        http::tls_options tls;
        tls.ca_pem = one.ca_pem;
        tls_files files;
        files.authorities = "ca";
        auto const client = [this](http::tls_options const& o) {
            made.push_back(o.ca_pem);
            scripted_transport t(clock);
            t.answers = answers;
            t.watches = answers;
            return t;
        };
        auto const read = [this](std::string const&) { return result<std::string>(file); };
        return cluster_transport<world, scripted_transport>(told, tls, files, client, read);
    }
    template <class T>
    int status(T& transport)
    {
        http::request r("GET", "https://k/x");
        auto const got = run(transport.send(std::move(r), clock.now() + 10s));
        return got ? got->status : 0;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_cluster_transport, changing_loop)

BOOST_AUTO_TEST_CASE(connects_anew_when_the_authorities_change)
{
    answers.emplace_back(200, "a");
    answers.emplace_back(201, "b");
    auto transport = make();
    BOOST_TEST(made.empty());
    BOOST_TEST(status(transport) == 200);
    file = two.ca_pem;
    BOOST_TEST(status(transport) == 201);  // the same client
    BOOST_TEST(made.size() == 1U);
    clock.advance(10s);
    BOOST_TEST(status(transport) == 200);
    BOOST_TEST(made.size() == 2U);
    BOOST_TEST(made.at(1) == two.ca_pem);
    BOOST_TEST(seen.lines.size() == 1U);
}

BOOST_AUTO_TEST_CASE(looks_at_the_files_at_once_after_a_refused_handshake)
{
    answers.emplace_back(failure(errc::tls_failed));
    auto transport = make();
    BOOST_TEST(status(transport) == 0);
    file = two.ca_pem;
    BOOST_TEST(status(transport) == 0);
    BOOST_TEST(made.size() == 2U);
    file = one.ca_pem;
    http::request r("GET", "https://k/x");
    BOOST_TEST(!run(transport.open(std::move(r), clock.now() + 10s)).has_value());
    BOOST_TEST(made.size() == 3U);
}

BOOST_AUTO_TEST_CASE(lets_what_runs_run_on_over_the_old_client)
{
    auto transport = make();
    http::request r("GET", "https://k/x");
    auto hanging = start(transport.send(std::move(r), clock.now() + 60s));
    file = two.ca_pem;
    clock.advance(10s);
    answers.emplace_back(200, "a");
    BOOST_TEST(status(transport) == 200);
    BOOST_TEST(!hanging.done());
    advance(50s);
    BOOST_TEST((hanging.get().error().code == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(says_once_that_a_file_is_of_no_use)
{
    for (int i = 0; i < 4; ++i)
        answers.emplace_back(200, "a");
    auto transport = make();
    BOOST_TEST(status(transport) == 200);
    file = "nonsense";
    for (int i = 0; i < 3; ++i) {
        clock.advance(10s);
        BOOST_TEST(status(transport) == 200);
    }
    BOOST_TEST(made.size() == 1U);
    BOOST_TEST(seen.lines.size() == 1U);
    BOOST_TEST(seen.lines.at(0).starts_with("E cannot use the certificates, keeping the old ones error=ca: holds no"));
}

BOOST_AUTO_TEST_CASE(takes_the_certificate_of_a_plug_in)
{
    answers.emplace_back(200, "a");
    auto transport = make();
    BOOST_TEST(status(transport) == 200);
    auto const mine = one.issue("DNS:me");
    auto const other = one.issue("DNS:other");
    BOOST_TEST((transport.use_certificate(mine.chain_pem, other.key()).error().code == errc::invalid_configuration));
    BOOST_TEST(transport.use_certificate(mine.chain_pem, mine.key()).has_value());
    BOOST_TEST(status(transport) == 200);
    BOOST_TEST(made.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
