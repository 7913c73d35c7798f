#ifndef PENSTOCK_BENCHMARKS_PUSH_SERVER_HPP
#define PENSTOCK_BENCHMARKS_PUSH_SERVER_HPP
#include "payload.hpp"

#include <penstock/clock/steady.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/reconcile/queue.hpp>
#include <penstock/sync/forge_webhook.hpp>
#include <penstock/sync/intake.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// What a delivery meets: nothing but the server, an authenticator, and what the sidecar does with it.
namespace bench {

namespace hook = penstock::hook;
namespace http = penstock::http;
namespace sync = penstock::sync;
using penstock::awaitable;

inline std::vector<penstock::secret> secrets()
{
    return {penstock::secret(std::string(webhook_secret))};
}

/// The limit of the server: it reads the body and looks at nothing.
inline awaitable<void> discard(http::exchange& e)
{
    for (;;) {
        auto const slice = co_await e.read_some();
        if (!slice)
            co_return;
        if (slice->empty())
            break;
    }
    co_await e.respond(http::response(200));
}

/// The limit of the job: every byte is authenticated.
class authenticator
{
public:
    awaitable<void> handle(http::exchange& e)
    {
        auto check = verifier_.begin(e.head().fields, penstock::clock::steady::wall());
        if (!check)
            co_return;
        for (;;) {
            auto const slice = co_await e.read_some();
            if (!slice)
                co_return;
            if (slice->empty())
                break;
            check->update(*slice);
        }
        bool const right = check->finish().has_value();
        co_await e.respond(http::response(right ? 200 : 401));
    }
private:
    hook::verifier<hook::github_sha256> verifier_ = hook::verifier<hook::github_sha256>::make(secrets()).value();
};

/// What the sidecar does with a push, without the reconciler behind the queue.
template <class Sink, class Store>
class receiver
{
    using world = penstock::env::basic_environment<penstock::clock::steady, Sink>;
public:
    explicit receiver(Store& store) : inbox_(store)
    {
        for (int i = 0; i < 100; ++i) {
            sync::source s;
            s.kind = "GitRepository";
            s.ns = "flux-system";
            s.name = "app-" + std::to_string(i);
            s.version = 1;
            s.ref.branch = "main";
            s.url = i == 0 ? "https://github.com/octo-org/widgets" : "https://github.com/octo-org/" + s.name;
            intake_.routes().put(s);
            ledger_.observe(s, world_.clock().now());
        }
        webhook_.use(secrets()).value();
    }
    awaitable<void> handle(http::exchange& e) { return webhook_.handle(e); }
    std::uint64_t queued() const noexcept { return queued_; }
private:
    void wake(std::string const& key)
    {
        ++queued_;
        auto const now = world_.clock().now();
        queue_.add(key, now);
        if (queued_ % 16 == 0)  // a worker comes by
            if (auto const taken = queue_.take(now))
                queue_.done(*taken);
    }

    world world_;
    sync::ledger ledger_;
    sync::inbox<Store> inbox_;
    penstock::reconcile::queue<std::string> queue_;
    std::uint64_t queued_ = 0;
    sync::intake<world, Store> intake_{world_, ledger_, inbox_,
                                       [this](std::string const& key, sync::trigger) { wake(key); }};
    sync::forge_webhook<hook::github_sha256, world, Store> webhook_{world_, intake_, {.provider = "github"}};
};

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_PUSH_SERVER_HPP
