#ifndef PENSTOCK_AUTH_GITHUB_ANSWER_HPP
#define PENSTOCK_AUTH_GITHUB_ANSWER_HPP
#include <penstock/auth/installation.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <map>
#include <string>

namespace penstock::auth {

/// What GitHub gave for a request for an installation token.
class installation_grant
{
public:
    secret token;
    wall_time expires{};  ///< By GitHub's clock.
    std::map<std::string, std::string> permissions;
    std::string repository_selection;  ///< `all` or `selected`; may be absent.
};

/** Reads the answer to `POST /app/installations/{id}/access_tokens`.

    A grant that may do more than `asked` is refused as well: some caching proxies answer from another request.
    @param app Names the App in details.
    @return `errc::unauthorized`: the JWT was not taken. `errc::forbidden`: suspended, or an App that may not.
    `errc::not_found`: uninstalled, or of another App. `errc::invalid_object`: a repository or a permission that the
    installation does not have. `errc::quota_exhausted` with `retry_after`, `errc::unavailable`,
    `errc::unexpected_status`, `errc::malformed`. The detail says whose answer it was and what GitHub said about it,
    with credentials hidden. */
PENSTOCK_DECL result<installation_grant> read_installation_grant(http::response const& answer,
                                                                 installation_key const& asked, std::string const& app,
                                                                 wall_time wall);

/// Reads the answer to `GET /users/{owner}/installation`: its id. Failures as above.
PENSTOCK_DECL result<std::int64_t> read_installation_id(http::response const& answer, installation_key const& asked,
                                                        std::string const& app, wall_time wall);

}  // namespace penstock::auth

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/auth/impl/github_answer.ipp>
#endif

#endif  // PENSTOCK_AUTH_GITHUB_ANSWER_HPP
