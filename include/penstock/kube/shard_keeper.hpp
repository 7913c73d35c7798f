#ifndef PENSTOCK_KUBE_SHARD_KEEPER_HPP
#define PENSTOCK_KUBE_SHARD_KEEPER_HPP
#include <penstock/env/environment.hpp>
#include <penstock/kube/elector.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/own_writes.hpp>
#include <penstock/kube/shard_members.hpp>
#include <penstock/reconcile/reconciler.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <concepts>
#include <functional>
#include <set>
#include <string>
#include <utility>

namespace penstock::kube {

/// What a member of a group of shards needs of an API server. `api_client` is the model.
template <class A>
concept shard_api =
    lease_api<A>
    && requires(A& a, resource what, object_name name, list_options l, remove_options r, time_point deadline) {
           { a.list(what, name.ns, l, deadline) } -> std::same_as<awaitable<result<object_list>>>;
           { a.remove(what, name, r, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
       };

namespace detail {

/// So that a controller finds the writes of a reconciler behind `sharded`.
template <class R>
struct writes_behind
{
    explicit writes_behind(R&) {}
};
template <remembers_writes R>
struct writes_behind<R>
{
    explicit writes_behind(R& what) : writes(what.writes) {}
    own_writes& writes;
};

}  // namespace detail

/** Reconciles the keys that this replica owns and passes over the others; goes between a controller and its reconciler.

    Refers to both, which outlive it. One thread. */
template <reconcile::reconciler R>
class sharded : public detail::writes_behind<R>
{
public:
    using key_type = typename R::key_type;

    sharded(R& what, shard_members const& members, std::function<time_point()> now)
        : detail::writes_behind<R>(what), what_(what), members_(members), now_(std::move(now))
    {}

    awaitable<result<reconcile::outcome>> reconcile(key_type key, time_point deadline)
    {
        auto const text = key.text();
        if (!members_.owns(text, now_()))
            co_return reconcile::outcome::done();  // when it is gained, all keys wake
        auto const at = under_way_.insert(text);
        struct leave
        {
            std::multiset<std::string>& from;
            std::multiset<std::string>::iterator at;
            ~leave() { from.erase(at); }
        } const guard{under_way_, at};
        if constexpr (reconcile::deadline_reconciler<R>)
            co_return co_await what_.reconcile(std::move(key), deadline);
        else
            co_return co_await what_.reconcile(std::move(key));
    }

    /// Whether work is under way on a key that this replica is to give away.
    bool busy() const
    {
        return std::any_of(under_way_.begin(), under_way_.end(),
                           [this](std::string const& key) { return !members_.keeps(key); });
    }
private:
    R& what_;
    shard_members const& members_;
    std::function<time_point()> now_;
    std::multiset<std::string> under_way_;
};

/** Keeps this replica a member of its group: renews its Lease, lists those of the others, and hands keys over.
    What is promised, `shard_members` says.

    The API that it is given must not be fenced; the API that the work writes through should be (`fenced_transport`, with
    `state()`).
    @par Thread safety
    One thread. */
template <env::environment Env, shard_api Api>
class shard_keeper
{
public:
    /// Whether work is under way on a key that is to be given away: `sharded::busy`.
    using question = std::function<bool()>;
    /// Keys may have been gained: wake them all.
    using news = std::function<void()>;

    /** @param env,client Outlive the keeper.
        @param group Of the replicas; a label value and part of the names of their Leases.
        @param me See `shard_members`. @param ns Where the Leases lie. */
    shard_keeper(Env& env, Api& client, std::string group, std::string me, std::string ns,
                 sharding_options options = {}, std::string field_manager = "penstock")
        : env_(env), client_(client), state_(std::move(group), std::move(me), std::move(ns), options),
          manager_(std::move(field_manager))
    {}

    /** A member until it is cancelled. To be cancelled when no work is under way any more: it removes its Lease then, and
        others take its keys at once.
        @return `operation_aborted`; `errc::invalid_argument` for options that `check` refuses or a bad identity. */
    awaitable<result<void>> run(question busy, news gained)
    {
        if (auto const good = check(state_.options()); !good)
            co_return good.error();
        if (state_.me().empty() || state_.me().find(',') != std::string::npos || state_.group().empty())
            co_return failure(errc::invalid_argument, "a group of shards needs a name, and an identity without commas");
        std::size_t seen = 0;
        error_code stopped;
        while (!stopped) {
            auto const start = env_.clock().now();
            bool const asked_again = state_.unsettled();
            co_await round(busy, start + patience());
            if (std::exchange(seen, state_.changes()) != state_.changes())
                gained();
            bool const at_once = state_.unsettled() && !asked_again;
            stopped = co_await env_.clock().sleep_until(at_once ? start : start + state_.options().period);
        }
        co_await leave();
        co_return failure(stopped);
    }

    shard_members const& state() const noexcept { return state_; }
private:
    duration patience() const noexcept { return state_.options().renew_deadline / 2; }

    awaitable<void> round(question const& busy, time_point deadline)
    {
        list_options ask(std::string(shard_group_label) + '=' + state_.group());
        auto const asked = env_.clock().now();
        auto const all = co_await client_.list(known::leases, state_.lease().ns, std::move(ask), deadline);
        if (!all) {
            complain("list", all.error());
            co_return;
        }
        state_.listed(all->items, asked, env_.clock().now());
        boost::json::value lease = state_.proposal(!busy(), env_.clock().wall());
        auto const sent = env_.clock().now();
        result<boost::json::value> written;
        write_options as(manager_);
        if (state_.is_new())
            written = co_await client_.create(known::leases, state_.lease().ns, std::move(lease), as, deadline);
        else
            written = co_await client_.replace(known::leases, state_.lease(), std::move(lease), as, deadline);
        if (!written)
            complain("write", written.error());
        state_.written(object_of(written), sent, env_.clock().now());
        auto const dead = state_.left_behind();
        for (auto const& each : dead) {
            remove_options which;
            which.resource_version = resource_version_of(each);
            static_cast<void>(co_await client_.remove(known::leases, name_of(each), std::move(which), deadline));
        }
    }

    static result<boost::json::object> object_of(result<boost::json::value> const& got)
    {
        if (!got)
            return got.error();
        return got->is_object() ? result<boost::json::object>(got->get_object())
                                : failure(errc::malformed, "what was answered is not a Lease");
    }

    /// Others need not wait for the lease to run out. Also of one who was cancelled.
    awaitable<void> leave()
    {
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        state_.left();
        auto const deadline = env_.clock().now() + std::min<duration>(patience(), std::chrono::seconds(5));
        remove_options which;
        auto const gone = co_await client_.remove(known::leases, state_.lease(), std::move(which), deadline);
        if (!gone && gone.error().code != errc::not_found)
            complain("remove", gone.error());
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    }

    void complain(std::string_view verb, failure const& why)
    {
        if (why.code == asio::error::operation_aborted)
            return;
        env_.log().write(why.code == errc::conflict ? observe::level::debug : observe::level::error, "sharding",
                         "cannot " + std::string(verb) + " the leases of the group",
                         {{"group", state_.group()}, {"error", why.message()}});
    }

    Env& env_;
    Api& client_;
    shard_members state_;
    std::string manager_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_SHARD_KEEPER_HPP
