#ifndef PENSTOCK_KUBE_FENCED_TRANSPORT_HPP
#define PENSTOCK_KUBE_FENCED_TRANSPORT_HPP
#include <penstock/clock/source.hpp>
#include <penstock/http/transport.hpp>

#include <algorithm>
#include <concepts>
#include <memory>
#include <string>
#include <utility>

namespace penstock::kube {

/// Says until when this process may write; `time_point::min()` when it may not. `election` is a model.
template <class F>
concept fence = requires(F const& f) {
    { f.leads_until() } noexcept -> std::same_as<time_point>;
};

/** Lets writes pass for as long as this process leads, and cuts off at that moment the ones under way; what only reads
    always passes. Electing does not stop a leader that was slow: this does.

    A write that is refused fails with `errc::not_leader` and was not sent. One that is cut off may have arrived: it
    was sent while nobody else could lead.
    @tparam T Copied. @tparam F Outlives the transport, as does the clock. */
template <http::transport T, clock::source Clock, fence F>
class fenced_transport
{
public:
    fenced_transport(T next, Clock& clock, F const& leader) : next_(std::move(next)), clock_(&clock), leader_(&leader)
    {}

    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        if (only_reads(r.method))
            return next_.send(std::move(r), deadline);
        if (clock_->now() >= leader_->leads_until())
            return refused(std::move(r.method));
        return next_.send(std::move(r), std::min(deadline, leader_->leads_until()));
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        return next_.open(std::move(r), deadline);
    }
private:
    static bool only_reads(std::string const& method) noexcept
    {
        return method == "GET" || method == "HEAD" || method == "OPTIONS";
    }

    static awaitable<result<http::response>> refused(std::string method)
    {
        co_return failure(errc::not_leader, method + " was not sent: this process does not lead");
    }

    T next_;
    Clock* clock_;
    F const* leader_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_FENCED_TRANSPORT_HPP
