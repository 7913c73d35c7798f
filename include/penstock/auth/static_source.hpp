#ifndef PENSTOCK_AUTH_STATIC_SOURCE_HPP
#define PENSTOCK_AUTH_STATIC_SOURCE_HPP
#include <penstock/auth/token_source.hpp>

#include <utility>

namespace penstock::auth {

/// One token that never changes: a personal access token, a value of the environment.
class static_source
{
public:
    using key_type = sole_key;
    static constexpr std::string_view name = "static";

    explicit static_source(secret value) : value_(std::move(value)) {}

    /// @return What `check_token_value` says.
    awaitable<result<token>> mint(sole_key, time_point)
    {
        if (auto const ok = check_token_value(value_, "the configuration"); !ok)
            co_return ok.error();
        token out;
        out.value = value_;
        // issued: long ago, so that a refusal is no matter of replication
        co_return out;
    }
private:
    secret value_;
};
static_assert(token_source<static_source>);

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_STATIC_SOURCE_HPP
