#ifndef PENSTOCK_AUTH_SERVICE_ACCOUNT_HPP
#define PENSTOCK_AUTH_SERVICE_ACCOUNT_HPP
#include <penstock/auth/clock_skew.hpp>
#include <penstock/auth/token_request.hpp>
#include <penstock/auth/token_source.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/http/transport.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace penstock::auth {

/** Tokens of Kubernetes service accounts, from the TokenRequest API.

    The transport speaks to the API server with an identity that may `create` `serviceaccounts/token`: as a rule a
    `bearer` over a `file_source`.
    @par Thread safety
    One thread. Mints may overlap.
    @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
template <env::environment Env, http::transport Transport>
class service_account
{
public:
    using key_type = service_account_key;
    static constexpr std::string_view name = "service_account";

    /** @param env Outlives this.
        @param server `https://10.0.0.1:443`. */
    service_account(Env& env, Transport transport, std::string server)
        : env_(&env), transport_(std::move(transport)), server_(std::move(server))
    {
        while (server_.ends_with('/'))
            server_.pop_back();
    }

    /// @return What `service_account_key::check`, `read_token_request` and the transport say.
    awaitable<result<token>> mint(service_account_key key, time_point deadline)
    {
        if (auto const ok = key.check(); !ok)
            co_return ok.error();
        http::request r("POST", server_ + key.path());
        r.fields.set("Accept", "application/json");
        r.fields.set("Content-Type", "application/json");
        r.body = key.body();
        auto const asked = env_->clock().now();
        auto const sent = env_->clock().wall();
        auto answer = co_await transport_.send(std::move(r), deadline);
        if (!answer)
            co_return answer.error();
        skew_.observe(answer->fields["Date"], sent, env_->clock().wall());
        auto const wall = skew_.at_peer(env_->clock().wall());
        auto got = read_token_request(*answer, key, wall);
        secret::wipe(answer->body);
        if (!got)
            co_return got.error();
        token out;
        out.value = std::move(got->value);
        out.issued = asked;
        out.expires = env_->clock().now() + (got->expires - wall);
        co_return out;
    }
private:
    Env* env_;
    Transport transport_;
    std::string server_;
    clock_skew skew_;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_SERVICE_ACCOUNT_HPP
