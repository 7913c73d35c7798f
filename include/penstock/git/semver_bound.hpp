#ifndef PENSTOCK_GIT_SEMVER_BOUND_HPP
#define PENSTOCK_GIT_SEMVER_BOUND_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/semver.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::git {

/** One condition of a `semver_range`: an operator and a version that may leave its last numbers open.

    Prereleases are compared here as ordinary versions; whether they count at all is the range's to say. */
class semver_bound
{
public:
    /// @return `errc::invalid_argument` when `sign` is no operator or `version` no version.
    static result<semver_bound> parse(std::string_view sign, std::string_view version)
    {
        semver_bound out;
        if (!out.set_sign(sign) || !out.set_version(version))
            return failure(errc::invalid_argument, "not a version constraint: '" + std::string(sign)
                                                       + std::string(version.substr(0, 100)) + "'");
        return out;
    }

    /// Turns `a` of `a - b` into `>= a`.
    void set_lower_end() noexcept { op_ = op::not_less; }

    bool names_prerelease() const noexcept { return !base_.prerelease.empty(); }

    bool admits(semver const& v) const noexcept
    {
        if (open_ == open::major)  // "*"
            return op_ != op::not_equal && op_ != op::greater && op_ != op::less;
        bool const partial = open_ != open::none;
        switch (op_) {
        case op::equal: return partial ? tilde(v) : v == base_;
        case op::not_equal: return partial ? !same_stated(v) : v != base_;
        case op::greater: return partial ? v > base_ && !same_stated(v) : v > base_;
        case op::not_less: return v >= base_;
        case op::less: return v < base_;
        case op::not_greater: return v <= base_ || (partial && same_stated(v));
        case op::tilde: return tilde(v);
        case op::caret: return caret(v);
        }
        return false;
    }
private:
    enum class op : std::uint8_t
    {
        equal,
        not_equal,
        greater,
        not_less,
        less,
        not_greater,
        tilde,
        caret
    };
    enum class open : std::uint8_t
    {
        none,
        patch,
        minor,
        major
    };  // from which number on everything matches

    bool same_stated(semver const& v) const noexcept
    {
        return v.major == base_.major && (open_ == open::minor || v.minor == base_.minor)
               && (open_ != open::none || v.patch == base_.patch);
    }

    bool tilde(semver const& v) const noexcept
    {
        if (v < base_)
            return false;
        if (open_ == open::none && base_.major == 0 && base_.minor == 0 && base_.patch == 0)
            return true;  // the peer takes ~0.0.0 for "any"
        return v.major == base_.major && (open_ == open::minor || v.minor == base_.minor);
    }

    bool caret(semver const& v) const noexcept  // the first number that is not zero stays
    {
        if (v < base_ || v.major != base_.major)
            return false;
        if (base_.major > 0 || open_ == open::minor)
            return true;
        if (v.minor != base_.minor)
            return false;
        return base_.minor > 0 || open_ == open::patch || v.patch == base_.patch;
    }

    bool set_sign(std::string_view sign) noexcept
    {
        struct spelling
        {
            std::string_view text;
            op meaning;
        };
        constexpr spelling known[] = {{"", op::equal},         {"=", op::equal},   {"==", op::equal},
                                      {"!=", op::not_equal},   {">", op::greater}, {">=", op::not_less},
                                      {"=>", op::not_less},    {"<", op::less},    {"<=", op::not_greater},
                                      {"=<", op::not_greater}, {"~", op::tilde},   {"~>", op::tilde},
                                      {"^", op::caret}};
        for (auto const& k : known)
            if (k.text == sign) {
                op_ = k.meaning;
                return true;
            }
        return false;
    }

    bool set_version(std::string_view text)
    {
        if (text.starts_with('v'))
            text.remove_prefix(1);
        if (text.ends_with('.'))
            return false;
        auto const suffix = text.find_first_of("-+");
        auto numbers = text.substr(0, suffix);
        std::uint64_t* const parts[] = {&base_.major, &base_.minor, &base_.patch};
        constexpr open from[] = {open::major, open::minor, open::patch};
        for (int i = 0; i < 3; ++i) {
            bool const absent = numbers.empty();
            auto const one = detail::take_identifier(numbers);
            if ((absent && i > 0) || one == "x" || one == "X" || one == "*") {
                if (open_ == open::none)
                    open_ = from[i];
                continue;
            }
            auto const n = semver::parse_number(one);
            if (!n || open_ != open::none)
                return false;
            *parts[i] = *n;
        }
        if (!numbers.empty())
            return false;
        if (suffix == std::string_view::npos)
            return true;
        text = text.substr(suffix);
        auto const plus = text.find('+');
        if (text.front() == '-') {
            base_.prerelease = text.substr(1, plus == std::string_view::npos ? plus : plus - 1);
            if (!semver::valid_identifiers(base_.prerelease, true))
                return false;
        }
        return plus == std::string_view::npos || semver::valid_identifiers(text.substr(plus + 1), false);
    }

    semver base_;
    op op_ = op::equal;
    open open_ = open::none;
};

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_SEMVER_BOUND_HPP
