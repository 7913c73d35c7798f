#ifndef PENSTOCK_TEXT_CREDENTIAL_HPP
#define PENSTOCK_TEXT_CREDENTIAL_HPP
#include <algorithm>
#include <array>
#include <cstddef>
#include <penstock/text/ascii.hpp>
#include <string_view>

namespace penstock::detail {

/// Part of a text: `size` bytes from `begin`.
struct span_of_text
{
    std::size_t begin = 0;
    std::size_t size = 0;
};

constexpr bool is_upper(char c) noexcept
{
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) noexcept
{
    return c >= 'a' && c <= 'z';
}
constexpr bool is_word(char c) noexcept
{
    return is_digit(c) || is_upper(c) || is_lower(c);
}
constexpr bool is_blank(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// What tokens of forges, JWTs and base64 are made of; and the mask, so that hiding twice changes nothing.
constexpr bool is_token(char c) noexcept
{
    return c == '*' || is_word(c) || c == '_' || c == '-' || c == '.' || c == '+' || c == '/' || c == '=' || c == '~';
}

template <class Predicate>
constexpr std::size_t run_length(std::string_view text, Predicate&& belongs) noexcept
{
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) - text.begin());
}

/// Whether the text begins with the words, which are given in lower case.
constexpr bool begins_like(std::string_view text, std::string_view lower_case) noexcept
{
    return text.size() >= lower_case.size()
           && std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char want, char c) {
                  return want == (is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
              });
}

/// A token that says what it is: GitHub's, GitLab's, a signing key, a JWT. Returns its length, or 0.
constexpr std::size_t prefixed_token(std::string_view text) noexcept
{
    constexpr std::array<std::string_view, 19> prefixes{
        "ghp_",   "gho_",   "ghs_",   "ghu_",    "ghr_",     "github_pat_", "glpat-",  "gldt-",  "glrt-", "glrtr-",
        "glcbt-", "glptt-", "gloas-", "glsoat-", "glagent-", "glft-",       "glffct-", "glimt-", "whsec_"};
    for (auto const prefix : prefixes) {
        if (!text.starts_with(prefix))
            continue;
        bool const base64 = prefix == "whsec_";
        auto const size = run_length(text.substr(prefix.size()), [base64](char c) {
            return is_word(c) || c == '_' || c == '-' || (base64 ? c == '+' || c == '/' || c == '=' : c == '.');
        });
        if (size >= 8)
            return prefix.size() + size;
    }
    if (text.starts_with("eyJ")) {
        auto const size = run_length(text, [](char c) { return is_word(c) || c == '_' || c == '-' || c == '.'; });
        if (size >= 40 && std::ranges::count(text.substr(0, size), '.') == 2)
            return size;
    }
    return 0;
}

/// A private key in PEM, up to its end or that of the text.
constexpr std::size_t private_key(std::string_view text) noexcept
{
    constexpr std::string_view begin = "-----BEGIN ";
    constexpr std::string_view key = "PRIVATE KEY-----";
    if (!text.starts_with(begin))
        return 0;
    auto const label = text.find(key, begin.size());
    if (label > begin.size() + 24)  // also when there is none
        return 0;
    auto const end = text.find("-----END ", label);
    if (end == std::string_view::npos)
        return text.size();
    auto const last = text.find(key, end);
    return last == std::string_view::npos ? text.size() : last + key.size();
}

/// What stands between `://` and `@`; the text begins at `://`. "git" alone is a name, not a secret.
constexpr span_of_text userinfo(std::string_view text) noexcept
{
    auto const rest = text.substr(3);
    auto const authority = rest.substr(0, run_length(rest, [](char c) {
                                           return !is_blank(c) && c != '/' && c != '?' && c != '#' && c != '"'
                                                  && c != '\'' && c != '<' && c != '>';
                                       }));
    auto const at = authority.rfind('@');
    if (at == std::string_view::npos || at == 0 || authority.substr(0, at) == "git")
        return {};
    return {3, at};
}

/// The value behind "Bearer ", "Basic " or "token ". `sure` is whether a header name stands before it.
constexpr span_of_text scheme_value(std::string_view text, bool sure) noexcept
{
    constexpr std::array<std::string_view, 3> schemes{"bearer", "basic", "token"};
    for (auto const scheme : schemes) {
        if (!begins_like(text, scheme))
            continue;
        auto const rest = text.substr(scheme.size());
        auto const blanks = run_length(rest, [](char c) { return c == ' ' || c == '\t'; });
        auto const value = rest.substr(blanks, run_length(rest.substr(blanks), is_token));
        auto const plain_word = std::ranges::all_of(value, [](char c) { return is_lower(c) || c == '.'; });
        bool const looks_secret = value.size() >= 20 || (value.size() >= 6 && !plain_word);
        if (blanks != 0 && !value.empty() && (sure || looks_secret || scheme == "bearer"))
            return {scheme.size() + blanks, value.size()};
    }
    return {};
}

/// The value behind a name that always carries a secret: a header, a parameter, a member of an object.
constexpr span_of_text labelled_value(std::string_view text) noexcept
{
    constexpr std::array<std::string_view, 13> labels{
        "x-gitlab-token", "private-token", "private_token", "job-token",     "job_token",
        "access_token",   "refresh_token", "client_secret", "client-secret", "password",
        "passphrase",     "authorization", "webhook_secret"};
    for (auto const label : labels) {
        if (!begins_like(text, label))
            continue;
        auto at = label.size();
        auto const quote = [&] {
            at += at < text.size() && text[at] == '\\' ? 1U : 0U;  // of JSON inside a string
            at += at < text.size() && (text[at] == '"' || text[at] == '\'') ? 1U : 0U;
        };
        auto const blanks = [&] { at += run_length(text.substr(at), [](char c) { return c == ' ' || c == '\t'; }); };
        quote();
        blanks();
        if (at >= text.size() || (text[at] != ':' && text[at] != '='))
            return {};
        ++at;
        blanks();
        quote();
        auto const rest = text.substr(at);
        if (label == "authorization") {
            if (auto const inner = scheme_value(rest, true); inner.size != 0)
                return {at + inner.begin, inner.size};
            return {at, run_length(rest, [](char c) { return c != '\r' && c != '\n' && c != '"' && c != '\''; })};
        }
        auto const size = run_length(
            rest, [](char c) { return !is_blank(c) && c != '"' && c != '\'' && c != '&' && c != ',' && c != ';'; });
        return {at, size};
    }
    return {};
}

/** The credential that begins at `text[at]`, relative to the text; size 0 if there is none. */
constexpr span_of_text credential_at(std::string_view text, std::size_t at) noexcept
{
    auto const rest = text.substr(at);
    bool const word_begins = at == 0 || !is_word(text[at - 1]);
    auto const moved = [at](span_of_text s) { return span_of_text{at + s.begin, s.size}; };
    switch (rest.front()) {
    case '-': return {at, private_key(rest)};
    case ':': return rest.starts_with("://") ? moved(userinfo(rest)) : span_of_text{};
    case 'g':
    case 'e': return {at, prefixed_token(rest)};
    case 'w':
        if (auto const size = prefixed_token(rest); size != 0)
            return {at, size};
        break;
    default: break;
    }
    if (!word_begins)
        return {};
    if (auto const found = labelled_value(rest); found.size != 0)
        return moved(found);
    return moved(scheme_value(rest, false));
}

}  // namespace penstock::detail

#endif  // PENSTOCK_TEXT_CREDENTIAL_HPP
