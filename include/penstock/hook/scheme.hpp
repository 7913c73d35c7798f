#ifndef PENSTOCK_HOOK_SCHEME_HPP
#define PENSTOCK_HOOK_SCHEME_HPP
#include <penstock/error/result.hpp>
#include <penstock/http/fields.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::hook {

/// When a delivery arrived, and how far its signed time may lie from that, either way.
struct window
{
    wall_time now;
    duration tolerance;
};

/** How one kind of sender proves that a body is its own: a type of static functions that keep nothing.

    - `prepare` schedules a secret as a `key`, once; its failure reads on after "secret 1 of 2 is".
    - `read` takes the `claim` from the header of a delivery and checks its form, before any of the body is read. It
      fails with `errc::signature_missing`, `signature_malformed`, `signature_expired` or `unsupported`, and never
      repeats what the header held. Views in a claim live until the states have been started.
    - `start` begins a `state`, which is used again and again, for one key: what is signed in front of the body is
      hashed here. `update` takes the body in slices of any size, `matches` ends it and compares in constant time.
    - Where `decided_by_header` holds, the body proves nothing and `matches` is asked before it is read.

    To write one: examples/own_webhook_scheme.cpp, on `hex_hmac`; `hook::standard_webhooks` from the ground up. */
template <class S>
concept scheme = std::default_initializable<typename S::claim> && std::default_initializable<typename S::state>
                 && std::movable<typename S::key>
                 && requires(typename S::key const& key, typename S::claim const& claim, typename S::state& state,
                             secret const& s, http::fields const& fields, window const& w, std::string_view slice) {
                        { S::name } -> std::convertible_to<std::string_view>;
                        { S::prepare(s) } -> std::same_as<result<typename S::key>>;
                        { S::read(fields, w) } -> std::same_as<result<typename S::claim>>;
                        { S::decided_by_header(claim) } noexcept -> std::same_as<bool>;
                        { S::start(state, key, claim) } -> std::same_as<void>;
                        { S::update(state, slice) } -> std::same_as<void>;
                        { S::matches(state, key, claim) } -> std::same_as<bool>;
                    };

/** The value of a field that must stand exactly once: with two of them a proxy and this program could each believe
    another one.

    @return `errc::signature_missing`, or `errc::signature_malformed` for an empty or a repeated field. */
inline result<std::string_view> only_field(http::fields const& fields, std::string_view name)
{
    std::size_t times = 0;
    std::string_view value;
    for (auto const& [there, its_value] : fields) {
        if (!http::iequals(there, name))
            continue;
        ++times;
        value = its_value;
    }
    if (times == 0)
        return failure(errc::signature_missing, std::string(name));
    if (times > 1)
        return failure(errc::signature_malformed, std::string(name) + " stands " + std::to_string(times) + " times");
    if (value.empty())
        return failure(errc::signature_malformed, std::string(name) + " is empty");
    return value;
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_SCHEME_HPP
