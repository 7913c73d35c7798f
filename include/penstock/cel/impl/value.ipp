#ifndef PENSTOCK_CEL_IMPL_VALUE_IPP
#define PENSTOCK_CEL_IMPL_VALUE_IPP
#include <penstock/cel/number.hpp>
#include <penstock/cel/value.hpp>
#include <penstock/crypto/base64.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cmath>

namespace penstock::cel {

PENSTOCK_DECL std::string_view to_string(kind k) noexcept
{
    switch (k) {
    case kind::dyn: return "dyn";
    case kind::null: return "null_type";
    case kind::boolean: return "bool";
    case kind::integer: return "int";
    case kind::uinteger: return "uint";
    case kind::floating: return "double";
    case kind::string: return "string";
    case kind::bytes: return "bytes";
    case kind::list: return "list";
    case kind::map: return "map";
    case kind::type: return "type";
    case kind::optional: return "optional_type";
    }
    return "unknown";
}

PENSTOCK_DECL value value::string(std::string s)
{
    auto owner = std::make_shared<std::string const>(std::move(s));
    std::string_view const view(*owner);
    return value(storage(shared_text{std::move(owner), view, false}));
}

PENSTOCK_DECL value value::bytes(std::string s)
{
    auto owner = std::make_shared<std::string const>(std::move(s));
    std::string_view const view(*owner);
    return value(storage(shared_text{std::move(owner), view, true}));
}

PENSTOCK_DECL value value::list(list_type items)
{
    return value(storage(std::make_shared<list_type const>(std::move(items))));
}

PENSTOCK_DECL value value::map(map_type entries)
{
    return value(storage(std::make_shared<map_type const>(std::move(entries))));
}

PENSTOCK_DECL value value::some(value v)
{
    return value(storage(maybe{std::make_shared<value const>(std::move(v))}));
}

PENSTOCK_DECL value value::none()
{
    return value(storage(maybe{}));
}

PENSTOCK_DECL value value::borrow(boost::json::value const& v)
{
    switch (v.kind()) {
    case boost::json::kind::null: return {};
    case boost::json::kind::bool_: return boolean(v.get_bool());
    case boost::json::kind::int64: return floating(static_cast<double>(v.get_int64()));
    case boost::json::kind::uint64: return floating(static_cast<double>(v.get_uint64()));
    case boost::json::kind::double_: return floating(v.get_double());
    case boost::json::kind::string:
        return value(storage(shared_text{nullptr, std::string_view(v.get_string().data(), v.get_string().size())}));
    case boost::json::kind::array: return value(storage(&v.get_array()));
    case boost::json::kind::object: return value(storage(&v.get_object()));
    }
    return {};
}

PENSTOCK_DECL kind value::what() const noexcept
{
    switch (data_.index()) {
    case 0: return kind::null;
    case 1: return kind::boolean;
    case 2: return kind::integer;
    case 3: return kind::uinteger;
    case 4: return kind::floating;
    case 5: return kind::type;
    case 6: return std::get_if<shared_text>(&data_)->binary ? kind::bytes : kind::string;
    case 7:
    case 10: return kind::list;
    case 8:
    case 11: return kind::map;
    case 9: return kind::optional;
    default: return kind::null;
    }
}

PENSTOCK_DECL std::string_view value::text() const
{
    return std::get<shared_text>(data_).view;
}

PENSTOCK_DECL std::size_t value::size() const
{
    switch (data_.index()) {
    case 7: return std::get<7>(data_)->size();
    case 8: return std::get<8>(data_)->size();
    case 10: return std::get<10>(data_)->size();
    case 11: return std::get<11>(data_)->size();
    default: return 0;
    }
}

PENSTOCK_DECL value value::item(std::size_t index) const
{
    if (auto const* own = std::get_if<7>(&data_))
        return (**own)[index];
    return borrow((*std::get<10>(data_))[index]);
}

PENSTOCK_DECL std::pair<value, value> value::entry(std::size_t index) const
{
    if (auto const* own = std::get_if<8>(&data_))
        return (**own)[index];
    auto const& pair = *(std::get<11>(data_)->begin() + static_cast<std::ptrdiff_t>(index));
    value key(storage(shared_text{nullptr, std::string_view(pair.key().data(), pair.key().size())}));
    return {std::move(key), borrow(pair.value())};
}

PENSTOCK_DECL std::optional<value> value::find(value const& key) const
{
    if (auto const* own = std::get_if<8>(&data_)) {
        for (auto const& [k, v] : **own)
            if (equal(k, key))
                return v;
        return std::nullopt;
    }
    if (!key.is(kind::string))
        return std::nullopt;
    auto const* object = std::get<11>(data_);
    auto const at = object->find(key.text());
    return at == object->end() ? std::nullopt : std::optional<value>(borrow(at->value()));
}

PENSTOCK_DECL std::optional<value> value::held() const
{
    auto const& m = std::get<maybe>(data_);
    return m.held ? std::optional<value>(*m.held) : std::nullopt;
}

namespace detail {

inline bool equal_lists(value const& a, value const& b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!equal(a.item(i), b.item(i)))
            return false;
    return true;
}

inline bool equal_maps(value const& a, value const& b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto const [key, mine] = a.entry(i);
        auto const theirs = b.find(key);
        if (!theirs || !equal(mine, *theirs))
            return false;
    }
    return true;
}

}  // namespace detail

