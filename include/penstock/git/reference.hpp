#ifndef PENSTOCK_GIT_REFERENCE_HPP
#define PENSTOCK_GIT_REFERENCE_HPP
#include <penstock/text/object_id.hpp>

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

/// True for the id that means "no object": all zeros, as in the push that deletes a branch.
constexpr bool is_null_id(std::string_view id) noexcept
{
    return !id.empty() && id.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_REFERENCE_HPP
