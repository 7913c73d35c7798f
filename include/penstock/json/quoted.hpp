#ifndef PENSTOCK_JSON_QUOTED_HPP
#define PENSTOCK_JSON_QUOTED_HPP
#include <penstock/text/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::json {

/** Appends a text as a JSON string, quotes included, without building a document: for the few small ones that are
    written on the way of every delivery. What is not ASCII stays as it is; a byte that is no UTF-8 becomes U+FFFD,
    for no parser would read it again. */
inline void append_quoted(std::string& to, std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    to.push_back('"');
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size();) {
        auto const c = static_cast<unsigned char>(text[i]);
        auto const length = c < 0x80 ? 1 : utf8_length(text.substr(i));
        if (c >= 0x20 && c != '"' && c != '\\' && length != 0) {
            i += length;
            continue;
        }
        to.append(text.substr(done, i - done));
        done = ++i;
        if (length == 0) {
            to.append("\xef\xbf\xbd");
            continue;
        }
        to.push_back('\\');
        if (c >= 0x20) {
            to.push_back(static_cast<char>(c));
            continue;
        }
        to.append("u00").push_back(digits[c >> 4U]);
        to.push_back(digits[c & 0xFU]);
    }
    to.append(text.substr(done));
    to.push_back('"');
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_QUOTED_HPP
