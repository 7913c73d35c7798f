#include "inbox_recovery.hpp"

namespace penstock::sidecar {

awaitable<bool> recover_inbox(world& env, intake_type& in)
{
    auto left = co_await in.recover();
    while (!left && left.error().code != asio::error::operation_aborted) {
        env.log().write(observe::level::error, "sync", "stored deliveries cannot be read, trying again",
                        {{"error", left.error().message()}});
        if (auto const ec = co_await env.clock().sleep_until(env.clock().now() + std::chrono::seconds(1)))
            co_return false;
        left = co_await in.recover();
    }
    if (!left)
        co_return false;
    if (*left != 0)
        env.log().write(observe::level::info, "sync", "took up deliveries of the process before", {{"count", *left}});
    co_return true;
}

}  // namespace penstock::sidecar
