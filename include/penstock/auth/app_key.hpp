#ifndef PENSTOCK_AUTH_APP_KEY_HPP
#define PENSTOCK_AUTH_APP_KEY_HPP
#include <penstock/auth/secret_file.hpp>
#include <penstock/crypto/jwt.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace penstock::auth {

/** One private key of a GitHub App, and the JWT that was signed with it last.

    A JWT is dated back by 60 s and ends 8 minutes after it was made, by GitHub's clock, which takes 10 minutes at most;
    it is used again until 60 s before its end. A key in a file is looked at before each use; one that became
    unusable is named, unless the one before it can still sign.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class app_key
{
public:
    static constexpr duration backdated = std::chrono::seconds(60);
    static constexpr duration lifetime = std::chrono::seconds(540);  ///< From its date to its end.
    static constexpr duration margin = std::chrono::seconds(60);

    explicit app_key(secret pem) : pem_(std::move(pem)) {}
    explicit app_key(secret_file file) : file_(std::move(file)) {}

    /** @param issuer The App's id or client id.
        @param wall What GitHub's clock shows.
        @return What `secret_file` or `crypto::rsa_key` says; the detail names the file. */
    result<secret> jwt(std::string const& issuer, wall_time wall)
    {
        if (auto const ok = load(); !ok && !key_)
            return ok.error();
        if (!jwt_.empty() && issued_ <= wall && wall < expires_ - margin)
            return jwt_;
        crypto::jwt_claims claims;
        claims.issuer = issuer;
        claims.issued = wall - backdated;
        claims.expires = wall + lifetime - backdated;
        auto made = crypto::sign_jwt(key_, claims);
        if (!made)
            return made;
        jwt_ = *std::move(made);
        issued_ = wall;
        expires_ = claims.expires;
        return jwt_;
    }

    /// The next JWT is made anew.
    void forget() { jwt_ = secret(); }
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
    secret jwt_;
    wall_time issued_{}, expires_{};
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_APP_KEY_HPP
