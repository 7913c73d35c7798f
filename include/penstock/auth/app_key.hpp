#ifndef PENSTOCK_AUTH_APP_KEY_HPP
#define PENSTOCK_AUTH_APP_KEY_HPP
#include <penstock/auth/jwt_signer.hpp>
#include <penstock/auth/kept_jwt.hpp>
#include <penstock/auth/secret_file.hpp>
#include <penstock/crypto/jwt.hpp>

#include <optional>
#include <string>
#include <utility>

namespace penstock::auth {

/** One private key of a GitHub App, and the JWT that was signed with it last (`kept_jwt`).

    A key in a file is looked at before each use; one that became unusable is named, unless the one before it can still
    sign.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class app_key
{
public:
    explicit app_key(secret pem) : pem_(std::move(pem)) {}
    explicit app_key(secret_file file) : file_(std::move(file)) {}

    /** @param issuer The App's id or client id.
        @param wall What GitHub's clock shows.
        @return What `secret_file` or `crypto::rsa_key` says; the detail names the file. */
    result<secret> jwt(std::string const& issuer, wall_time wall)
    {
        if (auto const ok = load(); !ok && !key_)
            return ok.error();
        if (kept_.good(wall))
            return kept_.value();
        auto made = crypto::sign_jwt(key_, kept_jwt::claims(issuer, wall));
        if (!made)
            return made;
        kept_.keep(*std::move(made), wall);
        return kept_.value();
    }

    /// The same as a `jwt_signer`; it waits for nothing.
    awaitable<result<secret>> jwt(std::string issuer, wall_time wall, time_point) { co_return jwt(issuer, wall); }

    /// The next JWT is made anew.
    void forget() { kept_.forget(); }
private:
    result<void> load()
    {
        if (!file_) {
            if (key_)
                return {};
            return use(pem_, "");
        }
        auto const looked = file_->refresh();
        if (!looked)
            return looked.error();
        if (*looked == secret_file::change::none && key_)
            return {};
        return use(file_->value(), file_->path() + ": ");
    }

    result<void> use(secret const& pem, std::string const& whose)
    {
        auto read = crypto::rsa_key::from_pem(pem);
        if (!read) {
            auto f = read.error();
            f.detail = whose + f.detail;
            return f;
        }
        key_ = *std::move(read);
        pem_ = secret();
        forget();
        return {};
    }

    secret pem_;  // until it has been read
    std::optional<secret_file> file_;
    crypto::rsa_key key_;
    kept_jwt kept_;
};
static_assert(jwt_signer<app_key>);

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_APP_KEY_HPP
