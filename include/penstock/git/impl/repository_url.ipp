#ifndef PENSTOCK_GIT_IMPL_REPOSITORY_URL_IPP
#define PENSTOCK_GIT_IMPL_REPOSITORY_URL_IPP
#include <penstock/git/repository_url.hpp>
#include <penstock/text/hex.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace penstock::git {
namespace detail {

inline std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

inline std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\r\n\f\v";
    auto const first = text.find_first_not_of(space);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// Rewrites the forms that are no URL: `user@host:path` as ssh, `host/path` as https. Empty for plain paths.
inline std::string as_url(std::string_view text)
{
    if (text.find("://") != std::string_view::npos)
        return std::string(text);
    if (text.starts_with('/') || text.starts_with('.') || text.starts_with('~'))
        return {};
    auto const from = text.starts_with('[') || text.find("@[") != std::string_view::npos ? text.find(']') : 0;
    auto const colon = text.find(':', from == std::string_view::npos ? 0 : from);
    auto const slash = text.find('/', from == std::string_view::npos ? 0 : from);
    auto const host = text.substr(0, slash);
    if (colon != std::string_view::npos && colon < slash) {
        auto const path = text.substr(colon + 1);
        bool const port =
            host.find('@') == std::string_view::npos && slash != std::string_view::npos && slash > colon + 1
            && text.substr(colon + 1, slash - colon - 1).find_first_not_of("0123456789") == std::string_view::npos;
        if (port)
            return std::string("https://").append(text);
        return std::string("ssh://")
            .append(text.substr(0, colon))
            .append(path.starts_with('/') ? "" : "/")
            .append(path);
    }
    if (slash != std::string_view::npos && host.find('.') != std::string_view::npos)
        return std::string("https://").append(text);
    return {};
}

inline std::string_view default_port(std::string_view scheme)
{
    if (scheme == "https")
        return "443";
    if (scheme == "http")
        return "80";
    if (scheme == "git")
        return "9418";
    return scheme.find("ssh") != std::string_view::npos ? "22" : "";
}

/// Escapes that are needless are undone, the others written in upper case.
inline std::string tidy_escapes(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const code = text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2))
                                                                : result<std::string>(errc::malformed);
        if (!code) {
            out.push_back(text[i]);
            continue;
        }
        if (boost::urls::unreserved_chars(static_cast<unsigned char>(code->front())))
            out.append(*code);
        else
            for (char const c : text.substr(i, 3))
                out.push_back(c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c);
        i += 2;
    }
    return out;
}

/// Without empty and dot segments, a last '/' and one last ".git"; begins with '/' unless empty.
inline std::string tidy_path(std::string_view path)
{
    std::string out;
    while (!path.empty()) {
        auto const end = std::min(path.find('/'), path.size());
        auto const segment = path.substr(0, end);
        if (segment == "..")
            out.resize(out.empty() ? 0 : out.rfind('/'));
        else if (!segment.empty() && segment != ".")
            out.append("/").append(segment);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (out.size() > 4 && (out.ends_with(".git") || out.ends_with(".GIT")) && !out.ends_with("/.git"))
        out.resize(out.size() - 4);
    return out;
}

/// Doors that stand beside the web address of a forge. Changes host, port and path in place.
inline void map_aliases(std::string& host, std::string& port, std::string& path)
{
    struct alias
    {
        std::string_view door, host;
    };
    constexpr std::array aliases{alias{"ssh.github.com", "github.com"}, alias{"www.github.com", "github.com"},
                                 alias{"altssh.gitlab.com", "gitlab.com"},
                                 alias{"altssh.bitbucket.org", "bitbucket.org"},
                                 alias{"ssh.dev.azure.com", "dev.azure.com"}};
    for (auto const& a : aliases)
        if (host == a.door) {
            host = a.host;
            if (port == "443" || port == "22")
                port.clear();
        }
    bool const azure = host == "dev.azure.com";
    if ((!azure && host != "vs-ssh.visualstudio.com") || !path.starts_with("/v3/"))
        return;
    auto const project = path.find('/', 4);  // /v3/organisation/project/repository
    auto const repository = project == std::string::npos ? project : path.find('/', project + 1);
    if (repository == std::string::npos)
        return;
    auto const organisation = path.substr(4, project - 4);
    auto const rest = path.substr(project, repository - project) + "/_git" + path.substr(repository);
    path = azure ? "/" + organisation + rest : rest;
    if (!azure)
        host = lower(organisation) + ".visualstudio.com";
}

inline bool ignores_case(std::string_view host)
{
    constexpr std::array<std::string_view, 5> hosts{"github.com", "gitlab.com", "bitbucket.org", "codeberg.org",
                                                    "dev.azure.com"};
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

}  // namespace detail

PENSTOCK_DECL std::string normalise(std::string_view text)
{
    auto const trimmed = detail::trimmed(text);
    auto written = detail::as_url(trimmed);
    if (written.empty())
        return trimmed.starts_with('/') ? detail::tidy_path(trimmed) : std::string(trimmed);
    for (auto at = written.find(' '); at != std::string::npos; at = written.find(' ', at))
        written.replace(at, 1, "%20");
    auto const parsed = boost::urls::parse_uri(written);
    if (!parsed || parsed->encoded_host().empty())
        return without_userinfo(trimmed);
    boost::urls::url url(*parsed);
    url.normalize_scheme();
    url.normalize_authority();
    std::string const scheme(url.scheme());
    auto host = detail::lower(std::string_view(url.encoded_host().data(), url.encoded_host().size()));
    std::string port(url.port());
    if (port == detail::default_port(scheme))
        port.clear();
    auto const escaped = url.encoded_path();
    auto path = detail::tidy_path(detail::tidy_escapes(std::string_view(escaped.data(), escaped.size())));
    detail::map_aliases(host, port, path);
    if (detail::ignores_case(host))
        path = detail::lower(path);
    return (port.empty() ? host : host + ":" + port) + path;
}

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_IMPL_REPOSITORY_URL_IPP
