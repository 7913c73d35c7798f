#include <penstock/kube/api_client.hpp>

#include <penstock/kube/known.hpp>
#include <penstock/rate/token_bucket.hpp>
#include <penstock/testing/loop.hpp>

#include "recorders.hpp"
#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock, recording_sink, recording_log>;

struct caller_loop : testing::loop
{
    recorded seen;
    world told{clock, recording_sink{&seen}, recording_log{&seen}};
    scripted_transport peer{clock};
    api_client_options options;
    object_name podinfo{"flux-system", "podinfo"};

    template <class Client>
    auto get(Client& api, duration limit = 30s)
    {
        return api.get(known::git_repositories, podinfo, clock.now() + limit);
    }
    auto plain() { return api_client(told, peer, "https://k:6443", credential(), options); }
    auto limited()
    {
        rate::token_bucket bucket({.burst = 1, .period = 10s});
        return api_client(told, peer, "https://k:6443", credential(), options, bucket);
    }
    void answers(int n)
    {
        for (int i = 0; i < n; ++i)
            peer.answers.emplace_back(200, repository("podinfo", "1"));
    }
};

/// A credential that comes from elsewhere, after a while.
struct slow_source final : credential_source
{
    explicit slow_source(testing::manual_clock c) : clock(std::move(c)) {}

    awaitable<result<secret>> authorization(time_point deadline) override
    {
        if (auto const ec = co_await clock.sleep_until(std::min(clock.now() + 2s, deadline)))
            co_return ec;
        if (!trouble.detail.empty())
            co_return trouble;
        co_return secret("Bearer " + std::to_string(++given));
    }
    bool rejected(time_point) override { return true; }

    testing::manual_clock clock;
    failure trouble;
    int given = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_api_caller, caller_loop)

BOOST_AUTO_TEST_CASE(keeps_to_the_limit_of_the_client)
{
    auto api = limited();
    answers(2);
    BOOST_TEST(run(get(api)).has_value());
    auto second = start(get(api));
    advance(9s);
    BOOST_TEST(!second.done());
    advance(1s);
    BOOST_TEST(second.get().has_value());
    BOOST_TEST((peer.times.at(1) - peer.times.at(0) == 10s));
}

