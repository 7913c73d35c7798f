#ifndef PENSTOCK_SYNC_INTAKE_HPP
#define PENSTOCK_SYNC_INTAKE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/hook/deliveries.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/sync/inbox.hpp>
#include <penstock/sync/intake_verdict.hpp>
#include <penstock/sync/ledger.hpp>
#include <penstock/sync/noted.hpp>
#include <penstock/sync/route.hpp>
#include <penstock/sync/spares.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::sync {

class taken_in
{
public:
    taken_in() = default;
    taken_in(verdict v, std::string why) : what(v), reason(std::move(why)) {}

    verdict what = verdict::ignored;
    std::string reason;
    failure problem;  ///< For `refused`.
};

/** Where verified events enter the sync system: routes them, refuses what came before, writes down the rest and
    wakes its sources. When it says `queued`, the delivery survives a crash. One thread. */
template <env::environment Env, store::item_store Store>
class intake
{
public:
    using waker = std::function<void(std::string const& key, trigger why)>;

    /// @param wake Called for each source that has something new to do.
    intake(Env& env, ledger& book, inbox<Store>& box, waker wake)
        : env_(env), ledger_(book), inbox_(box), wake_(std::move(wake))
    {}

    route_table& routes() noexcept { return routes_; }

    /** Takes an event of a forge that has been verified. Event and id live until this ends.
        @param id What tells this delivery from others (`hook::envelope::key`); empty if nothing does. */
    awaitable<taken_in> take(hook::push_event const& event, std::string_view id)
    {
        auto const now = env_.clock().now();
        auto const job = jobs_.borrow();
        job->id.clear();
        routes_.find_into(job->to, event);
        auto& keys = job->to.keys;
        if (keys.empty())  // not remembered: once a source is there, it may be sent again
            co_return taken_in(verdict::ignored, std::move(job->to.ignored));
        if (!id.empty() && deliveries_.note(id, now) == hook::seen::again) {
            if (!is_under_way(id))
                co_return taken_in(verdict::duplicate, "this delivery has been taken already");
            taken_in refused(verdict::refused, "the same delivery is being written down");
            refused.problem =
                failure(errc::unavailable, "the same delivery is being written down", std::chrono::seconds(1));
            co_return refused;
        }
        auto& w = job->wanted;
        w.by = trigger::webhook;
        bool const branch = event.ref.starts_with("refs/heads/");
        // The `after` of an annotated tag is not the commit that the artifact will show.
        w.id.assign(branch ? std::string_view(event.after) : std::string_view());
        w.before.assign(branch ? std::string_view(event.before) : std::string_view());
        w.delivery.assign(event.delivery);
        auto const count = keys.size();
        for (auto const& key : keys)
            ledger_.heard(key, now, env_.clock().wall());
        job->id.assign(id);
        noted note(deliveries_, id);
        auto kept = co_await keep(w, keys);
        if (!kept) {
            taken_in refused(verdict::refused, "the delivery could not be written down");
            refused.problem = kept.error();
            co_return refused;
        }
        note.stays();
        co_return taken_in(verdict::queued, std::to_string(count) + (count == 1 ? " source" : " sources"));
    }

    /// Writes a wish down for these sources, and wakes them. Used by Receivers.
    awaitable<result<void>> want(wish w, std::vector<std::string> keys) { co_return co_await keep(w, keys); }

    /// Takes up what an earlier process left in the inbox.
    awaitable<result<std::size_t>> recover()
    {
        auto left = co_await inbox_.recover();
        if (!left)
            co_return left.error();
        if (left->lost != 0)
            env_.log().write(observe::level::error, "sync", "stored deliveries could not be read and were dropped",
                             {{"count", left->lost}});
        for (auto const& record : left->records) {
            for (auto const& key : record.keys) {
                wish w = record.wish;
                w.since = env_.clock().now();
                if (enter(w, key))
                    say_of_erasure(co_await inbox_.release(w.record, key));
            }
        }
        co_return left->records.size();
    }

    /// A wish of a poll: not written down, for the next poll finds it again.
    void want_polled(trigger by, std::string id, std::string const& key)
    {
        wish w;
        w.by = by;
        w.id = std::move(id);
        w.received = env_.clock().wall();
        w.since = env_.clock().now();
        auto const* const entry = ledger_.find(key);
        if (entry != nullptr && entry->now.head)
            w.since = entry->now.head->asked;  // the poll is what showed it: no need to ask again
        if (entry == nullptr || !entry->now.wanted)
            ledger_.want(key, std::move(w));
        wake_(key, by);
    }

    /// Deliveries that wait for their sync.
    std::size_t open() const noexcept { return inbox_.size(); }
private:
    /// What a delivery needs on its way; lent for one, and kept for the next.
    struct work
    {
        std::string id;
        routed to;
        wish wanted;
    };

    bool is_under_way(std::string_view id) const
    {
        auto const& all = jobs_.lent();
        return std::any_of(all.begin(), all.end(), [id](work const* one) { return one->id == id; });
    }

    awaitable<result<void>> keep(wish& w, std::vector<std::string> const& keys)
    {
        w.received = env_.clock().wall();
        w.since = env_.clock().now();
        auto kept = co_await inbox_.keep(w, keys);
        if (!kept) {
            env_.log().write(observe::level::error, "sync", "a delivery could not be written down",
                             {{"trigger", to_string(w.by)}, {"error", kept.error().message()}});
            co_return kept.error();
        }
        for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
            auto copy = w;
            if (enter(copy, keys[i]))
                say_of_erasure(co_await inbox_.release(copy.record, keys[i]));
        }
        if (!keys.empty() && enter(w, keys.back()))
            say_of_erasure(co_await inbox_.release(w.record, keys.back()));
        co_return result<void>();
    }

    /** Hands the wish on. No coroutine: a frame less for each delivery.
        @return Whether `w` is now one that it takes the place of, whose record is to be released; else what is left in
        `w` is of no use but for its memory. */
    bool enter(wish& w, std::string const& key)
    {
        auto const by = w.by;
        auto loser = ledger_.want(key, std::move(w));
        bool const ended = loser && !loser->record.empty();
        if (loser) {
            count_superseded(loser->by);
            w = *std::move(loser);
        }
        wake_(key, by);
        return ended;
    }

    void say_of_erasure(result<void> const& released)
    {
        if (!released)
            env_.log().write(observe::level::error, "sync", "a superseded delivery could not be erased",
                             {{"error", released.error().message()}});
    }

    void count_superseded(trigger by)
    {
        auto& counter = superseded_[static_cast<std::size_t>(by)];
        if (!counter)
            counter = env_.metrics().make_counter(metrics::names::sync_total,
                                                  {to_string(by), to_string(outcome::superseded)});
        counter->increment();
    }

    Env& env_;
    ledger& ledger_;
    inbox<Store>& inbox_;
    waker wake_;
    route_table routes_;
    hook::deliveries deliveries_;
    spares<work> jobs_;
    std::array<std::optional<metrics::counter>, 4> superseded_;  // by trigger
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_INTAKE_HPP
