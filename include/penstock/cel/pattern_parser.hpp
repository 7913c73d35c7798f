#ifndef PENSTOCK_CEL_PATTERN_PARSER_HPP
#define PENSTOCK_CEL_PATTERN_PARSER_HPP
#include <penstock/cel/pattern.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::cel::detail {

/// Turns the text of a regular expression into a program for `pattern`. Used once, then thrown away.
class pattern_parser
{
public:
    explicit pattern_parser(std::string_view text) : text_(text) {}

    PENSTOCK_DECL result<std::vector<pattern::instruction>> parse();
private:
    using action = pattern::action;
    using ranges = std::vector<pattern::range>;
    using program = std::vector<pattern::instruction>;  // relative addresses; falls out at its end

    struct flags
    {
        bool fold = false;
        bool dot_all = false;
        bool lines = false;
    };

    bool more() const { return at_ < text_.size(); }
    bool looking_at(std::string_view s) const { return text_.substr(at_).starts_with(s); }
    bool skip(std::string_view s);
    bool fail(errc code, std::string what);

    // Each appends to `out` and says whether it went well.
    bool alternatives(program& out, int depth);
    bool sequence(program& out, int depth);
    bool atom(program& out, int depth);
    bool group(program& out, int depth);
    bool group_flags();
    bool escape(program& out);
    bool repeat(program& out, program one);
    bool bracket(ranges& out);
    bool bracket_item(ranges& out);
    bool class_escape(char c, ranges& out) const;
    bool code_point(char32_t& out);
    bool escaped_code_point(char32_t& out);
    std::optional<std::size_t> counted(std::size_t& least, std::size_t& most) const;

    void one_of(program& out, ranges r) const;
    static void normalise(ranges& r);
    static ranges complement(ranges r);
    static void append(program& out, program const& part);
    bool fits(program const& p) { return p.size() <= 10'000 || fail(errc::too_large, "the pattern is too large"); }

    std::string_view text_;
    std::size_t at_ = 0;
    flags flags_;
    failure error_;
};

}  // namespace penstock::cel::detail

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/pattern_parser.ipp>
#endif

#endif  // PENSTOCK_CEL_PATTERN_PARSER_HPP
