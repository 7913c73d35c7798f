#include "system/stage.hpp"

#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <cstdlib>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// Sources whose hosts are looked up for a minute, and one whose host is found.
struct hanging : stage
{
    static constexpr int hosts = 12;

    hanging()
    {
        first = create("acme/app");
        near = url_of("acme/app");
        near.replace(near.find("127.0.0.1"), 9, "git.near.test");  // so that it is looked up too
        for (int i = 0; i < hosts; ++i)
            add("far" + std::to_string(i), "http://a" + std::to_string(i) + ".hang.test/acme/app");
    }

    void add(std::string const& name, std::string const& url)
    {
        apply("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: " + name
              + ", namespace: flux-system}\nspec: {interval: 1h, url: '" + url + "', ref: {branch: main}}\n");
    }

    static sidecar_options preloaded()
    {
        sidecar_options o;
        o.environment.emplace_back(std::string("LD_PRELOAD=") + PENSTOCK_HANGING_NAMES);
        auto const* const asan = std::getenv("ASAN_OPTIONS");  // its runtime wants to be the first library
        o.environment.emplace_back("ASAN_OPTIONS=" + std::string(asan == nullptr ? "" : asan)
                                   + ":verify_asan_link_order=0");
        return o;
    }

    std::string first;
    std::string near;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_lookups, hanging)

BOOST_AUTO_TEST_CASE(names_that_hang_hold_up_neither_other_sources_nor_the_end)
{
    sidecar it(*this, preloaded());
    BOOST_REQUIRE(it.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_poll_in_flight") == hosts; }));
    add("near", near);
    // Flux does not find that host, and has no artifact: what is asked of it shows that the remote has answered.
    BOOST_REQUIRE(until(10s, [&] { return !requested("near").empty(); }));
    auto const asked = requested("near");

    auto const next = commit("acme/app");
    auto push = github_push(it.hooks_url() + "/webhook/github", sidecar::github_secret(), near, first, next, "d-1");
    BOOST_TEST(send(std::move(push)).value().status == 202);
    BOOST_TEST(until(10s, [&] { return requested("near") != asked; }));
    auto far = github_push(it.hooks_url() + "/webhook/github", sidecar::github_secret(), "http://a0.hang.test/acme/app",
                           first, next, "d-2");
    BOOST_TEST(send(std::move(far)).value().status == 202);  // kept, though it cannot be worked on
    BOOST_TEST(it.metric("penstock_poll_in_flight") == hosts);

    auto const start = std::chrono::steady_clock::now();
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 8s));
}

BOOST_AUTO_TEST_SUITE_END()
