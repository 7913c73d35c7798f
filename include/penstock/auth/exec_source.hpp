#ifndef PENSTOCK_AUTH_EXEC_SOURCE_HPP
#define PENSTOCK_AUTH_EXEC_SOURCE_HPP
#include <penstock/auth/exec_credential.hpp>
#include <penstock/auth/token_source.hpp>
#include <penstock/clock/deadline.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/process/child.hpp>
#include <penstock/text/redact.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::auth {

struct exec_options
{
    std::vector<std::string> command;  ///< The program, looked up in PATH unless it has a slash; then its arguments.
    std::vector<std::pair<std::string, std::string>> environment;  ///< Beside that of this process, and before it.
    std::string api_version = "client.authentication.k8s.io/v1";   ///< Or `/v1beta1`.
    std::string cluster;                  ///< `spec.cluster` as JSON for `provideClusterInfo: true`; else empty.
    std::string install_hint;             ///< Told where the program is not found; empty for none.
    std::size_t max_output = 256 * 1024;  ///< Bytes that it may write to its standard output.
};

/** Runs a credential plug-in, as kubectl does for `users[].user.exec` of a kubeconfig.

    The program gets `KUBERNETES_EXEC_INFO` and no input. It runs in a process group of its own, which is killed at the
    deadline and when `mint` is cancelled. What it wrote to its error output ends the detail of a failure, with
    credentials and the values of `environment` hidden; what it wrote to its output is shown nowhere.
    @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
template <env::environment Env>
class exec_source
{
public:
    using key_type = sole_key;
    static constexpr std::string_view name = "exec";

    /// `env` outlives this.
    exec_source(Env& env, exec_options o) : env_(&env), options_(std::move(o)) {}

    awaitable<result<token>> mint(sole_key, time_point deadline)
    {
        auto info = exec_info(options_.api_version, options_.cluster);
        if (!info)
            co_return info.error();
        process::command what(options_.command);
        what.environment = process::own_environment();
        redactor hide;
        for (auto const& [variable, value] : options_.environment) {
            process::set_variable(what.environment, variable, value);
            auto const too_short = hide.add(secret(value));
            static_cast<void>(too_short);  // such a value would hide ordinary words
        }
        process::set_variable(what.environment, "KUBERNETES_EXEC_INFO", *info);
        what.hide = hide;
        auto& clock = env_->clock();
        auto const asked = clock.now();
        auto work = process::run(std::move(what), "", time_point::max(), options_.max_output);
        auto output = co_await with_deadline(clock, deadline, std::move(work));
        if (!output)
            co_return explained(output.error(), hide);
        auto read = read_exec_credential(*output, options_.api_version);
        secret::wipe(*output);
        if (!read)
            co_return read.error();
        token out;
        out.value = std::move(read->token);
        out.certificate_pem = std::move(read->certificate_pem);
        out.private_key_pem = std::move(read->private_key_pem);
        out.issued = asked;
        if (read->expires)
            out.expires = clock.now() + (*read->expires - clock.wall());
        co_return out;
    }
private:
    failure explained(failure f, redactor const& hide) const
    {
        if (f.code == errc::deadline_exceeded)
            f.detail = "did not end in time";
        f.detail = "exec plug-in: " + hide(f.detail);
        if (f.code == errc::not_found) {  // of the configuration, not at a peer
            f.code = errc::invalid_configuration;
            if (!options_.install_hint.empty())
                f.detail += "; " + options_.install_hint;
        }
        return f;
    }

    Env* env_;
    exec_options options_;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_EXEC_SOURCE_HPP
