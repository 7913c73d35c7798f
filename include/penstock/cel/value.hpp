#ifndef PENSTOCK_CEL_VALUE_HPP
#define PENSTOCK_CEL_VALUE_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/value.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace penstock::cel {

/// The types of the language. `dyn` is known only to the checker: a type that shows when it is evaluated.
enum class kind : std::uint8_t
{
    dyn,
    null,
    boolean,
    integer,
    uinteger,
    floating,
    string,
    bytes,
    list,
    map,
    type,
    optional,
};

/// The name of a type as an expression writes it.
PENSTOCK_DECL std::string_view to_string(kind k) noexcept;

/** A value while an expression is evaluated. Copies are cheap: text, lists and maps are shared, and what came
    from JSON is borrowed, so that a large request body is never copied.

    @par Lifetime
    A value made by `borrow` lives no longer than the JSON it was made from.
    @par Thread safety
    Distinct objects: safe. */
class value
{
public:
    using list_type = std::vector<value>;
    using map_type = std::vector<std::pair<value, value>>;

    value() = default;  ///< null

    static value boolean(bool b) { return value(storage(b)); }
    static value integer(std::int64_t i) { return value(storage(i)); }
    static value uinteger(std::uint64_t u) { return value(storage(u)); }
    static value floating(double d) { return value(storage(d)); }
    static value type(kind k) { return value(storage(k)); }
    PENSTOCK_DECL static value string(std::string s);
    PENSTOCK_DECL static value bytes(std::string s);
    PENSTOCK_DECL static value list(list_type items);
    PENSTOCK_DECL static value map(map_type entries);
    PENSTOCK_DECL static value some(value v);  ///< An optional that holds something.
    PENSTOCK_DECL static value none();         ///< An optional that holds nothing.

    /// A view of JSON. Every number becomes a double, as in Flux, where `google.protobuf.Struct` has no integers.
    PENSTOCK_DECL static value borrow(boost::json::value const& v);

    PENSTOCK_DECL kind what() const noexcept;
    bool is(kind k) const noexcept { return what() == k; }

    // Each of these needs the matching kind.
    bool as_bool() const { return std::get<bool>(data_); }
    std::int64_t as_integer() const { return std::get<std::int64_t>(data_); }
    std::uint64_t as_uinteger() const { return std::get<std::uint64_t>(data_); }
    double as_double() const { return std::get<double>(data_); }
    kind as_type() const { return std::get<kind>(data_); }
    PENSTOCK_DECL std::string_view text() const;                ///< Of a string or bytes.
    PENSTOCK_DECL std::size_t size() const;                     ///< Elements of a list, entries of a map.
    PENSTOCK_DECL value item(std::size_t index) const;          ///< Of a list.
    PENSTOCK_DECL std::pair<value, value> entry(std::size_t index) const;  ///< Of a map.
    PENSTOCK_DECL std::optional<value> find(value const& key) const;       ///< In a map.
    PENSTOCK_DECL std::optional<value> held() const;                       ///< By an optional.
private:
    struct shared_text
    {
        std::shared_ptr<std::string const> owner;  // null when borrowed
        std::string_view view;
        bool binary = false;
    };
    struct maybe
    {
        std::shared_ptr<value const> held;
    };
    using storage = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, kind, shared_text,
                                 std::shared_ptr<list_type const>, std::shared_ptr<map_type const>, maybe,
                                 boost::json::array const*, boost::json::object const*>;

    explicit value(storage data) : data_(std::move(data)) {}

    storage data_;
};

inline bool is_number(value const& v) noexcept
{
    return v.is(kind::integer) || v.is(kind::uinteger) || v.is(kind::floating);
}

/// Equality of the language: numbers across their types, lists and maps by content, else false.
PENSTOCK_DECL bool equal(value const& a, value const& b);

/// Order of two numbers of any type, two strings, bytes or bools; `unordered` for NaN; nothing for all else.
PENSTOCK_DECL std::optional<std::partial_ordering> compare(value const& a, value const& b);

/// The exact order of two numbers of any type; no rounding between int and double.
PENSTOCK_DECL std::partial_ordering compare_numbers(value const& a, value const& b);

/// Text of a bool, number, string or null; the name of a type; else the name of the value's type.
PENSTOCK_DECL std::string print(value const& v);

/** The value as JSON: bytes in base64, keys of maps as text, types as their name, an empty optional as null.
    Copies; nothing is borrowed any longer. */
PENSTOCK_DECL boost::json::value to_json(value const& v);

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/value.ipp>
#endif

#endif  // PENSTOCK_CEL_VALUE_HPP
