#ifndef PENSTOCK_GIT_REVISION_HPP
#define PENSTOCK_GIT_REVISION_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/reference.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace penstock::git {

/** The revision of a Flux artifact: `main@sha1:<id>`, `refs/heads/main@sha1:<id>`, or `sha1:<id>` without a name.

    The older form `main/<id>` is read too and written as the newer one. */
class revision
{
public:
    std::string name;  ///< A branch or tag, short or full as it was written; may be empty.
    std::string id;    ///< The commit in lower-case hexadecimal.

    /// @return `errc::malformed` for what names no Git commit (a Helm chart's version, an OCI digest's text).
    static result<revision> parse(std::string_view text)
    {
        revision out;
        auto const at = text.rfind('@');
        auto digest = at == std::string_view::npos ? text : text.substr(at + 1);
        if (at != std::string_view::npos)
            out.name = text.substr(0, at);
        auto const colon = digest.find(':');
        if (colon != std::string_view::npos) {
            auto const algorithm = digest.substr(0, colon);
            out.id = digest.substr(colon + 1);
            if (is_object_id(out.id) && algorithm == algorithm_of(out.id))
                return out;
        } else if (auto const slash = text.rfind('/');
                   at == std::string_view::npos && slash != std::string_view::npos) {
            out.name = text.substr(0, slash);
            out.id = text.substr(slash + 1);
            if (is_object_id(out.id))
                return out;
        } else if (at == std::string_view::npos && is_object_id(text)) {
            out.id = text;
            return out;
        }
        return failure(errc::malformed, "not a Git revision");
    }

    std::string format() const
    {
        auto const digest = std::string(algorithm_of(id)) + ":" + id;
        return name.empty() ? digest : name + "@" + digest;
    }

    /// True when both name the same commit and do not contradict each other about the reference.
    bool agrees_with(revision const& other) const noexcept
    {
        return id == other.id && !id.empty()
               && (name.empty() || other.name.empty() || short_name(name) == short_name(other.name));
    }

    /// `main` for `refs/heads/main`, `v1` for `refs/tags/v1`; every other name as it is.
    static std::string_view short_name(std::string_view name) noexcept
    {
        for (std::string_view const prefix : {"refs/heads/", "refs/tags/"})
            if (name.starts_with(prefix))
                return name.substr(prefix.size());
        return name;
    }

    friend bool operator==(revision const&, revision const&) = default;
private:
    static std::string_view algorithm_of(std::string_view id) noexcept { return id.size() == 64 ? "sha256" : "sha1"; }
};

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_REVISION_HPP
