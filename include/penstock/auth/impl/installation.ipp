#ifndef PENSTOCK_AUTH_IMPL_INSTALLATION_IPP
#define PENSTOCK_AUTH_IMPL_INSTALLATION_IPP
#include <penstock/auth/installation.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace penstock::auth {

namespace detail {

/// What GitHub's names of accounts, repositories and permissions are made of, at most 100 of it.
inline bool is_github_name(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
               || c == '.';
    });
}

template <class T>
void sort_unique(std::vector<T>& all)
{
    std::ranges::sort(all);
    auto const rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
}

}  // namespace detail

PENSTOCK_DECL std::string installation_key::text() const
{
    return id != 0 ? "installation " + std::to_string(id) : "the installation of " + owner;
}

PENSTOCK_DECL result<void> installation_key::normalize()
{
    if (id < 0 || (id == 0) == owner.empty())
        return failure(errc::invalid_argument, "an installation of a GitHub App is named by its id or by its owner");
    if (!owner.empty() && !detail::is_github_name(owner))
        return failure(errc::invalid_argument, "not the name of an account: the owner of a GitHub App's installation");
    if (!repositories.empty() && !repository_ids.empty())
        return failure(errc::invalid_argument, text() + ": repositories and repository_ids exclude each other");
    detail::sort_unique(repositories);
    detail::sort_unique(repository_ids);
    if (repositories.size() > max_repositories || repository_ids.size() > max_repositories)
        return failure(errc::invalid_argument, text() + ": more than 500 repositories");
    if (!std::ranges::all_of(repositories, detail::is_github_name))
        return failure(errc::invalid_argument, text() + ": a repository is named without its owner");
    for (auto const& [what, level] : permissions)
        if (!detail::is_github_name(what) || (level != "read" && level != "write" && level != "admin"))
            return failure(errc::invalid_argument, text() + ": a permission is read, write or admin");
    return {};
}

PENSTOCK_DECL std::string installation_key::body() const
{
    boost::json::object out;
    if (!repositories.empty())
        out["repositories"] = boost::json::array(repositories.begin(), repositories.end());
    if (!repository_ids.empty())
        out["repository_ids"] = boost::json::array(repository_ids.begin(), repository_ids.end());
    if (!permissions.empty()) {
        auto& wanted = out["permissions"].emplace_object();
        for (auto const& [what, level] : permissions)
            wanted[what] = level;
    }
    return out.empty() ? std::string() : boost::json::serialize(out);
}

PENSTOCK_DECL std::string github_api_url(std::string_view host)
{
    if (host == "github.com" || host == "www.github.com")
        return "https://api.github.com";
    if (host.ends_with(".ghe.com"))
        return "https://api." + std::string(host);
    return "https://" + std::string(host) + "/api/v3";
}

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_IMPL_INSTALLATION_IPP
