#ifndef PENSTOCK_KUBE_CONTROLLER_HPP
#define PENSTOCK_KUBE_CONTROLLER_HPP
#include <penstock/clock/task_group.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/controller_source.hpp>
#include <penstock/kube/own_writes.hpp>
#include <penstock/reconcile/controller.hpp>
#include <penstock/time/backoff.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace penstock::kube {

struct controller_options
{
    reconcile::controller_options work;  ///< Name, workers, deadline of one reconcile, waits of keys that fail.
    duration sync_timeout = std::chrono::minutes(2);  ///< For the first lists, before anything is reconciled.
    duration resync{};  ///< Wakes every object again and again, give or take a tenth; zero: never.
};

/** Reconciles the objects of one resource, and watches whatever concerns them. What it watches is put together at
    compile time:

    `controller c(env, api, ex, work, options, for_kind<generation_changed>(apps), owns(deployments))`

    Keys of the first lists and of resyncs wait behind those of live events (`low_priority`). Nothing is reconciled before
    all first lists are complete. If the reconciler has a member `own_writes writes`, a key is held back until the
    caches show what was noted there; that costs no worker and does not count as a failure.
    @par Thread safety
    One thread.
    @tparam R Its keys are `object_name`s. @tparam Of One `for_kind`, and any number of `owns` and `watches`. */
template <env::environment Env, api Api, class R, source_description... Of>
class controller
{
    static constexpr bool gated = remembers_writes<R>;
    static_assert((std::size_t{0} + ... + std::same_as<typename Of::mapping_type, own_name>) == 1,
                  "a controller reconciles one kind: give it one for_kind");
public:
    /// @param env,client,what Outlive the controller.
    controller(Env& env, Api& client, executor ex, R& what, controller_options options, Of... of)
        : controller(reconciled(of...), env, client, std::move(ex), what, std::move(options), of...)
    {}
    controller(Env& env, Api& client, executor ex, R& what, Of... of)
        : controller(reconciled(of...), env, client, std::move(ex), what, controller_options(), of...)
    {}

    controller(controller const&) = delete;
    controller& operator=(controller const&) = delete;

    /** Watches until it is cancelled: fills the queue and reconciles nothing. `run` does this itself unless it is under way:
        a process that waits to lead calls it beforehand, and has no list to wait for when it leads. */
    awaitable<void> watch()
    {
        if (std::exchange(watching_, true))
            co_return;
        clock::task_group watching(ex_);
        std::apply([&](auto&... each) { (watching.spawn(each.run()), ...); }, sources_);
        if (options_.resync > duration::zero())
            watching.spawn(resync());
        co_await watching.join();
        watching_ = false;
    }

    /// Waits until all first lists are complete. `errc::deadline_exceeded` with the resource at fault after `sync_timeout`.
    awaitable<result<void>> wait_synced() { return synced_from<0>(env_.clock().now() + options_.sync_timeout); }

    /** Works until `stop` or until it is cancelled, and returns when nothing of it is left.

        @return As `reconcile::controller::run`, or what `wait_synced` gave. */
    awaitable<result<void>> run()
    {
        clock::task_group own(ex_);
        if (!watching_)
            own.spawn(watch());
        auto ended = co_await wait_synced();
        if (ended)
            ended = co_await work_.run();
        own.cancel();
        co_await own.join();
        co_return std::move(ended);
    }

    /// Finishes what is ready or runs, and cancels what is left at `deadline`; then `run` returns.
    void stop(time_point deadline) { work_.stop(deadline); }

    /// Wakes a key for a reason of the caller's own.
    void add(object_name const& key, int priority = 0) { work_.add(key, priority); }
    void add_after(object_name const& key, duration wait, int priority = 0) { work_.add_after(key, wait, priority); }

    /// Wakes every object of the reconciled kind.
    void wake_all()
    {
        std::apply([](auto&... each) { (each.wake_all(), ...); }, sources_);
    }

    bool synced() const noexcept
    {
        return std::apply([](auto const&... each) { return (each.synced() && ...); }, sources_);
    }
    /// What is wrong with one of its watches, for a health check; empty when nothing is.
    std::string trouble() const
    {
        std::string first;
        auto const look = [&first](auto const& each) {
            if (first.empty())
                first = each.trouble();
        };
        std::apply([&](auto const&... all) { (look(all), ...); }, sources_);
        return first;
    }

