#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_API_WRITE_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_API_WRITE_IPP
#include <penstock/embedded/kube_api.hpp>

#include <penstock/embedded/kube_duplicates.hpp>
#include <penstock/embedded/kube_protobuf.hpp>
#include <penstock/embedded/kube_yaml.hpp>

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline kube_result<boost::json::value> read_body(kube_call const& call)
{
    auto const media = call.content_type();
    if (media == "application/vnd.kubernetes.protobuf") {
        auto o = parse_kube_protobuf(call.body);
        if (!o && o.error().code == errc::unsupported)
            return kube_errors::unsupported_media_type("application/json, application/yaml");
        if (!o)
            return kube_errors::bad_request("error decoding the body: " + o.error().message());
        return boost::json::value(*std::move(o));
    }
    bool const yaml = media == "application/yaml" || media == "application/apply-patch+yaml";
    bool const json = media.empty() || media == "application/json" || media.ends_with("+json") || media == "*/*";
    if (!yaml && !json)
        return kube_errors::unsupported_media_type("application/json, application/yaml");
    if (json) {
        auto v = parse_kube_json(call.body);
        if (!v)
            return kube_errors::bad_request("error decoding the body: " + v.error().message());
        return *std::move(v);
    }
    // JSON is YAML, but the reader for it is faster and takes what clients of server-side apply send.
    if (auto v = parse_kube_json(call.body))
        return *std::move(v);
    auto all = parse_yaml(call.body);
    if (!all || all->size() != 1)
        return kube_errors::bad_request("error decoding YAML: "
                                        + (all ? std::string("not one document") : all.error().message()));
    return std::move(all->front());
}

/// 422 about a parameter of the call itself.
inline kube_error bad_option(kube_call const& call, kube_cause const& why)
{
    std::string const kind = call.method == "POST"     ? "CreateOptions"
                             : call.method == "PATCH"  ? "PatchOptions"
                             : call.method == "DELETE" ? "DeleteOptions"
                                                       : "UpdateOptions";
    return kube_errors::bad_options(kind, {why});
}

inline kube_cause unknown_dry_run(std::string_view said)
{
    return {"FieldValueNotSupported", "dryRun",
            "Unsupported value: [\"" + std::string(said) + "\"]: supported values: \"All\""};
}

inline kube_result<kube_write> write_options(kube_call const& call, kube_place const& place)
{
    kube_write how;
    how.subresource = place.subresource;
    how.manager = call.parameter("fieldManager");
    if (how.manager.empty()) {
        auto const agent = call.fields["User-Agent"];
        how.manager = agent.substr(0, agent.find('/'));
    }
    if (how.manager.empty())
        how.manager = "unknown";
    auto const dry = call.parameter("dryRun");
    if (!dry.empty() && dry != "All")
        return bad_option(call, unknown_dry_run(dry));
    if (how.manager.size() > 128)
        return bad_option(call, {"FieldValueTooLong", "fieldManager", "Too long: may not be more than 128 bytes"});
    how.dry_run = !dry.empty();
    how.force = call.flag("force");
    auto const validation = call.parameter("fieldValidation");
    if (!validation.empty() && validation != "Strict" && validation != "Ignore" && validation != "Warn")
        return bad_option(call, {"FieldValueNotSupported", "fieldValidation",
                                 "Unsupported value: \"" + std::string(validation)
                                     + "\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\""});
    how.validation = validation == "Strict"   ? kube_validation::strict
                     : validation == "Ignore" ? kube_validation::ignore
                                              : kube_validation::warn;
    return how;
}

inline std::optional<kube_propagation> propagation_of(std::string_view policy)
{
    if (policy == "Background")
        return kube_propagation::background;
    if (policy == "Foreground")
        return kube_propagation::foreground;
    if (policy == "Orphan")
        return kube_propagation::orphan;
    return policy.empty() ? std::optional(kube_propagation::unset) : std::nullopt;
}

inline std::optional<kube_patch_kind> patch_kind(std::string_view media)
{
    if (media == "application/merge-patch+json")
        return kube_patch_kind::merge;
    if (media == "application/json-patch+json")
        return kube_patch_kind::json;
    if (media == "application/strategic-merge-patch+json")
        return kube_patch_kind::strategic;
    if (media == "application/apply-patch+yaml")
        return kube_patch_kind::apply;
    return std::nullopt;
}

}  // namespace kube_detail

