#include "system/stage.hpp"

#include <penstock/time/rfc3339.hpp>

#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <random>
#include <thread>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// A source that is not polled, not even at start: a sync of it that is lost is lost for good.
std::string const quiet = R"(---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: quiet, namespace: flux-system}
spec: {interval: 1h, url: 'ssh://git@127.0.0.1/acme/app', ref: {branch: main}}
)";

/// A source in step, and a forge that announces nothing by itself.
struct crashing : stage
{
    crashing()
    {
        head = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [this] { return revision("app") == head; }));
    }

    /// Pushes and announces it. @return The status of the answer.
    int push(sidecar& it)
    {
        auto const next = commit("acme/app");
        auto const status = it.push("acme/app", head, next, "d-" + next);
        head = next;
        return status;
    }

    /// Announces a push to the repository of `quiet`.
    int announce_quiet(sidecar& it, std::string const& next)
    {
        auto const answer = send(github_push(it.hooks_url() + "/webhook/github", sidecar::github_secret(),
                                             "ssh://git@127.0.0.1/acme/app", head, next, "d-" + next));
        return answer ? answer->status : 0;
    }

    /// Whether a sync of `quiet` has been asked for since then.
    bool asked_after(wall_time when)
    {
        auto const at = parse_rfc3339(requested("quiet"));
        return at && *at >= when;
    }

    embedded::kube_fault refuse_patches(int status)
    {
        embedded::kube_fault f;
        f.method = "PATCH";
        f.path = "fieldManager=penstock";
        f.count = -1;
        f.status = status;
        return f;
    }

    std::string head;
};

/// A Bucket behind a Receiver, which nothing polls either.
std::string const bucket = R"(---
apiVersion: v1
kind: Secret
metadata: {name: hook-token, namespace: flux-system}
data: {token: dGhlLXRva2VuLW9mLXRoZS1yZWNlaXZlcg==}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: Bucket
metadata: {name: bucket, namespace: flux-system}
spec: {interval: 1h}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: hook, namespace: flux-system}
spec: {type: generic, secretRef: {name: hook-token}, resources: [{kind: Bucket, name: bucket}]}
)";
constexpr char const* buckets = "buckets.source.toolkit.fluxcd.io";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_kill, crashing)

BOOST_AUTO_TEST_CASE(a_delivery_that_waited_for_the_cluster_survives_every_kill)
{
    apply(quiet);
    auto const asked = [this] { return requested("quiet"); };
    int kills = 0;
    for (int const status : {500, 429, 503}) {
        auto const before = asked();
        fault(refuse_patches(status));
        {
            sidecar it(*this);
            BOOST_REQUIRE(it.wait_ready());
            auto const next = commit("acme/app");
            BOOST_TEST(announce_quiet(it, next) == 202);
            it.process().kill();  // at once after the answer
            head = next;
            ++kills;
        }
        for (int i = 0; i < 2; ++i) {
            sidecar it(*this);  // takes it up, tries, and is killed between the delivery and the patch
            auto const tried = requests_with("fieldManager=penstock");
            BOOST_REQUIRE(until(10s, [&] { return requests_with("fieldManager=penstock") > tried; }));
            it.process().kill();
            ++kills;
        }
        BOOST_TEST(asked() == before);
        clear_faults();
        sidecar it(*this);
        BOOST_TEST(until(10s, [&] { return asked() != before; }), "lost after " << status);
        it.process().kill();  // before it has seen the sync end
        ++kills;
        sidecar again(*this);
        BOOST_TEST(again.wait_ready());
    }
    BOOST_TEST(kills == 12);
}

