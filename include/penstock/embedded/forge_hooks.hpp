#ifndef PENSTOCK_EMBEDDED_FORGE_HOOKS_HPP
#define PENSTOCK_EMBEDDED_FORGE_HOOKS_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace penstock::embedded {

/// A webhook that somebody has set up.
class forge_hook
{
public:
    forge_hook() = default;
    forge_hook(std::string where, secret key, std::string of = {})
        : url(std::move(where)), token(std::move(key)), repository(std::move(of))
    {}

    std::string url;
    secret token;            ///< Signs the bodies; empty: they are not signed.
    std::string repository;  ///< `owner/name`; empty for all.
};

/// One attempt to deliver an event.
struct forge_delivery
{
    std::string id;  ///< The GUID of `X-GitHub-Delivery`.
    std::string event, repository, ref, after;
    std::size_t hook = 0;   ///< Which webhook, in the order in which they were added.
    int status = 0;         ///< What the receiver answered; 0 when there was no answer.
    std::string error;      ///< Why there was none.
    bool redelivery = false;
    wall_time at{};         ///< When the attempt ended.
    std::string body;
};

/** Sends webhooks as GitHub does: one attempt with 10 seconds, never repeated by itself.

    The last deliveries are kept, oldest first. One thread. */
class forge_hooks
{
public:
    PENSTOCK_DECL explicit forge_hooks(executor ex, std::size_t max_deliveries = 256);
    PENSTOCK_DECL ~forge_hooks();

    /// Adds a webhook. @return Its number.
    PENSTOCK_DECL std::size_t add(forge_hook hook);
    PENSTOCK_DECL void clear();

    /// Sends to every webhook of the repository, one after the other.
    PENSTOCK_DECL awaitable<void> send(std::string event, std::string repository, std::string ref, std::string after,
                                       std::string body);

    /** Sends a kept delivery again, under its id, to the webhook that it went to.
        @return The receiver's status; `errc::not_found` when it is not kept any more. */
    PENSTOCK_DECL awaitable<result<int>> redeliver(std::string id);

    PENSTOCK_DECL std::deque<forge_delivery> const& deliveries() const noexcept;

    /// Waits until `count` attempts have been made since the start; `errc::deadline_exceeded` at the deadline.
    PENSTOCK_DECL awaitable<error_code> wait_for(std::size_t count, time_point deadline);
private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/forge_hooks.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_FORGE_HOOKS_HPP
