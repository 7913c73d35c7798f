#ifndef PENSTOCK_TEXT_REDACT_HPP
#define PENSTOCK_TEXT_REDACT_HPP
#include <penstock/error/result.hpp>
#include <penstock/text/credential.hpp>
#include <penstock/text/secret.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

/** Hides what looks like a credential, and the secrets it was told of.

    Recognised are tokens of GitHub and GitLab, `whsec_` keys, JWTs, values of Bearer, Basic and token, values of
    X-Gitlab-Token and other names that carry secrets, user information in URLs, and private keys in PEM. Each becomes
    `***`. This is the last net for texts of others; our own never hold a secret.
    @par Thread safety
    Distinct objects: safe. Shared objects: safe as long as nobody adds. */
class redactor
{
public:
    static constexpr std::size_t max_secrets = 256;
    static constexpr std::size_t min_secret = 6;  ///< Bytes; a shorter one would hide ordinary text.
    static constexpr std::string_view mask = "***";

    /// Hides this value from now on. `errc::invalid_argument` if it is too short, `errc::too_large` if there are too
    /// many.
    result<> add(secret s)
    {
        if (s.size() < min_secret)
            return failure(errc::invalid_argument, "a secret too short to be hidden");
        if (std::ranges::any_of(secrets_, [&](secret const& known) { return known.reveal() == s.reveal(); }))
            return {};
        if (secrets_.size() == max_secrets)
            return failure(errc::too_large, "secrets to hide");
        secrets_.push_back(std::move(s));
        return {};
    }

    void remove(std::string_view value)
    {
        std::erase_if(secrets_, [value](secret const& s) { return s.reveal() == value; });
    }

    /** Without a copy where there is nothing to hide.

        @param scratch Overwritten if there is. The view is of it or of the text. */
    std::string_view apply(std::string_view text, std::string& scratch) const
    {
        auto found = known(text);
        patterns(text, found);
        if (found.empty())
            return text;
        std::ranges::sort(found, {}, &detail::span_of_text::begin);
        scratch.clear();
        std::size_t done = 0;
        for (auto const& one : found) {
            if (one.begin >= done && (one.begin != done || done == 0)) {
                scratch.append(text.substr(done, one.begin - done)).append(mask);
            }
            done = std::max(done, one.begin + one.size);
        }
        scratch.append(text.substr(done));
        return scratch;
    }

    std::string operator()(std::string_view text) const
    {
        std::string scratch;
        auto const clean = apply(text, scratch);
        return clean.data() == text.data() ? std::string(text) : scratch;
    }
private:
    using spans = std::vector<detail::span_of_text>;

    spans known(std::string_view text) const
    {
        spans found;
        for (auto const& s : secrets_)
            for (auto at = text.find(s.reveal()); at != std::string_view::npos; at = text.find(s.reveal(), at + 1))
                found.push_back({at, s.size()});
        return found;
    }

    static void patterns(std::string_view text, spans& found)
    {
        for (std::size_t at = 0; at < text.size();) {
            auto const one = detail::credential_at(text, at);
            if (one.size != 0)
                found.push_back(one);
            at = one.size != 0 ? one.begin + one.size : at + 1;
        }
    }

    std::vector<secret> secrets_;
};

/// Hides what looks like a credential; see `redactor`.
inline std::string redact(std::string_view text)
{
    static redactor const of_patterns;
    return of_patterns(text);
}

/// The same; gives the text back as it is where there is nothing to hide.
inline std::string redact(std::string&& text)
{
    static redactor const of_patterns;
    std::string scratch;
    auto const clean = of_patterns.apply(text, scratch);
    return clean.data() == text.data() ? std::move(text) : std::move(scratch);
}

inline std::string redact(char const* text)
{
    return redact(std::string_view(text));
}

}  // namespace penstock

#endif  // PENSTOCK_TEXT_REDACT_HPP
