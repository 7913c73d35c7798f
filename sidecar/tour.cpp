#include "tour.hpp"

#include "trigger.hpp"

#include <penstock/process/child.hpp>
#include <penstock/sync/decide.hpp>
#include <penstock/sync/source.hpp>

#include <boost/json/parse.hpp>

#include <chrono>
#include <fstream>
#include <iostream>
#include <utility>

namespace penstock::sidecar {

namespace {

using namespace std::chrono_literals;

/// The commit that the source's artifact shows.
std::string commit_of(result<boost::json::value> const& object)
{
    if (!object || !object->is_object())
        return {};
    auto const s = sync::decode_source(object->get_object(), "GitRepository");
    return s ? std::string(sync::revision_id(s->revision)) : std::string();
}

class tour
{
public:
    tour(demo_stage& stage, world& env) : stage_(stage), env_(env), clone_(stage.directory() + "/clone") {}

    awaitable<result<void>> walk()
    {
        auto step = co_await start();
        if (step)
            step = co_await push_with_webhook();
        if (step)
            step = co_await push_without_webhook();
        if (step)
            step = co_await deliver_twice();
        if (step)
            step = co_await deliver_forged();
        if (step)
            step = co_await use_receiver();
        if (step)
            step = co_await read_metrics();
        if (step)
            step = co_await ask_why();
        co_return step;
    }
private:
    static void say(std::string const& text) { std::cerr << "✔ " << text << "\n"; }

    template <class... Words>
    awaitable<result<std::string>> git(Words const&... words)
    {
        std::vector<std::string> arguments{"git",   "-c", "user.name=tour", "-c", "user.email=tour@example.com",
                                           words...};
        process::command spec(std::move(arguments));
        spec.environment = embedded::forge_repositories::environment();
        return process::run(std::move(spec), "", env_.clock().now() + 30s);
    }

    /// Waits until the artifact shows a commit other than the one that is known, or exactly `wanted`.
    awaitable<result<duration>> wait_for_artifact(std::string wanted, duration within)
    {
        auto const start = env_.clock().now();
        while (env_.clock().now() - start < within) {
            auto const object = co_await stage_.get(kube::known::git_repositories, "app");
            auto const commit = commit_of(object);
            if (!commit.empty() && (wanted.empty() || commit == wanted)) {
                known_ = commit;
                co_return env_.clock().now() - start;
            }
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + 20ms))
                co_return ec;
        }
        co_return failure(errc::deadline_exceeded,
                          "the artifact does not show " + (wanted.empty() ? "a commit" : wanted));
    }

