#ifndef PENSTOCK_TEXT_OBJECT_ID_HPP
#define PENSTOCK_TEXT_OBJECT_ID_HPP
#include <algorithm>
#include <string_view>

namespace penstock {

/// Whether the text is an object id of Git, as Git and the forges write it: 40 (SHA-1) or 64 (SHA-256) hexadecimal
/// digits in lower case.
constexpr bool is_object_id(std::string_view text) noexcept
{
    return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace penstock

#endif  // PENSTOCK_TEXT_OBJECT_ID_HPP
