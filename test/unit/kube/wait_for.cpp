#include <penstock/kube/wait_for.hpp>

#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

/// A repository with a status of Ready.
std::string with_ready(std::string const& version, std::string const& status, std::string const& more = "")
{
    return R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":{"name":"a","uid":"u",)"
           R"("namespace":"flux-system","resourceVersion":")"
           + version + R"("},"status":{"conditions":[{"type":"Ready","status":")" + status
           + R"(","reason":"R","message":"m"})" + more + "]}}";
}

struct waiting_loop : testing::loop
{
    scripted_transport peer{clock};
    api_client<decltype(env), scripted_transport> api{env, peer, "https://k"};

    auto wait(wait_condition until, duration limit = 60s)
    {
        object_name const a("flux-system", "a");
        return wait_for(env, api, known::git_repositories, a, std::move(until), clock.now() + limit);
    }
    void lists(std::vector<std::string> const& items, std::string const& version)
    {
        peer.answers.emplace_back(200, list_of(items, version));
    }
    void watches(std::vector<piece> pieces) { peer.watches.emplace_back(std::move(pieces)); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_wait_for, waiting_loop)

BOOST_AUTO_TEST_CASE(returns_at_once_what_is_true_already)
{
    lists({with_ready("5", "True")}, "9");
    BOOST_TEST(resource_version_of(run(wait(is_ready())).value().as_object()) == "5");
    BOOST_TEST(peer.requests.size() == 1U);
    // The newest version, no cached one: a stale answer would be wrong.
    BOOST_TEST(peer.requests.at(0).url.ends_with("/gitrepositories?fieldSelector=metadata.name%3Da"));
}

BOOST_AUTO_TEST_CASE(follows_a_watch_until_it_comes_true)
{
    lists({with_ready("5", "Unknown")}, "9");
    watches(
        {event("MODIFIED", with_ready("10", "False")), bookmark("11"), event("MODIFIED", with_ready("12", "True"))});
    BOOST_TEST(resource_version_of(run(wait(is_ready())).value().as_object()) == "12");
    BOOST_TEST(peer.requests.at(1).url.find("fieldSelector=metadata.name%3Da&resourceVersion=9&timeoutSeconds=60")
               != std::string::npos);
}

BOOST_AUTO_TEST_CASE(goes_on_after_a_broken_stream_and_lists_again_after_410)
{
    lists({}, "9");
    watches({event("ADDED", with_ready("10", "False")), failure(errc::truncated)});
    watches({event("ERROR", status(410, "Expired", "too old"))});
    lists({with_ready("20", "False")}, "21");
    watches({event("MODIFIED", with_ready("22", "True"))});
    auto task = start(wait(is_ready()));
    advance(10s);
    BOOST_TEST(resource_version_of(task.get().value().as_object()) == "22");
    BOOST_TEST(peer.requests.at(2).url.find("resourceVersion=10&") != std::string::npos);
    BOOST_TEST(peer.requests.at(3).url.ends_with("fieldSelector=metadata.name%3Da"));
}

BOOST_AUTO_TEST_CASE(waits_for_an_object_to_go_or_to_be_replaced)
{
    lists({with_ready("5", "True")}, "9");
    watches({event("DELETED", with_ready("10", "True"))});
    BOOST_TEST(run(wait(is_gone())).value().is_null());
    lists({repository("a", "20", "new")}, "20");
    BOOST_TEST(uid_of(run(wait(is_gone("u"))).value().as_object()) == "new");
}

BOOST_AUTO_TEST_CASE(passes_over_other_objects)
{
    lists({repository("b", "1")}, "9");  // by a server that cannot select
    watches({event("ADDED", repository("b", "10")), event("ADDED", repository("a", "11"))});
    BOOST_TEST(resource_version_of(run(wait(exists())).value().as_object()) == "11");
}

BOOST_AUTO_TEST_CASE(says_what_it_saw_last_when_time_is_up)
{
    lists({with_ready("5", "False")}, "9");
    watches({piece::silence()});
    auto task = start(wait(is_ready(), 20s));
    advance(20s);
    auto const f = task.get().error();
    BOOST_TEST((f.code == errc::deadline_exceeded));
    BOOST_TEST(f.detail
               == "WAIT gitrepositories.source.toolkit.fluxcd.io flux-system/a: last seen: Ready=False (R: m)");
    lists({}, "9");
    watches({piece::silence()});
    auto missing = start(wait(is_ready(), 20s));
    advance(20s);
    BOOST_TEST(missing.get().error().detail.ends_with("last seen: no such object"));
}

BOOST_AUTO_TEST_CASE(gives_up_on_what_will_never_be)
{
    lists({with_ready("5", "False", R"(,{"type":"Stalled","status":"True"})")}, "9");
    auto const f = run(wait(is_ready())).error();
    BOOST_TEST((f.code == errc::invalid_object));
    BOOST_TEST(f.detail.ends_with("will not come true: Ready=False (R: m), Stalled=True"));
}

BOOST_AUTO_TEST_CASE(gives_up_on_what_waiting_cannot_mend_and_waits_out_the_rest)
{
    peer.answers.emplace_back(403, status(403, "Forbidden", "no"));
    BOOST_TEST((run(wait(is_ready())).error().code == errc::forbidden));
    peer.answers.emplace_back(500, status(500, "InternalError", "m"));
    lists({}, "9");
    peer.watches.emplace_back(429, status(429, "TooManyRequests", "m"));
    watches({event("ADDED", with_ready("10", "True"))});
    auto task = start(wait(is_ready()));
    BOOST_TEST(!task.done());
    advance(10s);
    BOOST_TEST(task.get().has_value());
    lists({}, "9");
    peer.watches.emplace_back(403, status(403, "Forbidden", "no"));
    BOOST_TEST((run(wait(is_ready())).error().code == errc::forbidden));
}

BOOST_AUTO_TEST_CASE(ends_when_it_is_cancelled)
{
    lists({}, "9");
    watches({piece::silence()});
    auto task = start(wait(is_ready()));
    task.cancel();
    BOOST_TEST((task.get().error().code == boost::asio::error::operation_aborted));
}

BOOST_AUTO_TEST_SUITE_END()
