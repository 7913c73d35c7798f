#include "system/stage.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <future>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

using asio::ip::tcp;

std::string const reloaded = "penstock_config_last_reload_successful";

/// A client of its own, that sends what it is told.
class raw_client
{
public:
    explicit raw_client(std::uint16_t port) { socket_.connect({asio::ip::address_v4::loopback(), port}); }
    void say(std::string const& text) { asio::write(socket_, asio::buffer(text)); }
private:
    asio::io_context context_;
    tcp::socket socket_{context_};
};

struct running : stage
{
    running()
    {
        first = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [this] { return revision("app") == first; }));
    }
    std::string first;
};

duration since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::steady_clock::now() - start;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_lifecycle, running)

BOOST_AUTO_TEST_CASE(it_is_ready_when_the_cluster_has_been_read)
{
    embedded::kube_fault f;
    f.path = "/gitrepositories";
    f.count = -1;
    f.status = 503;
    fault(f);
    sidecar it(*this);
    auto const answer = [&](std::string const& path) {
        return send(http::request("GET", it.health_url() + path)).value();
    };
    BOOST_TEST(answer("/healthz").status == 200);
    BOOST_TEST(answer("/healthz").body == "ok\n");
    BOOST_TEST(answer("/healthz/leader").body == "[+]leader ok\nok\n");
    BOOST_TEST(answer("/healthz/nobody").status == 404);
    BOOST_TEST(answer("/readyz").status == 503);
    BOOST_TEST(answer("/readyz").body.starts_with("GitRepository objects have not been listed yet"));
    BOOST_TEST(answer("/leader").status == 200);
    BOOST_TEST(answer("/other").status == 404);
    clear_faults();
    BOOST_TEST(it.wait_ready(20s));
}

BOOST_AUTO_TEST_CASE(a_push_that_comes_before_the_cluster_is_known_waits_for_it)
{
    embedded::kube_fault f;
    f.path = "/gitrepositories";
    f.count = -1;
    f.status = 503;
    fault(f);
    sidecar it(*this);
    auto const next = commit("acme/app");
    auto answered = std::async(std::launch::async, [&] { return it.push("acme/app", first, next, "early"); });
    BOOST_TEST((answered.wait_for(300ms) == std::future_status::timeout));
    clear_faults();
    BOOST_TEST(answered.get() == 202);  // not "ignored: no such repository"
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
}

BOOST_AUTO_TEST_CASE(sigterm_drains_and_ends_it_with_0)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    raw_client slow(it.hooks_port);
    slow.say("POST /webhook/github HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nX-GitHub-Event: push\r\n"
             "X-Hub-Signature-256: sha256="
             + std::string(64, 'a') + "\r\n\r\n{");
    raw_client silent(it.metrics_port);
    BOOST_REQUIRE(until(5s, [&] { return on_loop([this] { return cluster().handler().watches(); }) >= 2; }));
    auto const next = prepare_commit("acme/app", first);
    BOOST_TEST(it.push("acme/app", first, next, "waits") == 202);  // and its sync cannot come
    auto const start = std::chrono::steady_clock::now();
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0);
    BOOST_TEST((since(start) < 8s));
    BOOST_TEST(it.process().err().find("\"msg\":\"stopped\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_idle_sidecar_ends_at_once)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    auto const start = std::chrono::steady_clock::now();
    it.process().signal(SIGINT);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0);
    BOOST_TEST((since(start) < 3s));
}

BOOST_AUTO_TEST_CASE(a_second_signal_ends_it_at_once)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    raw_client slow(it.hooks_port);
    slow.say("POST /webhook/github HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nX-GitHub-Event: push\r\n"
             "X-Hub-Signature-256: sha256="
             + std::string(64, 'a') + "\r\n\r\n{");
    BOOST_REQUIRE(until(5s, [&] { return it.ready(); }));
    it.process().signal(SIGTERM);
    BOOST_REQUIRE(until(5s, [&] { return it.process().err().find("\"msg\":\"draining\"") != std::string::npos; }));
    auto const start = std::chrono::steady_clock::now();
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(5s).value_or(-1) == 1);
    BOOST_TEST((since(start) < 1s));
}

