#ifndef PENSTOCK_EMBEDDED_FORGE_APP_HPP
#define PENSTOCK_EMBEDDED_FORGE_APP_HPP
#include <penstock/config.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/** A GitHub App of the embedded forge: gives tokens of its installations to who shows a JWT of it, as GitHub does.

    Serves `POST /api/v3/app/installations/{id}/access_tokens`, `GET /api/v3/users/{owner}/installation`, `GET
    /api/v3/app/installations` in pages, and `DELETE /api/v3/installation/token`. The JWT is checked with the public half of the App's key,
    its times by the clock here; narrowing is written down and answered as asked. Tokens are not meant to be guessed, but
    this is no vault: for tests and the demo. One thread. */
class forge_app
{
public:
    forge_app(std::string id, std::string public_pem) : id_(std::move(id)), public_pem_(std::move(public_pem)) {}

    /// Whether a request to this path is for the App.
    static bool is_for(std::string_view path) noexcept
    {
        return path.starts_with("/api/v3/app/") || path == "/api/v3/installation/token"
               || (path.starts_with("/api/v3/users/") && path.ends_with("/installation"));
    }

    PENSTOCK_DECL http::response answer(http::request_head const& head, std::string_view body, wall_time now);

    /// Whether `Authorization` shows a token of this installation that is good now, as a bearer or for
    /// `x-access-token`.
    PENSTOCK_DECL bool admits(std::int64_t installation, std::string_view authorization, wall_time now) const;

    /// All tokens that were given so far are good no more.
    void revoke() { tokens_.clear(); }

    static constexpr std::size_t most_kept = 1000;  ///< Tokens, and bodies of `asked`; then the oldest goes.

    /// What tokens were asked for, oldest first: the bodies of the requests that were answered with one.
    std::vector<std::string> const& asked() const noexcept { return asked_; }
    int refused() const noexcept { return refused_; }

    std::vector<std::int64_t> installations;  ///< The others are answered with 404.
    std::vector<std::int64_t> suspended;      ///< Of those, the ones that get 403.
    std::map<std::string, std::int64_t, std::less<>> owners;  ///< Whose account an installation is in.
    duration lifetime = std::chrono::hours(1);                ///< Of a token.
private:
    struct grant
    {
        secret token;
        std::int64_t installation;
        wall_time expires;
    };

    http::response list(http::request_head const& head) const;
    http::response revoke(std::string_view authorization, wall_time now);
    bool is_ours(std::string_view authorization, wall_time now) const;
    http::response grant_token(std::int64_t id, std::string_view body, wall_time now);

    std::string id_;
    std::string public_pem_;
    std::vector<grant> tokens_;
    std::vector<std::string> asked_;
    int refused_ = 0;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/forge_app.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_FORGE_APP_HPP
