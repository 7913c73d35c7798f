#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_TABLE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_TABLE_IPP
#include <penstock/embedded/kube_table.hpp>

#include <penstock/embedded/kube_path.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdint>

namespace penstock::embedded {

namespace kube_detail {

/// The next part of `s` up to `separator`, without spaces around it.
inline std::string_view next_part(std::string_view& s, char separator)
{
    auto const at = s.find(separator);
    auto part = s.substr(0, at);
    s = at == std::string_view::npos ? std::string_view() : s.substr(at + 1);
    while (part.starts_with(' '))
        part.remove_prefix(1);
    while (part.ends_with(' '))
        part.remove_suffix(1);
    return part;
}

inline std::string two_units(std::int64_t big, char const* big_unit, std::int64_t small, char const* small_unit)
{
    auto out = std::to_string(big) + big_unit;
    if (small != 0)
        out += std::to_string(small) + small_unit;
    return out;
}

inline boost::json::value date_cell(boost::json::value const& v, wall_time now)
{
    auto const* s = v.if_string();
    auto const t = s ? parse_rfc3339(std::string_view(s->data(), s->size())) : result<wall_time>(errc::malformed);
    if (!t)
        return boost::json::value("<unknown>");
    return boost::json::value(boost::json::string_view(human_duration(now - *t)));
}

inline std::string shown(boost::json::value const& v)
{
    return v.is_string() ? std::string(v.get_string()) : boost::json::serialize(v);
}

inline boost::json::value cell(kube_column const& column, boost::json::object const& object, wall_time now)
{
    if (column.path.starts_with('#')) {
        auto const found = find_path(object, std::string_view(column.path).substr(1));
        if (found.empty())
            return 0;
        return found.front()->is_object()  ? found.front()->get_object().size()
               : found.front()->is_array() ? found.front()->get_array().size()
                                           : 0;
    }
    auto const found = find_path(object, column.path);
    if (found.empty())
        return nullptr;
    auto const& first = *found.front();
    if (column.type == "date")
        return date_cell(first, now);
    if (column.type == "integer" || column.type == "number" || column.type == "boolean")
        return first.is_number() || first.is_bool() ? first : boost::json::value(nullptr);
    std::string all;
    for (auto const* v : found)
        all += (all.empty() ? "" : ",") + shown(*v);
    return boost::json::value(boost::json::string_view(all));
}

inline boost::json::object column_json(kube_column const& c)
{
    boost::json::object o;
    o["name"] = c.name;
    o["type"] = c.type;
    o["format"] = c.format;
    o["description"] = c.description;
    o["priority"] = c.priority;
    return o;
}

}  // namespace kube_detail

PENSTOCK_DECL kube_accept kube_accept::parse(std::string_view header)
{
    kube_accept out;
    if (header.empty())
        return out;
    while (!header.empty()) {
        auto range = kube_detail::next_part(header, ',');
        auto const media = kube_detail::next_part(range, ';');
        if (media != "application/json" && media != "*/*" && media != "application/*")
            continue;
        std::string_view as;
        std::string_view group;
        std::string_view version = "v1";
        while (!range.empty()) {
            auto parameter = kube_detail::next_part(range, ';');
            auto const name = kube_detail::next_part(parameter, '=');
            if (name == "as")
                as = parameter;
            else if (name == "g")
                group = parameter;
            else if (name == "v")
                version = parameter;
        }
        if (as.empty())
            return out;
        if (group != "meta.k8s.io" || (version != "v1" && version != "v1beta1"))
            continue;
        if (as == "Table")
            out.form = kube_form::table;
        else if (as == "PartialObjectMetadata" || as == "PartialObjectMetadataList")
            out.form = kube_form::metadata;
        else
            continue;
        out.version = version;
        return out;
    }
    out.form = kube_form::none;
    return out;
}

PENSTOCK_DECL std::string human_duration(duration d)
{
    auto const s = std::chrono::duration_cast<std::chrono::seconds>(d).count();
    if (s < -1)
        return "<invalid>";
    if (s < 0)
        return "0s";
    if (s < 120)
        return std::to_string(s) + 's';
    auto const m = s / 60;
    if (m < 10)
        return kube_detail::two_units(m, "m", s % 60, "s");
    if (m < 180)
        return std::to_string(m) + 'm';
    auto const h = m / 60;
    if (h < 8)
        return kube_detail::two_units(h, "h", m % 60, "m");
    if (h < 48)
        return std::to_string(h) + 'h';
    if (h < 192)
        return kube_detail::two_units(h / 24, "d", h % 24, "h");
    auto const days = h / 24;
    if (days < 730)
        return std::to_string(days) + 'd';
    if (days < 8 * 365)
        return kube_detail::two_units(days / 365, "y", days % 365, "d");
    return std::to_string(days / 365) + 'y';
}

PENSTOCK_DECL boost::json::object partial_metadata(boost::json::object const& object, std::string_view version)
{
    boost::json::object o;
    o["kind"] = "PartialObjectMetadata";
    o["apiVersion"] = "meta.k8s.io/" + std::string(version);
    if (auto const* m = object.if_contains("metadata"))
        o["metadata"] = *m;
    return o;
}

PENSTOCK_DECL boost::json::object make_table(kube_type const& type, std::vector<kube_object> const& objects,
                                             kube_accept const& accept, wall_time now, bool columns)
{
    boost::json::object table;
    table["kind"] = "Table";
    table["apiVersion"] = "meta.k8s.io/" + accept.version;
    table["metadata"] = boost::json::object();
    boost::json::array definitions;
    if (columns) {
        definitions.push_back(
            kube_detail::column_json({"Name", "string", "", "name", "Name must be unique within a namespace.", 0}));
        for (auto const& c : type.columns)
            definitions.push_back(kube_detail::column_json(c));
    }
    table["columnDefinitions"] = columns ? boost::json::value(std::move(definitions)) : boost::json::value();
    boost::json::array rows;
    for (auto const& object : objects) {
        boost::json::array cells;
        cells.emplace_back(name_of(*object));
        for (auto const& c : type.columns)
            cells.push_back(kube_detail::cell(c, *object, now));
        boost::json::object row;
        row["cells"] = std::move(cells);
        if (accept.include == "Object")
            row["object"] = *object;
        else
            row["object"] = accept.include == "None" ? boost::json::value()
                                                     : boost::json::value(partial_metadata(*object, accept.version));
        rows.push_back(std::move(row));
    }
    table["rows"] = std::move(rows);
    return table;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_TABLE_IPP
