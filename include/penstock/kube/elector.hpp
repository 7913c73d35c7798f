#ifndef PENSTOCK_KUBE_ELECTOR_HPP
#define PENSTOCK_KUBE_ELECTOR_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/election.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/outage.hpp>
#include <penstock/metrics/names.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <utility>

namespace penstock::kube {

struct elector_options
{
    election_options election;
    bool release = true;  ///< Lets go of the lease at the end, so that another takes it at once.
    duration release_within = std::chrono::seconds(5);  ///< So long it is tried.
    std::string field_manager = "penstock";
};

/** Leads, or waits to: one of several processes at a time runs its work.

    The API that it is given must not be fenced; the API that the work writes through should be
    (`fenced_transport`, with `state()`).
    @par Thread safety
    One thread. */
template <env::environment Env, lease_api Api>
class elector
{
public:
    /// Runs for as long as this process leads, and unwinds when it is cancelled.
    using work = std::function<awaitable<void>()>;
    /// Told the identity of whoever leads from now on, this process included; empty when nobody does.
    using observer = std::function<void(std::string const& holder)>;

    /** @param env,client Outlive the elector.
        @param name Of the election, for metrics and the log. */
    elector(Env& env, Api& client, executor ex, std::string name, std::string identity, object_name lease,
            elector_options options = {})
        : env_(env), client_(client), ex_(ex), name_(std::move(name)), options_(std::move(options)),
          state_(std::move(identity), std::move(lease), options_.election), done_(std::move(ex)),
          master_(env.metrics().make_gauge(metrics::names::leader_election_master_status, {name_})),
          slow_(env.metrics().make_counter(metrics::names::leader_election_slowpath_total, {name_}))
    {
        master_.set(0);
    }
    elector(elector const&) = delete;
    elector& operator=(elector const&) = delete;

    /// To be set before `run`. The observer is called on the loop and must not destroy the elector.
    void on_new_leader(observer tell) { tell_ = std::move(tell); }

    /** Waits until this process leads, and then runs `lead` until that ends, or until this process leads no more.

        Returns only after `lead` has unwound; the lease is let go after that, within `release_within`.
        A process that lost its lease should end: what it knows may be out of date.
        @return Success when `lead` came to its end; `errc::not_leader` when the lease was lost;
        `errc::invalid_argument` for options that `check` refuses; `operation_aborted` when cancelled, and the
        caller can wait again then.
        @throw What `lead` threw, after the lease was let go. */
    awaitable<result<void>> run(work lead)
    {
        if (auto const good = check(options_.election); !good)
            co_return good.error();
        if (state_.identity().empty() || state_.lease().name.empty())
            co_return failure(errc::invalid_argument, "a leader election needs an identity and the name of a lease");
        say(observe::level::info, "attempting to acquire the lease");
        if (auto const ec = co_await acquire()) {
            if (unsettled_)
                co_await let_go();
            co_return ec;
        }
        master_.set(1);
        say(observe::level::info, "became the leader");
        ended_ = false;
        clock::task_group leading(ex_);
        leading.spawn(perform(std::move(lead)));
        auto why = co_await keep();
        leading.cancel();
        std::exception_ptr thrown;
        try {
            co_await leading.join();
        } catch (...) {
            thrown = std::current_exception();
        }
        master_.set(0);
        asio::cancellation_state const asked = co_await asio::this_coro::cancellation_state;
        if (is_cancelled(asked))
            why = failure(error_code(asio::error::operation_aborted));  // letting go forgets it
        if (state_.holds() || unsettled_)
            co_await let_go();
        state_.resigned();
        if (thrown)
            std::rethrow_exception(thrown);
        if (why.code)
            co_return why;
        co_return result<void>();
    }

    /// A `fence`, and what a health check asks.
    election const& state() const noexcept { return state_; }
private:
    awaitable<void> perform(work lead)
    {
        try {
            co_await lead();
        } catch (...) {
            ended_ = true;
            done_.notify();
            throw;
        }
        ended_ = true;
        done_.notify();
    }

