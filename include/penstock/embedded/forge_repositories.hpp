#ifndef PENSTOCK_EMBEDDED_FORGE_REPOSITORIES_HPP
#define PENSTOCK_EMBEDDED_FORGE_REPOSITORIES_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/embedded/forge_event.hpp>
#include <penstock/embedded/forge_route.hpp>
#include <penstock/error/result.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace penstock::embedded {

/// A change that the forge itself commits.
class forge_change
{
public:
    forge_change() = default;
    forge_change(std::string file, std::string text, std::string why = "change")
        : path(std::move(file)), content(std::move(text)), message(std::move(why))
    {}

    std::string path, content, message;
    std::string branch = "main";
    std::string author = "penstock demo";
};

/** Real bare repositories in a directory, `<directory>/<owner>/<name>.git`, worked on with Git's plumbing.

    Every repository gets a `post-receive` hook that writes what was pushed into `spool()`. One thread. */
class forge_repositories
{
public:
    /// @param directory Made when it is not there; absolute.
    explicit forge_repositories(std::string directory) : directory_(std::move(directory)) {}

    std::string spool() const { return directory_ + "/.spool"; }
    std::string path_of(std::string const& name) const { return directory_ + "/" + name + ".git"; }
    std::string const& directory() const noexcept { return directory_; }

    /// Makes the directories. @return `errc::invalid_configuration` when that cannot be done.
    PENSTOCK_DECL result<void> prepare() const;

    /** Makes a repository with one commit on `main`.
        @return The id of that commit; `errc::conflict` when it exists, `errc::invalid_argument` for its name. */
    PENSTOCK_DECL awaitable<result<std::string>> create(std::string name, forge_access access = {});

    /** Commits a change and then runs the hook, as a push would.
        @return The id of the new commit. */
    PENSTOCK_DECL awaitable<result<std::string>> commit(std::string name, forge_change change);

    /// Takes a repository in that is in the directory already, without a hook.
    PENSTOCK_DECL result<void> adopt(std::string const& name, forge_access access = {});

    /// Writes the hook, or takes it away: then nobody learns of a push.
    PENSTOCK_DECL result<void> enable_hook(std::string const& name, bool on) const;

    /// What the hook of a push handed over, together with what Git knows of it.
    PENSTOCK_DECL awaitable<forge_event_facts> describe(std::string name, forge_update update) const;

    /// Null when there is none of that name.
    forge_access const* find(std::string const& name) const
    {
        auto const at = known_.find(name);
        return at == known_.end() ? nullptr : &at->second;
    }

    /// Runs `git <arguments>` in a repository. @return Its output without the last line feed.
    PENSTOCK_DECL awaitable<result<std::string>> git(std::string name, std::vector<std::string> arguments,
                                                     std::string input = {}) const;

    /// The environment of every Git that works here: no configuration of the system or the user counts.
    PENSTOCK_DECL static std::vector<std::string> environment();
private:
    std::string directory_;
    std::map<std::string, forge_access> known_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/forge_repositories.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_FORGE_REPOSITORIES_HPP
