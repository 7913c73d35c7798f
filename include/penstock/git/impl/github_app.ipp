#ifndef PENSTOCK_GIT_IMPL_GITHUB_APP_IPP
#define PENSTOCK_GIT_IMPL_GITHUB_APP_IPP
#include <penstock/git/github_app.hpp>

#include <charconv>
#include <utility>

namespace penstock::git {

namespace detail {

inline constexpr std::string_view github_api = "https://api.github.com";

inline std::string_view without_blanks(std::string_view text) noexcept
{
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Whether an App's id or client id could be meant; it becomes a part of messages.
inline bool is_app_id(std::string_view text) noexcept
{
    constexpr std::string_view usual = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return text.size() <= 100 && text.find_first_not_of(usual) == std::string_view::npos;
}

/// `https://HOST[:PORT][/PATH]`, without what could hide a credential or a second address.
inline bool is_api_url(std::string_view url) noexcept
{
    auto const scheme = url.starts_with("https://") ? 8U : url.starts_with("http://") ? 7U : 0U;
    if (scheme == 0 || url.find_first_of("@?#\\ \t\r\n") != std::string_view::npos)
        return false;
    auto const host = url.substr(scheme, url.find('/', scheme) - scheme);
    return !host.empty() && host.front() != ':';
}

}  // namespace detail

PENSTOCK_DECL std::string github_app::text() const
{
    return "GitHub App " + id + ", "
           + (installation != 0 ? "installation " + std::to_string(installation) : "the installation of " + owner);
}

PENSTOCK_DECL result<std::optional<github_app>> find_github_app(secret_keys const& keys)
{
    auto const text = [&keys](std::string_view name) {
        auto const at = keys.find(name);
        return at == keys.end() ? std::string_view() : detail::without_blanks(at->second.reveal());
    };
    auto const bad = [](std::string what) { return failure(errc::invalid_configuration, std::move(what)); };
    auto const installation = text("githubAppInstallationID");
    auto const client = text("githubAppClientID");
    github_app out;
    out.id = client.empty() ? text("githubAppID") : client;
    out.owner = text("githubAppInstallationOwner");
    if (auto const key = keys.find("githubAppPrivateKey"); key != keys.end())
        out.private_key = key->second;
    if (out.id.empty() && out.private_key.empty() && installation.empty() && out.owner.empty())
        return std::optional<github_app>();
    if (out.id.empty())
        return bad("the Secret of a GitHub App has no githubAppID");
    if (!detail::is_app_id(out.id))
        return bad(client.empty() ? "githubAppID in the Secret is no number" : "githubAppClientID is no client id");
    if (detail::without_blanks(out.private_key.reveal()).empty())
        return bad("the Secret of a GitHub App has no githubAppPrivateKey");
    if (installation.empty() == out.owner.empty())
        return bad("the Secret of a GitHub App needs either githubAppInstallationID or githubAppInstallationOwner");
    if (!installation.empty()) {
        auto const* const end = installation.data() + installation.size();
        auto const [stopped, ec] = std::from_chars(installation.data(), end, out.installation);
        if (ec != std::errc() || stopped != end || out.installation <= 0)
            return bad("githubAppInstallationID in the Secret is no number of an installation");
    }
    if (auto url = text("githubAppBaseURL"); !url.empty()) {
        if (!detail::is_api_url(url))
            return bad("githubAppBaseURL in the Secret is not the address of an API: https://HOST/api/v3");
        while (url.ends_with('/'))
            url.remove_suffix(1);
        out.api_url = url;
    }
    return std::optional<github_app>(std::move(out));
}

PENSTOCK_DECL std::string suspect_keys(failure const& why, github_app const& app)
{
    std::string const place = app.installation != 0 ? "githubAppInstallationID" : "githubAppInstallationOwner";
    std::string const base = app.api_url == detail::github_api ? "" : "githubAppBaseURL";
    if (why.code == errc::unauthorized)
        return "githubAppID or githubAppPrivateKey";
    if (why.code == errc::invalid_configuration)
        return "githubAppPrivateKey";
    if (why.code == errc::not_found)
        return "githubAppID or " + place + (base.empty() ? "" : " or " + base);
    if (why.code == errc::invalid_argument || why.code == errc::forbidden)
        return place;
    if (why.code == errc::connection_failed || why.code == errc::tls_failed || why.code == errc::unexpected_status
        || why.code == errc::malformed)
        return base;
    return {};
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_IMPL_GITHUB_APP_IPP