BOOST_AUTO_TEST_CASE(sighup_and_a_changed_file_reload_the_configuration)
{
    sidecar_options o;
    sidecar it(*this, o);
    BOOST_REQUIRE(it.wait_ready());
    BOOST_TEST(it.metric(reloaded) == 1);
    auto const good = contents(sidecar::config_path(*this));

    write_file(sidecar::config_path(*this), good + "snyc: {}\n");
    it.process().signal(SIGHUP);
    BOOST_TEST(until(5s, [&] { return it.metric(reloaded) == 0; }));
    BOOST_TEST(it.process().err().find("unknown key snyc; did you mean sync?") != std::string::npos);
    auto const second = commit("acme/app");
    BOOST_TEST(it.push("acme/app", first, second, "still") == 202);  // by what the old file says
    BOOST_TEST(until(10s, [&] { return revision("app") == second; }));

    auto rotated = good;
    write_file(directory() + "/rotated", "a-new-secret-of-the-webhook\n");
    auto const at = rotated.find(directory() + "/github}");
    rotated.replace(at, directory().size() + 8, directory() + "/rotated}");
    write_file(sidecar::config_path(*this) + ".new", rotated);
    std::rename((sidecar::config_path(*this) + ".new").c_str(), sidecar::config_path(*this).c_str());
    BOOST_TEST(until(5s, [&] { return it.metric(reloaded) == 1; }));
    auto const third = commit("acme/app");
    BOOST_TEST(until(5s, [&] { return it.push("acme/app", second, third, "old secret") == 401; }));
    auto const r = github_push(it.hooks_url() + "/webhook/github", secret("a-new-secret-of-the-webhook"),
                               url_of("acme/app"), second, third, "new secret");
    BOOST_TEST(send(r)->status == 202);

    write_file(sidecar::config_path(*this), rotated + "watch: {namespaces: [other]}\n");
    it.process().signal(SIGHUP);
    BOOST_TEST(until(5s, [&] { return it.metric(reloaded) == 0; }));
    BOOST_TEST(it.process().err().find("restart to use them") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_secret_that_changes_in_its_place_is_taken_up)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    write_file(directory() + "/github", "another-secret-of-the-webhook\n");
    it.process().signal(SIGHUP);  // reads them now; else it is done every 10 s
    auto const next = commit("acme/app");
    BOOST_TEST(until(5s, [&] {
        auto const r = github_push(it.hooks_url() + "/webhook/github", secret("another-secret-of-the-webhook"),
                                   url_of("acme/app"), first, next, "rotated");
        return send(r)->status == 202;
    }));
}

BOOST_AUTO_TEST_CASE(a_second_sidecar_on_the_same_store_says_what_is_wrong)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    sidecar_options o;
    child second(sidecar::command(*this, o), directory());
    BOOST_TEST(second.wait(10s).value_or(-1) == 1);
    BOOST_TEST(second.err().find(directory() + "/store.db") != std::string::npos, second.err());
    BOOST_TEST(second.err().find("another process") != std::string::npos, second.err());
    BOOST_TEST(it.ready());
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_named_with_its_flag)
{
    sidecar it(*this);
    sidecar_options o;
    auto arguments = sidecar::command(*this, o);
    struct row
    {
        char const* flag;
        std::uint16_t port;
    };
    for (auto const& r : {row{"--hooks-addr", it.hooks_port}, row{"--metrics-addr", it.metrics_port},
                          row{"--health-addr", it.health_port}}) {
        auto taken = arguments;
        *(std::find(taken.begin(), taken.end(), r.flag) + 1) = "127.0.0.1:" + std::to_string(r.port);
        *(std::find(taken.begin(), taken.end(), "--config") + 1) = directory() + "/other.yaml";
        write_file(directory() + "/other.yaml",
                   "apiVersion: penstock.dev/v1\nkind: Sidecar\nstore: {sqlite: " + directory() + "/other.db}\n");
        child second(taken, directory());
        BOOST_TEST(second.wait(10s).value_or(-1) == 1);
        BOOST_TEST(second.err().find(r.flag) != std::string::npos, second.err());
        BOOST_TEST(second.err().find("in use") != std::string::npos, second.err());
    }
}

BOOST_AUTO_TEST_SUITE_END()
