#ifndef PENSTOCK_HOOK_SCHEME_HPP
#define PENSTOCK_HOOK_SCHEME_HPP
#include <penstock/error/result.hpp>
#include <penstock/http/fields.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace penstock::hook {

/// When a delivery arrived, and how far its signed time may lie from that, either way.
struct window
{
    wall_time now;
    duration tolerance;
};

/** How one kind of sender proves that a body is its own.

    `prepare` turns a secret into a `key`, once. For a delivery, `read` takes the `claim` from the header and checks
    its form; then a `state` for each key is started, fed with the body in slices, and asked whether it `matches`.
    Where `decided_by_header` holds, the body proves nothing and the answer is there before it is read. All functions
    are static and keep nothing; failures never repeat what the header held. */
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
    auto const times = fields.count(name);
    if (times == 0)
        return failure(errc::signature_missing, std::string(name));
    if (times > 1)
        return failure(errc::signature_malformed, std::string(name) + " stands " + std::to_string(times) + " times");
    auto const value = fields[name];
    if (value.empty())
        return failure(errc::signature_malformed, std::string(name) + " is empty");
    return value;
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_SCHEME_HPP
