#ifndef PENSTOCK_GIT_REFERENCE_HPP
#define PENSTOCK_GIT_REFERENCE_HPP
#include <algorithm>
#include <string>
#include <string_view>

namespace penstock::git {

/// A reference as a server lists it. Ids are lower-case hexadecimal: 40 characters (SHA-1) or 64 (SHA-256).
struct reference
{
    std::string name;           ///< `HEAD`, `refs/heads/main`, …
    std::string id;             ///< Empty for a symbolic reference to a branch that has no commit yet.
    std::string peeled;         ///< What an annotated tag points at in the end; empty for everything else.
    std::string symref_target;  ///< `refs/heads/main` for HEAD; empty when it is not symbolic or not told.

    /// The commit: the peeled id where there is one.
    std::string const& commit() const noexcept { return peeled.empty() ? id : peeled; }

    friend bool operator==(reference const&, reference const&) = default;
};

/// True for 40 or 64 hexadecimal digits in lower case, the form in which Git and the forges write ids.
constexpr bool is_object_id(std::string_view text) noexcept
{
    return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// True for the id that means "no object": all zeros, as in the push that deletes a branch.
constexpr bool is_null_id(std::string_view id) noexcept
{
    return !id.empty() && id.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_REFERENCE_HPP
