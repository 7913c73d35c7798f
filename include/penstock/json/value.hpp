#ifndef PENSTOCK_JSON_VALUE_HPP
#define PENSTOCK_JSON_VALUE_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace penstock::json {

/// What a document from outside may cost.
struct limits
{
    std::size_t max_size = 4 * 1024 * 1024;  ///< Bytes of text.
    std::size_t max_depth = 64;              ///< Arrays and objects inside one another.
};

/** Reads one whole document.

    A DOM costs ten times its text: use a `projection` where bytes come from outside and few fields matter.
    @return `errc::too_large` beyond a limit, `errc::truncated` if the text ends early, else `errc::malformed`. The
    detail names the place, never the content. */
PENSTOCK_DECL result<boost::json::value> parse(std::string_view bytes, limits const& l = {});

/** The same for a document that holds a secret: all memory of it, and of reading it, is overwritten before it is given
    back. `bytes` is the caller's to wipe. */
PENSTOCK_DECL result<boost::json::value> parse_secret(std::string_view bytes, limits const& l = {});

/// The keys that lead from a document to one of its values.
using keys = std::initializer_list<std::string_view>;

/// The value at the end of the keys, or null where one of them is not there or stands on something else.
inline boost::json::value const* find(boost::json::value const& document, keys path) noexcept
{
    auto const* at = &document;
    for (auto const key : path) {
        auto const* const object = at->if_object();
        at = object == nullptr ? nullptr : object->if_contains(key);
        if (at == nullptr)
            return nullptr;
    }
    return at;
}

/// The string there, or nothing. The view lives as long as the document.
inline std::string_view text_at(boost::json::value const& document, keys path) noexcept
{
    auto const* const found = find(document, path);
    auto const* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

/// The whole number there, if it fits.
inline std::optional<std::int64_t> integer_at(boost::json::value const& document, keys path) noexcept
{
    auto const* const found = find(document, path);
    if (found == nullptr)
        return std::nullopt;
    error_code ec;
    auto const number = found->to_number<std::int64_t>(ec);
    return ec ? std::nullopt : std::optional<std::int64_t>(number);
}

/// Whether `true` is there; anything else is no.
inline bool true_at(boost::json::value const& document, keys path) noexcept
{
    auto const* const found = find(document, path);
    auto const* const flag = found == nullptr ? nullptr : found->if_bool();
    return flag != nullptr && *flag;
}

/// The array there, or null.
inline boost::json::array const* array_at(boost::json::value const& document, keys path) noexcept
{
    auto const* const found = find(document, path);
    return found == nullptr ? nullptr : found->if_array();
}

/// The object there, or null.
inline boost::json::object const* object_at(boost::json::value const& document, keys path) noexcept
{
    auto const* const found = find(document, path);
    return found == nullptr ? nullptr : found->if_object();
}

}  // namespace penstock::json

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/json/impl/value.ipp>
#endif

#endif  // PENSTOCK_JSON_VALUE_HPP
