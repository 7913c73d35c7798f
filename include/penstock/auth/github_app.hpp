#ifndef PENSTOCK_AUTH_GITHUB_APP_HPP
#define PENSTOCK_AUTH_GITHUB_APP_HPP
#include <penstock/auth/app_installation.hpp>
#include <penstock/auth/app_key.hpp>
#include <penstock/auth/base_url.hpp>
#include <penstock/auth/clock_skew.hpp>
#include <penstock/auth/github_answer.hpp>
#include <penstock/auth/installation.hpp>
#include <penstock/auth/jwt_signer.hpp>
#include <penstock/auth/token.hpp>
#include <penstock/auth/token_source.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/http/next_link.hpp>
#include <penstock/http/transport.hpp>

#include <boost/asio/error.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::auth {

template <jwt_signer Signer>
struct basic_github_app_options
{
    std::string id;             ///< Of the App, or its client id: what its JWTs name as their issuer.
    std::vector<Signer> keys;   ///< One or more; while one is rotated two are good. Tried in turn on a 401.
    std::string api_url = "https://api.github.com";  ///< See `github_api_url`. Without a '/' at its end.
    std::string api_version = "2022-11-28";
};
using github_app_options = basic_github_app_options<app_key>;

/** Tokens of the installations of a GitHub App.

    Mints with a JWT of the App, which a `Signer` makes: an `app_key`, or a `remote_key` of a service for keys. What GitHub's clock shows is learned from each answer; a JWT that was refused is signed
    anew once if that made our clock out to have been wrong, then the next key is tried. An installation may be named by
    its owner: then it is looked up each time, for a new installation has a new id.
    @par Thread safety
    One thread. Mints may overlap.
    @see https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
template <env::environment Env, http::transport Transport, jwt_signer Signer = app_key>
class github_app
{
public:
    using key_type = installation_key;
    static constexpr std::string_view name = "github_app";

    /// `env` outlives this.
    github_app(Env& env, Transport transport, basic_github_app_options<Signer> o)
        : env_(&env), transport_(std::move(transport)), options_(std::move(o))
    {
        while (options_.api_url.ends_with('/'))
            options_.api_url.pop_back();
    }

    /// @return What `installation_key::normalize`, `app_key`, `read_installation_grant` and the transport say.
    awaitable<result<token>> mint(installation_key key, time_point deadline)
    {
        if (auto const ok = key.normalize(); !ok)
            co_return ok.error();
        auto id = key.id;
        if (id == 0) {
            auto const found = co_await find(key, deadline);
            if (!found)
                co_return found.error();
            id = *found;
        }
        auto const asked = env_->clock().now();
        http::request r("POST", options_.api_url + "/app/installations/" + std::to_string(id) + "/access_tokens");
        r.body = key.body();
        if (!r.body.empty())
            r.fields.set("Content-Type", "application/json");
        auto answer = co_await exchange(std::move(r), deadline);
        if (!answer)
            co_return answer.error();
        auto grant = read_installation_grant(*answer, key, options_.id, skew_.at_peer(env_->clock().wall()));
        secret::wipe(answer->body);
        if (!grant)
            co_return grant.error();
        token out;
        out.value = std::move(grant->token);
        out.issued = asked;
        out.expires = env_->clock().now() + (grant->expires - skew_.at_peer(env_->clock().wall()));
        co_return out;
    }

    /** Makes a token worthless before its time: by itself, so that no other right is needed. One that GitHub does not
        know any more counts as such.
        @return What the transport says; `errc::unexpected_status`. The token is in no detail. */
    awaitable<result<void>> revoke(secret token, time_point deadline)
    {
        if (auto const ok = check_token_value(token, "the token to revoke"); !ok)
            co_return ok.error();
        http::request r("DELETE", options_.api_url + "/installation/token");
        set_usual_fields(r);
        set_bearer(r, token);
        auto const answer = co_await transport_.send(std::move(r), deadline);
        if (!answer)
            co_return named(answer.error());
        if (answer->status != 204 && answer->status != 401)
            co_return failure(errc::unexpected_status, "GitHub App " + options_.id + ": revoking a token: HTTP status "
                                                           + std::to_string(answer->status));
        co_return result<void>();
    }

    /** Where the App is installed, those that are suspended among them.
        @return As `read_installations`; `errc::too_large` beyond `max_installations`. */
    awaitable<result<std::vector<app_installation>>> installations(time_point deadline)
    {
        std::vector<app_installation> all;
        auto url = options_.api_url + "/app/installations?per_page=100";
        while (!url.empty()) {
            if (!detail::is_under(url, options_.api_url))
                co_return failure(errc::malformed, "GitHub App " + options_.id + ": the next page is elsewhere");
            http::request r("GET", url);
            auto const answer = co_await exchange(std::move(r), deadline);
            if (!answer)
                co_return answer.error();
            auto page = read_installations(*answer, options_.id, skew_.at_peer(env_->clock().wall()));
            if (!page)
                co_return page.error();
            if (page->empty())
                break;  // or a peer that goes on forever would be followed
            if (page->size() > max_installations - all.size())
                co_return failure(errc::too_large, "GitHub App " + options_.id + ": its installations");
            all.insert(all.end(), page->begin(), page->end());
            url = http::next_link(answer->fields);
        }
        co_return all;
    }
    static constexpr std::size_t max_installations = 100'000;

    /// GitHub's clock minus ours, as far as it is known.
    duration skew() const noexcept { return skew_.value(); }
