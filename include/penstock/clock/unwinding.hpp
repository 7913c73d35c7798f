#ifndef PENSTOCK_CLOCK_UNWINDING_HPP
#define PENSTOCK_CLOCK_UNWINDING_HPP
#include <penstock/clock/awaitable.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace penstock {

/** Runs a coroutine so that a cancellation reaches it as an error value and not as an exception.
    Every coroutine that is handed to `co_spawn` goes through this. */
template <class T>
awaitable<T> unwinding(awaitable<T> work)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    co_return co_await std::move(work);
}

/// Whether an exception is the one that Asio throws for a coroutine that was cancelled before its first step.
inline bool is_cancellation(std::exception_ptr const& e)
{
    try {
        std::rethrow_exception(e);
    } catch (boost::system::system_error const& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace penstock

#endif  // PENSTOCK_CLOCK_UNWINDING_HPP
