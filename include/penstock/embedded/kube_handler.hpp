#ifndef PENSTOCK_EMBEDDED_KUBE_HANDLER_HPP
#define PENSTOCK_EMBEDDED_KUBE_HANDLER_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/embedded/kube_faults.hpp>
#include <penstock/embedded/kube_store.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace penstock::embedded {

struct kube_handler_options
{
    secret token;                   ///< Bearer token that every call must carry; empty: none is asked for.
    secret powerless_token;         ///< Of a user `nobody` who may only look at what types there are; empty: none.
    bool faults_over_http = false;  ///< POST, GET and DELETE /__faults.
    bool watch_list = true;         ///< Understands `sendInitialEvents`.
    duration bookmark_period = std::chrono::minutes(1);
    std::size_t max_body = 3 * 1024 * 1024;
    std::size_t remembered = 1000;  ///< Request lines that `requests` keeps.
};

/** Serves the Kubernetes API of a store to exchanges. One thread. It outlives every exchange. */
class kube_handler
{
public:
    /// @param store Outlives the handler.
    PENSTOCK_DECL kube_handler(kube_store& store, kube_handler_options options);
    PENSTOCK_DECL ~kube_handler();

    PENSTOCK_DECL awaitable<void> handle(http::exchange& x);

    kube_faults& faults() noexcept { return faults_; }
    /// Cuts every watch that is open now, in the middle of the stream.
    PENSTOCK_DECL void drop_watches();
    /// `GET /path?query` of the latest requests, oldest first.
    std::deque<std::string> const& requests() const noexcept { return requests_; }
    std::size_t watches() const noexcept { return store_->history().listeners(); }
private:
    class stream;
    awaitable<void> answer(stream& out, http::response response);
    awaitable<void> watch(stream& out, class kube_watch cursor);
    void stamp(http::response& response);
    awaitable<void> script(http::exchange& x, std::string body);
    enum class caller
    {
        stranger,
        nobody,
        known
    };
    caller who_calls(http::request_head const& head) const;

    kube_store* store_;
    kube_handler_options options_;
    kube_faults faults_;
    std::deque<std::string> requests_;
    std::uint64_t drops_ = 0;
    unsigned long long audited_ = 0;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_handler.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_HANDLER_HPP
