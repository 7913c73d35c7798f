#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_YAML_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_YAML_IPP
#include <penstock/embedded/kube_yaml.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

template <class Number>
std::optional<Number> whole_number(std::string_view s)
{
    Number n{};
    auto const [at, ec] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (s.empty() || ec != std::errc() || at != s.data() + s.size())
        return std::nullopt;
    return n;
}

/// A plain scalar by YAML's core schema.
inline boost::json::value plain_scalar(std::string const& s)
{
    if (s.empty() || s == "~" || s == "null" || s == "Null" || s == "NULL")
        return nullptr;
    if (s == "true" || s == "True" || s == "TRUE")
        return true;
    if (s == "false" || s == "False" || s == "FALSE")
        return false;
    std::string_view digits = s;
    if (digits.front() == '+')
        digits.remove_prefix(1);
    if (auto const n = whole_number<std::int64_t>(digits))
        return *n;
    if (auto const n = whole_number<std::uint64_t>(digits))
        return *n;
    bool const numeric = !digits.empty() && digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos
                         && digits.find_first_of("0123456789") != std::string_view::npos;
    if (numeric)
        if (auto const n = whole_number<double>(digits); n && std::isfinite(*n))
            return *n;
    return boost::json::value(boost::json::string_view(s));
}

class yaml_reader
{
public:
    bool too_large = false;

    boost::json::value read(YAML::Node const& node, int depth = 0)
    {
        constexpr int deepest = 64;
        if (depth > deepest || ++nodes_ > 1'000'000) {
            too_large = true;
            return nullptr;
        }
        switch (node.Type()) {
        case YAML::NodeType::Sequence: {
            boost::json::array a;
            for (auto const& e : node) {
                if (too_large)
                    break;
                a.push_back(read(e, depth + 1));
            }
            return boost::json::value(std::move(a));
        }
        case YAML::NodeType::Map: {
            boost::json::object o;
            for (auto const& e : node) {
                if (too_large)
                    break;
                auto v = read(e.second, depth + 1);
                o[e.first.as<std::string>("")] = std::move(v);
            }
            return boost::json::value(std::move(o));
        }
        case YAML::NodeType::Scalar:
            if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str")
                return boost::json::value(boost::json::string_view(node.Scalar()));
            return plain_scalar(node.Scalar());
        default: return nullptr;
        }
    }
private:
    int nodes_ = 0;
};

inline bool begins_document(std::string_view line)
{
    return line.starts_with("---") && (line.size() == 3 || std::string_view(" \t\r\n").find(line[3]) != line.npos);
}

/// How long the first document is: to the next line that begins one. Comments and directives go with what follows.
inline std::size_t document_size(std::string_view text)
{
    bool content = false;
    for (std::size_t from = 0; from < text.size();) {
        auto const end = std::min(text.find('\n', from), text.size() - 1) + 1;
        auto const line = text.substr(from, end - from);
        if (content && begins_document(line))
            return from;
        auto const first = line.find_first_not_of(" \t\r\n");
        content = content || (first != line.npos && line[first] != '#' && line.front() != '%');
        from = end;
    }
    return text.size();
}

/// Hears a document and keeps nothing of it.
class unheard final : public YAML::EventHandler
{
public:
    void OnDocumentStart(YAML::Mark const&) override {}
    void OnDocumentEnd() override {}
    void OnNull(YAML::Mark const&, YAML::anchor_t) override {}
    void OnAlias(YAML::Mark const&, YAML::anchor_t) override {}
    void OnScalar(YAML::Mark const&, std::string const&, YAML::anchor_t, std::string const&) override {}
    void OnSequenceStart(YAML::Mark const&, std::string const&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(YAML::Mark const&, std::string const&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// Not by `YAML::LoadAll`, which never ends where yaml-cpp 0.7 sees documents and reads nothing: at a stray `%}`.
inline bool has_another_document(std::string const& text)
{
    std::istringstream in(text);
    YAML::Parser parser(in);
    unheard document;
    return parser.HandleNextDocument(document) && parser.HandleNextDocument(document);
}

}  // namespace kube_detail

PENSTOCK_DECL result<std::vector<boost::json::value>> parse_yaml(std::string_view text)
{
    std::vector<boost::json::value> out;
    for (std::size_t from = 0, line = 1; from < text.size();) {
        auto const document = text.substr(from, kube_detail::document_size(text.substr(from)));
        try {
            std::string const whole(document);
            kube_detail::yaml_reader reader;
            auto v = reader.read(YAML::Load(whole));
            if (reader.too_large)
                return failure(errc::too_large, "YAML document");
            if (kube_detail::has_another_document(whole))
                return failure(errc::malformed, "YAML: more than one document from line " + std::to_string(line)
                                                    + " on with no --- between them");
            if (!v.is_null())
                out.push_back(std::move(v));
        } catch (YAML::Exception const& e) {
            auto const at = line + static_cast<std::size_t>(std::max(e.mark.line, 0));
            return failure(errc::malformed, "YAML: line " + std::to_string(at) + ": " + e.msg);
        }
        from += document.size();
        line += static_cast<std::size_t>(std::count(document.begin(), document.end(), '\n'));
    }
    return out;
}

PENSTOCK_DECL result<boost::json::value> parse_kube_json(std::string_view text)
{
    boost::json::parse_options options;
    options.max_depth = 128;
    boost::system::error_code ec;
    auto v = boost::json::parse(boost::json::string_view(text.data(), text.size()), ec, {}, options);
    if (ec)
        return failure(errc::malformed, "JSON: " + ec.message());
    return v;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_YAML_IPP
