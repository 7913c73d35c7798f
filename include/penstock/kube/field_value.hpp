#ifndef PENSTOCK_KUBE_FIELD_VALUE_HPP
#define PENSTOCK_KUBE_FIELD_VALUE_HPP
#include <penstock/json/reader.hpp>
#include <penstock/text/text_list.hpp>
#include <penstock/text/text_map.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace penstock::kube {

/// Whether something stands there, whatever it is. `null` is nothing.
struct presence
{
    bool there = false;
    explicit operator bool() const noexcept { return there; }
    bool operator==(presence const&) const = default;
};

/** Tells whether what stands there has changed, in eight bytes: for annotations, a `spec`, `data`. Of two texts that
    mean the same and are written in another way it tells a change; servers write the same in the same way. */
struct digest
{
    std::uint64_t of_text = 0;  ///< 0: nothing stood there.
    bool operator==(digest const&) const = default;
};

/** How a member of a struct is read out of an object. Specialize it for types of your own.

    `read` is asked for what is not `null`; it gives false for what does not fit, or when the reader has met a fault.
    `clear` makes the member what it is when nothing stands there, and keeps its memory. */
template <class M>
struct field_value;

template <>
struct field_value<std::string>
{
    static constexpr std::string_view wanted = "a string";
    static bool read(json::reader& in, std::string& to)
    {
        std::string_view text;
        if (in.peek() != json::reader::value::string || !in.string(text))
            return false;
        to.assign(text);
        return true;
    }
    static void clear(std::string& to) noexcept { to.clear(); }
};

template <>
struct field_value<compact_text>
{
    static constexpr std::string_view wanted = "a string";
    static bool read(json::reader& in, compact_text& to)
    {
        std::string_view text;
        if (in.peek() != json::reader::value::string || !in.string(text))
            return false;
        to.assign(text);
        return true;
    }
    static void clear(compact_text& to) noexcept { to.clear(); }
};

template <>
struct field_value<bool>
{
    static constexpr std::string_view wanted = "true or false";
    static bool read(json::reader& in, bool& to) { return in.peek() == json::reader::value::boolean && in.boolean(to); }
    static void clear(bool& to) noexcept { to = false; }
};

template <std::integral M>
struct field_value<M>
{
    static constexpr std::string_view wanted = "a whole number in range";
    static bool read(json::reader& in, M& to)
    {
        std::string_view digits;
        if (in.peek() != json::reader::value::number || !in.number(digits))
            return false;
        auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), to);
        return ec == std::errc() && end == digits.data() + digits.size();
    }
    static void clear(M& to) noexcept { to = 0; }
};

template <>
struct field_value<double>
{
    static constexpr std::string_view wanted = "a number";
    static bool read(json::reader& in, double& to)
    {
        std::string_view digits;
        if (in.peek() != json::reader::value::number || !in.number(digits))
            return false;
        auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), to);
        return ec == std::errc() && end == digits.data() + digits.size();
    }
    static void clear(double& to) noexcept { to = 0; }
};

/// Nothing where nothing stands, or `null`.
template <class M>
struct field_value<std::optional<M>>
{
    static constexpr std::string_view wanted = field_value<M>::wanted;
    static bool read(json::reader& in, std::optional<M>& to) { return field_value<M>::read(in, to.emplace()); }
    static void clear(std::optional<M>& to) noexcept { to.reset(); }
};

template <>
struct field_value<text_map>
{
    static constexpr std::string_view wanted = "an object of strings";
    static bool read(json::reader& in, text_map& to)
    {
        if (in.peek() != json::reader::value::object)
            return false;
        std::string_view text;
        for (in.open_object(); in.next_key(text);) {
            to.add_name(text);
            bool const null = in.peek() == json::reader::value::null;
            if (!null && in.peek() != json::reader::value::string)
                return false;
            if (null ? !in.null() : !in.string(text))
                return false;
            to.add_text(null ? std::string_view() : text);
        }
        to.settle();
        return in.good();
    }
    static void clear(text_map& to) noexcept { to.clear(); }
};

template <>
struct field_value<text_list>
{
    static constexpr std::string_view wanted = "an array of strings";
    static bool read(json::reader& in, text_list& to)
    {
        if (in.peek() != json::reader::value::array)
            return false;
        std::string_view text;
        for (in.open_array(); in.next_element();) {
            if (in.peek() != json::reader::value::string || !in.string(text))
                return false;
            to.push_back(text);
        }
        return in.good();
    }
    static void clear(text_list& to) noexcept { to.clear(); }
};

template <>
struct field_value<presence>
{
    static constexpr std::string_view wanted = "a value";
    static bool read(json::reader& in, presence& to) { return to.there = in.skip(); }
    static void clear(presence& to) noexcept { to.there = false; }
};

template <>
struct field_value<digest>
{
    static constexpr std::string_view wanted = "a value";
    static bool read(json::reader& in, digest& to)
    {
        std::string_view text;
        if (!in.raw(text))
            return false;
        to.of_text = std::hash<std::string_view>()(text) | 1U;
        return true;
    }
    static void clear(digest& to) noexcept { to.of_text = 0; }
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_FIELD_VALUE_HPP
