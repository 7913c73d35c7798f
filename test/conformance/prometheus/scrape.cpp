#include "all_metrics.hpp"
#include "conformance/program.hpp"

#include <penstock/clock/steady.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/observe/page.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

awaitable<void> serve(observe::page const& page, http::exchange& x)
{
    http::response answer(200, std::string(page.content_type), page.text());
    co_await x.respond(answer);
}

awaitable<int> drained(http::server& server)
{
    co_await server.drain(clock::steady::now() + 1s);
    co_return 0;
}

/// Asks until the query gives a value or the time is over; then "".
awaitable<std::string> ask(http::client& client, std::string base, std::string query)
{
    auto const end = clock::steady::now() + 40s;
    while (clock::steady::now() < end) {
        http::request r("GET", base + "/api/v1/query?query=" + query);
        auto const answer = co_await client.send(std::move(r), clock::steady::now() + 5s);
        if (answer && answer->status == 200) {
            auto const body = boost::json::parse(answer->body);
            auto const& found = body.at("data").at("result").as_array();
            if (!found.empty())
                co_return std::string(found[0].at("value").at(1).as_string());
        }
        co_await clock::steady::sleep_until(clock::steady::now() + 200ms);
    }
    co_return std::string();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prometheus_scrape)

BOOST_AUTO_TEST_CASE(is_read_by_prometheus_and_drives_its_rules)
{
    std::string name = (std::filesystem::temp_directory_path() / "penstock-prometheus-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    std::filesystem::path const folder(name);

    asio::io_context context{1};
    observe::prometheus_sink sink;
    make_all(sink);
    sink.make_counter(metrics::names::sync_total, {"webhook", "success"}).increment(41);
    observe::page const page(sink);
    http::server_options options;
    options.address = "127.0.0.1";
    http::server server(context.get_executor(), options, [&](http::exchange& x) { return serve(page, x); });
    auto const port = server.listen();
    BOOST_REQUIRE(port.has_value());
    asio::co_spawn(context, unwinding(server.run()), asio::detached);

    std::ofstream(folder / "rules.yml") << "groups:\n- name: penstock\n  interval: 1s\n  rules:\n"
                                           "  - record: test:syncs:sum\n"
                                           "    expr: sum(penstock_sync_total{trigger=\"webhook\"})\n"
                                           "  - alert: Syncing\n    expr: penstock_sync_total > 40\n";
    std::ofstream(folder / "prometheus.yml")
        << "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\nrule_files: [rules.yml]\nscrape_configs:\n"
           "- job_name: penstock\n  static_configs:\n  - targets: ['127.0.0.1:"
        << *port << "']\n";
    auto const base = "127.0.0.1:" + std::to_string(free_port());
    {
        program const prometheus({"prometheus", "--config.file=" + (folder / "prometheus.yml").string(),
                                  "--storage.tsdb.path=" + (folder / "data").string(), "--web.listen-address=" + base},
                                 (folder / "log").string());
        http::client client(context.get_executor());
        auto const value = [&](std::string query) {
            return testing::run_for_real(context, ask(client, "http://" + base, std::move(query)), 60s);
        };
        BOOST_TEST(value("penstock_sync_total%7Btrigger%3D%22webhook%22%7D") == "41");
        BOOST_TEST(value("up%7Bjob%3D%22penstock%22%7D") == "1");
        BOOST_TEST(value("test:syncs:sum") == "41");
        BOOST_TEST(value("ALERTS%7Balertname%3D%22Syncing%22%2Calertstate%3D%22firing%22%7D") == "1");
        for (auto const* f : metrics::names::table) {
            auto const shown = std::string(f->name) + (f->type == metrics::kind::histogram ? "_count" : "");
            BOOST_TEST(value("count(" + shown + ")") != "", shown + " was not read");
        }
    }
    testing::run_for_real(context, drained(server));
    std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()
