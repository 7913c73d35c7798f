#ifndef PENSTOCK_HOOK_IMPL_EVENT_PATHS_IPP
#define PENSTOCK_HOOK_IMPL_EVENT_PATHS_IPP
#include <penstock/json/projection.hpp>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace penstock::hook::detail {

// What is read of a payload; each forge says where it stands.
enum class at : std::size_t
{
    ref,
    before,
    after,
    full_name,
    default_branch,
    url_1,
    url_2,
    url_3,
    url_4,
    url_5,
    url_6,
    sender,
    installation,
    created,
    forced,
    commit_id,
    added,
    modified,
    removed,
    commit_count,
    event_name,
    object_kind,
    number,
    action,
    head_ref,
    head_id,
    base_ref,
    head_repository,
    merged,
    draft,
    end
};

constexpr std::size_t place(at what) noexcept
{
    return static_cast<std::size_t>(what);
}

inline json::projection paths_of(std::initializer_list<std::pair<at, std::string_view>> rows)
{
    std::array<std::string_view, place(at::end)> paths;
    for (auto const& [what, path] : rows)
        paths[place(what)] = path;
    return json::projection(paths);
}

inline json::projection const& github_paths()
{
    static auto const paths = paths_of({
        {at::ref, "ref"},
        {at::before, "before"},
        {at::after, "after"},
        {at::full_name, "repository.full_name"},
        {at::default_branch, "repository.default_branch"},
        {at::url_1, "repository.html_url"},
        {at::url_2, "repository.clone_url"},
        {at::url_3, "repository.ssh_url"},
        {at::url_4, "repository.git_url"},
        {at::sender, "sender.login"},
        {at::installation, "installation.id"},
        {at::created, "created"},
        {at::forced, "forced"},
        {at::commit_id, "commits.*.id"},
        {at::added, "commits.*.added.*"},
        {at::modified, "commits.*.modified.*"},
        {at::removed, "commits.*.removed.*"},
        {at::commit_count, "total_commits"},  // Gitea's
        {at::number, "number"},
        {at::action, "action"},
        {at::head_ref, "pull_request.head.ref"},
        {at::head_id, "pull_request.head.sha"},
        {at::base_ref, "pull_request.base.ref"},
        {at::head_repository, "pull_request.head.repo.clone_url"},
        {at::merged, "pull_request.merged"},
        {at::draft, "pull_request.draft"},
    });
    return paths;
}

inline json::projection const& gitlab_paths()
{
    static auto const paths = paths_of({
        {at::ref, "ref"},
        {at::before, "before"},
        {at::after, "after"},
        {at::full_name, "project.path_with_namespace"},
        {at::default_branch, "project.default_branch"},
        {at::url_1, "project.web_url"},
        {at::url_2, "project.git_http_url"},
        {at::url_3, "project.git_ssh_url"},
        {at::url_4, "repository.homepage"},
        {at::url_5, "repository.git_http_url"},
        {at::url_6, "repository.git_ssh_url"},
        {at::sender, "user_username"},
        {at::commit_id, "commits.*.id"},
        {at::added, "commits.*.added.*"},
        {at::modified, "commits.*.modified.*"},
        {at::removed, "commits.*.removed.*"},
        {at::commit_count, "total_commits_count"},
        {at::event_name, "event_name"},
        {at::object_kind, "object_kind"},
    });
    return paths;
}

}  // namespace penstock::hook::detail

#endif  // PENSTOCK_HOOK_IMPL_EVENT_PATHS_IPP
