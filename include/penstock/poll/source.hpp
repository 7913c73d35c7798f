#ifndef PENSTOCK_POLL_SOURCE_HPP
#define PENSTOCK_POLL_SOURCE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>
#include <penstock/poll/cadence.hpp>
#include <penstock/poll/schedule.hpp>

#include <concepts>
#include <cstdint>
#include <utility>

namespace penstock::poll {

/// Whether what a poll saw differs from what the poll before it saw.
enum class change : std::uint8_t
{
    none,
    moved,
};

namespace detail {

template <class T>
struct fetched;
template <class T>
struct fetched<awaitable<result<T>>>
{
    using type = T;
};

}  // namespace detail

/// What `fetch` of a source gives.
template <class S>
using head_of = typename detail::fetched<decltype(std::declval<S&>().fetch())>::type;

/// Something remote whose present state can be asked for and compared.
template <class S>
concept source = requires(S& s) {
    s.fetch();
    requires std::equality_comparable<head_of<S>>;
};

/// Polls one of many sources: asks, compares, tells whom it concerns, and says what it found.
template <class F>
concept fetch = requires(F& f, source_id id) {
    { f(id) } -> std::same_as<awaitable<result<sighting>>>;
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_SOURCE_HPP
