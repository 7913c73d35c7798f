#ifndef PENSTOCK_GIT_REFERENCE_CHOICE_HPP
#define PENSTOCK_GIT_REFERENCE_CHOICE_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/reference.hpp>
#include <penstock/git/revision.hpp>
#include <penstock/git/semver_range.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::git {

/// `spec.ref` of a Flux GitRepository, field by field; empty means absent.
struct reference_spec
{
    std::string branch = {};
    std::string tag = {};
    std::string semver = {};
    std::string name = {};
    std::string commit = {};

    friend bool operator==(reference_spec const&, reference_spec const&) = default;
};

/// The head that a `reference_choice` found.
struct chosen_head
{
    std::string name;      ///< The full name of the reference; empty for a commit without a branch.
    std::string id;        ///< The commit.
    std::string revision;  ///< As Flux writes it in `status.artifact.revision`.
};

/** Which head a source follows, and how to find it among the references of a server. Pure.

    Precedence as in Flux: commit, name, semver, tag, branch; with none of them the branch `master`.
    @see https://fluxcd.io/flux/components/source/gitrepositories/#reference */
class reference_choice
{
public:
    /// The branch `master`.
    reference_choice() = default;

    /// @return `errc::invalid_argument` for a semver constraint or a commit that cannot be read.
    static result<reference_choice> make(reference_spec const& spec)
    {
        reference_choice out;
        if (!spec.commit.empty()) {
            if (!is_object_id(spec.commit))
                return failure(errc::invalid_argument, "spec.ref.commit is not an object id");
            out.kind_ = kind::commit;
            out.commit_ = spec.commit;
            out.full_ = spec.branch.empty() ? std::string() : "refs/heads/" + spec.branch;
        } else if (!spec.name.empty()) {
            out.kind_ = kind::name;
            out.full_ = spec.name;
        } else if (!spec.semver.empty()) {
            auto range = semver_range::parse(spec.semver);
            if (!range)
                return range.error();
            out.kind_ = kind::semver;
            out.range_ = *std::move(range);
            out.full_ = "refs/tags/";
        } else if (!spec.tag.empty()) {
            out.kind_ = kind::tag;
            out.full_ = "refs/tags/" + spec.tag;
        } else if (!spec.branch.empty())
            out.full_ = "refs/heads/" + spec.branch;
        return out;
    }

    /// True for a fixed commit: there is nothing to ask a server, `choose` needs no references.
    bool pinned() const noexcept { return kind_ == kind::commit; }

    /// What to hand to `smart_http::list`; empty when pinned.
    std::vector<std::string> prefixes() const
    {
        return pinned() ? std::vector<std::string>() : std::vector<std::string>{full_};
    }

    /** Finds the head. Annotated tags give the commit that they point at.
        @return `errc::not_found` naming what is missing. */
    result<chosen_head> choose(std::vector<reference> const& references) const
    {
        if (pinned())
            return head(full_, commit_);
        if (kind_ == kind::semver)
            return choose_highest(references);
        for (auto const& r : references)
            if (r.name == full_ && !r.id.empty())
                return head(r.name, r.commit());
        return failure(errc::not_found, "the remote has no reference " + full_);
    }

    /** Whether a push to `pushed` (a full name) can move this head.
        @param default_branch Of the repository, short; for a source that follows HEAD. */
    bool follows(std::string_view pushed, std::string_view default_branch) const
    {
        if (pinned())
            return false;
        if (kind_ == kind::semver) {
            auto const version =
                pushed.starts_with(full_) ? git::semver::parse(pushed.substr(full_.size())) : std::nullopt;
            return version && range_.contains(*version);
        }
        if (full_ == "HEAD")
            return default_branch.empty() || revision::short_name(pushed) == default_branch;
        return pushed == full_;
    }
private:
    enum class kind : std::uint8_t
    {
        branch,
        tag,
        semver,
        name,
        commit
    };

    result<chosen_head> head(std::string const& name, std::string const& id) const
    {
        git::revision r;
        r.name = kind_ == kind::name ? name : std::string(revision::short_name(name));
        r.id = id;
        return chosen_head{name, id, r.format()};
    }

    result<chosen_head> choose_highest(std::vector<reference> const& references) const
    {
        reference const* best = nullptr;
        git::semver best_version;
        for (auto const& r : references) {
            if (!r.name.starts_with(full_))
                continue;
            auto version = git::semver::parse(std::string_view(r.name).substr(full_.size()));
            if (!version || !range_.contains(*version))
                continue;
            bool const higher =
                !best || *version > best_version || (*version == best_version && version->build > best_version.build);
            if (!higher)
                continue;
            best = &r;
            best_version = *std::move(version);
        }
        if (!best)
            return failure(errc::not_found, "no tag of the remote satisfies spec.ref.semver");
        return head(best->name, best->commit());
    }

    kind kind_ = kind::branch;
    std::string full_ = "refs/heads/master";
    std::string commit_;
    semver_range range_;
};

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_REFERENCE_CHOICE_HPP