    static std::string in_seconds(duration d)
    {
        auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
        return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 + 1000).substr(1) + " s";
    }

    awaitable<result<void>> start()
    {
        auto const took = co_await wait_for_artifact("", 15s);
        if (!took)
            co_return took.error();
        say("the source is in the cluster and shows " + known_.substr(0, 12));
        auto const cloned = co_await git("clone", "--quiet", stage_.git_url(), clone_);
        if (!cloned)
            co_return cloned.error();
        say("git clone " + stage_.git_url());
        co_return result<void>();
    }

    /// Commits and pushes with a real git. Gives the commit.
    awaitable<result<std::string>> push(std::string text)
    {
        std::ofstream(clone_ + "/README", std::ios::app) << text << "\n";
        auto const added = co_await git("-C", clone_, "add", "README");
        if (!added)
            co_return added.error();
        auto const committed = co_await git("-C", clone_, "commit", "--quiet", "-m", text);
        if (!committed)
            co_return committed.error();
        auto const pushed = co_await git("-C", clone_, "push", "--quiet", "origin", "HEAD:main");
        if (!pushed)
            co_return pushed.error();
        auto head = co_await git("-C", clone_, "rev-parse", "HEAD");
        if (head)
            while (head->ends_with('\n'))
                head->pop_back();
        co_return head;
    }

    awaitable<result<void>> push_with_webhook()
    {
        auto const polls = count_of("penstock_sync_total{result=\"synced\",trigger=\"webhook\"}", co_await metrics());
        auto const commit = co_await push("announced");
        if (!commit)
            co_return commit.error();
        auto const took = co_await wait_for_artifact(*commit, 15s);
        if (!took)
            co_return took.error();
        for (int i = 0; i < 100; ++i) {
            auto const page = co_await metrics();
            if (count_of("penstock_sync_total{result=\"synced\",trigger=\"webhook\"}", page) > polls) {
                say("git push: the webhook of its post-receive hook made Flux sync in " + in_seconds(*took));
                co_return result<void>();
            }
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + 50ms))
                co_return ec;
        }
        co_return failure(errc::unexpected_status, "no sync was counted for the webhook");
    }

    awaitable<result<void>> push_without_webhook()
    {
        if (auto const off = stage_.forge().repositories().enable_hook(demo_stage::repository, false); !off)
            co_return off;
        auto const commit = co_await push("silent");
        if (!commit)
            co_return commit.error();
        auto const took = co_await wait_for_artifact(*commit, 60s);
        if (auto const on = stage_.forge().repositories().enable_hook(demo_stage::repository, true); !on)
            co_return on;
        if (!took)
            co_return took.error();
        say("git push with the hook off: the poll found it after " + in_seconds(*took));
        co_return result<void>();
    }

    http::request delivery(std::string id)
    {
        trigger_arguments a;
        a.url = stage_.hooks_url();
        a.repository = stage_.git_url();
        a.commit = known_;
        return *make_trigger(a, stage_.webhook_secret(), id, env_.clock().wall());
    }

    awaitable<result<void>> expect(http::request r, int status, std::string word, std::string text)
    {
        auto const answer = co_await stage_.browser().send(std::move(r), env_.clock().now() + 10s);
        if (!answer)
            co_return answer.error();
        if (answer->status != status || answer->body.find(word) == std::string::npos)
            co_return failure(errc::unexpected_status,
                              text + ": " + std::to_string(answer->status) + " " + answer->body);
        say(text + ": " + std::to_string(status) + " " + word);
        co_return result<void>();
    }

    awaitable<result<void>> deliver_twice()
    {
        auto first = delivery("tour-1");
        auto sent = co_await expect(std::move(first), 202, "queued", "a signed delivery");
        if (!sent)
            co_return sent;
        auto again = delivery("tour-1");
        co_return co_await expect(std::move(again), 200, "duplicate", "the same delivery once more");
    }

    awaitable<result<void>> deliver_forged()
    {
        auto forged = delivery("tour-2");
        forged.body.back() = ' ';
        co_return co_await expect(std::move(forged), 401, "refused", "a delivery whose body was changed");
    }

    awaitable<result<void>> use_receiver()
    {
        std::string path;
        for (int i = 0; i < 100 && path.empty(); ++i) {
            auto const object = co_await stage_.get(kube::known::receivers, "app");
            auto const* const status = object ? kube::object_at(object->as_object(), "status") : nullptr;
            if (status != nullptr)
                path = kube::text_at(*status, "webhookPath");
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + 50ms))
                co_return ec;
        }
        if (path.empty())
            co_return failure(errc::not_found, "the Receiver has no webhookPath");
        http::request r("POST", stage_.hooks_url() + path);
        r.body = "{}";
        r.fields.set("Content-Type", "application/json");
        co_return co_await expect(std::move(r), 200, "", "a request to the path of the Flux Receiver");
    }

    awaitable<std::string> metrics()
    {
        http::request r("GET", stage_.metrics_url() + "/metrics");
        auto const answer = co_await stage_.browser().send(std::move(r), env_.clock().now() + 10s);
        co_return answer ? answer->body : std::string();
    }

    static double count_of(std::string const& series, std::string const& page)
    {
        auto const at = page.find(series + " ");
        return at == std::string::npos ? 0 : std::strtod(page.c_str() + at + series.size() + 1, nullptr);
    }

    awaitable<result<void>> read_metrics()
    {
        auto const page = co_await metrics();
        for (auto const* name : {"penstock_webhook_to_synced_seconds_count", "penstock_sync_total",
                                 "process_resident_memory_bytes", "workqueue_depth"})
            if (page.find(name) == std::string::npos)
                co_return failure(errc::not_found, std::string("/metrics has no ") + name);
        say("curl " + stage_.metrics_url() + "/metrics");
        co_return result<void>();
    }

    awaitable<result<void>> ask_why()
    {
        http::request r("GET", stage_.metrics_url() + "/explain/" + demo_stage::source);
        auto const answer = co_await stage_.browser().send(std::move(r), env_.clock().now() + 10s);
        if (!answer)
            co_return answer.error();
        if (answer->status != 200 || answer->body.find("decisions") == std::string::npos)
            co_return failure(errc::unexpected_status, "explain: " + answer->body);
        say(std::string("penstock explain ") + demo_stage::source);
        co_return result<void>();
    }

    demo_stage& stage_;
    world& env_;
    std::string clone_;
    std::string known_;
};

}  // namespace

awaitable<result<void>> take_tour(demo_stage& stage, world& env)
{
    tour t(stage, env);
    co_return co_await t.walk();
}

}  // namespace penstock::sidecar
