#ifndef PENSTOCK_SYNC_IMPL_SOURCE_IPP
#define PENSTOCK_SYNC_IMPL_SOURCE_IPP
#include <penstock/kube/object.hpp>
#include <penstock/sync/source.hpp>

#include <boost/json/value.hpp>

#include <charconv>

namespace penstock::sync {

namespace detail {

inline std::string ready_message(boost::json::object const& object)
{
    auto const* v = kube::member_at(object, {"status", "conditions"});
    auto const* conditions = v == nullptr ? nullptr : v->if_array();
    if (conditions == nullptr)
        return {};
    for (auto const& c : *conditions) {
        auto const* condition = c.if_object();
        if (condition != nullptr && kube::text_at(*condition, "type") == "Ready"
            && kube::text_at(*condition, "status") == "False") {
            auto const message = kube::text_at(*condition, "message");
            return message.empty() ? "not ready" : std::string(message);
        }
    }
    return {};
}

}  // namespace detail

PENSTOCK_DECL std::string make_key(std::string_view kind, std::string_view ns, std::string_view name)
{
    std::string key;
    key.reserve(kind.size() + ns.size() + name.size() + 2);
    key.append(kind).append("/").append(ns).append("/").append(name);
    return key;
}

PENSTOCK_DECL result<key_parts> split_key(std::string_view key)
{
    auto const first = key.find('/');
    auto const second = first == std::string_view::npos ? first : key.find('/', first + 1);
    if (second == std::string_view::npos || key.find('/', second + 1) != std::string_view::npos || first == 0
        || second == first + 1 || second + 1 == key.size())
        return failure(errc::invalid_argument, "'" + std::string(key) + "' is not of the form Kind/namespace/name");
    key_parts parts;
    parts.kind = key.substr(0, first);
    parts.ns = key.substr(first + 1, second - first - 1);
    parts.name = key.substr(second + 1);
    return parts;
}

PENSTOCK_DECL result<source> decode_source(boost::json::object const& object, std::string_view kind)
{
    using kube::text_at;
    source s;
    s.kind = text_at(object, "kind");
    if (s.kind.empty())
        s.kind = kind;
    s.name = text_at(object, {"metadata", "name"});
    s.ns = text_at(object, {"metadata", "namespace"});
    if (s.kind.empty() || s.name.empty() || s.ns.empty())
        return failure(errc::malformed, "an object without kind, metadata.name or metadata.namespace");
    if (auto const* g = kube::member_at(object, {"metadata", "generation"}); g != nullptr && g->is_int64())
        s.generation = g->get_int64();
    auto const version = text_at(object, {"metadata", "resourceVersion"});
    std::from_chars(version.data(), version.data() + version.size(), s.version);
    s.url = text_at(object, {"spec", "url"});
    s.ref.branch = text_at(object, {"spec", "ref", "branch"});
    s.ref.tag = text_at(object, {"spec", "ref", "tag"});
    s.ref.semver = text_at(object, {"spec", "ref", "semver"});
    s.ref.name = text_at(object, {"spec", "ref", "name"});
    s.ref.commit = text_at(object, {"spec", "ref", "commit"});
    s.provider = text_at(object, {"spec", "provider"});
    s.secret_name = text_at(object, {"spec", "secretRef", "name"});
    s.proxy_secret_name = text_at(object, {"spec", "proxySecretRef", "name"});
    if (auto const* b = kube::member_at(object, {"spec", "suspend"}); b != nullptr && b->is_bool())
        s.suspended = b->get_bool();
    s.requested_at = text_at(object, {"metadata", "annotations", "reconcile.fluxcd.io/requestedAt"});
    s.last_handled = text_at(object, {"status", "lastHandledReconcileAt"});
    s.revision = text_at(object, {"status", "artifact", "revision"});
    s.not_ready = detail::ready_message(object);
    return s;
}

PENSTOCK_DECL std::string not_polled_because(source const& s)
{
    if (s.kind != "GitRepository")
        return "only GitRepositories are polled; a " + s.kind + " is synced by its Receiver";
    if (!s.ref.commit.empty())
        return "spec.ref.commit pins a commit, so there is nothing to look for";
    if (s.url.starts_with("ssh://") || (s.url.find("://") == std::string::npos && s.url.find('@') != std::string::npos))
        return "spec.url uses ssh, which is not polled yet; a webhook still works";
    if (!s.url.starts_with("http://") && !s.url.starts_with("https://"))
        return "spec.url is neither http nor https";
    if (s.provider == "github" && s.secret_name.empty())
        return "spec.provider 'github' needs a secretRef with the keys of a GitHub App";
    if (!s.provider.empty() && s.provider != "generic" && s.provider != "github")
        return "spec.provider '" + s.provider + "' needs a credential that is not spoken yet; a webhook still works";
    return {};
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_SOURCE_IPP
