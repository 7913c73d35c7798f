#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_API_READ_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_API_READ_IPP
#include <penstock/embedded/kube_api.hpp>

#include <boost/json/serialize.hpp>

#include <charconv>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace penstock::embedded {

namespace kube_detail {

inline kube_result<std::uint64_t> number_parameter(kube_call const& call, std::string_view name)
{
    auto const s = call.parameter(name);
    std::uint64_t n = 0;
    if (s.empty())
        return n;
    auto const [at, ec] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (ec != std::errc() || at != s.data() + s.size())
        return kube_errors::bad_request("strconv.ParseInt: parsing \"" + std::string(s) + "\": invalid syntax");
    return n;
}

inline std::string bad_version(std::string_view v)
{
    auto const quoted = '"' + std::string(v) + '"';
    return "resourceVersion: Invalid value: " + quoted + ": strconv.ParseUint: parsing " + quoted + ": invalid syntax";
}

/// Items of lists of built-in types do not say what they are.
inline std::string without_kind(boost::json::object object)
{
    object.erase("apiVersion");
    object.erase("kind");
    return boost::json::serialize(object);
}

/// What is wrong with the parameters of a list or a watch, taken together.
inline std::vector<kube_cause> check_list_options(kube_call const& call, bool watch)
{
    std::vector<kube_cause> causes;
    auto const match = call.parameter("resourceVersionMatch");
    auto const version = call.parameter("resourceVersion");
    auto const initial = call.parameter("sendInitialEvents");
    auto const forbid = [&causes](std::string field, std::string const& why) {
        causes.push_back({"FieldValueForbidden", std::move(field), "Forbidden: " + why});
    };
    auto const unknown = [&](std::string const& known) {
        causes.push_back({"FieldValueNotSupported", "resourceVersionMatch",
                          "Unsupported value: \"" + std::string(match) + "\": supported values: " + known});
    };
    if (watch) {
        if (!match.empty() && initial.empty())
            forbid("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is "
                                           "provided");
        if (!initial.empty() && match.empty())
            forbid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (!match.empty() && match != "NotOlderThan")
            unknown("\"NotOlderThan\"");
        return causes;
    }
    if (!match.empty()) {
        if (version.empty())
            forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (!call.parameter("continue").empty())
            forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        if (match != "Exact" && match != "NotOlderThan")
            unknown("\"Exact\", \"NotOlderThan\", \"\"");
        if (match == "Exact" && version == "0")
            forbid("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
    if (!initial.empty())
        forbid("sendInitialEvents", "sendInitialEvents is forbidden for list");
    return causes;
}

}  // namespace kube_detail

PENSTOCK_DECL http::response kube_api::show(kube_call const& call, kube_place const& place, kube_accept const& accept,
                                            int status, kube_object const& object) const
{
    switch (accept.form) {
    case kube_form::table: {
        auto shaped = accept;
        if (auto const include = call.parameter("includeObject"); !include.empty())
            shaped.include = include;
        auto table = make_table(*place.type, {object}, shaped, store_->now());
        json_child(table, "metadata")["resourceVersion"] = version_of(*object);
        return json_response(status, table);
    }
    case kube_form::metadata: return json_response(status, partial_metadata(*object, accept.version));
    default: return json_response(status, *object);
    }
}

PENSTOCK_DECL auto kube_api::get(kube_call const& call, kube_place const& place) const -> answer
{
    auto const accept = kube_accept::parse(call.fields["Accept"]);
    if (accept.form == kube_form::none)
        return error_response(kube_errors::not_acceptable());
    if (place.type->create_only)
        return error_response(kube_errors::method_not_allowed());
    auto labels = kube_label_selector::parse(call.parameter("labelSelector"));
    if (!labels)
        return error_response(labels.error());
    auto fields = kube_field_selector::parse(*place.type, place.name.empty() ? call.parameter("fieldSelector")
                                                                             : "metadata.name=" + place.name);
    if (!fields)
        return error_response(fields.error());
    kube_selector selector{*std::move(labels), *std::move(fields)};
    if (place.name.empty() && call.flag("watch")) {
        auto options = watch_options(call, place, std::move(selector));
        if (!options)
            return error_response(options.error());
        options->accept = accept;
        if (auto const include = call.parameter("includeObject"); !include.empty())
            options->accept.include = include;
        return kube_watch(*store_, *std::move(options));
    }
    if (place.name.empty())
        return kube_detail::with_deprecation(*place.type, list(call, place, selector, accept));
    auto const object = store_->get(*place.type, place.ns, place.name);
    return kube_detail::with_deprecation(*place.type, object ? show(call, place, accept, 200, *object)
                                                             : error_response(object.error()));
}

PENSTOCK_DECL kube_result<kube_watch_options> kube_api::watch_options(kube_call const& call, kube_place const& place,
                                                                      kube_selector selector) const
{
    kube_watch_options out;
    out.type = place.type;
    out.ns = place.ns;
    out.selector = std::move(selector);
    out.version = call.parameter("resourceVersion");
    out.bookmarks = call.flag("allowWatchBookmarks");
    auto const wrong = kube_detail::check_list_options(call, true);
    if (!wrong.empty())
        return kube_errors::bad_options("ListOptions", wrong);
    auto const version = kube_detail::number_parameter(call, "resourceVersion");
    if (!version) {
        kube_error e;  // the watch of a real server fails inside, without a reason
        e.message = kube_detail::bad_version(out.version);
        return e;
    }
    auto const seconds = kube_detail::number_parameter(call, "timeoutSeconds");
    if (!seconds)
        return seconds.error();
    if (*seconds != 0)
        out.timeout = std::chrono::seconds(std::min<std::uint64_t>(*seconds, 24 * 3600));
    auto const initial = call.parameter("sendInitialEvents");
    if (initial.empty())
        return out;
    if (!watch_list_)
        return kube_errors::bad_options(
            "ListOptions", {{"FieldValueForbidden", "sendInitialEvents",
                             "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is "
                             "enabled"}});
    out.initial_events = call.flag("sendInitialEvents");
    out.no_initial_events = !out.initial_events;
    return out;
}

PENSTOCK_DECL http::response kube_api::list(kube_call const& call, kube_place const& place,
                                            kube_selector const& selector, kube_accept const& accept) const
{
    auto const limit = kube_detail::number_parameter(call, "limit");
    if (!limit)
        return error_response(limit.error());
    auto const wrong = kube_detail::check_list_options(call, false);
    if (!wrong.empty())
        return error_response(kube_errors::bad_options("ListOptions", wrong));
    auto const version = kube_detail::number_parameter(call, "resourceVersion");
    if (!version)
        return error_response(kube_errors::bad_request("invalid resource version: "
                                                       + kube_detail::bad_version(call.parameter("resourceVersion"))));
    auto const token = call.parameter("continue");
    if (!token.empty() && *version != 0)
        return error_response(
            kube_errors::bad_request("specifying resource version is not allowed when using continue"));
    if (*version > store_->version())
        return error_response(kube_errors::not_yet(std::to_string(*version), std::to_string(store_->version())));
    auto const exact = call.parameter("resourceVersionMatch") == "Exact" ? *version : 0;
    auto const page = store_->list(*place.type, place.ns, selector, static_cast<std::size_t>(*limit), token, exact);
    if (!page)
        return error_response(page.error());
    boost::json::object m;
    m["resourceVersion"] = std::to_string(page->version);
    if (!page->next.empty() || place.type->custom)
        m["continue"] = page->next;
    if (page->remaining != 0)
        m["remainingItemCount"] = page->remaining;
    if (accept.form == kube_form::table) {
        auto shaped = accept;
        if (auto const include = call.parameter("includeObject"); !include.empty())
            shaped.include = include;
        auto table = make_table(*place.type, page->items, shaped, store_->now());
        table["metadata"] = std::move(m);
        return json_response(200, table);
    }
    // Put together from pieces, so that thousands of objects are not copied into one value first.
    bool const partial = accept.form == kube_form::metadata;
    boost::json::object head;
    head["kind"] = partial ? "PartialObjectMetadataList" : place.type->list_kind;
    head["apiVersion"] = partial ? "meta.k8s.io/" + accept.version : place.type->api_version();
    head["metadata"] = std::move(m);
    auto body = boost::json::serialize(head);
    body.back() = ',';
    body += "\"items\":[";
    for (auto const& o : page->items) {
        body += partial              ? boost::json::serialize(partial_metadata(*o, accept.version))
                : place.type->custom ? boost::json::serialize(*o)
                                     : kube_detail::without_kind(*o);
        body += ',';
    }
    if (!page->items.empty())
        body.pop_back();
    body += "]}";
    return http::response(200, "application/json", std::move(body));
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_API_READ_IPP