    /// Until this process leads. An error only when cancelled.
    awaitable<error_code> acquire()
    {
        for (;;) {
            auto const step = co_await attempt(env_.clock().now() + patience());
            if (step == election_step::won)
                co_return error_code();
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + state_.wait_to_acquire()))
                co_return ec;
        }
    }

    /// Renews until the work has ended, the lease is lost, or it is cancelled.
    awaitable<failure> keep()
    {
        for (;;) {
            auto const next = std::min(env_.clock().now() + options_.election.retry_period, state_.leads_until());
            if (auto const ec = co_await clock::wait_until(env_.clock(), done_, next))
                co_return ec;
            if (ended_)
                co_return failure();
            if (state_.leads(env_.clock().now()))
                co_await attempt(std::min(env_.clock().now() + patience(), state_.leads_until()));
            asio::cancellation_state const cancelled = co_await asio::this_coro::cancellation_state;
            if (is_cancelled(cancelled))
                co_return failure(error_code(asio::error::operation_aborted));
            if (!state_.leads(env_.clock().now())) {
                say(observe::level::error, "lost the lease");
                co_return failure(errc::not_leader, "the lease " + state_.lease().text() + " was lost"
                                                        + (state_.holds() ? ": it could not be renewed in time"
                                                                          : " to " + state_.holder()));
            }
        }
    }

    /// One attempt, to its end: `won` or `lost`.
    awaitable<election_step> attempt(time_point deadline)
    {
        auto step = state_.begin(env_.clock().now());
        while (step != election_step::won && step != election_step::lost) {
            auto const sent = env_.clock().now();
            if (sent >= deadline)
                co_return election_step::lost;
            auto const before = state_.holder();
            if (step == election_step::read) {
                auto const lease = object_of(co_await client_.get(known::leases, state_.lease(), deadline));
                complain("read", lease);
                step = state_.read(lease, env_.clock().now());
            } else {
                auto const slow = state_.slow_paths();
                auto const lease = object_of(co_await write(step, deadline));
                complain(step == election_step::create ? "create" : "write", lease);
                // Without an answer it may have been taken all the same.
                unsettled_ = !lease && lease.error().code != errc::conflict;
                step = state_.written(lease, sent, env_.clock().now());
                if (state_.slow_paths() != slow)
                    slow_.increment();
            }
            if (tell_ && state_.holder() != before)
                tell_(state_.holder());
        }
        co_return step;
    }

    awaitable<result<boost::json::value>> write(election_step how, time_point deadline)
    {
        boost::json::value proposal = state_.proposal(env_.clock().wall());
        write_options as(options_.field_manager);
        if (how == election_step::create)
            return client_.create(known::leases, state_.lease().ns, std::move(proposal), std::move(as), deadline);
        return client_.replace(known::leases, state_.lease(), std::move(proposal), std::move(as), deadline);
    }

    /// Also of one who was cancelled.
    awaitable<void> let_go()
    {
        if (!options_.release)
            co_return;
        asio::cancellation_state const asked = co_await asio::this_coro::cancellation_state;
        if (!is_cancelled(asked)) {
            co_await release();  // who is cancelled meanwhile breaks it off, and stays cancelled
            co_return;
        }
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        co_await release();
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    }

    /// Whoever comes after us waits for the lease to run out where this fails, and nothing worse happens.
    awaitable<void> release()
    {
        auto const deadline = env_.clock().now() + options_.release_within;
        for (;;) {
            auto lease = object_of(co_await client_.get(known::leases, state_.lease(), deadline));
            if (!lease || record_of(*lease).holder != state_.identity()) {
                complain("read", lease);
                co_return;
            }
            boost::json::value free = election::released(*std::move(lease), env_.clock().wall());
            write_options as(options_.field_manager);
            auto const written = object_of(
                co_await client_.replace(known::leases, state_.lease(), std::move(free), std::move(as), deadline));
            if (written)
                say(observe::level::info, "let go of the lease");
            if (written || written.error().code != errc::conflict) {
                complain("release", written);
                co_return;
            }
        }
    }

    static result<boost::json::object> object_of(result<boost::json::value> got)
    {
        if (!got)
            return got.error();
        if (!got->is_object())
            return failure(errc::malformed, "what was answered is not a Lease");
        return std::move(got->get_object());
    }

    /// One request that hangs must not eat the time of those that would not.
    duration patience() const noexcept
    {
        return std::max<duration>(std::chrono::seconds(1), options_.election.renew_deadline / 2);
    }

    /// One line when a trouble begins or becomes another one; what lasts is for debugging only.
    void complain(std::string_view verb, result<boost::json::object> const& lease)
    {
        bool const absent = !lease && lease.error().code == errc::not_found && verb != "create";
        if (lease || absent) {
            outage_.ends();
            return;
        }
        auto const& f = lease.error();
        if (f.code == asio::error::operation_aborted)
            return;
        bool const race = f.code == errc::conflict;
        bool const quiet = race || outage_.begins(f, env_.clock().now()) == outage::verdict::keep_quiet;
        auto const text = f.code == errc::forbidden
                              ? words_for(f, verb, known::leases, state_.lease().ns, "get, create and update")
                              : "cannot " + std::string(verb) + " the lease, trying on";
        env_.log().write(quiet ? observe::level::debug : observe::level::error, "election", text,
                         {{"lease", state_.lease().text()}, {"error", f.message()}});
    }

    void say(observe::level how, std::string_view what)
    {
        env_.log().write(how, "election", what, {{"lease", state_.lease().text()}, {"identity", state_.identity()}});
    }

    Env& env_;
    Api& client_;
    executor ex_;
    std::string name_;
    elector_options options_;
    election state_;
    clock::gate done_;
    observer tell_;
    outage outage_;
    bool ended_ = false;      // the work has come to its end
    bool unsettled_ = false;  // the last write of the lease had no answer that says whether it was done
    metrics::gauge master_;
    metrics::counter slow_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_ELECTOR_HPP
