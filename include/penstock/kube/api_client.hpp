#ifndef PENSTOCK_KUBE_API_CLIENT_HPP
#define PENSTOCK_KUBE_API_CLIENT_HPP
#include <penstock/kube/api.hpp>
#include <penstock/kube/api_caller.hpp>
#include <penstock/kube/conflict_backoff.hpp>
#include <penstock/kube/list_pager.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/text/secret.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

namespace penstock::kube {

struct api_client_options
{
    object_parser_options parser{.max_size = 256U << 20U};  ///< Limits on one answer; a page of a list is one.
    std::int64_t page_size = 500;                           ///< Objects per page where all of them are read.
    std::size_t max_objects = 100'000;                      ///< `list` fails with `errc::too_large` above.
    api_caller_options calls{};                             ///< How each request is made.
};

/** Talks to a Kubernetes API server.

    Every call ends at its deadline at the latest, retries included. Failures: `errc::not_found`, `conflict`
    (409), `gone` (410), `invalid_object` (400, 422), `unauthorized`, `forbidden`, `quota_exhausted` (429),
    `unavailable` (5xx), and those of the transport. Their detail names the call and the object and repeats
    what the server said, never a credential; `status_of` gives what it said in parts. `api_caller` says what is
    tried again. `metadata.managedFields` is left out of what is returned; a replace without it keeps it.
    @par Thread safety
    One thread: that of the transport. */
template <env::environment Env, http::transport Transport, rate::limiter Limiter = rate::unlimited>
class api_client
{
public:
    using value = boost::json::value;
    /// Sees a page and may take it; `from_start` says that what came before is void.
    using page_visitor = std::function<result<void>(object_list& page, bool from_start)>;

    /// @param env,transport Outlive the client.
    /// @param server `https://host[:port][/prefix]`, as in a kubeconfig.
    /// @param limiter The client's own limit; servers with priority and fairness are not held to it.
    api_client(Env& env, Transport& transport, std::string server, credential who = {}, api_client_options options = {},
               Limiter limiter = Limiter())
        : env_(env), caller_(env, transport, std::move(server), std::move(who), options.calls, std::move(limiter)),
          options_(std::move(options))
    {}

    awaitable<result<value>> get(resource what, object_name name, time_point deadline)
    {
        return exchange(encode_get(what, name), deadline);
    }

    /// `status` or `scale`, for instance. What comes may be of another kind: a `Scale` of autoscaling/v1.
    awaitable<result<value>> get_subresource(resource what, object_name name, std::string subresource,
                                             time_point deadline)
    {
        return exchange(encode_get(what, name, subresource), deadline);
    }

    /// What is no resource: `/version`, `/apis`.
    awaitable<result<value>> get_document(std::string path, std::string accept, time_point deadline)
    {
        return exchange(encode_document(path, std::move(accept)), deadline);
    }

    /// One page. Go on with its `continue_token`.
    awaitable<result<object_list>> list_page(resource what, std::string ns, list_options options, time_point deadline)
    {
        auto call = encode_list(what, ns, options);
        auto answer = co_await caller_.perform(call, deadline);
        if (!answer)
            co_return answer.error();
        auto page = decode_list(call->subject, *answer, what, parser_for(*call));
        if (call->secret)
            secret::wipe(answer->body);
        co_return page;
    }

    /** Reads a collection page by page and keeps none of them; `list_pager` says how. An `ns` that is empty means
        all namespaces. @return The version of the first page, or the first failure, also of the visitor. */
    awaitable<result<std::string>> for_each_page(resource what, std::string ns, list_options options,
                                                 page_visitor visit, time_point deadline)
    {
        list_pager pager(std::move(options), options_.page_size);
        for (bool from_start = true;;) {
            auto page = co_await list_page(what, ns, pager.ask(), deadline);
            if (!page && pager.failed(page.error()) == list_pager::outcome::start_over) {
                from_start = true;
                continue;
            }
            if (!page)
                co_return page.error();
            auto const verdict = pager.took(*page);
            if (auto const ok = visit(*page, from_start); !ok)
                co_return ok.error();
            if (verdict == list_pager::verdict::last)
                co_return pager.resource_version();
            from_start = false;
        }
    }

    /// The whole collection at once.
    awaitable<result<object_list>> list(resource what, std::string ns, list_options options, time_point deadline)
    {
        object_list all;
        page_visitor const collect = [&](object_list& page, bool from_start) -> result<void> {
            if (from_start)
                all.items.clear();
            all.items.insert(all.items.end(), std::move_iterator(page.items.begin()),
                             std::move_iterator(page.items.end()));
            if (all.items.size() > options_.max_objects)
                return failure(errc::too_large, "LIST " + what.qualified() + ": too many objects");
            return {};
        };
        auto version = co_await for_each_page(what, std::move(ns), std::move(options), collect, deadline);
        if (!version)
            co_return version.error();
        all.resource_version = *std::move(version);
        co_return all;
    }