PENSTOCK_DECL bool equal(value const& a, value const& b)
{
    if (is_number(a) && is_number(b))
        return compare_numbers(a, b) == std::partial_ordering::equivalent;
    if (a.what() != b.what())
        return false;
    switch (a.what()) {
    case kind::null: return true;
    case kind::boolean: return a.as_bool() == b.as_bool();
    case kind::string:
    case kind::bytes: return a.text() == b.text();
    case kind::list: return detail::equal_lists(a, b);
    case kind::map: return detail::equal_maps(a, b);
    case kind::type: return a.as_type() == b.as_type();
    case kind::optional: {
        auto const x = a.held();
        auto const y = b.held();
        return x.has_value() == y.has_value() && (!x || equal(*x, *y));
    }
    default: return false;
    }
}

PENSTOCK_DECL std::optional<std::partial_ordering> compare(value const& a, value const& b)
{
    if (is_number(a) && is_number(b))
        return compare_numbers(a, b);
    if (a.what() != b.what())
        return std::nullopt;
    switch (a.what()) {
    case kind::boolean: return a.as_bool() <=> b.as_bool();
    case kind::string:
    case kind::bytes: return a.text() <=> b.text();
    default: return std::nullopt;
    }
}

PENSTOCK_DECL boost::json::value to_json(value const& v)
{
    switch (v.what()) {
    case kind::boolean: return v.as_bool();
    case kind::integer: return v.as_integer();
    case kind::uinteger: return v.as_uinteger();
    case kind::floating: return v.as_double();
    case kind::string: return boost::json::string(v.text());
    case kind::bytes: return boost::json::string(crypto::base64_encode(v.text()));
    case kind::type: return boost::json::string(to_string(v.as_type()));
    case kind::list: {
        boost::json::array out;
        out.reserve(v.size());
        for (std::size_t i = 0; i < v.size(); ++i)
            out.push_back(to_json(v.item(i)));
        return out;
    }
    case kind::map: {
        boost::json::object out;
        for (std::size_t i = 0; i < v.size(); ++i) {
            auto const [key, item] = v.entry(i);
            out[key.is(kind::string) ? std::string(key.text()) : print(key)] = to_json(item);
        }
        return out;
    }
    case kind::optional: {
        auto const held = v.held();
        return held ? to_json(*held) : boost::json::value();
    }
    default: return nullptr;
    }
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_VALUE_IPP
