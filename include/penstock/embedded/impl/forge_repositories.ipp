#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_REPOSITORIES_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_REPOSITORIES_IPP
#include <penstock/embedded/forge_repositories.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/git/reference.hpp>
#include <penstock/process/child.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace penstock::embedded {
namespace detail {

/// The input of `git fast-import` for one commit. `parent` is empty for the first.
inline std::string import_stream(forge_change const& change, std::string const& parent)
{
    auto const seconds =
        std::chrono::duration_cast<std::chrono::seconds>(clock::steady::wall().time_since_epoch()).count();
    std::string out = "commit refs/heads/" + change.branch + "\ncommitter " + change.author + " <demo@forge.invalid> "
                      + std::to_string(seconds) + " +0000\ndata " + std::to_string(change.message.size()) + "\n"
                      + change.message + "\n";
    if (!parent.empty())
        out += "from " + parent + "\n";
    return out + "M 100644 inline " + change.path + "\ndata " + std::to_string(change.content.size()) + "\n"
           + change.content + "\ndone\n";
}

inline bool one_line(std::string const& text)
{
    return !text.empty() && text.find_first_of(std::string_view("\n\0\"<>", 5)) == std::string::npos;
}

}  // namespace detail

PENSTOCK_DECL result<void> forge_repositories::prepare() const
{
    std::error_code ec;
    std::filesystem::create_directories(spool(), ec);
    if (ec)
        return failure(errc::invalid_configuration, "cannot make " + spool() + ": " + ec.message());
    return {};
}

PENSTOCK_DECL std::vector<std::string> forge_repositories::environment()
{
    constexpr std::array<std::pair<char const*, char const*>, 5> settings{{{"safe.directory", "*"},
                                                                           {"http.receivepack", "true"},
                                                                           {"receive.autogc", "false"},
                                                                           {"gc.auto", "0"},
                                                                           {"core.fsync", "none"}}};
    std::vector<std::string> out{"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME=/nonexistent",
                                 "LC_ALL=C", "GIT_CONFIG_COUNT=" + std::to_string(settings.size())};
    for (std::size_t i = 0; i < settings.size(); ++i) {
        out.push_back("GIT_CONFIG_KEY_" + std::to_string(i) + "=" + settings[i].first);
        out.push_back("GIT_CONFIG_VALUE_" + std::to_string(i) + "=" + settings[i].second);
    }
    return out;
}

PENSTOCK_DECL awaitable<result<std::string>> forge_repositories::git(std::string name,
                                                                     std::vector<std::string> arguments,
                                                                     std::string input) const
{
    process::command spec;
    spec.arguments = {"git", "-C", path_of(name)};
    spec.arguments.insert(spec.arguments.end(), arguments.begin(), arguments.end());
    spec.environment = environment();
    auto const deadline = clock::steady::now() + std::chrono::seconds(30);
    auto out = co_await process::run(std::move(spec), std::move(input), deadline);
    if (out && out->ends_with('\n'))
        out->pop_back();
    co_return out;
}

PENSTOCK_DECL awaitable<result<std::string>> forge_repositories::create(std::string name, forge_access access)
{
    if (!is_repository_name(name))
        co_return failure(errc::invalid_argument, "not the name of a repository: " + name);
    std::error_code ec;
    if (known_.contains(name) || std::filesystem::exists(path_of(name), ec))
        co_return failure(errc::conflict, "repository " + name);
    std::filesystem::create_directories(path_of(name), ec);
    if (ec)
        co_return failure(errc::invalid_configuration, path_of(name) + ": " + ec.message());
    std::vector<std::string> init{"init", "--quiet", "--bare", "--initial-branch=main", "."};
    auto made = co_await git(name, std::move(init));
    if (!made)
        co_return made.error();
    known_.emplace(name, std::move(access));
    forge_change first("README.md", "# " + name + "\n", "Begin");
    auto id = co_await commit(name, std::move(first));  // no hook yet: nobody hears of the first commit
    if (!id)
        co_return id.error();
    if (auto const ok = enable_hook(name, true); !ok)
        co_return ok.error();
    co_return id;
}

