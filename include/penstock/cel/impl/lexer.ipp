#ifndef PENSTOCK_CEL_IMPL_LEXER_IPP
#define PENSTOCK_CEL_IMPL_LEXER_IPP
#include <penstock/cel/lexer.hpp>
#include <penstock/cel/utf8.hpp>
#include <penstock/text/ascii.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock::cel {
namespace detail {

using penstock::detail::is_digit;

constexpr bool is_hex(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool is_name(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class lexer
{
public:
    explicit lexer(std::string_view text) : text_(text) {}

    result<std::vector<token>> run()
    {
        if (!utf8::valid(text_))
            return failure(errc::malformed, "1:1: the expression is not UTF-8");
        for (;;) {
            skip_blanks();
            start_ = at_;
            if (at_ == text_.size()) {
                push(token_kind::end, {});
                return std::move(tokens_);
            }
            if (!next())
                return failure_at(text_, start_, errc::malformed, error_);
        }
    }
private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    void push(token_kind what, std::string text) { tokens_.push_back({what, start_, std::move(text)}); }

    bool fail(std::string what)
    {
        error_ = std::move(what);
        return false;
    }

    void skip_blanks()
    {
        while (at_ < text_.size()) {
            if (std::string_view(" \t\r\n\f").find(text_[at_]) != std::string_view::npos)
                ++at_;
            else if (text_.substr(at_).starts_with("//"))
                at_ = std::min(text_.find('\n', at_), text_.size());
            else
                break;
        }
    }

    bool next()
    {
        char const c = peek();
        if (is_digit(c) || (c == '.' && is_digit(peek(1))))
            return number();
        if (c == '"' || c == '\'')
            return quoted(false, false);
        if (is_name(c)) {
            std::size_t n = 1;  // up to two of r, b before a quote make a literal
            while (n < 2 && is_name(peek(n)))
                ++n;
            if (peek(n) == '"' || peek(n) == '\'') {
                auto const prefix = text_.substr(at_, n);
                auto const count = [prefix](char low, char up) {
                    return std::count(prefix.begin(), prefix.end(), low) + std::count(prefix.begin(), prefix.end(), up);
                };
                if (count('r', 'R') <= 1 && count('b', 'B') <= 1
                    && count('r', 'R') + count('b', 'B') == static_cast<std::ptrdiff_t>(n)) {
                    at_ += n;
                    return quoted(count('r', 'R') == 1, count('b', 'B') == 1);
                }
            }
            auto const from = at_;
            while (is_name(peek()))
                ++at_;
            push(token_kind::identifier, std::string(text_.substr(from, at_ - from)));
            return true;
        }
        static constexpr std::array<std::string_view, 25> symbols{"&&", "||", "==", "!=", "<=", ">=", "[", "]", "{",
                                                                  "}",  "(",  ")",  ".",  ",",  "?",  ":", "+", "-",
                                                                  "*",  "/",  "%",  "!",  "<",  ">",  "="};
        for (auto const s : symbols) {
            if (text_.substr(at_).starts_with(s)) {
                if (s == "=")
                    return fail("'=' is no operator; use '=='");
                at_ += s.size();
                push(token_kind::symbol, std::string(s));
                return true;
            }
        }
        return fail("a character that is not part of the language");
    }

    bool number()
    {
        auto const from = at_;
        auto what = token_kind::integer;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            at_ += 2;
            while (is_hex(peek()))
                ++at_;
            if (at_ == from + 2)
                return fail("a hexadecimal number without digits");
        } else {
            while (is_digit(peek()))
                ++at_;
            if (peek() == '.' && is_digit(peek(1))) {
                what = token_kind::floating;
                ++at_;
                while (is_digit(peek()))
                    ++at_;
            }
            std::size_t const sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
            if ((peek() == 'e' || peek() == 'E') && is_digit(peek(sign))) {
                what = token_kind::floating;
                at_ += sign;
                while (is_digit(peek()))
                    ++at_;
            }
        }
        std::string digits(text_.substr(from, at_ - from));
        if (what == token_kind::integer && (peek() == 'u' || peek() == 'U')) {
            what = token_kind::uinteger;
            ++at_;
        }
        if (is_name(peek()))
            return fail("a letter in a number");
        push(what, std::move(digits));
        return true;
    }

    bool quoted(bool raw, bool binary)
    {
        auto const one = text_.substr(at_, 1);
        bool const triple = text_.substr(at_, 3) == std::string(3, one[0]);
        auto const quote = triple ? text_.substr(at_, 3) : one;
        at_ += quote.size();
        std::string out;
        for (;;) {
            if (at_ >= text_.size() || (!triple && (peek() == '\n' || peek() == '\r')))
                return fail("a string without its end");
            if (text_.substr(at_).starts_with(quote)) {
                at_ += quote.size();
                push(binary ? token_kind::bytes : token_kind::string, std::move(out));
                return true;
            }
            if (peek() == '\\' && !raw) {
                if (!escape(out, binary))
                    return false;
            } else {
                if (peek() == '\\' && at_ + 1 < text_.size())
                    out.push_back(text_[at_++]);  // raw: the quote behind a backslash does not end it
                out.push_back(text_[at_++]);
            }
        }
    }

    bool escape(std::string& out, bool binary)
    {
        static constexpr std::string_view from = "abfnrtv\\?\"'`";
        static constexpr std::string_view to = "\a\b\f\n\r\t\v\\?\"'`";
        char const c = peek(1);
        auto const simple = from.find(c);
        if (c != '\0' && simple != std::string_view::npos) {
            out.push_back(to[simple]);
            at_ += 2;
            return true;
        }
        std::size_t digits = 0;
        int base = 16;
        std::size_t skip = 2;
        switch (c) {
        case 'x':
        case 'X': digits = 2; break;
        case 'u': digits = 4; break;
        case 'U': digits = 8; break;
        case '0':
        case '1':
        case '2':
        case '3':
            digits = 3;
            base = 8;
            skip = 1;
            break;
        default: break;
        }
        std::uint32_t code = 0;
        auto const number = text_.substr(std::min(at_ + skip, text_.size()), digits);
        auto const [end, ec] = std::from_chars(number.data(), number.data() + number.size(), code, base);
        if (digits == 0 || number.size() < digits || ec != std::errc() || end != number.data() + number.size())
            return fail("an unknown escape in a string");
        if (binary && digits <= 3)
            out.push_back(static_cast<char>(code));
        else if (binary || !utf8::is_scalar(code))
            return fail("an escape that is no code point");
        else
            utf8::append(out, code);
        at_ += skip + digits;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t start_ = 0;
    std::vector<token> tokens_;
    std::string error_;
};

}  // namespace detail

PENSTOCK_DECL result<std::vector<token>> tokenize(std::string_view text)
{
    return detail::lexer(text).run();
}

PENSTOCK_DECL failure failure_at(std::string_view text, std::size_t position, errc code, std::string_view what)
{
    auto const before = text.substr(0, position);
    auto const line = std::count(before.begin(), before.end(), '\n') + 1;
    auto const begin = before.rfind('\n') + 1;  // npos + 1 is 0
    auto const column = utf8::count(before.substr(begin)) + 1;
    std::string detail = std::to_string(line) + ':' + std::to_string(column) + ": ";
    detail += what;
    return {code, std::move(detail)};
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_LEXER_IPP
