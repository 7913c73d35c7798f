#ifndef PENSTOCK_AUTH_INSTALLATION_HPP
#define PENSTOCK_AUTH_INSTALLATION_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::auth {

/** Which token of a GitHub App: of which installation, and what it may do.

    Everything that narrows a token is part of the key, so that a narrow token is never given to one who wants more, nor
    a wide one to one who may do less. Two that ask for the same in another order are made equal by `normalize`. */
class installation_key
{
public:
    std::int64_t id = 0;  ///< Of the installation; 0 where `owner` names it.
    std::string owner;    ///< The account that the App is installed in, for one who does not know the id.
    std::vector<std::string> repositories;           ///< Names without the owner; empty: all of the installation.
    std::vector<std::int64_t> repository_ids;        ///< The same by ids; only one of the two.
    std::map<std::string, std::string> permissions;  ///< `contents` to `read`, `write` or `admin`; empty: all granted.

    friend auto operator<=>(installation_key const&, installation_key const&) = default;

    static constexpr std::size_t max_repositories = 500;  ///< GitHub takes no more.

    /// "installation 7" or "the installation of acme", for people.
    PENSTOCK_DECL std::string text() const;

    /// Sorts and removes what stands twice. @return `errc::invalid_argument` for what GitHub would not take.
    PENSTOCK_DECL result<void> normalize();

    /// What is posted to ask for such a token; empty where nothing is narrowed.
    PENSTOCK_DECL std::string body() const;
};

/** The address of GitHub's API for a host: `https://api.github.com` for github.com, `https://api.SUB.ghe.com` for data
    residency, `https://HOST/api/v3` for an Enterprise Server. */
PENSTOCK_DECL std::string github_api_url(std::string_view host);

}  // namespace penstock::auth

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/auth/impl/installation.ipp>
#endif

#endif  // PENSTOCK_AUTH_INSTALLATION_HPP
