#include <penstock/kube/update_status.hpp>

#include <penstock/kube/status_condition.hpp>

#include "watched_cluster.hpp"

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

struct gate_status : watched_cluster
{
    result<boost::json::value> ready(boost::json::value object, std::string const& message = "")
    {
        status_change change = [this, message](boost::json::object& o) {
            ++changes;
            mark_ready(o, "Open", message, clock.wall());
        };
        auto running = start(update_status(api, gates, std::move(object), change, write_options("test"), soon()));
        advance(1s);
        return running.get();
    }
    std::size_t requests() const { return wire.calls.requests.size(); }
    int changes = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_update_status, gate_status)

BOOST_AUTO_TEST_CASE(a_status_is_written_without_being_read)
{
    auto const object = make("a");
    auto const before = requests();
    auto const written = must(ready(object));
    BOOST_TEST(requests() == before + 1);
    BOOST_TEST(wire.calls.requests.back().starts_with("PUT /apis/example.com/v1/namespaces/n/gates/a/status"));
    BOOST_TEST((is_ready()(&written.as_object()) == wait_verdict::met));
    BOOST_TEST((must(run(api.get(gates, {"n", "a"}, soon()))) == written));
}

BOOST_AUTO_TEST_CASE(the_same_status_is_not_written_again)
{
    auto const first = must(ready(make("a")));
    auto const before = requests();
    advance(1h);
    auto const second = must(ready(first));
    BOOST_TEST(requests() == before);
    BOOST_TEST((second == first));
    BOOST_TEST(version(must(ready(second, "wide open"))) != version(first));
}

BOOST_AUTO_TEST_CASE(what_somebody_else_wrote_meanwhile_stays)
{
    auto const old = make("a");
    merge(gates, "a", R"({"status":{"flow":7}})", "status");
    merge(gates, "a", R"({"spec":{"width":2}})");
    auto const written = must(ready(old));
    BOOST_TEST(changes == 2);
    BOOST_TEST(written.at("status").at("flow") == 7);
    BOOST_TEST(written.at("spec").at("width") == 2);
    BOOST_TEST(written.at("status").at("observedGeneration") == 2);
}

BOOST_AUTO_TEST_CASE(an_object_that_was_made_anew_is_not_written_to)
{
    auto const old = make("a");
    remove(gates, "a");
    make("a");
    BOOST_TEST((ready(old).error().code == errc::not_found));
    BOOST_TEST(member_at(get("a").as_object(), {"status", "conditions"}) == nullptr);
    remove(gates, "a");
    BOOST_TEST((ready(old).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(what_is_no_object_of_the_cluster_has_no_status)
{
    BOOST_TEST((ready(gate("a")).error().code == errc::invalid_argument));
    BOOST_TEST((ready("text").error().code == errc::invalid_argument));
    BOOST_TEST(changes == 0);
}

BOOST_AUTO_TEST_SUITE_END()
