#include "yaml_reader.hpp"

#include <penstock/time/go_duration.hpp>

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <string>
#include <utility>

namespace penstock::sidecar {

namespace {

std::string_view kind_of(YAML::Node const& node)
{
    switch (node.Type()) {
    case YAML::NodeType::Scalar: return "a single value";
    case YAML::NodeType::Sequence: return "a list";
    case YAML::NodeType::Map: return "a mapping";
    default: return "nothing";
    }
}

std::string names_of(std::vector<yaml_reader::member> const& members)
{
    std::string all;
    for (auto const& [name, visit] : members)
        all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

/// How many letters must change to make one word of the other; to guess what was meant.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string yaml_reader::position(YAML::Node const& node) const
{
    auto const mark = node.Mark();
    if (mark.is_null())
        return file_;
    return file_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
}

void yaml_reader::fail(YAML::Node const& at, std::string_view what, std::string_view instead)
{
    if (failed())
        return;
    error_ = position(at) + ": ";
    error_.append(what).append("; ").append(instead);
}

void yaml_reader::mapping(YAML::Node const& node, std::string const& path, std::vector<member> const& members)
{
    if (failed())
        return;
    auto const prefix = path.empty() ? std::string() : path + ".";
    if (!node.IsMap()) {
        fail(node, (path.empty() ? "the document" : path) + " is " + std::string(kind_of(node)),
             "write a mapping with the keys " + names_of(members));
        return;
    }
    std::set<std::string> seen;
    for (auto const& entry : node) {
        auto const key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
        if (!seen.insert(key).second) {
            fail(entry.first, prefix + key + " stands twice", "keep one of the two");
            return;
        }
        auto const known =
            std::find_if(members.begin(), members.end(), [&key](member const& m) { return m.first == key; });
        if (known == members.end()) {
            auto const near = std::min_element(members.begin(), members.end(), [&key](auto const& a, auto const& b) {
                return distance(a.first, key) < distance(b.first, key);
            });
            bool const guess = near != members.end() && distance(near->first, key) <= 2;
            fail(entry.first, "unknown key " + prefix + key,
                 guess ? "did you mean " + std::string(near->first) + "?" : "known here: " + names_of(members));
            return;
        }
        known->second(entry.second, prefix + key);
        if (failed())
            return;
    }
}

void yaml_reader::sequence(YAML::Node const& node, std::string const& path,
                           std::function<void(YAML::Node const&, std::string const& path)> const& element)
{
    if (failed())
        return;
    if (!node.IsSequence()) {
        fail(node, path + " is " + std::string(kind_of(node)), "write a list: [a, b]");
        return;
    }
    std::size_t i = 0;
    for (auto const& item : node) {
        element(item, path + "[" + std::to_string(i++) + "]");
        if (failed())
            return;
    }
}

void yaml_reader::text(YAML::Node const& node, std::string const& path, std::string& into, bool empty_allowed)
{
    if (failed())
        return;
    if (!node.IsScalar())
        fail(node, path + " is " + std::string(kind_of(node)), "write one value");
    else if (node.Scalar().empty() && !empty_allowed)
        fail(node, path + " is empty", "write a value or leave the key out");
    else
        into = node.Scalar();
}

void yaml_reader::length(YAML::Node const& node, std::string const& path, duration& into, duration least)
{
    std::string written;
    text(node, path, written);
    if (failed())
        return;
    auto const value = parse_go_duration(written);
    if (!value)
        fail(node, path + ": '" + written + "' is not a duration", "write it as 30s, 5m or 1h30m");
    else if (*value < least)
        fail(node, path + ": " + written + " is too short", "write at least " + format_go_duration(least));
    else
        into = *value;
}

void yaml_reader::share(YAML::Node const& node, std::string const& path, double& into, double most)
{
    std::string written;
    text(node, path, written);
    if (failed())
        return;
    bool const percent = written.ends_with('%');
    auto const digits = std::string_view(written).substr(0, written.size() - (percent ? 1 : 0));
    double value = 0;
    auto const [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (percent)
        value /= 100;
    if (ec != std::errc() || end != digits.data() + digits.size() || !(value >= 0 && value <= most))
        fail(node,
             path + ": '" + written + "' is not a share between 0% and " + std::to_string(static_cast<int>(most * 100))
                 + "%",
             "write it as 10%");
    else
        into = value;
}

namespace {

/// Hears a document and keeps nothing of it but where it begins.
class document_place final : public YAML::EventHandler
{
public:
    YAML::Mark begin = YAML::Mark::null_mark();

    void OnDocumentStart(YAML::Mark const& at) override { begin = at; }
    void OnDocumentEnd() override {}
    void OnNull(YAML::Mark const& at, YAML::anchor_t) override { content(at); }
    void OnAlias(YAML::Mark const& at, YAML::anchor_t) override { content(at); }
    void OnScalar(YAML::Mark const& at, std::string const&, YAML::anchor_t, std::string const&) override
    {
        content(at);
    }
    void OnSequenceStart(YAML::Mark const& at, std::string const&, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        content(at);
    }
    void OnSequenceEnd() override {}
    void OnMapStart(YAML::Mark const& at, std::string const&, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        content(at);
    }
    void OnMapEnd() override {}
private:
    void content(YAML::Mark const& at)
    {
        if (!std::exchange(seen_, true))
            begin = at;
    }

    bool seen_ = false;
};

}  // namespace

YAML::Mark second_document(std::string_view text)
{
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    document_place first, second;
    bool const both = parser.HandleNextDocument(first) && parser.HandleNextDocument(second);
    return both ? second.begin : YAML::Mark::null_mark();
}

}  // namespace penstock::sidecar
