#ifndef PENSTOCK_GIT_REMOTE_URL_HPP
#define PENSTOCK_GIT_REMOTE_URL_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/git/credential.hpp>

#include <string>
#include <string_view>

namespace penstock::git {

/// The address of a repository on a Git server that speaks HTTP.
class remote_url
{
public:
    std::string base;         ///< Without userinfo, query, fragment and last '/': what the services are appended to.
    git::credential userinfo;  ///< What stood before the '@', as a basic credential; anonymous if nothing did.

    std::string advertisement() const { return base + "/info/refs?service=git-upload-pack"; }
    std::string upload_pack() const { return base + "/git-upload-pack"; }
};

/** Reads the address of a repository.
    @return `errc::unsupported` for another scheme than http and https, `errc::invalid_argument` for what is no
    address. Details show it without userinfo. */
PENSTOCK_DECL result<remote_url> parse_remote(std::string_view url);

/** Where a redirect of `remote.advertisement()` leads. Only to the same host, and never from https to http:
    credentials must not reach anybody else.
    @param location As the server wrote it; may be relative.
    @return The address of the repository there; `errc::unexpected_status` for a target that is not followed. */
PENSTOCK_DECL result<remote_url> follow_redirect(remote_url const& remote, std::string_view location);

}  // namespace penstock::git

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/git/impl/remote_url.ipp>
#endif

#endif  // PENSTOCK_GIT_REMOTE_URL_HPP
