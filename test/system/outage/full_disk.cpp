#include "system/stage.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// A sidecar whose store finds no more room when it is told so.
struct filling : stage
{
    filling()
    {
        head = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [this] { return revision("app") == head; }));
    }

    /// From now on no file of this process grows beyond so many bytes.
    static void limit(sidecar& it, rlim_t bytes)
    {
        rlimit const l{bytes, RLIM_INFINITY};
        BOOST_REQUIRE(::prlimit(it.process().pid(), RLIMIT_FSIZE, &l, nullptr) == 0);
    }

    http::response push(sidecar& it, std::string const& next)
    {
        auto r = github_push(it.hooks_url() + "/webhook/github", sidecar::github_secret(), url_of("acme/app"), head,
                             next, "d-" + next);
        return send(std::move(r)).value();
    }

    std::string head;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_full_disk, filling)

BOOST_AUTO_TEST_CASE(what_cannot_be_written_down_is_refused_until_there_is_room_again)
{
    sidecar_options o;
    o.level = "info";
    sidecar it(*this, o);
    BOOST_REQUIRE(it.wait_ready());
    auto const log = directory() + "/store.db-wal";
    while (std::filesystem::file_size(log) < 100'000) {  // far above the log lines, which must still find room
        auto const next = commit("acme/app");
        BOOST_REQUIRE(push(it, next).status == 202);
        head = next;
    }
    BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    BOOST_REQUIRE(it.process().err().size() < 60'000U);

    limit(it, std::filesystem::file_size(log));
    auto const next = commit("acme/app");
    for (int i = 0; i < 5; ++i) {
        auto const answer = push(it, next);
        BOOST_TEST(answer.status == 503);
        BOOST_TEST(answer.fields.contains("Retry-After"));
        BOOST_TEST(boost::json::parse(answer.body).at("status").as_string() == "refused");
        BOOST_TEST(answer.body.find("disk") == std::string::npos);  // no business of the sender
    }
    BOOST_TEST(it.ready());
    BOOST_TEST(it.metric("penstock_webhook_deliveries_total{outcome=\"refused\",provider=\"github\"}") == 5);
    BOOST_TEST(until(5s, [&] { return it.process().err().find("could not be written down") != std::string::npos; }));
    auto const said = it.process().err();
    auto const at = said.find("could not be written down");
    auto const line = said.substr(said.rfind('\n', at) + 1, said.find('\n', at) - said.rfind('\n', at) - 1);
    BOOST_TEST(line.find("\"level\":\"error\"") != std::string::npos, line);
    BOOST_TEST(line.find("store.db") != std::string::npos, line);
    BOOST_TEST(!it.process().ended());
    BOOST_TEST(revision("app") == head);

    limit(it, RLIM_INFINITY);
    BOOST_TEST(push(it, next).status == 202);  // the same delivery again, as GitHub's button sends it
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(until(10s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0);
}

BOOST_AUTO_TEST_CASE(a_sync_that_ends_while_there_is_no_room_ends_when_there_is)
{
    sidecar_options o;
    o.level = "info";
    sidecar it(*this, o);
    BOOST_REQUIRE(it.wait_ready());
    auto const log = directory() + "/store.db-wal";
    while (std::filesystem::file_size(log) < 100'000) {
        auto const next = commit("acme/app");
        BOOST_REQUIRE(push(it, next).status == 202);
        head = next;
    }
    BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    stop_flux();
    auto const asked = requested("app");
    auto const next = commit("acme/app");
    BOOST_REQUIRE(push(it, next).status == 202);
    BOOST_REQUIRE(until(10s, [&] { return requested("app") != asked; }));
    limit(it, std::filesystem::file_size(log));
    start_flux();
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(!it.process().ended());
    BOOST_TEST(it.metric("penstock_sync_pending") == 1);  // its delivery cannot be erased
    limit(it, RLIM_INFINITY);
    BOOST_TEST(until(20s, [&] { return it.metric("penstock_sync_pending") == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
