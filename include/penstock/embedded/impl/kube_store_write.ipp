#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_WRITE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_WRITE_IPP
#include <penstock/embedded/kube_store.hpp>

#include <penstock/embedded/kube_admission.hpp>
#include <penstock/embedded/kube_definition.hpp>
#include <penstock/embedded/kube_event_form.hpp>
#include <penstock/embedded/kube_metadata_rules.hpp>
#include <penstock/embedded/kube_ownership.hpp>
#include <penstock/embedded/kube_schema.hpp>

#include <algorithm>

namespace penstock::embedded {

namespace kube_detail {

inline void restore(boost::json::object& into, boost::json::object const& from, std::string_view name)
{
    if (auto const* v = from.if_contains(name))
        into[name] = *v;
    else
        into.erase(name);
}

/// Whether anything but metadata and (where it is apart) status differs.
inline bool spec_changed(kube_type const& type, boost::json::object const& a, boost::json::object const& b)
{
    auto const stripped = [&type](boost::json::object o) {
        o.erase("metadata");
        o.erase("apiVersion");
        if (type.status)
            o.erase("status");
        return o;
    };
    return stripped(a) != stripped(b);
}

}  // namespace kube_detail

PENSTOCK_DECL kube_result<> kube_store::prepare_new(kube_type const& type, std::string_view ns,
                                                    boost::json::object& object)
{
    auto& m = json_child(object, "metadata");
    if (!json_text(m, {"resourceVersion"}).empty()) {
        kube_error e;
        e.message = "resourceVersion should not be set on objects to be created";
        return e;
    }
    if (options_.namespaces_must_exist && type.namespaced && !find("namespaces", "", ns))
        return kube_errors::not_found(*types_.find("", "v1", "namespaces"), ns);
    if (json_text(m, {"name"}).empty() && !json_text(m, {"generateName"}).empty())
        m["name"] = std::string(json_text(m, {"generateName"})) + new_suffix();
    for (auto const* own : {"selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"})
        m.erase(own);
    m["uid"] = new_uid();
    m["creationTimestamp"] = timestamp();
    if (type.generation)
        m["generation"] = 1;
    return {};
}

PENSTOCK_DECL kube_result<kube_written> kube_store::create(kube_type const& type, std::string_view ns,
                                                           boost::json::object object, kube_write const& how)
{
    if (auto const ok = check_identity(type, ns, "", object); !ok)
        return ok.error();
    if (type.create_only) {
        json_child(object, "status")["allowed"] = true;
        kube_written reviewed;
        reviewed.created = true;
        reviewed.object = std::make_shared<boost::json::object const>(std::move(object));
        return reviewed;
    }
    if (how.seeding)
        json_child(object, "metadata").erase("resourceVersion");
    if (auto const ok = prepare_new(type, ns, object); !ok)
        return ok.error();
    json_child(object, "metadata").erase("managedFields");
    if (type.status && !how.seeding)
        object.erase("status");
    if (find(type.shelf(), namespace_of(object), name_of(object)))
        return kube_errors::already_exists(type, name_of(object));
    return finish(type, nullptr, std::move(object), how, false);
}

PENSTOCK_DECL kube_result<kube_written> kube_store::replace(kube_type const& type, std::string_view ns,
                                                            std::string_view name, boost::json::object object,
                                                            kube_write const& how)
{
    if (auto const ok = check_identity(type, ns, name, object); !ok)
        return ok.error();
    auto const before = find(type.shelf(), ns, name);
    if (!before)
        return kube_errors::not_found(type, name);
    bool const must_say = type.custom || type.kind == "Lease" || type.kind == "CustomResourceDefinition";
    if (must_say && version_of(object).empty())
        return kube_errors::invalid(
            type, name,
            {{"FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update"}});
    return update(type, before, std::move(object), how, false);
}

PENSTOCK_DECL kube_result<kube_written> kube_store::update(kube_type const& type, kube_object const& before,
                                                           boost::json::object now, kube_write const& how, bool applied)
{
    auto const name = name_of(*before);
    if (!version_of(now).empty() && version_of(now) != version_of(*before))
        return kube_errors::stale(type, name);
    auto const uid = json_text(now, {"metadata", "uid"});
    auto const known = json_text(*before, {"metadata", "uid"});
    if (!uid.empty() && uid != known && how.patching)
        return kube_errors::invalid(
            type, name,
            {{"FieldValueInvalid", "metadata.uid", "Invalid value: \"" + std::string(uid) + "\": field is immutable"}});
    if (!uid.empty() && uid != known)
        return kube_errors::conflict(type, name,
                                     "Precondition failed: UID in precondition: " + std::string(uid)
                                         + ", UID in object meta: " + std::string(known));
    if (how.subresource == "status") {
        auto whole = *before;
        kube_detail::restore(whole, now, "status");
        if (applied)
            kube_detail::restore(json_child(whole, "metadata"), *meta_of(now), "managedFields");
        whole["apiVersion"] = type.api_version();
        now = std::move(whole);
    } else if (type.status && !how.seeding)
        kube_detail::restore(now, *before, "status");
    auto& m = json_child(now, "metadata");
    for (auto const* own : {"uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds",
                            "resourceVersion", "name", "namespace"})
        kube_detail::restore(m, *meta_of(*before), own);
    m.erase("selfLink");
    return finish(type, before, std::move(now), how, applied);
}

PENSTOCK_DECL kube_result<kube_written> kube_store::patch(kube_type const& type, std::string_view ns,
                                                          std::string_view name, kube_patch_kind kind,
                                                          boost::json::value const& change, kube_write const& how)
{
    if (kind == kube_patch_kind::apply)
        return apply(type, ns, name, change, how);
    auto const before = find(type.shelf(), ns, name);
    if (!before)
        return kube_errors::not_found(type, name);
    if (kind == kube_patch_kind::strategic && type.custom)
        return kube_errors::unsupported_media_type(
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
    boost::json::value document(*as(type, before));
    switch (kind) {
    case kube_patch_kind::merge: merge_patch(document, change); break;
    case kube_patch_kind::strategic: strategic_patch(document, change); break;
    case kube_patch_kind::json:
        if (auto const done = json_patch(document, change); !done)
            return done.error();
        break;
    case kube_patch_kind::apply: break;
    }
    if (!document.is_object())
        return kube_errors::bad_request("the patch does not leave an object");
    if (auto const ok = check_identity(type, ns, name, document.get_object()); !ok)
        return ok.error();
    auto patching = how;
    patching.patching = true;
    return update(type, before, std::move(document.get_object()), patching, false);
}

PENSTOCK_DECL kube_result<kube_written> kube_store::apply(kube_type const& type, std::string_view ns,
                                                          std::string_view name, boost::json::value const& config,
                                                          kube_write const& how)
{
    if (!config.is_object())
        return kube_errors::bad_request("an applied configuration is an object");
    auto wanted = config.get_object();
    if (auto const ok = check_identity(type, ns, name, wanted); !ok)
        return ok.error();
    if (json_member(wanted, {"metadata", "managedFields"}))
        return kube_errors::bad_request("metadata.managedFields must be nil");
    auto const before = find(type.shelf(), ns, name);
    if (!before && (how.subresource == "status" || !json_text(wanted, {"metadata", "uid"}).empty()))
        return kube_errors::not_found(type, name);
    if (how.subresource == "status")
        for (auto const& e : config.get_object())
            if (e.key() != "apiVersion" && e.key() != "kind" && e.key() != "metadata" && e.key() != "status")
                wanted.erase(e.key());
    if (how.subresource.empty() && type.status)
        wanted.erase("status");
    if (auto const why = kube_admission::misread(type, wanted); type.kind == "Secret" && !why.empty()) {
        kube_error e;  // the real server fails inside
        e.message = "failed to convert new object (" + std::string(ns) + '/' + std::string(name) + "; "
                    + type.api_version() + ", Kind=" + type.kind + ") to proper version: " + why;
        return e;
    }
    if (type.kind == "Secret")
        kube_admission::translate(type, wanted);
    if (auto const twice = duplicate_key(type, wanted); !twice.empty()) {
        kube_error e;  // the real server does not say more either
        e.message = "failed to create typed patch object (" + std::string(ns) + '/' + std::string(name) + "; "
                    + type.api_version() + ", Kind=" + type.kind + "): " + twice;
        return e;
    }
    auto const writer = kube_writer{how.manager, how.subresource, timestamp()};
    auto merged = apply_fields(type, writer, how.force, before ? *as(type, before) : boost::json::object(), wanted);
    if (!merged)
        return merged.error();
    if (before)
        return update(type, before, *std::move(merged), how, true);
    if (auto const ok = prepare_new(type, ns, *merged); !ok)
        return ok.error();
    return finish(type, nullptr, *std::move(merged), how, true);
}

PENSTOCK_DECL kube_result<kube_written> kube_store::finish(kube_type const& type, kube_object const& before,
                                                           boost::json::object now, kube_write const& how, bool applied)
{
    kube_written out;
    out.created = !before;
    auto const name = std::string(name_of(now));
    if (auto const why = kube_admission::misread(type, now); !why.empty()) {
        auto e = kube_errors::unreadable(type, why);
        if (how.patching && !type.custom) {
            e.code = 422;
            e.reason = "Invalid";
        }
        return e;
    }
    kube_admission::translate(type, now);
    if (type.kind == "CustomResourceDefinition")
        complete_definition(now, timestamp());
    for (auto const& field : kube_admission::prune(type, now))
        out.warnings.push_back("unknown field \"" + field + '"');
    std::sort(out.warnings.begin(), out.warnings.end());
    if (how.validation == kube_validation::strict && !out.warnings.empty())
        return kube_errors::strict(type, out.warnings);
    if (how.validation == kube_validation::ignore)
        out.warnings.clear();
    for (auto const& defaults : {type.schema, type.lists})
        if (defaults)
            defaults->set_defaults(now);
    for (auto& w : kube_metadata_rules::warnings(now))
        out.warnings.push_back(std::move(w));
    auto causes = kube_admission::check(type, now);
    if (!before && type.kind == "Event" && !type.custom)
        check_new_event(now, causes);
    if (before)
        for (auto& c : kube_admission::check_change(type, *before, now))
            causes.push_back(std::move(c));
    if (!causes.empty())
        return kube_errors::invalid(type, name, causes);
    if (before && type.generation && kube_detail::spec_changed(type, *before, now)) {
        auto& g = json_child(now, "metadata")["generation"];
        g = (g.is_int64() ? g.get_int64() : 0) + 1;
    }
    if (!applied)
        record_update(type, {how.manager, how.subresource, timestamp()},
                      before ? *as(type, before) : boost::json::object(), now);
    if (before && *as(type, before) == now) {
        out.object = as(type, before);
        return out;
    }
    if (how.dry_run) {
        out.object = std::make_shared<boost::json::object const>(std::move(now));
        return out;
    }
    if (before && !has_finalizers(now) && !json_text(now, {"metadata", "deletionTimestamp"}).empty()
        && type.kind != "Namespace") {
        out.object = std::make_shared<boost::json::object const>(std::move(now));
        kube_type const kept = type;
        erase(kept, before, false);
        return out;
    }
    out.object = as(type, commit(type, before, std::move(now)));
    return out;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_STORE_WRITE_IPP
