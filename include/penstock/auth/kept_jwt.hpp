#ifndef PENSTOCK_AUTH_KEPT_JWT_HPP
#define PENSTOCK_AUTH_KEPT_JWT_HPP
#include <penstock/crypto/jwt.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace penstock::auth {

/** The JWT of an App that was signed last, and what the next one says.

    It is dated back by 60 s and ends 8 minutes after it was made, by GitHub's clock, which takes 10 minutes at most; it is
    used again until 60 s before its end. Pure.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class kept_jwt
{
public:
    static constexpr duration backdated = std::chrono::seconds(60);
    static constexpr duration lifetime = std::chrono::seconds(540);  ///< From its date to its end.
    static constexpr duration margin = std::chrono::seconds(60);

    /// What one says that is made now. @param wall What GitHub's clock shows.
    static crypto::jwt_claims claims(std::string issuer, wall_time wall)
    {
        crypto::jwt_claims out;
        out.issuer = std::move(issuer);
        out.issued = wall - backdated;
        out.expires = wall + lifetime - backdated;
        return out;
    }

    /// Whether the last one is good at that time.
    bool good(wall_time wall) const noexcept
    {
        return !value_.empty() && made_ <= wall && wall < made_ + lifetime - backdated - margin;
    }

    /// @param made The time that its claims were of.
    void keep(secret jwt, wall_time made)
    {
        value_ = std::move(jwt);
        made_ = made;
    }

    void forget() { value_ = secret(); }
    secret const& value() const noexcept { return value_; }
private:
    secret value_;
    wall_time made_{};
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_KEPT_JWT_HPP
