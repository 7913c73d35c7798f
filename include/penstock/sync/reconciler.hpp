#ifndef PENSTOCK_SYNC_RECONCILER_HPP
#define PENSTOCK_SYNC_RECONCILER_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/git/reference_choice.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/reconcile/outcome.hpp>
#include <penstock/sync/ledger.hpp>
#include <penstock/time/rfc3339.hpp>

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <utility>

namespace penstock::sync {

/** What the reconciler does to the world. `flux_peers` is the real one.

    `request` writes the annotation with this token and gives the object as it is then; `fetch` reads an object that
    no watch shows; `ask` finds where the ref of a source stands on its remote; `release` lets go of
    a delivery for one key: it has ended. */
template <class P>
concept peers = requires(P& p, key_parts key, source s, std::string text, time_point deadline) {
    { p.fetch(key, deadline) } -> std::same_as<awaitable<result<source>>>;
    { p.request(key, text, deadline) } -> std::same_as<awaitable<result<source>>>;
    { p.ask(s, deadline) } -> std::same_as<awaitable<result<git::chosen_head>>>;
    { p.release(text, text) } -> std::same_as<awaitable<result<void>>>;
};

/** Brings one source closer to what is wanted of it: asks `decide`, does the one thing it says, asks again.
    Models `reconcile::reconciler`. Environment, ledger and peers outlive it. */
template <env::environment Env, peers Peers>
class reconciler
{
public:
    using key_type = std::string;

    reconciler(Env& env, ledger& book, Peers& peers, decide_options options = {})
        : env_(env), ledger_(book), peers_(peers), options_(options),
          to_synced_(env.metrics().make_histogram(metrics::names::webhook_to_synced_seconds, {}))
    {}

    awaitable<result<reconcile::outcome>> reconcile(std::string key, time_point deadline)
    {
        auto parts = split_key(key);
        if (!parts)
            co_return reconcile::outcome::terminal(parts.error());
        auto const* const known = ledger_.find(key);
        bool const watched = known != nullptr && known->watched;
        if (known != nullptr && !watched) {  // of another kind, outside of what is watched, or the watch lags
            auto fetched = co_await peers_.fetch(*parts, deadline);
            if (fetched)
                ledger_.observe(*std::move(fetched), env_.clock().now());
            else if (fetched.error().code == condition::not_found)
                ledger_.forget(key);
            else
                co_return fetched.error();
        }
        for (int round = 0; round < max_rounds; ++round) {
            auto const* const entry = ledger_.find(key);
            if (entry == nullptr)
                co_return reconcile::outcome::done();
            auto const now = env_.clock().now();
            auto d = decide(entry->now, now, options_);
            if (d.what == step::rest)
                co_return reconcile::outcome::done();
            ledger_.write(key, env_.clock().wall(), d.reason);
            if (d.what == step::wait)
                co_return reconcile::outcome::again_after(patience(*entry, d, now));
            if (d.what == step::finish) {
                auto ended = co_await finish(key, std::move(d));
                if (!ended)
                    co_return ended.error();
                continue;
            }
            if (d.what == step::ask_remote) {
                co_await ask(key, *entry->now.observed, deadline);
                continue;
            }
            auto written = co_await request(key, *parts, deadline);
            if (!written)
                co_return written.error();
        }
        co_return reconcile::outcome::again();
    }
private:
    static constexpr int max_rounds = 16;

    /// A kind without a watch is looked at again after as long as it has been waited for, 1 s to 30 s.
    static duration patience(ledger_entry const& entry, decision const& d, time_point now)
    {
        auto const wait = std::max<duration>(d.again - now, std::chrono::milliseconds(1));  // never "done"
        if (entry.watched || !entry.now.requested)
            return wait;
        return std::min(wait, std::clamp<duration>(now - entry.now.requested->at, std::chrono::seconds(1),
                                                   std::chrono::seconds(30)));
    }

    awaitable<void> ask(std::string key, source s, time_point deadline)
    {
        remote_head head;
        head.asked = env_.clock().now();
        auto const within = std::min<time_point>(deadline, head.asked + std::chrono::seconds(15));
        auto answer = co_await peers_.ask(std::move(s), within);
        if (answer) {
            head.id = answer->id;
        } else if (answer.error().code != condition::not_found) {  // no such ref: not there yet, or not any more
            auto const& code = answer.error().code;
            head.failed = answer.error().message();
            head.hopeless = code == condition::unauthorized || code == condition::rejected || code == errc::unsupported
                            || code == errc::invalid_configuration;
        }
        ledger_.asked(key, std::move(head));
    }

    awaitable<result<void>> request(std::string key, key_parts parts, time_point deadline)
    {
        auto const since = ledger_.find(key)->now.wanted->since;
        auto const token = format_rfc3339(env_.clock().wall());
        auto const at = env_.clock().now();
        auto answer = co_await peers_.request(parts, token, deadline);
        if (!answer) {
            if (answer.error().code == condition::not_found) {
                ledger_.forget(key);
                co_return result<void>();
            }
            ledger_.write(key, env_.clock().wall(), "the request could not be written: " + answer.error().message());
            co_return answer.error();
        }
        auto const* const entry = ledger_.find(key);
        // A wish that came in meanwhile may be about a push that this request is too early for.
        if (entry != nullptr && entry->now.wanted && entry->now.wanted->since == since)
            ledger_.requested(key, token, at);
        ledger_.wrote(*std::move(answer), env_.clock().now());
        env_.log().write(
            observe::level::info, "sync", "requested",
            {{"controllerKind", parts.kind}, {"name", parts.name}, {"namespace", parts.ns}, {"requestedAt", token}});
        co_return result<void>();
    }

    awaitable<result<void>> finish(std::string key, decision d)
    {
        auto const* const entry = ledger_.find(key);
        wish const ending = *entry->now.wanted;
        if (!ending.record.empty()) {
            auto released = co_await peers_.release(ending.record, key);
            if (!released)
                co_return released.error();
        }
        auto const* const after = ledger_.find(key);
        if (after == nullptr || !after->now.wanted || after->now.wanted->record != ending.record
            || after->now.wanted->since != ending.since)
            co_return result<void>();  // another wish took its place meanwhile
        ledger_.settle(key, d.how);
        report(key, ending, d);
        co_return result<void>();
    }

    void report(std::string const& key, wish const& ended, decision const& d)
    {
        auto const by = to_string(ended.by);
        auto const how = to_string(d.how);
        env_.metrics().make_counter(metrics::names::sync_total, {by, how}).increment();
        bool const pushed = ended.by == trigger::webhook || ended.by == trigger::receiver;
        double const seconds = std::chrono::duration<double>(env_.clock().wall() - ended.received).count();
        if (pushed && d.how == outcome::synced)
            to_synced_.observe(std::max(seconds, 0.0));
        auto const parts = split_key(key);
        bool const bad = d.how == outcome::failed || d.how == outcome::unanswered;
        env_.log().write(bad ? observe::level::error : observe::level::info, "sync", how,
                         {{"controllerKind", parts->kind},
                          {"name", parts->name},
                          {"namespace", parts->ns},
                          {"trigger", by},
                          {"reason", d.reason},
                          {"commit", ended.id},
                          {"seconds", seconds}});
    }

    Env& env_;
    ledger& ledger_;
    Peers& peers_;
    decide_options options_;
    metrics::histogram to_synced_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_RECONCILER_HPP
