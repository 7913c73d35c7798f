#ifndef PENSTOCK_SYNC_GIT_REMOTE_HPP
#define PENSTOCK_SYNC_GIT_REMOTE_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/git/credential.hpp>
#include <penstock/git/github_app.hpp>
#include <penstock/git/proxy_secret.hpp>
#include <penstock/git/reference_choice.hpp>
#include <penstock/git/smart_http.hpp>
#include <penstock/http/tls_options.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/sync/app_tokens.hpp>
#include <penstock/sync/secret_data.hpp>
#include <penstock/sync/source.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::sync {

/** Asks the remote of a GitRepository where its ref stands, with the credential that its Secret holds.

    Secrets are read for each question, so that a rotated one is used at once. Sources with their own authorities,
    client certificate or proxy get a transport of their own, kept for as long as their Secrets stay the same.
    With `spec.provider: github` a token of the installation of the GitHub App in the Secret is shown, which comes over
    the same transport; one that the server refuses is renewed once.
    One thread.
    @tparam Apps What `app_tokens` is. */
template <class Api, http::transport Transport, class Apps = no_app_tokens>
class git_remote
{
public:
    /// Makes a transport for these TLS options, through this proxy (`http://…`; empty: that of the environment); called
    /// once for each different ones.
    using connector = std::function<std::unique_ptr<Transport>(http::tls_options, std::string proxy)>;
    /// A credential for a source without a Secret, by its URL; anonymous where there is none.
    using fallback = std::function<git::credential(std::string const& url)>;

    git_remote(Api& api, connector connect, fallback otherwise = {}, Apps apps = {})
        : api_(api), connect_(std::move(connect)), otherwise_(std::move(otherwise)), apps_(std::move(apps))
    {}

    /// @return What `git::smart_http` and `git::reference_choice` say, with the Secret named where it is at fault.
    awaitable<result<git::chosen_head>> ask(source s, time_point deadline)
    {
        auto choice = git::reference_choice::make(s.ref);
        if (!choice)
            co_return choice.error();
        auto who = co_await caller_for(s, deadline);
        if (!who) {
            shown_.erase(shown_key(s));
            co_return who.error();
        }
        auto listed = co_await list(s.url, choice->prefixes(), *std::move(who), deadline);
        if (!listed)
            co_return listed.error();
        co_return choice->choose(*listed);
    }

    /// With what this source's remote was asked last, in words for people, without a secret; empty if with nothing.
    std::string credential_of(source const& s) const
    {
        auto const at = shown_.find(shown_key(s));
        return at == shown_.end() ? std::string() : at->second;
    }

    /// Ends what goes on beside the questions.
    awaitable<void> close() { return apps_.close(); }
private:
    static constexpr std::size_t max_lines = 64;
    static constexpr std::size_t max_shown = 4096;

    struct line
    {
        line(std::string p, std::unique_ptr<Transport> t)
            : print(std::move(p)), transport(std::move(t)), git(*transport)
        {}
        std::string print;  // of TLS options and proxy; empty for the system's
        std::unique_ptr<Transport> transport;
        git::smart_http<Transport> git;
    };

    /// Who asks. With an App `credential` has its certificates only, and a token comes to it.
    struct caller
    {
        std::string from;  // the Secret, namespace/name; empty where there is none
        git::credential credential;
        std::optional<git::github_app> app;
        secret proxy;  // its address; empty for that of the environment
    };

    awaitable<result<std::vector<git::reference>>> list(std::string url, std::vector<std::string> prefixes, caller who,
                                                        time_point deadline)
    {
        auto const over = line_for(who);
        if (!who.app)
            co_return co_await over->git.list(std::move(url), std::move(prefixes), std::move(who.credential), deadline);
        auto session = apps_.of(who.from, *who.app, over->print, *over->transport);
        auto token = co_await session.first(deadline);
        while (token) {
            auto const used = *token;
            auto const shown = git::credential::basic(git::github_app::user, used->value);
            auto listed = co_await over->git.list(url, prefixes, shown, deadline);
            if (listed)
                co_return listed;
            token = co_await session.again(used, listed.error().code, deadline);
            if (token && !*token)
                co_return with_app(listed.error(), who);
        }
        co_return without_token(token.error(), who);
    }

    /// What a server said about a token, with whose token it was.
    static failure with_app(failure f, caller const& who)
    {
        if (f.code == condition::unauthorized || f.code == condition::rejected || f.code == condition::not_found)
            f.detail += " (asked as " + who.app->text() + ", of secret " + who.from + "; is it installed there?)";
        return f;
    }

