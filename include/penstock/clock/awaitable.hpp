#ifndef PENSTOCK_CLOCK_AWAITABLE_HPP
#define PENSTOCK_CLOCK_AWAITABLE_HPP
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace penstock {

namespace asio = boost::asio;

/** What every function that may suspend returns. Lazy: nothing runs until it is awaited or spawned.
    Cancelling unwinds it: it ends with `boost::asio::error::operation_aborted` as a value. */
template <class T = void>
using awaitable = asio::awaitable<T>;

using executor = asio::any_io_executor;

}  // namespace penstock

#endif  // PENSTOCK_CLOCK_AWAITABLE_HPP
