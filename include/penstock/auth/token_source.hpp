#ifndef PENSTOCK_AUTH_TOKEN_SOURCE_HPP
#define PENSTOCK_AUTH_TOKEN_SOURCE_HPP
#include <penstock/auth/token.hpp>
#include <penstock/clock/awaitable.hpp>

#include <compare>
#include <concepts>
#include <string_view>

namespace penstock::auth {

/// The key of a source that has one token only.
struct sole_key
{
    friend constexpr auto operator<=>(sole_key, sole_key) = default;
};

/** Where tokens come from. `mint` gets a new one and remembers nothing: a `token_cache` does.

    `key_type` says which token, with everything that changes what it may do, so that two that differ are never
    mixed; it is ordered by `<`. `name` goes into metrics. `mint` keeps to the deadline and unwinds when cancelled; its
    failures hold no secret, and `retry_after` where the peer named a time. One thread. */
template <class S>
concept token_source = requires(S& s, typename S::key_type key, time_point deadline) {
    requires std::totally_ordered<typename S::key_type>;
    { S::name } -> std::convertible_to<std::string_view>;
    { s.mint(key, deadline) } -> std::same_as<awaitable<result<token>>>;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_TOKEN_SOURCE_HPP
