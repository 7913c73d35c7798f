#ifndef PENSTOCK_AUTH_FILE_SOURCE_HPP
#define PENSTOCK_AUTH_FILE_SOURCE_HPP
#include <penstock/auth/secret_file.hpp>
#include <penstock/auth/token_source.hpp>
#include <penstock/env/environment.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace penstock::auth {

struct file_options
{
    std::string path;                               ///< Of a file with nothing but the token.
    duration look_every = std::chrono::seconds(60);  ///< A token is good for so long; then the file is looked at again.
};

/** A token in a file that somebody replaces, as the kubelet does with service account tokens.

    The token counts as expired after `look_every`, so a cache looks again shortly before; and at once after a 401.
    While the file cannot be read the last token is given on. */
template <env::environment Env>
class file_source
{
public:
    using key_type = sole_key;
    static constexpr std::string_view name = "file";

    /// `env` outlives this.
    file_source(Env& env, file_options o) : env_(&env), file_(std::move(o.path)), look_every_(o.look_every) {}

    /// @return What `secret_file` and `check_token_value` say.
    awaitable<result<token>> mint(sole_key, time_point)
    {
        auto const now = env_->clock().now();
        auto const looked = file_.refresh();
        if (!looked && file_.value().empty())
            co_return looked.error();
        if (auto const ok = check_token_value(file_.value(), file_.path()); !ok)
            co_return ok.error();
        if (looked && *looked == secret_file::change::fresh)
            first_seen_ = now;
        token out;
        out.value = file_.value();
        out.issued = first_seen_;
        out.expires = now + look_every_;
        co_return out;
    }
private:
    Env* env_;
    secret_file file_;
    duration look_every_;
    time_point first_seen_{};
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_FILE_SOURCE_HPP