PENSTOCK_DECL kube_result<http::response> kube_api::write(kube_call const& call, kube_place const& place)
{
    auto const& type = *place.type;
    // Custom resources have a handler of their own, which passes over a name in the path.
    bool const creates = call.method == "POST" && (place.name.empty() || (type.custom && place.subresource.empty()));
    bool const replaces = call.method == "PUT" && !place.name.empty();
    bool const patches = call.method == "PATCH" && !place.name.empty();
    if (type.custom && creates && type.namespaced && place.ns.empty())
        return kube_errors::no_such_page();
    if (type.custom && place.name.empty() && (call.method == "PUT" || call.method == "PATCH"))
        return kube_errors::bad_request("name must be provided");
    if ((!creates && !replaces && !patches) || (creates && type.namespaced && place.ns.empty()))
        return kube_errors::method_not_allowed();
    if (type.create_only && !creates)
        return kube_errors::method_not_allowed();
    auto const how = kube_detail::write_options(call, place);
    if (!how)
        return how.error();
    auto const kind = kube_detail::patch_kind(call.content_type());
    if (patches && !kind)
        return kube_errors::unsupported_media_type(
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
    if (patches && *kind == kube_patch_kind::apply && call.parameter("fieldManager").empty())
        return kube_detail::bad_option(
            call, {"FieldValueRequired", "fieldManager", "Required value: is required for apply patch"});
    if (patches && *kind != kube_patch_kind::apply && !call.parameter("force").empty())
        return kube_detail::bad_option(
            call, {"FieldValueForbidden", "force", "Forbidden: may not be specified for non-apply patch"});
    auto body = kube_detail::read_body(call);
    if (!body)
        return body.error();
    if (!patches && !body->is_object())
        return kube_errors::bad_request("the body is not an object");
    auto const doubled = duplicate_fields(call.body);
    if (!doubled.empty() && how->validation == kube_validation::strict)
        return kube_errors::strict(type, doubled);
    auto const done = creates    ? store_->create(type, place.ns, std::move(body->get_object()), *how)
                      : replaces ? store_->replace(type, place.ns, place.name, std::move(body->get_object()), *how)
                                 : store_->patch(type, place.ns, place.name, *kind, *body, *how);
    if (!done)
        return done.error();
    auto const accept = kube_accept::parse(call.fields["Accept"]);
    auto out = show(call, place, accept, done->created ? 201 : 200, done->object);
    if (how->validation == kube_validation::warn) {
        for (auto const& w : doubled)
            out.fields.add("Warning", kube_detail::warning_text(w));
        for (auto const& w : done->warnings)
            out.fields.add("Warning", kube_detail::warning_text(w));
    }
    return out;
}

PENSTOCK_DECL kube_result<http::response> kube_api::remove(kube_call const& call, kube_place const& place)
{
    auto const& type = *place.type;
    if (type.custom && !place.subresource.empty())
        return kube_errors::not_supported(type, "delete");
    if (type.create_only || !place.subresource.empty())
        return kube_errors::method_not_allowed();
    kube_removal how;
    boost::json::object options;
    if (!call.body.empty()) {
        auto body = kube_detail::read_body(call);
        if (!body)
            return body.error();
        if (body->is_object())
            options = std::move(body->get_object());
    }
    how.uid = json_text(options, {"preconditions", "uid"});
    how.version = json_text(options, {"preconditions", "resourceVersion"});
    if (auto const dry = call.parameter("dryRun"); !dry.empty() && dry != "All")
        return kube_detail::bad_option(call, kube_detail::unknown_dry_run(dry));
    auto const* dry = options.if_contains("dryRun");
    how.dry_run = call.parameter("dryRun") == "All" || (dry && dry->is_array() && !dry->get_array().empty());
    auto policy = call.parameter("propagationPolicy");
    if (policy.empty())
        policy = json_text(options, {"propagationPolicy"});
    auto const propagation = kube_detail::propagation_of(policy);
    if (!propagation)
        return kube_errors::bad_options(
            "DeleteOptions", {{"FieldValueNotSupported", "propagationPolicy",
                               "Unsupported value: \"" + std::string(policy)
                                   + "\": supported values: \"Background\", \"Foreground\", \"Orphan\", \"nil\""}});
    how.propagation = *propagation;
    if (!place.name.empty()) {
        auto const done = store_->remove(type, place.ns, place.name, how);
        if (!done)
            return done.error();
        if (!done->gone)
            return json_response(200, *done->object);
        boost::json::object details{{"name", place.name}};
        if (!type.group.empty())
            details["group"] = type.group;
        details["kind"] = type.plural;
        details["uid"] = json_text(*done->object, {"metadata", "uid"});
        boost::json::object status;
        status["kind"] = "Status";
        status["apiVersion"] = "v1";
        status["metadata"] = boost::json::object();
        status["status"] = "Success";
        status["details"] = std::move(details);
        return json_response(200, status);
    }
    auto labels = kube_label_selector::parse(call.parameter("labelSelector"));
    auto fields = kube_field_selector::parse(type, call.parameter("fieldSelector"));
    if (!labels || !fields)
        return labels ? fields.error() : labels.error();
    auto const page = store_->list(type, place.ns, kube_selector{*std::move(labels), *std::move(fields)});
    if (!page)
        return page.error();
    boost::json::array items;
    for (auto const& o : page->items)
        if (auto const done = store_->remove(type, namespace_of(*o), name_of(*o), how))
            items.emplace_back(*done->object);
    boost::json::object all;
    all["kind"] = type.list_kind;
    all["apiVersion"] = type.api_version();
    all["metadata"] = boost::json::object{{"resourceVersion", std::to_string(store_->version())}};
    all["items"] = std::move(items);
    return json_response(200, all);
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_API_WRITE_IPP
