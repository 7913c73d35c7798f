#ifndef PENSTOCK_KUBE_API_CLIENT_HPP
#define PENSTOCK_KUBE_API_CLIENT_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/api_answer.hpp>
#include <penstock/kube/api_call.hpp>
#include <penstock/kube/credential.hpp>
#include <penstock/kube/request_counter.hpp>
#include <penstock/kube/retry_budget.hpp>

#include <boost/asio/error.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace penstock::kube {

struct api_client_options
{
    object_parser_options parser{.max_size = 256U << 20U};  ///< Limits on one answer; a page of a list is one.
    std::int64_t page_size = 500;                           ///< Objects per page where `list` reads all of them.
    std::size_t max_objects = 100'000;                      ///< `list` fails with `errc::too_large` above.
};

/** Talks to a Kubernetes API server.

    Every call ends at its deadline at the latest, retries included. Failures: `errc::not_found`, `conflict`
    (409), `gone` (410), `invalid_object` (400, 422), `unauthorized`, `forbidden`, `quota_exhausted` (429),
    `unavailable` (5xx), and those of the transport. Their detail names the call and the object and repeats
    what the server said, never a credential. A 401 with a token from a file reads that file again and tries
    once more. `metadata.managedFields` is left out of what is returned; a replace without it keeps it.
    @par Thread safety
    One thread: that of the transport. */
template <env::environment Env, http::transport Transport>
class api_client
{
public:
    using value = boost::json::value;

    /// @param env,transport Outlive the client.
    /// @param server `https://host[:port][/prefix]`, as in a kubeconfig.
    api_client(Env& env, Transport& transport, std::string server, credential who = {}, api_client_options options = {})
        : env_(env), transport_(transport), server_(std::move(server)), who_(std::move(who)), options_(options),
          requests_(env.metrics(), server_)
    {
        while (server_.ends_with('/'))
            server_.pop_back();
    }

    awaitable<result<value>> get(resource what, object_name name, time_point deadline)
    {
        auto call = encode_get(what, name);
        return exchange_object(std::move(call), deadline);
    }

    /// One page. Go on with its `continue_token`.
    awaitable<result<object_list>> list_page(resource what, std::string ns, list_options options, time_point deadline)
    {
        auto call = encode_list(what, ns, options);
        auto answer = co_await perform(call, deadline);
        if (!answer)
            co_return answer.error();
        co_return decode_list(call->subject, *answer, what, options_.parser);
    }

    /** The whole collection, read page by page. An `ns` that is empty means all namespaces.
        When the server forgets the snapshot in between (410), one list without pages follows. */
    awaitable<result<object_list>> list(resource what, std::string ns, list_options options, time_point deadline)
    {
        if (options.limit == 0)
            options.limit = options_.page_size;
        object_list all;
        for (;;) {
            auto page = co_await list_page(what, ns, options, deadline);
            if (!page && page.error().code == errc::gone && !options.continue_token.empty()) {
                all.items.clear();
                options.continue_token.clear();
                options.limit = 0;
                continue;
            }
            if (!page)
                co_return page.error();
            if (all.items.empty())
                all.resource_version = std::move(page->resource_version);
            all.items.insert(all.items.end(), std::move_iterator(page->items.begin()),
                             std::move_iterator(page->items.end()));
            if (all.items.size() > options_.max_objects)
                co_return failure(errc::too_large, "LIST " + what.qualified() + ": too many objects");
            if (page->continue_token.empty())
                co_return all;
            options.continue_token = std::move(page->continue_token);
        }
    }

    /// `ns` must agree with the object's own.
    awaitable<result<value>> create(resource what, std::string ns, value object, write_options options,
                                    time_point deadline)
    {
        auto call = encode_create(what, ns, object, options);
        return exchange_object(std::move(call), deadline);
    }

    /// `errc::conflict` when the object carries a `resourceVersion` that is not the newest.
    awaitable<result<value>> replace(resource what, object_name name, value object, write_options options,
                                     time_point deadline)
    {
        auto call = encode_replace(what, name, object, options);
        return exchange_object(std::move(call), deadline);
    }

    awaitable<result<value>> patch(resource what, object_name name, patch_type type, value body, patch_options options,
                                   time_point deadline)
    {
        auto call = encode_patch(what, name, type, body, options);
        return exchange_object(std::move(call), deadline);
    }

