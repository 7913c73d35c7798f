#ifndef PENSTOCK_CEL_PATTERN_HPP
#define PENSTOCK_CEL_PATTERN_HPP
#include <penstock/cel/budget.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::cel {

/** A regular expression in the syntax of RE2, for `matches`.

    Written here, and not std::regex, because that one backtracks: a pattern of twenty bytes can keep it busy for
    hours and its recursion can overflow the stack. This one runs all alternatives side by side, so that a search
    takes at most (length of the text × length of the program) steps, which are taken from the budget.

    Spoken: literals, `.`, classes with ranges, negation and `[:alpha:]`, `\d \w \s \D \W \S \b \B \A \z`, `^ $`,
    groups (capturing or not), `(?i) (?s) (?m)`, alternatives, `* + ? {n} {n,} {n,m}` greedy or lazy. Not spoken, and
    refused with a reason: `\p{…}`, `\C`, `\Q…\E`, and what RE2 has not either (look-around, back-references).
    @see https://github.com/google/re2/wiki/Syntax */
class pattern
{
public:
    enum class outcome : std::uint8_t
    {
        different,
        found,
    };

    /** @return `errc::malformed` with the offset in the pattern, `errc::unsupported`, or `errc::too_large` for a
        pattern above 1 KiB, a count above 1000 or a program above 10 000 instructions. */
    PENSTOCK_DECL static result<pattern> compile(std::string_view text);

    /// Looks for the pattern anywhere in valid UTF-8. `errc::too_large` when the budget is spent.
    PENSTOCK_DECL result<outcome> search(std::string_view text, budget& cost) const;

    using range = std::pair<char32_t, char32_t>;

    enum class action : std::uint8_t
    {
        one_of,  ///< Takes a code point that lies in one of the ranges.
        split,   ///< Goes on at `next` and at `other`.
        jump,
        text_begin,
        text_end,
        line_begin,
        line_end,
        word_edge,
        word_inside,
        found,
    };

    struct instruction
    {
        action what = action::found;
        std::uint32_t next = 0;
        std::uint32_t other = 0;
        std::vector<range> ranges;  ///< Sorted, not overlapping.
    };
private:
    std::vector<instruction> program_;
};

namespace detail {

/// The program of a regular expression.
PENSTOCK_DECL result<std::vector<pattern::instruction>> parse_pattern(std::string_view text);

}  // namespace detail

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/pattern.ipp>
#endif

#endif  // PENSTOCK_CEL_PATTERN_HPP
