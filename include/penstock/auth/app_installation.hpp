#ifndef PENSTOCK_AUTH_APP_INSTALLATION_HPP
#define PENSTOCK_AUTH_APP_INSTALLATION_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/message.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace penstock::auth {

/// Where an App is installed. Installing it again gives another id.
class app_installation
{
public:
    std::int64_t id = 0;
    std::string owner;                 ///< The account's login.
    std::string owner_type;            ///< `Organization`, `User`, `Enterprise`.
    std::string repository_selection;  ///< `all` or `selected`.
    std::map<std::string, std::string> permissions;
    bool suspended = false;  ///< Still listed; asking for a token gives 403.
};

/** Reads one page of `GET /app/installations`.
    @param app Names the App in details.
    @return As `read_installation_grant`; `errc::malformed` for an entry without an id. */
PENSTOCK_DECL result<std::vector<app_installation>> read_installations(http::response const& answer,
                                                                       std::string const& app, wall_time wall);

}  // namespace penstock::auth

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/auth/impl/app_installation.ipp>
#endif

#endif  // PENSTOCK_AUTH_APP_INSTALLATION_HPP
