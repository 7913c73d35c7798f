#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_OWNERSHIP_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_OWNERSHIP_IPP
#include <penstock/embedded/kube_ownership.hpp>

#include <penstock/embedded/kube_field_set.hpp>
#include <penstock/embedded/kube_object.hpp>
#include <penstock/embedded/kube_schema.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace penstock::embedded {

namespace kube_detail {

inline boost::json::object const* schema_root(kube_type const& type)
{
    return type.schema ? &type.schema->root() : type.lists ? &type.lists->root() : nullptr;
}

inline boost::json::array entries_of(boost::json::object const& o)
{
    auto const* found = json_member(o, {"metadata", "managedFields"});
    auto const* list = found ? found->if_array() : nullptr;
    boost::json::array out;
    if (list)
        for (auto const& e : *list)
            if (e.is_object() && json_member(e.get_object(), {"fieldsV1"}) && e.get_object().at("fieldsV1").is_object())
                out.push_back(e);
    return out;
}

inline kube_field_set::tree& fields_in(boost::json::value& entry)
{
    return entry.get_object().at("fieldsV1").get_object();
}

inline bool is_entry(boost::json::object const& entry, kube_writer const& w, std::string_view operation)
{
    return json_text(entry, {"manager"}) == w.manager && json_text(entry, {"operation"}) == operation
           && json_text(entry, {"subresource"}) == w.subresource;
}

inline boost::json::object new_entry(kube_type const& type, kube_writer const& w, std::string_view operation,
                                     kube_field_set::tree fields)
{
    boost::json::object e;
    e["manager"] = w.manager;
    e["operation"] = operation;
    e["apiVersion"] = type.api_version();
    e["time"] = w.time;
    e["fieldsType"] = "FieldsV1";
    e["fieldsV1"] = std::move(fields);
    if (!w.subresource.empty())
        e["subresource"] = w.subresource;
    return e;
}

inline void store_entries(boost::json::object& o, boost::json::array entries)
{
    boost::json::array kept;
    for (auto& e : entries)
        if (!fields_in(e).empty())
            kept.push_back(std::move(e));
    auto& m = json_child(o, "metadata");
    if (kept.empty())
        m.erase("managedFields");
    else
        m["managedFields"] = std::move(kept);
}

struct field_conflict
{
    std::string manager;
    std::string version;
    std::string path;
};

inline kube_error conflict_error(kube_type const& type, std::string_view name, std::vector<field_conflict> const& all)
{
    boost::json::array causes;
    std::string text;
    std::string last;
    for (auto const& c : all) {
        auto const who = '"' + c.manager + '"' + (c.version.empty() ? "" : " using " + c.version);
        causes.push_back(boost::json::object{
            {"reason", "FieldManagerConflict"}, {"message", "conflict with " + who}, {"field", c.path}});
        if (all.size() == 1)
            text = "conflict with " + who + ": " + c.path;
        else {
            if (who != last)
                text += (text.empty() ? "" : "\n") + ("conflicts with " + who + ':');
            text += "\n- " + c.path;
            last = who;
        }
    }
    auto e = kube_errors::conflict(type, name, "");
    e.message =
        "Apply failed with " + std::to_string(all.size()) + (all.size() == 1 ? " conflict: " : " conflicts: ") + text;
    e.details = boost::json::object{{"causes", std::move(causes)}};
    return e;
}

}  // namespace kube_detail

PENSTOCK_DECL void record_update(kube_type const& type, kube_writer const& writer, boost::json::object const& before,
                                 boost::json::object& now)
{
    auto const* schema = kube_detail::schema_root(type);
    auto entries = kube_detail::entries_of(before);
    auto const changed = kube_field_set::changed(before, now, schema, type.schema != nullptr);
    auto gone = kube_field_set::of(before, schema);
    kube_field_set::subtract(gone, kube_field_set::of(now, schema));
    bool found = false;
    boost::json::value const whole(now);
    for (auto& e : entries) {
        auto& fields = kube_detail::fields_in(e);
        kube_field_set::subtract(fields, gone);
        kube_field_set::drop_missing(fields, whole);
        if (kube_detail::is_entry(e.get_object(), writer, "Update")) {
            found = true;
            if (changed.empty())
                continue;
            kube_field_set::add(fields, changed);
            e.get_object()["time"] = writer.time;
            e.get_object()["apiVersion"] = type.api_version();
        } else
            kube_field_set::subtract(fields, changed);
    }
    if (!found && !changed.empty())
        entries.push_back(kube_detail::new_entry(type, writer, "Update", changed));
    kube_detail::store_entries(now, std::move(entries));
}