    /// Why there is no token, with the keys of the Secret that may be to blame.
    static failure without_token(failure f, caller const& who)
    {
        auto const keys = git::suspect_keys(f, *who.app);
        f.detail = "secret " + who.from + (keys.empty() ? "" : ", " + keys) + ": " + f.detail;
        if (f.code == condition::not_found || f.code == errc::invalid_argument)
            f.code = errc::invalid_configuration;  // it is not the ref that is not there
        return f;
    }

    awaitable<result<caller>> caller_for(source s, time_point deadline)
    {
        caller out;
        std::string shown;
        if (!s.secret_name.empty()) {
            auto const read = co_await read_caller(s, deadline);
            if (!read)
                co_return read.error();
            out = *read;
            auto const scheme = out.credential.scheme();
            shown = (out.app          ? out.app->text()
                     : scheme.empty() ? "certificates only"
                                      : std::string(scheme))
                    + " (secret " + out.from + ")";
        } else {
            if (otherwise_)
                out.credential = otherwise_(s.url);
            shown = out.credential.scheme().empty() ? "none" : "the one of the forge in the configuration";
        }
        if (!s.proxy_secret_name.empty()) {
            kube::object_name const name(s.ns, s.proxy_secret_name);
            auto const keys = co_await read_secret_data(api_, name, deadline);
            if (!keys)
                co_return keys.error();
            auto proxy = git::read_proxy(*keys);
            if (!proxy)
                co_return blamed(name, proxy.error());
            out.proxy = *std::move(proxy);
            shown += ", through the proxy of secret " + name.text();
        }
        remember(s, std::move(shown));
        co_return out;
    }

    awaitable<result<caller>> read_caller(source s, time_point deadline)
    {
        kube::object_name const name(s.ns, s.secret_name);
        auto keys = co_await read_secret_data(api_, name, deadline);
        if (!keys)
            co_return keys.error();
        caller out;
        out.from = name.text();
        if (s.provider == "github") {
            auto app = git::find_github_app(*keys);
            if (!app)
                co_return blamed(name, app.error());
            if (!*app)
                co_return blamed(name, failure(errc::invalid_configuration,
                                               "spec.provider is github, which wants the keys of a GitHub App: "
                                               "githubAppID, githubAppInstallationID, githubAppPrivateKey"));
            out.app = *std::move(app);
            std::erase_if(*keys, [](auto const& one) { return !is_certificate(one.first); });
        }
        auto read = git::read_credential(*keys);
        if (!read)
            co_return blamed(name, read.error());
        out.credential = *std::move(read);
        co_return out;
    }

    static failure blamed(kube::object_name const& name, failure f)
    {
        f.detail = "secret " + name.text() + ": " + f.detail;
        return f;
    }

    /// Of a source: what its credential is read from, and how.
    static std::string shown_key(source const& s)
    {
        return s.provider + '/' + s.ns + '/' + s.secret_name + '/' + s.proxy_secret_name + '/'
               + (s.secret_name.empty() ? s.url : std::string());
    }

    void remember(source const& s, std::string words)
    {
        if (shown_.size() >= max_shown)
            shown_.clear();  // each poll writes its own again
        shown_[shown_key(s)] = std::move(words);
    }

    static http::tls_options tls_of(git::credential const& who)
    {
        http::tls_options tls;
        tls.ca_pem = who.ca_pem;
        tls.certificate_pem = who.certificate_pem;
        tls.private_key_pem = who.private_key_pem;
        return tls;
    }

    static bool is_certificate(std::string_view key) noexcept
    {
        return key == "ca.crt" || key == "caFile" || key == "tls.crt" || key == "certFile" || key == "tls.key"
               || key == "keyFile";
    }

    std::shared_ptr<line> line_for(caller const& who)
    {
        auto const& c = who.credential;
        std::string print;
        if (!c.ca_pem.empty() || !c.certificate_pem.empty() || !who.proxy.empty()) {
            crypto::hasher all(crypto::algorithm::sha256);
            for (std::string_view const part : {std::string_view(c.ca_pem), std::string_view(c.certificate_pem),
                                                c.private_key_pem.reveal(), who.proxy.reveal()}) {
                all.update(std::to_string(part.size()) + ':');
                all.update(part);
            }
            print = all.finish().str();
        }
        auto const known = lines_.find(print);
        if (known != lines_.end())
            return known->second;
        if (lines_.size() >= max_lines)
            lines_.clear();  // Secrets have rotated many times; the lines in use live on with their questions
        auto made = std::make_shared<line>(print, connect_(tls_of(c), std::string(who.proxy.reveal())));
        lines_.emplace(std::move(print), made);
        return made;
    }

    Api& api_;
    connector connect_;
    fallback otherwise_;
    Apps apps_;
    std::map<std::string, std::shared_ptr<line>, std::less<>> lines_;
    std::map<std::string, std::string, std::less<>> shown_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_GIT_REMOTE_HPP