private:
    /// A new JWT is worth a try when the clock has been found to be off by so much since the last was made.
    static constexpr duration noticeable = std::chrono::seconds(5);

    awaitable<result<std::int64_t>> find(installation_key key, time_point deadline)
    {
        http::request r("GET", options_.api_url + "/users/" + key.owner + "/installation");
        auto const answer = co_await exchange(std::move(r), deadline);
        if (!answer)
            co_return answer.error();
        co_return read_installation_id(*answer, key, options_.id, skew_.at_peer(env_->clock().wall()));
    }

    /// Sends with a JWT: the key that worked last first. Gives the last answer, be it a 401.
    awaitable<result<http::response>> exchange(http::request r, time_point deadline)
    {
        set_usual_fields(r);
        result<http::response> last =
            failure(errc::invalid_configuration, "GitHub App " + options_.id + " has no private key");
        auto const first = good_;
        for (std::size_t i = 0; i < options_.keys.size(); ++i) {
            auto const place = (first + i) % options_.keys.size();
            bool again = true;
            for (int tries = 0; again && tries < 2; ++tries) {
                auto const before = skew_.value();
                auto const jwt =
                    co_await options_.keys[place].jwt(options_.id, skew_.at_peer(env_->clock().wall()), deadline);
                if (!jwt && jwt.error().code == asio::error::operation_aborted)
                    co_return jwt.error();
                if (!jwt) {
                    if (!last && last.error().code != errc::unauthorized)
                        last = named(jwt.error());
                    break;
                }
                set_bearer(r, *jwt);
                auto const sent = env_->clock().wall();
                auto answer = co_await transport_.send(r, deadline);
                if (!answer)
                    co_return named(answer.error());
                skew_.observe(answer->fields["Date"], sent, env_->clock().wall());
                if (answer->status != 401) {
                    good_ = place;
                    co_return answer;
                }
                auto const moved = skew_.value() - before;
                again = moved > noticeable || moved < -noticeable;
                options_.keys[place].forget();
                last = std::move(answer);
            }
        }
        co_return last;
    }

    void set_usual_fields(http::request& r) const
    {
        r.fields.set("Accept", "application/vnd.github+json");
        r.fields.set("X-GitHub-Api-Version", options_.api_version);
    }

    static void set_bearer(http::request& r, secret const& shown)
    {
        std::string value("Bearer ");
        value.append(shown.reveal());
        r.fields.set("Authorization", std::move(value));
    }

    failure named(failure f) const
    {
        f.detail = "GitHub App " + options_.id + (f.detail.empty() ? "" : ": " + f.detail);
        return f;
    }

    Env* env_;
    Transport transport_;
    basic_github_app_options<Signer> options_;
    clock_skew skew_;
    std::size_t good_ = 0;  // the key that GitHub took last
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_GITHUB_APP_HPP