PENSTOCK_DECL kube_result<boost::json::object> apply_fields(kube_type const& type, kube_writer const& writer,
                                                            bool force, boost::json::object const& before,
                                                            boost::json::object const& applied)
{
    auto const* schema = kube_detail::schema_root(type);
    auto const mine = kube_field_set::of(applied, schema);
    boost::json::value const there(before);
    boost::json::value const wanted(applied);
    auto entries = kube_detail::entries_of(before);
    std::vector<kube_detail::field_conflict> found;
    kube_field_set::tree earlier;
    kube_field_set::tree others;
    for (auto& entry : entries) {
        auto& e = entry.get_object();
        auto& fields = kube_detail::fields_in(entry);
        if (kube_detail::is_entry(e, writer, "Apply")) {
            earlier = std::move(fields);
            fields = mine;
            if (earlier != mine)
                e["time"] = writer.time;
            e["apiVersion"] = type.api_version();
            continue;
        }
        kube_field_set::tree lost;
        kube_field_set::conflicts(
            mine, fields, there, wanted, [&](std::string const& path, kube_field_set::tree const& leaf) {
                found.push_back({std::string(json_text(e, {"manager"})),
                                 json_text(e, {"operation"}) == "Update" ? std::string(json_text(e, {"apiVersion"}))
                                                                         : std::string(),
                                 path});
                kube_field_set::add(lost, leaf);
            });
        kube_field_set::subtract(fields, lost);
        kube_field_set::add(others, fields);
    }
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
        return std::tie(a.manager, a.version, a.path) < std::tie(b.manager, b.version, b.path);
    });
    if (!found.empty() && !force)
        return kube_detail::conflict_error(type, name_of(applied), found);
    if (std::none_of(entries.begin(), entries.end(), [&](boost::json::value const& e) {
            return kube_detail::is_entry(e.get_object(), writer, "Apply");
        }))
        entries.push_back(kube_detail::new_entry(type, writer, "Apply", mine));
    boost::json::value out(before);
    kube_field_set::subtract(earlier, mine);
    kube_field_set::add(others, mine);
    kube_field_set::remove(out, earlier, others);
    kube_field_set::merge(out, wanted, schema, true);
    kube_detail::store_entries(out.get_object(), std::move(entries));
    return std::move(out.get_object());
}

namespace kube_detail {

/// The first element of a list with keys that is there twice, below `v`.
inline std::string find_duplicate(boost::json::value const& v, boost::json::object const* schema,
                                  std::string const& path)
{
    if (!schema)
        return {};
    if (auto const* o = v.if_object()) {
        for (auto const& [name, value] : *o)
            if (auto found = find_duplicate(value, kube_field_set::schema_below(schema, name, path.empty()),
                                            path + '.' + std::string(name));
                !found.empty())
                return found;
        return {};
    }
    auto const* list = v.if_array();
    auto const* keys = schema->if_contains("x-kubernetes-list-map-keys");
    if (!list || !keys || !keys->is_array() || keys->get_array().empty())
        return {};
    std::vector<std::string> seen;
    for (auto const& e : *list) {
        std::string key;
        for (auto const& k : keys->get_array()) {
            auto const* part = e.is_object() && k.is_string() ? e.get_object().if_contains(k.get_string()) : nullptr;
            key += (key.empty() ? "" : ",") + std::string(k.get_string()) + '='
                   + (part ? boost::json::serialize(*part) : "null");
        }
        if (std::find(seen.begin(), seen.end(), key) != seen.end())
            return path + ": duplicate entries for key [" + key + ']';
        seen.push_back(std::move(key));
    }
    return {};
}

}  // namespace kube_detail

PENSTOCK_DECL std::string duplicate_key(kube_type const& type, boost::json::object const& applied)
{
    return kube_detail::find_duplicate(boost::json::value(applied), kube_detail::schema_root(type), "");
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_OWNERSHIP_IPP
