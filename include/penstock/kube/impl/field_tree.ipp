#ifndef PENSTOCK_KUBE_IMPL_FIELD_TREE_IPP
#define PENSTOCK_KUBE_IMPL_FIELD_TREE_IPP
#include <penstock/kube/field_tree.hpp>

#include <bitset>
#include <utility>

namespace penstock::kube {

namespace detail {

/// The first key of a path, without the backslashes of dots; the path goes on behind it.
inline std::string cut_key(std::string_view& path)
{
    std::string key;
    while (!path.empty()) {
        char const c = path.front();
        path.remove_prefix(1);
        if (c == '.')
            break;
        if (c == '\\' && !path.empty() && path.front() == '.') {
            key.push_back('.');
            path.remove_prefix(1);
        } else {
            key.push_back(c);
        }
    }
    return key;
}

inline std::string_view text_of(json::reader::value v) noexcept
{
    switch (v) {
    case json::reader::value::object: return "an object";
    case json::reader::value::array: return "an array";
    case json::reader::value::string: return "a string";
    case json::reader::value::number: return "a number";
    case json::reader::value::boolean: return "true or false";
    case json::reader::value::null: return "null";
    case json::reader::value::nothing: break;
    }
    return "nothing";
}

}  // namespace detail

struct field_tree::visit
{
    std::string& scratch;
    taker take;
    void* to;
    failure problem;  // what does not fit; faults of the text are in the reader
    std::bitset<256> met{};  // of the first nodes, which have been there

    /// Whether it was there before.
    bool meets(std::uint16_t at) noexcept
    {
        if (at >= met.size())
            return false;
        bool const before = met[at];
        met.set(at);
        return before;
    }
};

PENSTOCK_DECL field_tree::field_tree(std::span<std::string_view const> places) : nodes_(1)
{
    for (std::size_t place = 0; place < places.size(); ++place) {
        auto rest = places[place];
        std::uint16_t at = 0;
        while (!rest.empty()) {
            auto key = detail::cut_key(rest);
            auto child = find(at, key);
            if (child == none) {
                child = static_cast<std::uint16_t>(nodes_.size());
                nodes_.push_back({std::move(key), at, none, nodes_[at].child, {}});
                nodes_[at].child = child;
            }
            at = child;
        }
        nodes_[at].places.push_back(place);
    }
}

PENSTOCK_DECL std::uint16_t field_tree::find(std::uint16_t parent, std::string_view key) const noexcept
{
    for (auto at = nodes_[parent].child; at != none; at = nodes_[at].next)
        if (nodes_[at].key == key)
            return at;
    return none;
}

PENSTOCK_DECL std::string field_tree::path_of(std::uint16_t at) const
{
    if (at == 0)
        return "the object";
    auto const parent = nodes_[at].parent;
    return parent == 0 ? nodes_[at].key : path_of(parent) + '.' + nodes_[at].key;
}

PENSTOCK_DECL result<void> field_tree::read(std::string_view text, std::string& scratch, taker with, void* to) const
{
    json::reader in(text, scratch);
    visit v{scratch, with, to, {}, {}};
    if (members(v, in, 0) && in.finish())
        return {};
    return v.problem.code ? v.problem : in.error();
}

PENSTOCK_DECL bool field_tree::members(visit& v, json::reader& in, std::uint16_t at) const
{
    if (in.peek() != json::reader::value::object && in.peek() != json::reader::value::nothing) {
        v.problem = failure(errc::malformed,
                            path_of(at) + " is " + std::string(detail::text_of(in.peek())) + ", an object is wanted");
        return false;
    }
    std::string_view key;
    for (in.open_object(); in.next_key(key);) {
        auto const child = find(at, key);
        if (child == none ? !in.skip() : !value(v, in, child))
            return false;
    }
    return in.good();
}

PENSTOCK_DECL bool field_tree::value(visit& v, json::reader& in, std::uint16_t at) const
{
    auto const& here = nodes_[at];
    if (v.meets(at)) {
        v.problem = failure(errc::malformed, path_of(at) + " stands there twice");
        return false;
    }
    if (in.peek() == json::reader::value::null)
        return in.null();
    if (here.places.empty())
        return members(v, in, at);
    if (here.places.size() == 1 && here.child == none)
        return take(v, in, at, here.places.front());
    std::string_view text;
    return in.raw(text) && each_apart(v, text, at);
}

/// Several want the same value, or parts of it: each reads it anew.
PENSTOCK_DECL bool field_tree::each_apart(visit& v, std::string_view text, std::uint16_t at) const
{
    auto const fine = [&v](json::reader const& in, bool read) {
        if (!read && !v.problem.code)
            v.problem = in.error();
        return read;
    };
    for (auto const place : nodes_[at].places) {
        json::reader in(text, v.scratch);
        if (!fine(in, take(v, in, at, place)))
            return false;
    }
    json::reader in(text, v.scratch);
    return nodes_[at].child == none || fine(in, members(v, in, at));
}

PENSTOCK_DECL bool field_tree::take(visit& v, json::reader& in, std::uint16_t at, std::size_t place) const
{
    auto const found = in.peek();
    std::string_view wanted;
    if (v.take(v.to, place, in, wanted))
        return true;
    if (in.good())
        v.problem = failure(errc::malformed, path_of(at) + " is " + std::string(detail::text_of(found)) + ", "
                                                 + std::string(wanted) + " is wanted");
    return false;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_FIELD_TREE_IPP