    /// @return What the server answered: the object while finalizers hold it, else a Status.
    awaitable<result<value>> remove(resource what, object_name name, remove_options options, time_point deadline)
    {
        auto call = encode_remove(what, name, options);
        return exchange_object(std::move(call), deadline);
    }

    /** Opens a watch; the events come with `watch_decoder`. Nothing is retried but a 401: what to do next is
        the reflector's decision.
        @param deadline For the header of the answer. */
    awaitable<result<std::unique_ptr<http::incoming>>> open_watch(resource what, std::string ns, watch_options options,
                                                                  time_point deadline)
    {
        auto call = encode_watch(what, ns, options);
        if (!call)
            co_return call.error();
        for (bool renewed = false;; renewed = true) {
            auto const started = env_.clock().now();
            auto request = prepare(*call, started);
            if (!request)
                co_return request.error();
            auto stream = co_await transport_.open(*std::move(request), deadline);
            requests_.count(call->method, stream ? (*stream)->head().status : 0);
            if (!stream)
                co_return describe(*call, stream.error());
            auto const status = (*stream)->head().status;
            if (status >= 200 && status < 300)
                co_return std::move(stream);
            if (status == 401 && !renewed && who_.rejected(started))
                continue;
            http::response answer = (*stream)->head();
            auto said = co_await read_error(**stream, deadline);
            answer.body = std::move(said);
            co_return failure_of_answer(call->subject, answer);
        }
    }
private:
    result<http::request> prepare(api_call const& call, time_point now)
    {
        auto authorization = who_.authorization(now);
        if (!authorization)
            return describe(call, authorization.error());
        http::request request(call.method, server_ + call.target);
        request.fields.add("Accept", "application/json");
        if (!call.content_type.empty())
            request.fields.add("Content-Type", call.content_type);
        if (!authorization->empty())
            request.fields.add("Authorization", std::string(authorization->reveal()));
        request.body = call.body;
        return request;
    }

    static failure describe(api_call const& call, failure f)
    {
        if (f.code != asio::error::operation_aborted)
            f.detail = f.detail.empty() ? call.subject : call.subject + ": " + f.detail;
        return f;
    }

    /// Sends until there is a 2xx answer, or until another try makes no sense.
    awaitable<result<http::response>> perform(result<api_call> call, time_point deadline)
    {
        if (!call)
            co_return call.error();
        retry_budget budget(call->method);
        bool renewed = false;
        for (;;) {
            auto const started = env_.clock().now();
            auto request = prepare(*call, started);
            if (!request)
                co_return request.error();
            auto answer = co_await transport_.send(*std::move(request), deadline);
            requests_.count(call->method, answer ? answer->status : 0);
            if (answer && answer->status >= 200 && answer->status < 300)
                co_return std::move(answer);
            if (answer && answer->status == 401 && !renewed && who_.rejected(started)) {
                renewed = true;
                continue;
            }
            auto problem = answer ? failure_of_answer(call->subject, *answer) : describe(*call, answer.error());
            auto wait = answer ? budget.after_answer(answer->status, retry_after_of(*answer))
                               : budget.after_failure(problem.code);
            auto const now = env_.clock().now();
            if (!wait || *wait >= deadline - now || is_version_too_large(problem))
                co_return problem;
            if (auto const ec = co_await env_.clock().sleep_until(now + *wait))
                co_return ec;
        }
    }

    awaitable<result<value>> exchange_object(result<api_call> call, time_point deadline)
    {
        auto answer = co_await perform(call, deadline);
        if (!answer)
            co_return answer.error();
        co_return decode_object(call->subject, *answer, options_.parser);
    }

    /// What a server says about a watch that it refuses, as far as it is short and whole.
    static awaitable<std::string> read_error(http::incoming& stream, time_point deadline)
    {
        std::string body;
        while (body.size() < 64U * 1024U) {
            auto piece = co_await stream.read(deadline);
            if (!piece || piece->empty())
                break;
            body += *piece;
        }
        co_return body;
    }

    Env& env_;
    Transport& transport_;
    std::string server_;
    credential who_;
    api_client_options options_;
    request_counter<std::remove_cvref_t<decltype(std::declval<Env&>().metrics())>> requests_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_API_CLIENT_HPP
