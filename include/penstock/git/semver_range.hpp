#ifndef PENSTOCK_GIT_SEMVER_RANGE_HPP
#define PENSTOCK_GIT_SEMVER_RANGE_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/semver.hpp>
#include <penstock/git/semver_bound.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::git {

/** A constraint on versions in the language that Flux reads in `spec.ref.semver`.

    `||` separates alternatives; commas or spaces join conditions that must all hold. A condition is `=`, `!=`,
    `>`, `>=`, `<`, `<=`, `~`, `^` or nothing, and a version that may be partial or end in `x` or `*`. `a - b` includes both
    ends. Versions with a prerelease match only where a condition of the same alternative names one: `>=1.0.0-0`.
    A copy is cheap enough to keep; matching allocates nothing.
    @see https://github.com/Masterminds/semver#checking-version-constraints */
class semver_range
{
public:
    /// @return `errc::invalid_argument` with the part that is no condition.
    static result<semver_range> parse(std::string_view text)
    {
        semver_range out;
        for (;;) {
            auto const bar = text.find("||");
            auto one = parse_alternative(text.substr(0, bar));
            if (!one)
                return one.error();
            out.alternatives_.push_back(*std::move(one));
            if (bar == std::string_view::npos)
                return out;
            text = text.substr(bar + 2);
        }
    }

    bool contains(semver const& v) const noexcept
    {
        return std::any_of(alternatives_.begin(), alternatives_.end(), [&](alternative const& a) {
            if (!v.prerelease.empty() && !a.prereleases)
                return false;
            return std::all_of(a.bounds.begin(), a.bounds.end(), [&](semver_bound const& b) { return b.admits(v); });
        });
    }
private:
    struct alternative
    {
        std::vector<semver_bound> bounds;
        bool prereleases = false;
    };

    static std::string_view take_space(std::string_view text) noexcept
    {
        auto const first = text.find_first_not_of(" \t");
        return first == std::string_view::npos ? std::string_view() : text.substr(first);
    }

    static result<alternative> parse_alternative(std::string_view text)
    {
        alternative out;
        for (text = take_space(text); !text.empty(); text = take_space(text)) {
            if (text.front() == ',' && !out.bounds.empty()) {
                text.remove_prefix(1);
                continue;
            }
            auto const sign_end = std::min(text.find_first_not_of("=!<>~^"), text.size());
            auto const sign = text.substr(0, sign_end);
            text = take_space(text.substr(sign_end));
            auto const end = std::min(text.find_first_of(" \t,=!<>~^"), text.size());
            auto one = semver_bound::parse(sign, text.substr(0, end));
            if (!one)
                return one.error();
            text.remove_prefix(end);
            if (auto const after = take_space(text); after.size() > 1 && after.size() < text.size()
                                                     && after.front() == '-' && (after[1] == ' ' || after[1] == '\t')) {
                text = take_space(after.substr(1));
                auto const upper_end = std::min(text.find_first_of(" \t,"), text.size());
                auto upper = semver_bound::parse("<=", text.substr(0, upper_end));
                if (!upper || !sign.empty())
                    return failure(errc::invalid_argument, "not a range of versions");
                one->set_lower_end();
                add(out, *std::move(upper));
                text.remove_prefix(upper_end);
            }
            add(out, *std::move(one));
        }
        if (out.bounds.empty())
            return failure(errc::invalid_argument, "a version constraint that is empty");
        return out;
    }

    static void add(alternative& to, semver_bound bound)
    {
        to.prereleases = to.prereleases || bound.names_prerelease();
        to.bounds.push_back(std::move(bound));
    }

    std::vector<alternative> alternatives_;
};

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_SEMVER_RANGE_HPP
