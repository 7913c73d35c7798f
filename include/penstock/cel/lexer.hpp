#ifndef PENSTOCK_CEL_LEXER_HPP
#define PENSTOCK_CEL_LEXER_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::cel {

/// The pieces of an expression.
enum class token_kind : std::uint8_t
{
    end,
    identifier,  ///< `text` is its name; keywords and reserved words too.
    integer,     ///< `text` is the digits, with `0x` if hexadecimal.
    uinteger,    ///< The same, without the `u`.
    floating,
    string,  ///< `text` is decoded.
    bytes,   ///< The same.
    symbol,  ///< `text` is the operator or bracket.
};

struct token
{
    token_kind what = token_kind::end;
    std::size_t position = 0;  ///< Offset in bytes.
    std::string text;
};

/** Cuts an expression into tokens; the last one is `end`.
    @return `errc::malformed` at `line:column` for what is no token: an open string, an unknown escape, a stray
    character, text that is not UTF-8. */
PENSTOCK_DECL result<std::vector<token>> tokenize(std::string_view text);

/// A failure whose detail begins with `line:column`, both from 1, columns in characters.
PENSTOCK_DECL failure failure_at(std::string_view text, std::size_t position, errc code, std::string_view what);

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/lexer.ipp>
#endif

#endif  // PENSTOCK_CEL_LEXER_HPP
