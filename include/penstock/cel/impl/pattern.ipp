#ifndef PENSTOCK_CEL_IMPL_PATTERN_IPP
#define PENSTOCK_CEL_IMPL_PATTERN_IPP
#include <penstock/cel/pattern.hpp>
#include <penstock/cel/pattern_parser.hpp>
#include <penstock/cel/utf8.hpp>

#include <algorithm>

namespace penstock::cel {
namespace detail {

constexpr bool is_word(char32_t c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/// Runs every alternative at once: the set of places in the program where it may be.
class pattern_run
{
public:
    using action = pattern::action;
    static constexpr char32_t none = 0xFFFFFFFF;  // before the first and after the last code point

    explicit pattern_run(std::vector<pattern::instruction> const& program) : program_(program), mark_(program.size(), 0)
    {}

    /// Follows everything that takes no text. Returns whether the end of the program was reached.
    bool enter(std::uint32_t start, char32_t before, char32_t after)
    {
        todo_.assign(1, start);
        while (!todo_.empty()) {
            auto const at = todo_.back();
            todo_.pop_back();
            if (mark_[at] == round_)
                continue;
            mark_[at] = round_;
            ++steps_;
            auto const& i = program_[at];
            switch (i.what) {
            case action::found: return true;
            case action::one_of: next_.push_back(at); break;
            case action::split:
                todo_.push_back(i.other);
                todo_.push_back(i.next);
                break;
            default:
                if (holds(i.what, before, after))
                    todo_.push_back(i.next);
            }
        }
        return false;
    }

    /// Takes one code point; `before` and `after` are those around the place behind it.
    bool step(char32_t c, char32_t after)
    {
        now_.swap(next_);
        next_.clear();
        ++round_;
        for (auto const at : now_) {
            ++steps_;
            auto const& ranges = program_[at].ranges;
            auto const above = std::upper_bound(ranges.begin(), ranges.end(), c,
                                                [](char32_t x, pattern::range const& r) { return x < r.first; });
            if (above != ranges.begin() && c <= std::prev(above)->second && enter(program_[at].next, c, after))
                return true;
        }
        return false;
    }

    std::uint64_t take_steps() { return std::exchange(steps_, 0); }
private:
    static bool holds(action what, char32_t before, char32_t after)
    {
        bool const edge = is_word(before) != is_word(after);
        switch (what) {
        case action::jump: return true;
        case action::text_begin: return before == none;
        case action::text_end: return after == none;
        case action::line_begin: return before == none || before == '\n';
        case action::line_end: return after == none || after == '\n';
        case action::word_edge: return edge;
        case action::word_inside: return !edge;
        default: return false;
        }
    }

    std::vector<pattern::instruction> const& program_;
    std::vector<std::uint32_t> mark_;
    std::uint32_t round_ = 1;
    std::vector<std::uint32_t> now_;
    std::vector<std::uint32_t> next_;
    std::vector<std::uint32_t> todo_;
    std::uint64_t steps_ = 0;
};

}  // namespace detail

PENSTOCK_DECL result<pattern> pattern::compile(std::string_view text)
{
    auto parsed = detail::parse_pattern(text);
    if (!parsed)
        return parsed.error();
    pattern out;
    out.program_ = *std::move(parsed);
    return out;
}

PENSTOCK_DECL result<pattern::outcome> pattern::search(std::string_view text, budget& cost) const
{
    detail::pattern_run run(program_);
    if (cost.take_bytes(program_.size()) == budget::answer::spent)
        return failure(errc::too_large, "the evaluation costs too much");
    char32_t before = detail::pattern_run::none;
    for (;;) {
        auto rest = text;
        char32_t const c = rest.empty() ? detail::pattern_run::none : utf8::take(rest);
        if (run.enter(0, before, c))
            return outcome::found;
        if (text.empty())
            return outcome::different;
        auto ahead = rest;
        char32_t const after = ahead.empty() ? detail::pattern_run::none : utf8::take(ahead);
        if (run.step(c, after))
            return outcome::found;
        if (cost.take(1 + run.take_steps() / 4) == budget::answer::spent)
            return failure(errc::too_large, "the evaluation costs too much");
        before = c;
        text = rest;
    }
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_PATTERN_IPP
