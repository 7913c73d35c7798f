#ifndef PENSTOCK_JSON_QUOTED_HPP
#define PENSTOCK_JSON_QUOTED_HPP
#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::json {

/** Appends a text as a JSON string, quotes included, without building a document: for the few small ones that are
    written on the way of every delivery. What is not ASCII stays as it is. */
inline void append_quoted(std::string& to, std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    to.push_back('"');
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        to.append(text.substr(done, i - done));
        done = i + 1;
        to.push_back('\\');
        if (c >= 0x20) {
            to.push_back(text[i]);
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
