#ifndef PENSTOCK_KUBE_SHARD_HPP
#define PENSTOCK_KUBE_SHARD_HPP
#include <penstock/error/result.hpp>
#include <penstock/kube/object.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/** Which of several replicas an object belongs to: by a label that somebody has put on it, or by a hash of its name. Pure. */
namespace penstock::kube {

/// With which Flux's controllers are told their share. @see https://fluxcd.io/flux/installation/configuration/sharding/
inline constexpr std::string_view shard_label = "sharding.fluxcd.io/key";

/** The label selector of one shard, as a list or a watch takes it.

    @param shard What the label says; empty: of whatever has no such label, which is the share of the main replica.
    @param also Another selector that must hold too; may be empty.
    @return `errc::invalid_argument` for what cannot be the value of a label. */
inline result<std::string> shard_selector(std::string_view shard, std::string_view also = {})
{
    auto const is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    auto const is_inner = [&](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; };
    bool const good = shard.empty()
                      || (shard.size() <= 63 && std::all_of(shard.begin(), shard.end(), is_inner)
                          && is_word(shard.front()) && is_word(shard.back()));
    if (!good)
        return failure(errc::invalid_argument,
                       "a shard is named like the value of a label, not '" + std::string(shard) + "'");
    std::string selector(shard_label);
    if (shard.empty())
        selector.insert(0, 1, '!');
    else
        (selector += '=') += shard;
    if (!also.empty())
        (selector += ',') += also;
    return selector;
}

/** How much a member is worth to a key; the same in every process, on every machine, in every version.

    FNV-1a over member, zero byte and key, then mixed so that every bit of it matters.
    @see http://www.isthe.com/chongo/tech/comp/fnv/ */
constexpr std::uint64_t rendezvous_weight(std::string_view member, std::string_view key) noexcept
{
    std::uint64_t h = 0xcbf29ce484222325U;
    auto const take = [&h](unsigned char c) { h = (h ^ c) * 0x100000001b3U; };
    for (char const c : member)
        take(static_cast<unsigned char>(c));
    take(0);
    for (char const c : key)
        take(static_cast<unsigned char>(c));
    h = (h ^ (h >> 33U)) * 0xff51afd7ed558ccdU;
    h = (h ^ (h >> 33U)) * 0xc4ceb9fe1a85ec53U;
    return h ^ (h >> 33U);
}

/** Whose a key is among several: the one that it is worth most to. When a member comes or goes, only its own keys move, and
    every other key stays where it was.
    @param members Each of them once. @return Empty when there are none. */
inline std::string_view rendezvous_owner(std::vector<std::string> const& members, std::string_view key) noexcept
{
    std::string_view best;
    std::uint64_t most = 0;
    for (auto const& member : members) {
        auto const weight = rendezvous_weight(member, key);
        if (best.empty() || weight > most || (weight == most && member > best)) {
            best = member;
            most = weight;
        }
    }
    return best;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_SHARD_HPP