    /** `ns` must agree with the object's own. An object without a name and with `metadata.generateName` gets a name
        from the server; the one in the answer counts. */
    awaitable<result<value>> create(resource what, std::string ns, value object, write_options options,
                                    time_point deadline)
    {
        return exchange(encode_create(what, ns, object, options), deadline);
    }

    /// `errc::conflict` when the object carries a `resourceVersion` that is not the newest.
    awaitable<result<value>> replace(resource what, object_name name, value object, write_options options,
                                     time_point deadline)
    {
        return exchange(encode_replace(what, name, object, options), deadline);
    }

    /** Reads an object, changes it and writes it, again where somebody else wrote in between (`conflict_backoff`).
        @param change Called once per attempt; what leaves the object as it is writes nothing. A failure ends it. */
    awaitable<result<value>> update(resource what, object_name name,
                                    std::function<result<void>(boost::json::object&)> change, write_options options,
                                    time_point deadline)
    {
        conflict_backoff backoff(static_cast<std::uint64_t>(env_.clock().now().time_since_epoch().count()));
        for (;;) {
            auto current = co_await get_subresource(what, name, options.subresource, deadline);
            if (!current)
                co_return current.error();
            auto wanted = *current;
            if (auto const ok = change(wanted.get_object()); !ok)
                co_return ok.error();
            if (wanted == *current)
                co_return std::move(current);
            auto written = co_await replace(what, name, std::move(wanted), options, deadline);
            auto const wait = written ? std::nullopt : backoff.after(written.error());
            if (!wait)
                co_return std::move(written);
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + *wait))
                co_return ec;
        }
    }

    awaitable<result<value>> patch(resource what, object_name name, patch_type type, value body, patch_options options,
                                   time_point deadline)
    {
        return exchange(encode_patch(what, name, type, body, options), deadline);
    }

    /** Server-side apply of what the object says, to the name that it carries.
        @return `errc::conflict` when other managers own fields: `status_of(failure)->conflicts()` names both;
        `force` takes them over. */
    awaitable<result<value>> apply(resource what, value object, patch_options options, time_point deadline)
    {
        auto const* fields = object.if_object();
        auto const name = fields == nullptr ? object_name() : name_of(*fields);
        return exchange(encode_patch(what, name, patch_type::apply, object, options), deadline);
    }

    /// Sets the subresource `scale`. @return The `Scale` as it is then.
    awaitable<result<value>> scale(resource what, object_name name, std::int64_t replicas, patch_options options,
                                   time_point deadline)
    {
        options.subresource = "scale";
        boost::json::value const body = {{"spec", {{"replicas", replicas}}}};
        return exchange(encode_patch(what, name, patch_type::merge, body, options), deadline);
    }

    /// @return What the server answered: the object while finalizers hold it, else a Status.
    awaitable<result<value>> remove(resource what, object_name name, remove_options options, time_point deadline)
    {
        return exchange(encode_remove(what, name, options), deadline);
    }

    /// Removes what the selectors of `which` find in one namespace. @return The list of it, as the server gives it.
    awaitable<result<value>> remove_collection(resource what, std::string ns, list_options which,
                                               remove_options options, time_point deadline)
    {
        return exchange(encode_remove_collection(what, ns, which, options), deadline);
    }

    /** One page, to be read with `list_reader` while it arrives. Nothing is retried but a 401.
        @param deadline For the header of the answer. */
    awaitable<result<std::unique_ptr<http::incoming>>> open_list(resource what, std::string ns, list_options options,
                                                                 time_point deadline)
    {
        return caller_.open(encode_list(what, ns, options), deadline);
    }

    /** Opens a watch; the events come with `watch_decoder`. Nothing is retried but a 401: what to do next is
        the reflector's decision.
        @param deadline For the header of the answer. */
    awaitable<result<std::unique_ptr<http::incoming>>> open_watch(resource what, std::string ns, watch_options options,
                                                                  time_point deadline)
    {
        return caller_.open(encode_watch(what, ns, options), deadline);
    }

    /// How the server ranked the last request; empty where it has no priority and fairness.
    kube::fairness const& fairness() const noexcept { return caller_.fairness(); }
private:
    awaitable<result<value>> exchange(result<api_call> call, time_point deadline)
    {
        auto answer = co_await caller_.perform(call, deadline);
        if (!answer)
            co_return answer.error();
        auto object = decode_object(call->subject, *answer, parser_for(*call));
        if (call->secret) {
            secret::wipe(answer->body);
            secret::wipe(call->body);
        }
        co_return object;
    }

    object_parser_options parser_for(api_call const& call) const
    {
        auto o = options_.parser;
        o.secret = o.secret || call.secret;
        return o;
    }

    Env& env_;
    api_caller<Env, Transport, Limiter> caller_;
    api_client_options options_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_API_CLIENT_HPP
