#ifndef PENSTOCK_TEXT_ASCII_HPP
#define PENSTOCK_TEXT_ASCII_HPP

/// Classes of ASCII characters, whatever the locale.
namespace penstock::detail {

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

}  // namespace penstock::detail

#endif  // PENSTOCK_TEXT_ASCII_HPP
