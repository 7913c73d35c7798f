#include "system/stage.hpp"

#include <penstock/crypto/base64.hpp>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

std::string secret_object(std::string const& name, std::string const& data)
{
    return "apiVersion: v1\nkind: Secret\nmetadata: {name: " + name + ", namespace: flux-system}\ndata: {" + data
           + "}\n";
}

std::string b64(std::string const& text)
{
    return crypto::base64_encode(text);
}

/// Makes Flux fetch what a source shows now, and then takes Flux away, so that a source can fall behind.
void settle(stage& s, std::string const& name, std::string const& commit)
{
    BOOST_REQUIRE(until(10s, [&] { return s.revision(name) == commit; }));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_coverage, stage)

BOOST_AUTO_TEST_CASE(a_source_that_is_behind_is_synced_once_at_start)
{
    auto const first = create("acme/behind");
    auto const second = create("acme/current");
    source("behind", "acme/behind");
    source("current", "acme/current");
    settle(*this, "behind", first);
    settle(*this, "current", second);
    auto const next = commit("acme/behind");  // nobody announces it, and Flux looks once in an hour
    sidecar it(*this);
    BOOST_TEST(it.wait_ready());
    BOOST_TEST(until(10s, [&] { return revision("behind") == next; }));
    BOOST_TEST(until(5s, [&] { return it.metric("penstock_sync_total{result=\"synced\",trigger=\"startup\"}") == 1; }));
    BOOST_TEST(requested("current") == "");
    BOOST_TEST(requests_with("fieldManager=penstock") == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_not_polled_is_named_with_its_reason)
{
    auto const first = create("acme/app");
    source("open", "acme/app");
    source("pinned", "acme/app", "ref: {commit: " + first + "}");
    settle(*this, "open", first);
    settle(*this, "pinned", first);
    source("asleep", "acme/app", "suspend: true, ref: {branch: main}");
    apply(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ssh, namespace: flux-system}\n"
        "spec: {interval: 1h, url: 'ssh://git@git.example.com/acme/app', ref: {branch: main}}\n");
    auto const next = commit("acme/app");
    sidecar it(*this);
    BOOST_TEST(it.wait_ready());
    BOOST_TEST(until(10s, [&] { return revision("open") == next; }));
    auto const why = [&](std::string const& name) {
        auto const o = it.explain(name);
        auto const* const found = o.if_contains("notPolled");
        return found == nullptr ? std::string() : std::string(found->as_string());
    };
    BOOST_TEST(why("open") == "");
    BOOST_TEST(why("pinned") == "spec.ref.commit pins a commit, so there is nothing to look for");
    BOOST_TEST(why("asleep") == "spec.suspend is true");
    BOOST_TEST(why("ssh").find("ssh") != std::string::npos);
    BOOST_TEST(it.explain("ssh").at("coverage").as_string() == "not_polled");
    BOOST_TEST(it.metric("penstock_sync_sources{coverage=\"not_polled\"}") == 3);
    BOOST_TEST(it.metric("penstock_sync_sources{coverage=\"poll\"}") == 1);
    BOOST_TEST(requested("pinned") == "");
    BOOST_TEST(requested("asleep") == "");
    BOOST_TEST(it.push("acme/app", first, next, "c-1") == 202);  // names all three that follow the branch
    BOOST_TEST(until(5s, [&] { return it.metric("penstock_sync_pending") == 0; }));
    BOOST_TEST(requested("asleep") == "");
    BOOST_TEST(it.metric("penstock_sync_total{result=\"suspended\",trigger=\"webhook\"}") == 1);
}

