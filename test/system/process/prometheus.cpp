#include "system/stage.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <optional>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

bool missing(std::string const& program)
{
    if (std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) == 0)
        return false;
    BOOST_TEST_MESSAGE("skipped: " << program << " is not installed (Debian package: prometheus)");
    return true;
}

std::string free_port()
{
    asio::io_context context;
    asio::ip::tcp::acceptor const a(context, {asio::ip::address_v4::loopback(), 0});
    return std::to_string(a.local_endpoint().port());
}

/// A sidecar that has synced once, so that its page shows what it shows in life.
struct measured : stage
{
    measured()
    {
        auto const first = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
        it.emplace(*this);
        BOOST_REQUIRE(it->wait_ready());
        BOOST_REQUIRE(until(10s, [&] { return it->metric("penstock_poll_total{result=\"unchanged\"}") == 1; }));
        auto const next = commit("acme/app");
        BOOST_REQUIRE(it->push("acme/app", first, next, "d") == 202);
        BOOST_REQUIRE(until(10s, [&] { return it->metric(synced) == 1; }));
    }
    std::string const synced = "penstock_sync_total{result=\"synced\",trigger=\"webhook\"}";
    std::optional<sidecar> it;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_prometheus, measured)

BOOST_AUTO_TEST_CASE(promtool_finds_nothing_to_say_about_the_page_of_the_sidecar)
{
    if (missing("promtool"))
        return;
    write_file(directory() + "/page", it->metrics());
    child promtool({"sh", "-c", "promtool check metrics < " + directory() + "/page"}, directory());
    BOOST_TEST(promtool.wait(20s).value_or(-1) == 0, promtool.err());
    BOOST_TEST(promtool.err() + promtool.out() == "");
}

BOOST_AUTO_TEST_CASE(prometheus_scrapes_the_sidecar_and_evaluates_a_rule)
{
    if (missing("prometheus"))
        return;
    write_file(directory() + "/rules.yml",
               "groups:\n- name: penstock\n  interval: 1s\n  rules:\n  - record: test:synced\n"
               "    expr: sum(penstock_webhook_to_synced_seconds_count)\n");
    write_file(
        directory() + "/prometheus.yml",
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\nscrape_configs:\n- {job_name: "
        "penstock, static_configs: [{targets: ['127.0.0.1:"
            + std::to_string(it->metrics_port) + "']}]}\n");
    auto const at = "127.0.0.1:" + free_port();
    child const prometheus({"prometheus", "--config.file=" + directory() + "/prometheus.yml",
                            "--storage.tsdb.path=" + directory() + "/tsdb", "--web.listen-address=" + at},
                           directory());
    auto const value = [&](std::string const& query) {
        auto const answer = send(http::request("GET", "http://" + at + "/api/v1/query?query=" + query));
        if (!answer || answer->status != 200)
            return std::string();
        auto const body = boost::json::parse(answer->body);
        auto const& found = body.at("data").at("result").as_array();
        return found.empty() ? std::string() : std::string(found[0].at("value").at(1).as_string());
    };
    BOOST_TEST(until(30s, [&] { return value("test:synced") == "1"; }), prometheus.err());
    BOOST_TEST(value("up%7Bjob%3D%22penstock%22%7D") == "1");
    BOOST_TEST(value("scrape_samples_scraped") != "");
}

BOOST_AUTO_TEST_SUITE_END()
