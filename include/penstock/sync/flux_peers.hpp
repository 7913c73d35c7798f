#ifndef PENSTOCK_SYNC_FLUX_PEERS_HPP
#define PENSTOCK_SYNC_FLUX_PEERS_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/sync/inbox.hpp>
#include <penstock/sync/source.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace penstock::sync {

/// The field manager of everything that penstock writes.
inline constexpr std::string_view field_manager = "penstock";

/// The resource of a kind that Receivers may name; `errc::unsupported` for others.
inline result<kube::resource> resource_of_kind(std::string_view kind)
{
    for (auto const* r : kube::known::all)
        if (r->kind == kind && r->group.ends_with("fluxcd.io"))
            return *r;
    return failure(errc::unsupported, "kind " + std::string(kind) + " is not one of Flux");
}

/** The body of a sync request: a merge patch of one annotation, and of nothing else.
    @see https://fluxcd.io/flux/components/source/gitrepositories/#triggering-a-reconcile */
inline boost::json::object request_patch(std::string_view token)
{
    boost::json::object annotations;
    annotations["reconcile.fluxcd.io/requestedAt"] = token;
    boost::json::object metadata;
    metadata["annotations"] = std::move(annotations);
    boost::json::object patch;
    patch["metadata"] = std::move(metadata);
    return patch;
}

/// The reconciler's peers as they are: a Kubernetes API, Git remotes and the inbox. Models `peers`. One thread.
template <class Api, class Remote, class Inbox>
class flux_peers
{
public:
    flux_peers(Api& api, Remote& remote, Inbox& box) : api_(api), remote_(remote), inbox_(box) {}

    awaitable<result<source>> fetch(key_parts key, time_point deadline)
    {
        auto what = resource_of_kind(key.kind);
        if (!what)
            co_return what.error();
        auto object = co_await api_.get(*what, kube::object_name(key.ns, key.name), deadline);
        co_return decoded(std::move(object), key.kind);
    }

    awaitable<result<source>> request(key_parts key, std::string token, time_point deadline)
    {
        auto what = resource_of_kind(key.kind);
        if (!what)
            co_return what.error();
        kube::patch_options options{std::string(field_manager)};
        boost::json::value body(request_patch(token));
        auto object = co_await api_.patch(*what, kube::object_name(key.ns, key.name), kube::patch_type::merge,
                                          std::move(body), std::move(options), deadline);
        co_return decoded(std::move(object), key.kind);
    }

    awaitable<result<git::chosen_head>> ask(source s, time_point deadline)
    {
        return remote_.ask(std::move(s), deadline);
    }

    awaitable<result<void>> release(std::string record, std::string key)
    {
        co_return co_await inbox_.release(record, key);
    }
private:
    static result<source> decoded(result<boost::json::value> object, std::string const& kind)
    {
        if (!object)
            return object.error();
        if (!object->is_object())
            return failure(errc::malformed, "the API server answered with something else than an object");
        return decode_source(object->get_object(), kind);
    }

    Api& api_;
    Remote& remote_;
    Inbox& inbox_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_FLUX_PEERS_HPP
