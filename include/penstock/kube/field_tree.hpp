#ifndef PENSTOCK_KUBE_FIELD_TREE_HPP
#define PENSTOCK_KUBE_FIELD_TREE_HPP
#include <penstock/config.hpp>
#include <penstock/json/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::kube {

/** Finds the places of an object that somebody wants, in one pass, and passes over all others.

    A place is keys joined by dots; a dot that belongs to a key has a backslash before it:
    `metadata.annotations.example\\.com/owner` in C++. `null` stands for nothing, at the end of a path and on the way.
    @par Thread safety
    Shared objects: safe; nothing changes after construction. */
class field_tree
{
public:
    /** Is given a reader that stands before a value of `place` that is not `null`, and must read it.
        @return False when it does not fit, with what would, or when the reader has met a fault. */
    using taker = bool (*)(void* to, std::size_t place, json::reader& in, std::string_view& wanted);

    PENSTOCK_DECL explicit field_tree(std::span<std::string_view const> places);

    /** Reads an object.

        @param text,scratch As of `json::reader`.
        @return `errc::malformed`: it is no JSON, as far as it was looked at, or something of another type stands at a
        place, or one thing twice, and the detail names the place; or `errc::too_large`. */
    PENSTOCK_DECL result<void> read(std::string_view text, std::string& scratch, taker with, void* to) const;
private:
    static constexpr std::uint16_t none = 0xffff;

    struct node
    {
        std::string key;
        std::uint16_t parent = none;
        std::uint16_t child = none;  // the first one
        std::uint16_t next = none;   // of the same parent
        std::vector<std::size_t> places;
    };

    struct visit;
    std::uint16_t find(std::uint16_t parent, std::string_view key) const noexcept;
    bool members(visit& v, json::reader& in, std::uint16_t at) const;
    bool value(visit& v, json::reader& in, std::uint16_t at) const;
    bool each_apart(visit& v, std::string_view text, std::uint16_t at) const;
    bool take(visit& v, json::reader& in, std::uint16_t at, std::size_t place) const;
    std::string path_of(std::uint16_t at) const;

    std::vector<node> nodes_;
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/field_tree.ipp>
#endif
#endif  // PENSTOCK_KUBE_FIELD_TREE_HPP
