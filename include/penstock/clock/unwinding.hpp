#ifndef PENSTOCK_CLOCK_UNWINDING_HPP
#define PENSTOCK_CLOCK_UNWINDING_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/errc.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
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

/** Whether a coroutine has been asked to unwind, from `co_await asio::this_coro::cancellation_state`.

    A cancellation ends only the operation under way; whoever waits in a loop would begin another wait that nobody
    cancels. So no wait of `clock` and no read or write of `http` begins in a cancelled coroutine; one that must wait all
    the same, for others to end, resets its cancellation state first. */
inline bool is_cancelled(asio::cancellation_state const& state) noexcept
{
    return state.cancelled() != asio::cancellation_type::none;
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
