// A JSON document. Oracle: a projection finds what the DOM of Boost.JSON has at the same places, and refuses what it
// refuses; skimmed, it finds the same in whatever is not refused. In slices both do what they do at once.
#include "input.hpp"

#include <penstock/json/projection.hpp>
#include <penstock/json/value.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace penstock;

namespace {

constexpr std::size_t max_text = 512;
json::projection const paths{"a", "b.c", "list.*", "list.*.id", "b.list.*.*.c", "*.a"};

std::string spelled(boost::json::value const& v)
{
    if (auto const* s = v.if_string())
        return "s" + std::string(*s);
    if (v.is_null())
        return "null";
    return v.is_bool() ? (v.get_bool() ? "true" : "false") : v.is_number() ? "number" : "";
}

void collect(boost::json::value const& v, std::vector<std::string_view> path, std::vector<std::string>& into)
{
    if (path.empty()) {
        if (!v.is_structured())
            into.push_back(spelled(v));
        return;
    }
    auto const key = path.front();
    path.erase(path.begin());
    if (auto const* array = v.if_array(); array != nullptr && key == "*")
        for (auto const& one : *array)
            collect(one, path, into);
    if (auto const* object = v.if_object(); object != nullptr && key != "*")
        if (auto const* member = object->if_contains(key))
            collect(*member, path, into);
}

/// Members of the document: fewer than were written where a key was repeated.
std::size_t members(boost::json::value const& v)
{
    std::size_t sum = 0;
    if (auto const* object = v.if_object())
        for (auto const& [key, value] : *object)
            sum += 1 + members(value);
    if (auto const* array = v.if_array())
        for (auto const& one : *array)
            sum += members(one);
    return sum;
}

/// Colons outside of strings: members of the text.
std::size_t members_written(std::string_view text)
{
    std::size_t sum = 0;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (inside && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            inside = !inside;
        else
            sum += static_cast<std::size_t>(!inside && text[i] == ':');
    }
    return sum;
}

bool same(json::projected const& a, json::projected const& b)
{
    for (std::size_t i = 0; i < 6; ++i) {
        auto const equal = [](json::scalar const& x, json::scalar const& y) {
            return x.kind == y.kind && x.text == y.text;
        };
        auto const all = a.all(i);
        auto const others = b.all(i);
        if (!std::equal(all.begin(), all.end(), others.begin(), others.end(), equal))
            return false;
    }
    return a.cut() == b.cut();
}

/// Whether it is taken in slices whose sizes the text decides itself.
bool in_slices(json::projected& to, std::string_view text, json::projection_limits const& l,
               json::projection_reader::care how)
{
    json::projection_reader slices(paths, to, text, l, how);
    for (std::size_t turn = 1;; ++turn) {
        auto const byte = text.empty() ? 0U : static_cast<unsigned char>(text[turn % text.size()]);
        auto const left = slices.read_some(1 + (byte * turn) % 131);
        if (!left || *left == 0)
            return left.has_value();
        fuzz::require(turn < 4 * text.size() + 16, "slices come to an end");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::input(data, size).rest();
    json::projection_limits limits;
    limits.document.max_depth = 32;
    limits.max_text = max_text;
    auto const found = paths.read(text, limits);
    json::projected skimmed;
    bool const taken = paths.skim_into(skimmed, text, limits).has_value();
    fuzz::require(!found || (taken && same(*found, skimmed)), "skimming finds the same");
    json::projected sliced;
    bool const parsed = in_slices(sliced, text, limits, json::projection_reader::care::all);
    fuzz::require(parsed == found.has_value() && (!parsed || same(*found, sliced)), "the same in slices");
    json::projected pieces;
    bool const kept = in_slices(pieces, text, limits, json::projection_reader::care::kept);
    fuzz::require(kept == taken && (!kept || same(skimmed, pieces)), "skimmed in slices, the same");
    auto const document = json::parse(text, limits.document);
    if (!found || !document) {
        bool const too_long = !found && found.error().code == errc::too_large;
        fuzz::require(too_long || found.has_value() == document.has_value(), "both refuse the same documents");
        return 0;
    }
    if (members(*document) != members_written(text))
        return 0;  // a repeated key: a DOM keeps the last of them, a projection all
    std::vector<std::vector<std::string_view>> const split{
        {"a"}, {"b", "c"}, {"list", "*"}, {"list", "*", "id"}, {"b", "list", "*", "*", "c"}, {"*", "a"}};
    for (std::size_t i = 0; i < split.size(); ++i) {
        std::vector<std::string> expected;
        collect(*document, split[i], expected);
        auto const& all = found->all(i);
        fuzz::require(all.size() == expected.size(), "as many values as the DOM has");
        std::size_t k = 0;
        for (auto const& value : all) {
            auto const said = std::string(value.text);
            auto const got = value.kind == json::kind::string   ? "s" + said
                             : value.kind == json::kind::number ? "number"
                                                                : said;
            fuzz::require(got == expected[k++], "the values of the DOM");
        }
    }
    return 0;
}
