#ifndef PENSTOCK_SYNC_POLLS_HPP
#define PENSTOCK_SYNC_POLLS_HPP
#include <penstock/env/environment.hpp>
#include <penstock/poll/fleet.hpp>
#include <penstock/sync/intake.hpp>
#include <penstock/sync/ledger.hpp>

#include <boost/url/parse.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace penstock::sync {

struct polls_options
{
    duration interval = std::chrono::minutes(5);
    poll::fleet_options fleet;
};

/** Polls the remotes of all sources that can be polled, and asks for a sync of those that are behind.

    Each source is polled once at once when it becomes known, then at its cadence. A source that a webhook covers is
    polled less and less often while the polls find nothing that the webhook missed. Remote is what `git_remote` is.
    One thread. */
template <env::environment Env, class Remote, store::item_store Store>
class polls
{
public:
    polls(Env& env, executor ex, ledger& book, intake<Env, Store>& in, Remote& remote, polls_options o)
        : env_(env), ledger_(book), intake_(in), remote_(remote), options_(std::move(o)),
          fleet_(env, std::move(ex), fetch{this}, options_.fleet)
    {}
    polls(polls const&) = delete;
    polls& operator=(polls const&) = delete;

    /// A source is new or has changed.
    void observe(std::string const& key, source const& s)
    {
        auto const why_not = s.suspended ? std::string("spec.suspend is true") : not_polled_because(s);
        auto const known = ids_.find(key);
        if (!why_not.empty()) {
            if (known != ids_.end())
                forget(key);
            auto& told = not_polled_[key];
            if (told != why_not)
                env_.log().write(
                    observe::level::info, "sync", "not polled",
                    {{"controllerKind", s.kind}, {"name", s.name}, {"namespace", s.ns}, {"reason", why_not}});
            told = why_not;
            return;
        }
        not_polled_.erase(key);
        auto const host = host_of(s);
        if (known != ids_.end()) {
            auto const& before = names_[known->second];
            if (before.url == s.url && before.host == host)
                return;
            forget(key);
        }
        auto const id = fleet_.add(key, host, options_.interval);
        ids_[key] = id;
        names_[id] = {key, s.url, host};
        fleet_.poll_now(id);
    }

    void forget(std::string const& key)
    {
        not_polled_.erase(key);
        auto const known = ids_.find(key);
        if (known == ids_.end())
            return;
        fleet_.remove(known->second);
        names_.erase(known->second);
        ids_.erase(known);
    }

    /// A verified webhook named this source.
    void webhook_worked(std::string const& key)
    {
        if (auto const known = ids_.find(key); known != ids_.end())
            fleet_.webhook_worked(known->second);
    }

    /// How a source is covered, for metrics and people: `webhook`, `poll` or `not_polled`.
    std::string_view coverage(std::string const& key) const
    {
        auto const known = ids_.find(key);
        if (known == ids_.end())
            return "not_polled";
        return fleet_.covered(known->second) ? "webhook" : "poll";
    }

    /// Why a source is not polled; empty if it is.
    std::string not_polled(std::string const& key) const
    {
        auto const at = not_polled_.find(key);
        return at == not_polled_.end() ? std::string() : at->second;
    }

    /// When the source is polled next; nothing while it is being polled or is not polled.
    std::optional<time_point> next(std::string const& key) const
    {
        auto const known = ids_.find(key);
        return known == ids_.end() ? std::nullopt : fleet_.next(known->second);
    }

    /// Changes how often all sources are polled.
    void set_cadence(duration interval, poll::cadence_options const& cadence)
    {
        fleet_.set_cadence(cadence);
        if (options_.interval == interval)
            return;
        options_.interval = interval;
        for (auto const& [key, id] : ids_)
            fleet_.set_interval(id, interval);
    }

    awaitable<result<void>> run() { return fleet_.run(); }
    void stop() { fleet_.stop(); }
private:
    struct fetch
    {
        polls* owner;
        awaitable<result<poll::sighting>> operator()(poll::source_id id) const { return owner->poll_once(id); }
    };

    struct polled
    {
        std::string key;
        std::string url;
        std::string host;
    };

    /// Who shares limits and refusals: sources of a host; those of a GitHub App by their Secret, for GitHub counts by
    /// installation, and an App that is broken must not end the polls of others.
    static std::string host_of(source const& s)
    {
        auto const url = boost::urls::parse_uri(s.url);
        auto host = url ? std::string(url->host()) : std::string();
        return s.provider == "github" ? host + " " + s.ns + "/" + s.secret_name : host;
    }

    awaitable<result<poll::sighting>> poll_once(poll::source_id id)
    {
        auto const named = names_.find(id);
        if (named == names_.end())
            co_return poll::sighting::unchanged;
        std::string const key = named->second.key;
        auto const* const before = ledger_.find(key);
        if (before == nullptr || !before->now.observed)
            co_return poll::sighting::unchanged;
        remote_head head;
        head.asked = env_.clock().now();
        auto answer = co_await remote_.ask(*before->now.observed, head.asked + options_.fleet.deadline);
        auto* const entry = ledger_.find(key);
        if (entry == nullptr || !entry->now.observed)
            co_return poll::sighting::unchanged;
        if (!answer) {
            head.failed = answer.error().message();
            ledger_.asked(key, head);
            ledger_.write(key, env_.clock().wall(), "poll failed: " + head.failed);
            auto const parts = split_key(key);
            env_.log().write(observe::level::error, "sync", "poll failed",
                             {{"controllerKind", parts->kind},
                              {"name", parts->name},
                              {"namespace", parts->ns},
                              {"error", head.failed}});
            co_return answer.error();
        }
        head.id = answer->id;
        ledger_.asked(key, head);
        bool const first = !std::exchange(entry->polled_once, true);
        if (revision_id(entry->now.observed->revision) == answer->id) {
            if (first)
                ledger_.write(key, env_.clock().wall(), "the first poll found nothing new");
            co_return poll::sighting::unchanged;
        }
        if (entry->now.wanted)
            co_return poll::sighting::announced;
        if (entry->gave_up_on == answer->id)
            co_return poll::sighting::announced;  // Flux could not fetch it, and goes on trying by itself
        intake_.want_polled(first ? trigger::startup : trigger::poll, answer->id, key);
        co_return first ? poll::sighting::announced : poll::sighting::missed;
    }

    Env& env_;
    ledger& ledger_;
    intake<Env, Store>& intake_;
    Remote& remote_;
    polls_options options_;
    std::map<std::string, poll::source_id, std::less<>> ids_;
    std::map<poll::source_id, polled> names_;
    std::map<std::string, std::string, std::less<>> not_polled_;
    poll::fleet<Env, fetch> fleet_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_POLLS_HPP
