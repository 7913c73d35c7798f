#ifndef PENSTOCK_EMBEDDED_IMPL_SOURCE_CONTROLLER_STATUS_IPP
#define PENSTOCK_EMBEDDED_IMPL_SOURCE_CONTROLLER_STATUS_IPP
#include <penstock/embedded/source_controller_status.hpp>

#include <penstock/crypto/digest.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/time/go_duration.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace penstock::embedded {
namespace detail {

/// One condition. `lastTransitionTime` stays while the status of the condition does.
inline boost::json::object condition(flux_object const& of, std::string_view type, bool status, std::string_view reason,
                                     std::string_view message, wall_time now)
{
    std::string_view const text = status ? "True" : "False";
    std::string since = format_rfc3339(now, 0);
    if (auto const* before = of.status.if_contains("conditions"); before && before->is_array())
        for (auto const& c : before->get_array())
            if (c.is_object() && kube::text_at(c.get_object(), "type") == type
                && kube::text_at(c.get_object(), "status") == text)
                since = kube::text_at(c.get_object(), "lastTransitionTime");
    return {{"type", type},
            {"status", text},
            {"reason", reason},
            {"message", message},
            {"observedGeneration", of.generation},
            {"lastTransitionTime", since}};
}

inline boost::json::object handled(flux_object const& of)
{
    boost::json::object status;
    if (!of.requested_at.empty())
        status["lastHandledReconcileAt"] = of.requested_at;
    return status;
}

}  // namespace detail

PENSTOCK_DECL flux_object read_flux_object(boost::json::object const& object)
{
    flux_object out;
    out.name = kube::name_of(object);
    out.kind = kube::text_at(object, "kind");
    out.requested_at = kube::annotation_of(object, "reconcile.fluxcd.io/requestedAt");
    if (auto const* metadata = kube::object_at(object, "metadata"))
        if (auto const* g = metadata->if_contains("generation"); g && g->is_number())
            out.generation = g->to_number<std::int64_t>();
    if (auto const* status = kube::object_at(object, "status")) {
        out.status = *status;
        if (auto const* artifact = kube::object_at(*status, "artifact"))
            out.revision = kube::text_at(*artifact, "revision");
    }
    auto const* spec = kube::object_at(object, "spec");
    if (!spec)
        return out;
    auto const* suspend = spec->if_contains("suspend");
    out.suspended = suspend && suspend->is_bool() && suspend->get_bool();
    out.url = kube::text_at(*spec, "url");
    out.type = kube::text_at(*spec, "type");
    if (auto const interval = parse_go_duration(kube::text_at(*spec, "interval")); interval && *interval > duration())
        out.interval = *interval;
    if (auto const timeout = parse_go_duration(kube::text_at(*spec, "timeout")); timeout && *timeout > duration())
        out.timeout = *timeout;
    if (auto const* secret = kube::object_at(*spec, "secretRef"))
        out.secret_name = kube::text_at(*secret, "name");
    if (auto const* ref = kube::object_at(*spec, "ref")) {
        out.reference.branch = kube::text_at(*ref, "branch");
        out.reference.tag = kube::text_at(*ref, "tag");
        out.reference.semver = kube::text_at(*ref, "semver");
        out.reference.name = kube::text_at(*ref, "name");
        out.reference.commit = kube::text_at(*ref, "commit");
    }
    return out;
}

PENSTOCK_DECL boost::json::object stored_status(flux_object const& of, git::chosen_head const& head, wall_time now)
{
    auto status = detail::handled(of);
    auto const message = "stored artifact for revision '" + head.revision + "'";
    status["observedGeneration"] = of.generation;
    status["conditions"] =
        boost::json::array{detail::condition(of, "Ready", true, "Succeeded", message, now),
                           detail::condition(of, "ArtifactInStorage", true, "Succeeded", message, now)};
    if (of.revision != head.revision) {
        auto const path = "gitrepository/" + of.name.ns + "/" + of.name.name + "/" + head.id + ".tar.gz";
        status["artifact"] = {
            {"revision", head.revision},
            {"digest", "sha256:" + crypto::sha256_hex(path)},  // there is no file: stands in for its digest
            {"lastUpdateTime", format_rfc3339(now, 0)},
            {"path", path},
            {"size", 0},
            {"url", "http://source-controller.flux-system.svc.cluster.local./" + path}};
    }
    return {{"status", status}};
}

PENSTOCK_DECL boost::json::object fetch_failed_status(flux_object const& of, std::string_view why, wall_time now)
{
    auto status = detail::handled(of);
    auto const message = std::string("failed to checkout and determine revision: ").append(why);
    boost::json::array conditions{detail::condition(of, "Ready", false, "GitOperationFailed", message, now),
                                  detail::condition(of, "FetchFailed", true, "GitOperationFailed", message, now)};
    if (!of.revision.empty())
        conditions.push_back(detail::condition(of, "ArtifactInStorage", true, "Succeeded",
                                               "stored artifact for revision '" + of.revision + "'", now));
    status["conditions"] = std::move(conditions);
    return {{"status", status}};
}

PENSTOCK_DECL boost::json::object handled_status(flux_object const& of, wall_time now)
{
    auto status = detail::handled(of);
    status["observedGeneration"] = of.generation;
    status["conditions"] =
        boost::json::array{detail::condition(of, "Ready", true, "Succeeded", "reconciliation succeeded", now)};
    return {{"status", status}};
}

PENSTOCK_DECL std::string receiver_path(std::string_view token, kube::object_name const& name)
{
    return "/hook/" + crypto::sha256_hex(std::string(token) + name.name + name.ns);
}

PENSTOCK_DECL boost::json::object receiver_status(flux_object const& of, std::optional<std::string_view> token,
                                                  wall_time now)
{
    auto status = detail::handled(of);
    status["observedGeneration"] = of.generation;
    if (token) {
        auto const path = receiver_path(*token, of.name);
        status["webhookPath"] = path;
        status["conditions"] = boost::json::array{
            detail::condition(of, "Ready", true, "Succeeded", "Receiver initialized for path: " + path, now)};
    } else {
        status["webhookPath"] = nullptr;
        status["conditions"] = boost::json::array{detail::condition(
            of, "Ready", false, "TokenNotFound", "the Secret '" + of.secret_name + "' has no key 'token'", now)};
    }
    return {{"status", status}};
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_SOURCE_CONTROLLER_STATUS_IPP
