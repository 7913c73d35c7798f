#include "system/stage.hpp"

#include <penstock/testing/fault_proxy.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// A sidecar whose way to the API server can be closed; Flux has its own.
struct behind_a_gate : stage
{
    behind_a_gate()
    {
        auto text = contents(kubeconfig());
        auto const url = on_loop([this] { return cluster().url(); });
        auto const colon = url.rfind(':') + 1;
        auto const port = static_cast<std::uint16_t>(std::stoul(url.substr(colon)));
        on_loop([&] { gate = std::make_unique<testing::fault_proxy>(get_executor(), port); });
        text.replace(text.find(url) + colon, url.size() - colon, on_loop([&] { return std::to_string(gate->port()); }));
        write_file(kubeconfig(), text);
        for (auto const& name : names) {
            heads.push_back(create("acme/" + name));
            source(name, "acme/" + name);
        }
        for (std::size_t i = 0; i < names.size(); ++i)
            BOOST_REQUIRE(until(10s, [&] { return revision(names[i]) == heads[i]; }));
    }
    ~behind_a_gate()
    {
        on_loop([this] { gate.reset(); });
    }

    void close()
    {
        on_loop([this] { gate->down(); });
    }
    void open()
    {
        on_loop([this] { gate->up(); });
    }
    std::string readyz(sidecar& it)
    {
        auto const answer = send(http::request("GET", it.health_url() + "/readyz"));
        return answer ? std::to_string(answer->status) + ' ' + answer->body : std::string();
    }

    std::unique_ptr<testing::fault_proxy> gate;
    std::vector<std::string> const names{"one", "two", "three", "four", "five"};
    std::vector<std::string> heads;
};

std::string const synced = "penstock_sync_total{result=\"synced\",trigger=\"webhook\"}";
std::string const superseded = "penstock_sync_total{result=\"superseded\",trigger=\"webhook\"}";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_cluster_away, behind_a_gate)

BOOST_AUTO_TEST_CASE(pushes_are_taken_while_it_is_away_and_each_source_is_synced_once_when_it_is_back)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") == 5; }));
    BOOST_TEST(readyz(it) == "200 ok\n");
    auto const before = requests_with("fieldManager=penstock");
    close();

    duration slowest{};
    for (std::size_t i = 0; i < 50; ++i) {
        auto const which = i % names.size();
        auto const next = commit("acme/" + names[which]);
        auto const start = std::chrono::steady_clock::now();
        BOOST_TEST(it.push("acme/" + names[which], heads[which], next, "d-" + next) == 202);
        slowest = std::max(slowest, std::chrono::steady_clock::now() - start);
        heads[which] = next;
    }
    BOOST_TEST((slowest < 2s));
    BOOST_TEST(until(5s, [&] { return readyz(it).find("until the API server works again") != std::string::npos; }),
               readyz(it));
    BOOST_TEST(readyz(it).starts_with("200 ok; "));  // it takes deliveries: away from the Service they would be lost
    BOOST_TEST(it.metric("penstock_sync_pending") == 5);
    BOOST_TEST(it.metric(synced) == 0);
    BOOST_TEST(requests_with("fieldManager=penstock") == before);

    open();
    for (std::size_t i = 0; i < names.size(); ++i)
        BOOST_TEST(until(20s, [&] { return revision(names[i]) == heads[i]; }), names[i]);
    BOOST_TEST(until(10s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    BOOST_TEST(until(10s, [&] { return readyz(it) == "200 ok\n"; }), readyz(it));
    BOOST_TEST(it.metric(synced) == 5);
    BOOST_TEST(it.metric(superseded) == 45);
    BOOST_TEST(requests_with("fieldManager=penstock") == before + 5);
}

BOOST_AUTO_TEST_SUITE_END()
