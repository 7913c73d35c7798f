#ifndef PENSTOCK_GIT_REPOSITORY_URL_HPP
#define PENSTOCK_GIT_REPOSITORY_URL_HPP
#include <penstock/config.hpp>

#include <string>
#include <string_view>

namespace penstock::git {

/** The name of a repository, equal for all the ways to write its address: `host[:port]/path`.

    The scheme and the user do not belong to it, so `https://` and `git@host:` give the same. Removed are white
    space around, userinfo, the default port of the scheme, `//`, a last `/`, one last `.git`, query and
    fragment. The host is in lower case; so is the path on hosts that are known not to tell case apart
    (github.com, gitlab.com, bitbucket.org, codeberg.org, dev.azure.com). The SSH doors of GitHub, GitLab,
    Bitbucket and Azure on port 443 give the name of their web address. An explicit port that is not the
    scheme's own stays part of the name.
    @param url `https://…`, `ssh://…`, `git://…`, `[user@]host:path`, `host/path` or a path in a file system.
    @return Empty when `url` names nothing; text that is not an address comes back trimmed, so that equal texts
    stay equal. Safe to log: there is no userinfo in it. */
PENSTOCK_DECL std::string normalise(std::string_view url);

/// True when both addresses name one repository. False when either names nothing.
inline bool same_repository(std::string_view a, std::string_view b)
{
    auto const name = normalise(a);
    return !name.empty() && name == normalise(b);
}

/// The address without its userinfo, otherwise unchanged: what error texts and logs may show.
inline std::string without_userinfo(std::string_view url)
{
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return std::string(url);
    auto const authority = scheme + 3;
    auto const end = url.find_first_of("/?#", authority);
    auto const host = url.substr(authority, end == std::string_view::npos ? end : end - authority);
    auto const at = host.rfind('@');
    if (at == std::string_view::npos)
        return std::string(url);
    return std::string(url.substr(0, authority)).append(url.substr(authority + at + 1));
}

}  // namespace penstock::git

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/git/impl/repository_url.ipp>
#endif

#endif  // PENSTOCK_GIT_REPOSITORY_URL_HPP