PENSTOCK_DECL awaitable<result<std::string>> forge_repositories::commit(std::string name, forge_change change)
{
    if (!known_.contains(name))
        co_return failure(errc::not_found, "repository " + name);
    if (!detail::one_line(change.branch) || !detail::one_line(change.path) || !detail::one_line(change.author))
        co_return failure(errc::invalid_argument, "a branch, path or author that Git cannot take");
    auto const ref = "refs/heads/" + change.branch;
    std::vector<std::string> parse{"rev-parse", "--quiet", "--verify", ref};
    auto const parent = co_await git(name, parse);
    auto stream = detail::import_stream(change, parent ? *parent : std::string());
    std::vector<std::string> import{"fast-import", "--quiet", "--done", "--date-format=raw"};
    auto const imported = co_await git(name, std::move(import), std::move(stream));
    if (!imported)
        co_return imported.error();
    auto const id = co_await git(name, std::move(parse));
    if (!id)
        co_return id.error();
    std::error_code ec;
    auto const hook = path_of(name) + "/hooks/post-receive";
    auto const mode = std::filesystem::status(hook, ec).permissions();
    if (ec || (mode & std::filesystem::perms::owner_exec) == std::filesystem::perms::none)
        co_return id;
    process::command spec;
    spec.arguments = {hook};
    spec.environment = {"GIT_DIR=" + path_of(name), "REMOTE_USER=" + change.author};
    auto updates = (parent ? *parent : std::string(id->size(), '0')) + " " + *id + " " + ref + "\n";
    auto const deadline = clock::steady::now() + std::chrono::seconds(30);
    auto const ran = co_await process::run(std::move(spec), std::move(updates), deadline);
    if (!ran)
        co_return ran.error();
    co_return id;
}

PENSTOCK_DECL result<void> forge_repositories::adopt(std::string const& name, forge_access access)
{
    std::error_code ec;
    if (!is_repository_name(name) || !std::filesystem::is_directory(path_of(name), ec))
        return failure(errc::not_found, "repository " + name);
    known_.insert_or_assign(name, std::move(access));
    return {};
}

PENSTOCK_DECL result<void> forge_repositories::enable_hook(std::string const& name, bool on) const
{
    std::error_code ec;
    auto const file = path_of(name) + "/hooks/post-receive";
    if (!on) {
        std::filesystem::remove(file, ec);
    } else {
        std::filesystem::create_directories(path_of(name) + "/hooks", ec);
        std::ofstream(file, std::ios::trunc) << post_receive_script(name, spool());
        std::filesystem::permissions(file, std::filesystem::perms::owner_all, ec);
    }
    if (ec)
        return failure(errc::invalid_configuration, file + ": " + ec.message());
    return {};
}

PENSTOCK_DECL awaitable<forge_event_facts> forge_repositories::describe(std::string name, forge_update update) const
{
    forge_event_facts out;
    std::vector<std::string> symbolic{"symbolic-ref", "--short", "HEAD"};
    auto const head = co_await git(name, std::move(symbolic));
    out.default_branch = head ? *head : "main";
    if (git::is_null_id(update.after))
        co_return out;
    bool const created = git::is_null_id(update.before);
    if (!created) {
        std::vector<std::string> ancestor{"merge-base", "--is-ancestor", update.before, update.after};
        auto const below = co_await git(name, std::move(ancestor));
        out.forced = !below;
    }
    std::vector<std::string> log{"log",
                                 "-z",
                                 "--name-status",
                                 "--max-count=20",
                                 std::string("--format=") + forge_log_format,
                                 created ? update.after : update.before + ".." + update.after};
    if (created)
        log[3] = "--max-count=1";
    auto const listed = co_await git(name, std::move(log));
    if (listed)
        out.commits = parse_log(*listed);
    std::reverse(out.commits.begin(), out.commits.end());
    co_return out;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_REPOSITORIES_IPP
