#ifndef PENSTOCK_SIDECAR_BLOCKING_HPP
#define PENSTOCK_SIDECAR_BLOCKING_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/time/types.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace penstock::sidecar {

/// Runs a coroutine to its end on a loop that has nothing else to do; for commands, not for the sidecar.
template <class T>
T run_blocking(asio::io_context& context, awaitable<T> work)
{
    std::optional<T> value;
    std::exception_ptr error;
    asio::co_spawn(context, unwinding(std::move(work)), [&](std::exception_ptr e, T v) {
        error = e;
        value.emplace(std::move(v));
    });
    context.restart();
    while (!value && context.run_one() != 0) {}
    if (error)
        std::rethrow_exception(error);
    return std::move(*value);
}

/// Sends one request with a client of its own, with the proxies of the environment.
result<http::response> send_blocking(http::request r, duration within);

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_BLOCKING_HPP
