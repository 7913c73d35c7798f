#ifndef PENSTOCK_KUBE_EVENT_RECORDER_HPP
#define PENSTOCK_KUBE_EVENT_RECORDER_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/error/condition.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/event_correlator.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/time/backoff.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace penstock::kube {

/// What writing Events needs of an API server. `api_client` is the model.
template <class A>
concept event_api = requires(A& a, resource what, object_name name, boost::json::value object, write_options w,
                             patch_type how, patch_options p, time_point deadline) {
    { a.create(what, name.ns, object, w, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
    { a.patch(what, name, how, object, p, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
};

struct event_recorder_options
{
    std::string component = "penstock";  ///< Who says it: the name of the controller.
    std::string host;                    ///< Where that runs: the name of its pod.
    event_correlator_options correlate;
    std::size_t waiting = 1000;  ///< Notes above this are dropped, the newest first.
    int tries = 12;              ///< Of one that cannot be written, before the next one has its turn.
    duration pause = std::chrono::seconds(10);            ///< Between two tries; the first is a share of it.
    duration request_deadline = std::chrono::seconds(10);
    std::uint64_t seed = 1;                               ///< For jitter.
};

/** Writes Events about objects, in order and behind the back of whoever has something to say: a cluster that is
    slow or away stops nobody.

    What a server refuses is logged and left out. Permissions: create and patch on `events`.
    @par Thread safety
    One thread. */
template <env::environment Env, event_api Api>
class event_recorder
{
public:
    /// @param env,client Outlive the recorder.
    event_recorder(Env& env, Api& client, executor const& ex, event_recorder_options options = {})
        : env_(env), client_(client), options_(std::move(options)), correlate_(options_.correlate), wake_(ex),
          hurry_(ex), uniform_(options_.seed), created_(count("created")), counted_(count("counted")),
          spam_(count("spam")), overflow_(count("overflow")), refused_(count("refused"))
    {}
    event_recorder(event_recorder const&) = delete;
    event_recorder& operator=(event_recorder const&) = delete;

    /// Keeps it to be written. Does not wait; safe before `run`.
    void note(event_note n)
    {
        if (stopped_ || notes_.size() >= options_.waiting) {
            overflow_.increment();
            return;
        }
        notes_.push_back(std::move(n));
        wake_.notify();
    }

    /// Writes until it is cancelled (`operation_aborted`), or until all is written after a `stop`.
    awaitable<error_code> run()
    {
        for (;;) {
            while (!notes_.empty()) {
                auto const next = std::move(notes_.front());
                notes_.pop_front();
                if (auto const ec = co_await write(next))
                    co_return ec;
            }
            if (stopped_)
                co_return error_code();
            if (auto const ec = co_await wake_.wait())
                co_return ec;
        }
    }

    /// Takes no more; `run` ends when what waits is written. What cannot be written is not tried again from here on.
    void stop()
    {
        stopped_ = true;
        wake_.notify();
        hurry_.notify();
    }

    std::size_t waiting() const noexcept { return notes_.size(); }
private:
    metrics::counter count(char const* how) { return env_.metrics().make_counter(metrics::names::events_total, {how}); }

    /// An error only when cancelled.
    awaitable<error_code> write(event_note note)
    {
        auto const verdict = correlate_.decide(note, env_.clock().now(), env_.clock().wall());
        if (verdict.what == event_verdict::kind::drop) {
            spam_.increment();
            co_return error_code();
        }
        for (int n = 1;; ++n) {
            auto const answer = co_await send(note, verdict);
            bool const there = n > 1 && !answer && answer.error().code == errc::conflict;  // from a try without answer
            if (answer || there) {
                (verdict.what == event_verdict::kind::create ? created_ : counted_).increment();
                co_return error_code();
            }
            if (answer.error().code == asio::error::operation_aborted)
                co_return answer.error().code;
            if (answer.error().code != condition::retryable || n >= options_.tries || stopped_) {
                refused_.increment();
                env_.log().write(observe::level::error, "events", "cannot write an event, leaving it out",
                                 {{"object", note.about.kind + ' ' + note.about.name.text()},
                                  {"reason", note.reason},
                                  {"error", answer.error().message()}});
                if (stopped_ && answer.error().code == condition::retryable) {  // the others would fare no better
                    overflow_.increment(static_cast<double>(notes_.size()));
                    notes_.clear();
                }
                co_return error_code();
            }
            auto const pause = n == 1 ? fraction_of(options_.pause, uniform_()) : options_.pause;
            if (auto const ec = co_await clock::wait_until(env_.clock(), hurry_, env_.clock().now() + pause))
                co_return ec;
        }
    }

    awaitable<result<boost::json::value>> send(event_note note, event_verdict verdict)
    {
        auto const deadline = env_.clock().now() + options_.request_deadline;
        auto const ns = event_namespace(note.about);
        if (verdict.what == event_verdict::kind::count) {
            boost::json::value change = event_patch(verdict);
            patch_options as(options_.component);
            object_name at(ns, verdict.name);
            auto patched = co_await client_.patch(known::events, std::move(at), patch_type::merge, std::move(change),
                                                  std::move(as), deadline);
            if (patched || patched.error().code != errc::not_found)
                co_return patched;
            // It has been an hour, and the cluster has forgotten it.
        }
        boost::json::value event = event_of(note, verdict, options_.component, options_.host);
        write_options as(options_.component);
        co_return co_await client_.create(known::events, ns, std::move(event), std::move(as), deadline);
    }

    Env& env_;
    Api& client_;
    event_recorder_options options_;
    event_correlator correlate_;
    clock::gate wake_;
    clock::gate hurry_;  // a pause is over, for it has been stopped
    uniform_source uniform_;
    std::deque<event_note> notes_;
    bool stopped_ = false;
    metrics::counter created_, counted_, spam_, overflow_, refused_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_EVENT_RECORDER_HPP
