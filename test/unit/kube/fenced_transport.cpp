#include <penstock/kube/fenced_transport.hpp>

#include <penstock/testing/loop.hpp>

#include "scripted_transport.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

struct term
{
    time_point end = time_point::min();
    time_point leads_until() const noexcept { return end; }
};
static_assert(fence<term>);

/// The peer outlives the copies of what leads to it.
struct wire_to
{
    scripted_transport* peer;
    awaitable<result<http::response>> send(http::request r, time_point d) { return peer->send(std::move(r), d); }
    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point d)
    {
        return peer->open(std::move(r), d);
    }
};

struct fenced : testing::loop
{
    scripted_transport peer{clock};
    term leader;
    fenced_transport<wire_to, testing::manual_clock, term> wire{wire_to{&peer}, clock, leader};

    auto send(std::string method) { return start(wire.send({std::move(method), "https://k/api"}, clock.now() + 60s)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_fenced_transport, fenced)

BOOST_DATA_TEST_CASE(lets_reads_pass_always, data::make({"GET", "HEAD", "OPTIONS"}), method)
{
    peer.answers.emplace_back(200, "{}");
    BOOST_TEST(send(method).get().value().status == 200);
}

BOOST_DATA_TEST_CASE(sends_no_write_of_one_who_does_not_lead, data::make({"POST", "PUT", "PATCH", "DELETE", "put"}),
                     method)
{
    peer.answers.emplace_back(200, "{}");
    BOOST_TEST((send(method).get().error().code == errc::not_leader));
    leader.end = clock.now();
    BOOST_TEST((send(method).get().error().code == errc::not_leader));
    BOOST_TEST(peer.requests.empty());
    leader.end = clock.now() + 1ns;
    BOOST_TEST(send(method).get().value().status == 200);
}

BOOST_AUTO_TEST_CASE(cuts_a_write_off_when_the_term_ends)
{
    leader.end = clock.now() + 5s;
    auto task = send("PATCH");
    advance(4999ms);
    BOOST_TEST(!task.done());
    advance(1ms);
    BOOST_TEST((task.get().error().code == errc::deadline_exceeded));
    auto reading = send("GET");
    advance(59s);
    BOOST_TEST(!reading.done());
    advance(1s);
    BOOST_TEST(reading.done());
}

BOOST_AUTO_TEST_CASE(streams_pass)
{
    peer.watches.emplace_back(std::vector<piece>{"x"});
    BOOST_TEST(run(wire.open({"GET", "https://k/api?watch=true"}, clock.now() + 1s)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
