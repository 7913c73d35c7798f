#include <penstock/kube/api_client.hpp>

#include <penstock/kube/known.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/testing/loop.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

struct client_loop : testing::loop
{
    scripted_transport peer{clock};
    std::string token = "one";
    using client = api_client<decltype(env), scripted_transport>;

    client make()
    {
        auto who = credential::bearer_file("/token", secret(),
                                           [this](std::string const&) { return result<std::string>(token); });
        return client(env, peer, "https://10.0.0.1:6443/", std::move(who));
    }
    client api = make();

    object_name podinfo{"flux-system", "podinfo"};
    auto get() { return api.get(known::git_repositories, podinfo, clock.now() + 30s); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_api_client, client_loop)

BOOST_AUTO_TEST_CASE(gets_an_object)
{
    peer.answers.emplace_back(200, repository("podinfo", "1"));
    auto const object = run(get()).value();
    BOOST_TEST((name_of(object.as_object()) == podinfo));
    auto const& sent = peer.requests.at(0);
    BOOST_TEST(
        sent.url
        == "https://10.0.0.1:6443/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/podinfo");
    BOOST_TEST(sent.fields["Authorization"] == "Bearer one");
    BOOST_TEST(sent.fields["Accept"] == "application/json");
}

BOOST_AUTO_TEST_CASE(says_what_failed_and_never_the_token)
{
    peer.answers.emplace_back(404, status(404, "NotFound", "gitrepositories \\\"podinfo\\\" not found"));
    auto const f = run(get()).error();
    BOOST_TEST((f.code == errc::not_found));
    BOOST_TEST(f.message()
               == "GET gitrepositories.source.toolkit.fluxcd.io flux-system/podinfo: "
                  "gitrepositories \"podinfo\" not found (NotFound): not found");
    peer.answers.emplace_back(failure(errc::tls_failed, "10.0.0.1: certificate expired"));
    BOOST_TEST(run(get()).error().detail
               == "GET gitrepositories.source.toolkit.fluxcd.io flux-system/podinfo: 10.0.0.1: certificate expired");
}

BOOST_AUTO_TEST_CASE(sends_every_kind_of_write)
{
    for (int i = 0; i < 4; ++i)
        peer.answers.emplace_back(200, repository("podinfo", "2"));
    boost::json::value body{{"spec", "x"}};
    patch_options how("penstock");
    write_options write;
    remove_options away;
    auto const until = clock.now() + 10s;
    BOOST_TEST(run(api.create(known::git_repositories, "flux-system", body, write, until)).has_value());
    BOOST_TEST(run(api.replace(known::git_repositories, podinfo, body, write, until)).has_value());
    BOOST_TEST(run(api.patch(known::git_repositories, podinfo, patch_type::merge, body, how, until)).has_value());
    BOOST_TEST(run(api.remove(known::git_repositories, podinfo, away, until)).has_value());
    std::string methods;
    for (auto const& r : peer.requests)
        methods += r.method + ' ' + std::string(r.fields["Content-Type"]) + '\n';
    BOOST_TEST(methods
               == "POST application/json\nPUT application/json\nPATCH application/merge-patch+json\n"
                  "DELETE application/json\n");
}

BOOST_AUTO_TEST_CASE(sends_nothing_for_a_name_that_is_none)
{
    auto got = api.get(known::git_repositories, object_name("a", ".."), clock.now() + 30s);
    BOOST_TEST((run(std::move(got)).error().code == errc::invalid_argument));
    BOOST_TEST(peer.requests.empty());
}

BOOST_AUTO_TEST_CASE(comes_back_when_the_server_says_when)
{
    peer.answers.push_back(answer(429, "").with("Retry-After", "5"));
    peer.answers.push_back(answer(503, "").with("Retry-After", "2"));
    peer.answers.emplace_back(200, repository("podinfo", "1"));
    auto task = start(get());
    advance(6s);
    BOOST_TEST(!task.done());
    advance(1s);
    BOOST_TEST(task.get().has_value());
    BOOST_TEST((peer.times.at(2) - peer.times.at(0) == 7s));
}

BOOST_AUTO_TEST_CASE(gives_up_at_once_when_the_server_does_not_say_when)
{
    peer.answers.emplace_back(500, status(500, "InternalError", "m"));
    BOOST_TEST((run(get()).error().code == errc::unavailable));
    peer.answers.emplace_back(429, "");
    BOOST_TEST((run(get()).error().code == errc::quota_exhausted));
    peer.answers.push_back(answer(404, "").with("Retry-After", "1"));
    BOOST_TEST((run(get()).error().code == errc::not_found));
    BOOST_TEST(peer.requests.size() == 3U);
}

BOOST_AUTO_TEST_CASE(never_waits_past_the_deadline)
{
    peer.answers.push_back(answer(429, "").with("Retry-After", "30"));
    auto const f = run(get()).error();  // without time passing
    BOOST_TEST((f.code == errc::quota_exhausted));
    BOOST_TEST((f.retry_after == 30s));
}

BOOST_AUTO_TEST_CASE(tries_ten_times_again_at_most)
{
    for (int i = 0; i < 20; ++i)
        peer.answers.push_back(answer(503, "").with("Retry-After", "0"));
    BOOST_TEST((run(get()).error().code == errc::unavailable));
    BOOST_TEST(peer.requests.size() == 11U);
}

BOOST_AUTO_TEST_CASE(tries_a_broken_read_again_but_no_write)
{
    peer.answers.emplace_back(failure(errc::connection_failed));
    peer.answers.emplace_back(failure(errc::truncated));
    peer.answers.emplace_back(200, repository("podinfo", "1"));
    auto task = start(get());
    advance(2s);
    BOOST_TEST(task.get().has_value());
    peer.answers.emplace_back(failure(errc::connection_failed));
    boost::json::value body{{"a", 1}};
    write_options how;
    auto made = api.create(known::git_repositories, "a", body, how, clock.now() + 30s);
    BOOST_TEST((run(std::move(made)).error().code == errc::connection_failed));
    BOOST_TEST(peer.requests.size() == 4U);
}

BOOST_AUTO_TEST_CASE(reads_the_token_again_after_a_401_and_tries_once_more)
{
    (void)peer.answers.emplace_back(200, repository("podinfo", "1"));
    BOOST_TEST(run(get()).has_value());
    clock.advance(1s);
    token = "two";
    peer.answers.emplace_back(401, status(401, "Unauthorized", "Unauthorized"));
    peer.answers.emplace_back(200, repository("podinfo", "1"));
    BOOST_TEST(run(get()).has_value());
    BOOST_TEST(peer.requests.at(1).fields["Authorization"] == "Bearer one");
    BOOST_TEST(peer.requests.at(2).fields["Authorization"] == "Bearer two");
    peer.answers.emplace_back(401, "");
    peer.answers.emplace_back(401, "");
    BOOST_TEST((run(get()).error().code == errc::unauthorized));
    BOOST_TEST(peer.requests.size() == 5U);
}

BOOST_AUTO_TEST_CASE(does_not_repeat_a_401_with_a_token_that_cannot_change)
{
    client fixed(env, peer, "https://k", credential::bearer(secret("t")));
    peer.answers.emplace_back(401, "");
    auto got = fixed.get(known::git_repositories, podinfo, clock.now() + 30s);
    BOOST_TEST((run(std::move(got)).error().code == errc::unauthorized));
    BOOST_TEST(peer.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(lists_page_by_page)
{
    peer.answers.emplace_back(200, list_of({repository("a", "1"), repository("b", "2")}, "9", "next"));
    peer.answers.emplace_back(200, list_of({repository("c", "3")}, "9"));
    list_options options("app=x");
    auto const all = run(api.list(known::git_repositories, "", options, clock.now() + 30s)).value();
    BOOST_TEST(all.items.size() == 3U);
    BOOST_TEST(all.resource_version == "9");
    BOOST_TEST(peer.requests.at(0).url.ends_with("/gitrepositories?labelSelector=app%3Dx&limit=500"));
    BOOST_TEST(peer.requests.at(1).url.ends_with("&limit=500&continue=next"));
}

BOOST_AUTO_TEST_CASE(lists_without_pages_when_a_page_has_expired)
{
    peer.answers.emplace_back(200, list_of({repository("a", "1")}, "9", "next"));
    peer.answers.emplace_back(410, status(410, "Expired", "The provided continue parameter is too old"));
    peer.answers.emplace_back(200, list_of({repository("a", "1"), repository("b", "2")}, "12"));
    list_options options;
    auto const all = run(api.list(known::git_repositories, "", options, clock.now() + 30s)).value();
    BOOST_TEST(all.items.size() == 2U);
    BOOST_TEST(all.resource_version == "12");
    BOOST_TEST(peer.requests.at(2).url.ends_with("/gitrepositories"));
}

BOOST_AUTO_TEST_CASE(opens_a_watch_and_tells_why_it_was_refused)
{
    peer.watches.emplace_back(std::vector<piece>{event("ADDED", repository("a", "1"))});
    watch_options options;
    options.resource_version = "1";
    auto stream = run(api.open_watch(known::git_repositories, "", options, clock.now() + 30s));
    BOOST_REQUIRE(stream.has_value());
    BOOST_TEST(run((*stream)->read(clock.now() + 30s)).value() == event("ADDED", repository("a", "1")));
    peer.watches.emplace_back(410, status(410, "Expired", "too old"));
    auto const refused = run(api.open_watch(known::git_repositories, "", options, clock.now() + 30s));
    BOOST_TEST((refused.error().code == errc::gone));
    BOOST_TEST(refused.error().detail
               == "WATCH gitrepositories.source.toolkit.fluxcd.io in all namespaces: too old (Expired)");
    peer.watches.emplace_back(401, "");
    token = "two";
    peer.watches.emplace_back(std::vector<piece>{});
    BOOST_TEST(run(api.open_watch(known::git_repositories, "", options, clock.now() + 30s)).has_value());
    BOOST_TEST(peer.requests.back().fields["Authorization"] == "Bearer two");
}

BOOST_AUTO_TEST_CASE(stops_waiting_when_cancelled)
{
    peer.answers.push_back(answer(429, "").with("Retry-After", "5"));
    auto task = start(get());
    BOOST_TEST(!task.done());
    task.cancel();
    BOOST_TEST((task.get().error().code == boost::asio::error::operation_aborted));
    auto hanging = start(get());
    hanging.cancel();
    BOOST_TEST((hanging.get().error().code == boost::asio::error::operation_aborted));
    BOOST_TEST((clock.next() == time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()