BOOST_AUTO_TEST_CASE(a_push_that_was_taken_in_survives_a_kill_at_any_moment)
{
    apply(quiet);
    std::mt19937 chance(20240817);
    std::uniform_int_distribution<int> wait(1, 120);
    std::size_t taken = 0;
    std::size_t kills = 0;
    for (int i = 0; i < 16 || (taken < 20 && i < 60); ++i) {
        wall_time accepted{};  // just before the last delivery that was answered with 202 was sent
        {
            if (i % 2 == 0)  // the request cannot be written before the kill
                fault(refuse_patches(i % 4 == 0 ? 500 : 429));
            sidecar it(*this);
            auto const delay = std::chrono::milliseconds(wait(chance));
            std::thread killer([&it, delay] {
                std::this_thread::sleep_for(delay);
                it.process().signal(SIGKILL);
            });
            for (int status = 202; status == 202;) {
                auto const now = std::chrono::system_clock::now();
                auto const next = prepare_commit("acme/app", head);
                status = announce_quiet(it, next);
                if (status == 202) {
                    accepted = now;
                    ++taken;
                    head = next;
                }
            }
            killer.join();
            it.process().kill();
            ++kills;
            clear_faults();
        }
        if (accepted == wall_time())
            continue;
        sidecar it(*this);
        BOOST_TEST(until(10s, [&] { return asked_after(accepted); }), "round " << i);
        it.process().kill();  // whether or not it has seen the sync end
        ++kills;
    }
    BOOST_TEST_MESSAGE(kills << " kills, " << taken << " deliveries taken in");
    BOOST_TEST(kills >= 20U);
    BOOST_TEST(taken >= 20U);
}

BOOST_AUTO_TEST_CASE(the_artifact_shows_the_last_push_after_many_kills)
{
    std::mt19937 chance(7);
    std::uniform_int_distribution<int> wait(0, 200);
    for (int i = 0; i < 6; ++i) {
        sidecar it(*this);
        auto const delay = std::chrono::milliseconds(wait(chance));
        std::thread killer([&it, delay] {
            std::this_thread::sleep_for(delay);
            it.process().signal(SIGKILL);
        });
        while (push(it) != 0) {}
        killer.join();
        it.process().kill();
    }
    sidecar it(*this);
    BOOST_TEST(until(20s, [&] { return revision("app") == head; }));
    // A delivery that was taken up and is older than what the remote and the cluster show cannot be told from one that
    // the remote does not show yet: it is let go of after a minute.
    BOOST_TEST(until(75s, [&] { return it.metric("penstock_sync_pending") == 0; }));
}

BOOST_AUTO_TEST_CASE(a_request_to_a_receiver_survives_a_kill_right_after_its_answer)
{
    apply(bucket);
    BOOST_REQUIRE(until(10s, [this] { return !text(receivers, "hook", {"status", "webhookPath"}).empty(); }));
    auto const path = text(receivers, "hook", {"status", "webhookPath"});
    auto const asked = [this] {
        return text(buckets, "bucket", {"metadata", "annotations", "reconcile.fluxcd.io/requestedAt"});
    };
    int answered = 0;
    for (int i = 0; i < 4; ++i) {
        auto const before = asked();
        fault(refuse_patches(500));
        {
            sidecar it(*this);
            BOOST_REQUIRE(until(10s, [&] {
                http::request r("POST", it.hooks_url() + path);
                r.body = "{}";
                auto const answer = send(std::move(r));
                return answer && answer->status == 200;
            }));
            it.process().kill();
            ++answered;
        }
        clear_faults();
        BOOST_TEST(asked() == before);
        sidecar it(*this);
        BOOST_TEST(until(10s, [&] { return asked() != before; }));
    }
    BOOST_TEST(answered == 4);
}

BOOST_AUTO_TEST_CASE(deliveries_that_are_done_do_not_come_back)
{
    {
        sidecar it(*this);
        BOOST_REQUIRE(it.wait_ready());
        BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") == 1; }));
        BOOST_TEST(push(it) == 202);
        BOOST_REQUIRE(
            until(10s, [&] { return it.metric("penstock_sync_total{result=\"synced\",trigger=\"webhook\"}") == 1; }));
        it.process().kill();
    }
    auto const before = requests_with("fieldManager=penstock");
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    BOOST_REQUIRE(until(10s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") == 1; }));
    BOOST_TEST(it.process().err().find("took up deliveries") == std::string::npos);
    BOOST_TEST(requests_with("fieldManager=penstock") == before);
}

BOOST_AUTO_TEST_SUITE_END()