    /// The queue and the workers, for their numbers.
    auto const& work() const noexcept { return work_; }
    /// Brings the gauges up to date; call it before they are read out.
    void refresh() { work_.refresh(); }
private:
    controller(resource const& owner, Env& env, Api& client, executor ex, R& what, controller_options options,
               Of const&... of)
        : env_(env), client_(client), what_(what), options_(std::move(options)), gate_{*this},
          work_(env, gate_, ex, options_.work), ex_(std::move(ex)), sources_(make(with_owner(of, owner))...)
    {}

    template <class S>
    using source = detail::controller_source<Env, Api, S, gated>;

    /// What the workers run: the gate, then the reconciler.
    struct gate
    {
        using key_type = object_name;
        controller& self;

        awaitable<result<reconcile::outcome>> reconcile(object_name key, time_point deadline)
        {
            if constexpr (gated) {
                for (;;) {
                    auto step = self.look(key);
                    if (step.kind == own_writes::verdict::go)
                        break;
                    if (step.kind == own_writes::verdict::wait)
                        co_return reconcile::outcome::not_yet(step.wait);
                    auto const live = co_await self.client_.get(step.what, step.name, deadline);
                    if (!live && live.error().code == asio::error::operation_aborted)
                        co_return live.error();
                    self.what_.writes.answered(key, step.what, step.name, live, self.env_.clock().now());
                }
            }
            if constexpr (reconcile::deadline_reconciler<R>)
                co_return co_await self.what_.reconcile(std::move(key), deadline);
            else
                co_return co_await self.what_.reconcile(std::move(key));
        }
    };

    own_writes::step look(object_name const& key)
    {
        own_writes& writes = what_.writes;
        auto const shown = [this](resource const& what, object_name const& name) {
            std::optional<shown_version> found;
            auto const ask = [&](auto const& each) {
                if (!found && each.shows(what, name))
                    found = each.shown(name);
            };
            std::apply([&](auto const&... each) { (ask(each), ...); }, sources_);
            return found;
        };
        auto const watched = [this](resource const& what, object_name const& name) {
            return std::apply([&](auto const&... each) { return (each.shows(what, name) || ...); }, sources_);
        };
        return writes.next(key, env_.clock().now(), shown, watched);
    }

    template <class S>
    typename source<S>::parts make(S of)
    {
        auto const wake = [this](object_name const& key, int priority) { work_.add(key, priority); };
        typename source<S>::last_seen gone;
        if constexpr (gated) {
            gone = [this, what = of.what](object_name const& key, object_name const& name, std::string_view uid) {
                what_.writes.gone(key, what, name, uid);
            };
        }
        return {env_, client_, ex_, std::move(of), wake, gone};
    }

    static resource reconciled(Of const&... of)
    {
        resource found;
        auto const look = [&found](auto const& each) {
            if constexpr (std::same_as<typename std::remove_cvref_t<decltype(each)>::mapping_type, own_name>)
                found = each.what;
        };
        (look(of), ...);
        return found;
    }

    template <class S>
    static S with_owner(S of, resource const& owner)
    {
        if constexpr (std::same_as<typename S::mapping_type, owner_name>)
            of.map.of = owner;
        return of;
    }

    template <std::size_t I>
    awaitable<result<void>> synced_from(time_point end)
    {
        if constexpr (I == sizeof...(Of)) {
            co_return result<void>();
        } else {
            auto const good = co_await std::get<I>(sources_).synced_by(end);
            if (!good)
                co_return good.error();
            co_return co_await synced_from<I + 1>(end);
        }
    }

    awaitable<void> resync()
    {
        uniform_source chance(static_cast<std::uint64_t>(env_.clock().now().time_since_epoch().count()));
        for (;;) {
            auto const wait = options_.resync * 9 / 10 + fraction_of(options_.resync / 5, chance());
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + wait))
                co_return;
            wake_all();
        }
    }

    Env& env_;
    Api& client_;
    R& what_;
    controller_options options_;
    gate gate_;
    reconcile::controller<gate, Env> work_;
    executor ex_;
    std::tuple<source<Of>...> sources_;
    bool watching_ = false;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CONTROLLER_HPP