BOOST_AUTO_TEST_CASE(says_at_once_that_its_own_limit_leaves_no_time)
{
    auto api = limited();
    answers(1);
    BOOST_TEST(run(get(api)).has_value());
    auto const f = run(get(api, 5s)).error();
    BOOST_TEST((f.code == errc::deadline_exceeded));
    BOOST_TEST(f.detail.ends_with("held back by the client's own limit"));
    BOOST_TEST(peer.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(leaves_the_limiting_to_a_server_with_priority_and_fairness)
{
    auto api = limited();
    BOOST_TEST(api.fairness().empty());
    peer.answers.push_back(answer(200, repository("podinfo", "1"))
                               .with("X-Kubernetes-PF-FlowSchema-UID", "schema")
                               .with("X-Kubernetes-PF-PriorityLevel-UID", "level"));
    answers(2);
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(run(get(api)).has_value());  // without time passing
    BOOST_TEST(api.fairness().flow_schema_uid == "schema");
    BOOST_TEST(api.fairness().priority_level_uid == "level");
}

BOOST_AUTO_TEST_CASE(keeps_its_limit_in_spite_of_fairness_where_it_is_told_to)
{
    options.calls.limit_despite_fairness = true;
    auto api = limited();
    peer.answers.push_back(answer(200, repository("podinfo", "1")).with("X-Kubernetes-PF-FlowSchema-UID", "schema"));
    answers(1);
    BOOST_TEST(run(get(api)).has_value());
    auto second = start(get(api));
    BOOST_TEST(!second.done());
    advance(10s);
    BOOST_TEST(second.get().has_value());
}

BOOST_AUTO_TEST_CASE(says_which_priority_level_was_full)
{
    auto api = plain();
    peer.answers.push_back(answer(429, status(429, "TooManyRequests", "too many"))
                               .with("X-Kubernetes-PF-FlowSchema-UID", "schema")
                               .with("X-Kubernetes-PF-PriorityLevel-UID", "level"));
    BOOST_TEST(run(get(api)).error().detail.ends_with(
        "too many (TooManyRequests) [priority level level, flow schema schema]"));
}

BOOST_AUTO_TEST_CASE(counts_and_measures_as_client_go_does)
{
    auto api = plain();
    peer.answers.push_back(answer(503, "").with("Retry-After", "1"));
    answers(1);
    peer.answers.emplace_back(failure(errc::connection_failed));
    answers(1);
    auto task = start(get(api));
    advance(1s);
    BOOST_TEST(task.get().has_value());
    auto again = start(get(api));
    advance(1s);
    BOOST_TEST(again.get().has_value());
    BOOST_TEST(seen.counters["rest_client_requests_total 200 GET k:6443"] == 2);
    BOOST_TEST(seen.counters["rest_client_requests_total 503 GET k:6443"] == 1);
    BOOST_TEST(seen.counters["rest_client_requests_total <error> GET k:6443"] == 1);
    BOOST_TEST(seen.counters["rest_client_request_retries_total 503 GET k:6443"] == 1);
    BOOST_TEST(seen.counters["rest_client_request_retries_total <error> GET k:6443"] == 1);
    BOOST_TEST(seen.counters["rest_client_request_duration_seconds GET k:6443"] == 4);
}

BOOST_AUTO_TEST_CASE(logs_what_the_server_warns_of_once)
{
    auto api = plain();
    for (int i = 0; i < 2; ++i)
        peer.answers.push_back(answer(200, repository("podinfo", "1")).with("Warning", "299 - \"v1beta1 is old\""));
    peer.watches.push_back(answer(std::vector<piece>{}).with("Warning", "299 - \"v1beta1 is old\", 299 - \"more\""));
    BOOST_TEST(run(get(api)).has_value());
    BOOST_TEST(run(get(api)).has_value());
    watch_options watch;
    BOOST_TEST(run(api.open_watch(known::git_repositories, "", watch, clock.now() + 30s)).has_value());
    BOOST_TEST(seen.lines.size() == 2U);
    BOOST_TEST(seen.lines.at(0)
               == "I the server warns call=GET gitrepositories.source.toolkit.fluxcd.io flux-system/podinfo "
                  "warning=v1beta1 is old");
    BOOST_TEST(seen.lines.at(1).ends_with("warning=more"));
}

BOOST_AUTO_TEST_CASE(says_who_it_is_and_for_whom)
{
    options.calls.user_agent = "me/1.0";
    options.calls.act_as.user = "jane";
    auto api = plain();
    answers(1);
    BOOST_TEST(run(get(api)).has_value());
    BOOST_TEST(peer.requests.at(0).fields["User-Agent"] == "me/1.0");
    BOOST_TEST(peer.requests.at(0).fields["Impersonate-User"] == "jane");
    options.calls.act_as.user.clear();
    options.calls.act_as.groups = {"ops"};
    auto nobody = plain();
    BOOST_TEST((run(get(nobody)).error().code == errc::invalid_configuration));
    BOOST_TEST(peer.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(ends_a_try_after_its_own_time)
{
    options.calls.request_timeout = 3s;
    auto api = plain();
    auto hanging = start(get(api));
    advance(2s);
    BOOST_TEST(!hanging.done());
    advance(1s);
    BOOST_TEST((hanging.get().error().code == errc::deadline_exceeded));
    BOOST_TEST(peer.requests.size() == 1U);
}

BOOST_AUTO_TEST_CASE(waits_for_a_credential_and_gets_another_after_a_401)
{
    auto const source = std::make_shared<slow_source>(clock);
    api_client api(told, peer, "https://k:6443", credential::from(source));
    peer.answers.emplace_back(401, "");
    answers(1);
    auto task = start(get(api));
    advance(1s);
    BOOST_TEST(peer.requests.empty());
    advance(3s);
    BOOST_TEST(task.get().has_value());
    BOOST_TEST(peer.requests.at(0).fields["Authorization"] == "Bearer 1");
    BOOST_TEST(peer.requests.at(1).fields["Authorization"] == "Bearer 2");
    source->trouble = failure(errc::unavailable, "the plug-in failed");
    auto failing = start(get(api));
    advance(2s);
    BOOST_TEST(failing.get().error().detail.ends_with("flux-system/podinfo: the plug-in failed"));
    auto cancelled = start(get(api));
    cancelled.cancel();
    BOOST_TEST((cancelled.get().error().code == boost::asio::error::operation_aborted));
    BOOST_TEST(peer.requests.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
