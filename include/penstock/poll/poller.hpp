#ifndef PENSTOCK_POLL_POLLER_HPP
#define PENSTOCK_POLL_POLLER_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/poll/source.hpp>
#include <penstock/rate/limiter.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace penstock::poll {

struct poller_options
{
    duration deadline = std::chrono::seconds(30);  ///< For one fetch, from its start.
};

/** Asks one source, no faster than the limiter allows, and says whether it moved. The first answer counts as
    moved. The environment and the source outlive the poller; one `poll_once` at a time. */
template <source Source, env::environment Env, rate::limiter Limiter = rate::unlimited>
class poller
{
public:
    poller(Env& env, Source& source, Limiter limiter = {}, poller_options options = {})
        : env_(env), source_(&source), limiter_(std::move(limiter)), options_(options)
    {}

    /// @return What `fetch` failed with, or `errc::deadline_exceeded`; then the next poll compares as if this had not been.
    awaitable<result<change>> poll_once()
    {
        auto const start = limiter_.reserve(env_.clock().now());
        if (auto const ec = co_await env_.clock().sleep_until(start))
            co_return ec;
        auto head = co_await with_deadline(env_.clock(), start + options_.deadline, source_->fetch());
        if (!head)
            co_return head.error();
        auto const seen = seen_ == *head ? change::none : change::moved;
        seen_ = *std::move(head);
        co_return seen;
    }

    /// What was seen last; none before the first success.
    std::optional<head_of<Source>> const& seen() const noexcept { return seen_; }
private:
    Env& env_;
    Source* source_;
    [[no_unique_address]] Limiter limiter_;
    poller_options options_;
    std::optional<head_of<Source>> seen_;
};

template <class Env, class Source>
poller(Env&, Source&) -> poller<Source, Env>;
template <class Env, class Source, class Limiter>
poller(Env&, Source&, Limiter) -> poller<Source, Env, Limiter>;
template <class Env, class Source, class Limiter>
poller(Env&, Source&, Limiter, poller_options) -> poller<Source, Env, Limiter>;

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_POLLER_HPP
