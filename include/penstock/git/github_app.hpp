#ifndef PENSTOCK_GIT_GITHUB_APP_HPP
#define PENSTOCK_GIT_GITHUB_APP_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/git/credential.hpp>
#include <penstock/text/secret.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::git {

/// The GitHub App that the Secret of a GitRepository names, and the installation that its tokens are of.
class github_app
{
public:
    std::string id;                                  ///< `githubAppClientID`, or `githubAppID` where there is none.
    std::int64_t installation = 0;                   ///< `githubAppInstallationID`; 0 where an owner is named.
    std::string owner;                               ///< `githubAppInstallationOwner`
    secret private_key;                              ///< `githubAppPrivateKey`, PEM
    std::string api_url = "https://api.github.com";  ///< `githubAppBaseURL`, without a '/' at its end.

    /// The user that Git shows together with a token of an installation.
    static constexpr std::string_view user = "x-access-token";

    /// "GitHub App 12, installation 34", for people.
    PENSTOCK_DECL std::string text() const;
};

/** Reads the keys that Flux knows for `spec.provider: github`.

    The API of an Enterprise Server is `https://HOST/api/v3`, which is used as it is. White space around a value
    counts as none, for many tools put a line feed at its end.
    @return Nothing for a Secret without any of them; `errc::invalid_configuration` that names the key at fault and
    never a value.
    @see https://fluxcd.io/flux/components/source/gitrepositories/#github */
PENSTOCK_DECL result<std::optional<github_app>> find_github_app(secret_keys const& keys);

/** The keys of the Secret that may be at fault when no token came, for people: "githubAppID or githubAppPrivateKey".
    Empty where it is not the Secret's fault, such as when GitHub cannot be reached. */
PENSTOCK_DECL std::string suspect_keys(failure const& why, github_app const& app);

}  // namespace penstock::git

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/git/impl/github_app.ipp>
#endif

#endif  // PENSTOCK_GIT_GITHUB_APP_HPP
