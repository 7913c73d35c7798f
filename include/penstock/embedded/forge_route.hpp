#ifndef PENSTOCK_EMBEDDED_FORGE_ROUTE_HPP
#define PENSTOCK_EMBEDDED_FORGE_ROUTE_HPP
#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::embedded {

/// A request of a Git client: which repository, and what of it.
struct forge_route
{
    std::string repository;  ///< `owner/name`
    std::string service;     ///< `info/refs`, `git-upload-pack` or `git-receive-pack`
};

/// True for `owner/name`, each of letters, digits, '.', '_' and '-', and none beginning with a dot.
inline bool is_repository_name(std::string_view text) noexcept
{
    auto const part = [](std::string_view p) {
        return !p.empty() && p.size() <= 100 && p.front() != '.' && p.front() != '-'
               && p.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
                      == std::string_view::npos;
    };
    auto const slash = text.find('/');
    return slash != std::string_view::npos && part(text.substr(0, slash)) && part(text.substr(slash + 1))
           && !text.ends_with(".git");
}

/// Reads `/owner/name[.git]/service`; nothing for every other path.
inline std::optional<forge_route> parse_forge_path(std::string_view path)
{
    for (std::string_view const service : {"info/refs", "git-upload-pack", "git-receive-pack"}) {
        if (!path.starts_with('/') || !path.ends_with(service) || path.size() < service.size() + 2)
            continue;
        auto name = path.substr(1, path.size() - service.size() - 1);
        if (!name.ends_with('/'))
            continue;
        name.remove_suffix(1);
        if (name.ends_with(".git"))
            name.remove_suffix(4);
        if (is_repository_name(name))
            return forge_route{std::string(name), std::string(service)};
    }
    return std::nullopt;
}

/// Who may read and push. With no user, token or installation everybody may.
class forge_access
{
public:
    forge_access() = default;
    forge_access(std::string name, secret word) : user(std::move(name)), password(std::move(word)) {}
    explicit forge_access(secret bearer) : token(std::move(bearer)) {}

    /** The user that the field `Authorization` shows; nothing when it does not open this repository.
        Compares in constant time. */
    std::optional<std::string> admit(std::string_view authorization) const
    {
        if (user.empty() && token.empty() && installation == 0)
            return "anonymous";
        auto const space = authorization.find(' ');
        if (space == std::string_view::npos)
            return std::nullopt;
        auto const scheme = authorization.substr(0, space);
        auto const rest = authorization.substr(space + 1);
        if (http::iequals(scheme, "bearer") && !token.empty() && crypto::equal_constant_time(rest, token.reveal()))
            return "token";
        if (!http::iequals(scheme, "basic") || user.empty())
            return std::nullopt;
        auto const pair = crypto::base64_decode(rest);
        if (!pair)
            return std::nullopt;
        std::string wanted = user + ":";
        wanted.append(password.reveal());
        bool const same = crypto::equal_constant_time(*pair, wanted);
        secret::wipe(wanted);
        return same ? std::optional<std::string>(user) : std::nullopt;
    }

    std::string user;
    secret password;
    secret token;                   ///< For `Authorization: Bearer`.
    std::int64_t installation = 0;  ///< Of a GitHub App, whose tokens are good here as well; see `forge_app`.
};

/// The header of a CGI answer, and how many bytes of the output it took.
struct cgi_head
{
    http::response answer;
    std::size_t size = 0;
};

/** Reads the header that a CGI program writes.
    @return Nothing while it is not complete; `errc::malformed` for what is none.
    @see RFC 3875 section 6 */
inline result<std::optional<cgi_head>> parse_cgi_head(std::string_view output)
{
    cgi_head out;
    out.answer.status = 200;
    for (;;) {
        auto const end = output.find('\n', out.size);
        if (end == std::string_view::npos)
            return std::optional<cgi_head>();
        auto line = output.substr(out.size, end - out.size);
        out.size = end + 1;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty())
            return std::optional<cgi_head>(std::move(out));
        auto const colon = line.find(':');
        if (colon == 0 || colon == std::string_view::npos)
            return failure(errc::malformed, "the header of a CGI answer");
        auto value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        if (http::iequals(line.substr(0, colon), "Status"))
            std::from_chars(value.data(), value.data() + value.size(), out.answer.status);
        else
            out.answer.fields.add(std::string(line.substr(0, colon)), std::string(value));
    }
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_FORGE_ROUTE_HPP