BOOST_AUTO_TEST_CASE(sources_with_a_secret_are_polled_with_it)
{
    auto const basic = create("acme/basic", embedded::forge_access("robot", secret("a-password-of-the-robot")));
    auto const bearer = create("acme/bearer", embedded::forge_access(secret("a-bearer-token-of-the-robot")));
    apply(secret_object("basic", "username: " + b64("robot") + ", password: " + b64("a-password-of-the-robot")));
    apply(secret_object("bearer", "bearerToken: " + b64("a-bearer-token-of-the-robot")));
    apply(secret_object("wrong", "username: " + b64("robot") + ", password: " + b64("not the password")));
    source("basic", "acme/basic", "secretRef: {name: basic}, ref: {branch: main}");
    source("bearer", "acme/bearer", "secretRef: {name: bearer}, ref: {branch: main}");
    settle(*this, "basic", basic);
    settle(*this, "bearer", bearer);
    source("wrong", "acme/basic", "secretRef: {name: wrong}, ref: {branch: main}");
    auto const basic_next = commit("acme/basic");
    auto const bearer_next = commit("acme/bearer");
    sidecar it(*this);
    BOOST_TEST(until(10s, [&] { return revision("basic") == basic_next; }));
    BOOST_TEST(until(10s, [&] { return revision("bearer") == bearer_next; }));
    BOOST_TEST(until(10s, [&] {
        auto const o = it.explain("wrong");
        auto const* const remote = o.if_contains("remote");
        return remote != nullptr && remote->as_object().contains("failed");
    }));
    for (auto const* word : {"a-password-of-the-robot", "a-bearer-token-of-the-robot", "not the password"})
        BOOST_TEST(it.process().err().find(word) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_poll_that_fails_backs_off_while_the_others_go_on)
{
    auto const first = create("acme/app");
    create("acme/gone");
    source("app", "acme/app");
    source("gone", "acme/gone");
    settle(*this, "app", first);
    BOOST_REQUIRE(until(10s, [this] { return !revision("gone").empty(); }));
    std::filesystem::remove_all(forge().repositories().path_of("acme/gone"));
    sidecar_options o;
    o.poll = "{interval: 1s, max: 1s}";
    sidecar it(*this, o);
    BOOST_TEST(it.wait_ready());
    BOOST_TEST(until(10s, [&] { return it.metric("penstock_poll_total{result=\"error\"}") >= 1; }));
    BOOST_TEST(until(10s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") >= 1; }));
    auto const next = commit("acme/app");
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(until(10s, [&] { return it.metric("penstock_sync_total{result=\"synced\",trigger=\"poll\"}") == 1; }));
    auto const waits = [&] { return it.metric("penstock_poll_total{result=\"error\"}"); };
    BOOST_TEST(until(10s, [&] { return waits() >= 3; }));
    auto const good = it.metric("penstock_poll_total{result=\"unchanged\"}");
    BOOST_TEST(until(10s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") >= good + 2; }));
    BOOST_TEST(waits() <= 4);  // it waits 2 to 4 s now, while the other is polled each second
    BOOST_TEST(requested("gone") == "");
    auto const why = it.explain("gone");
    BOOST_TEST(why.at("remote").as_object().contains("failed"), boost::json::serialize(why));
}

BOOST_AUTO_TEST_CASE(tags_names_and_ranges_are_followed_like_branches)
{
    auto const first = create("acme/app");
    auto const git = [this](std::vector<std::string> words) {
        return run(forge().repositories().git("acme/app", std::move(words))).value();
    };
    git({"tag", "v1.0.0", first});
    git({"update-ref", "refs/changes/1", first});
    source("tag", "acme/app", "ref: {tag: v1.0.0}");
    source("range", "acme/app", "ref: {semver: '>=1.0.0 <2.0.0'}");
    source("name", "acme/app", "ref: {name: refs/changes/1}");
    for (auto const* name : {"tag", "range", "name"})
        settle(*this, name, first);
    auto const next = prepare_commit("acme/app", first);
    git({"tag", "v1.1.0", next});
    git({"tag", "v2.0.0", first});
    git({"update-ref", "refs/changes/1", next});
    sidecar it(*this);
    BOOST_TEST(until(10s, [&] { return revision("range") == next; }));
    BOOST_TEST(until(10s, [&] { return revision("name") == next; }));
    BOOST_TEST(revision("tag") == first);
    BOOST_TEST(requested("tag") == "");
}

BOOST_AUTO_TEST_SUITE_END()
