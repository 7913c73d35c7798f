#ifndef PENSTOCK_KUBE_API_CALLER_HPP
#define PENSTOCK_KUBE_API_CALLER_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/kube/api_answer.hpp>
#include <penstock/kube/api_call.hpp>
#include <penstock/kube/credential.hpp>
#include <penstock/kube/fairness.hpp>
#include <penstock/kube/impersonation.hpp>
#include <penstock/kube/request_metrics.hpp>
#include <penstock/kube/retry_budget.hpp>
#include <penstock/kube/warnings.hpp>
#include <penstock/rate/limiter.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace penstock::kube {

struct api_caller_options
{
    std::string user_agent;    ///< Empty: the transport's own.
    impersonation act_as;      ///< Whom every request is made for.
    duration request_timeout{};  ///< For one try; zero: only the call's deadline counts.
    bool limit_despite_fairness = false;  ///< Keeps to the client's limit where the server ranks requests itself.
};

/** Sends calls to an API server, again where that makes sense, and tells what became of them.

    One try after the other: wait for the limiter (not where the server has priority and fairness), ask for the
    credential, send. A 401 renews the credential and is tried once more. A 429 or 5xx with `Retry-After` is
    tried again for every method, a connection that broke for reads only, ten times at most, never past the
    deadline. What a server warns of is logged once.
    @par Thread safety
    One thread: that of the transport. */
template <env::environment Env, http::transport Transport, rate::limiter Limiter = rate::unlimited>
class api_caller
{
public:
    /// @param env,transport Outlive the caller.
    api_caller(Env& env, Transport& transport, std::string server, credential who, api_caller_options options,
               Limiter limiter = Limiter())
        : env_(env), transport_(transport), server_(std::move(server)), who_(std::move(who)),
          options_(std::move(options)), limiter_(std::move(limiter)), metrics_(env.metrics(), server_)
    {
        while (server_.ends_with('/'))
            server_.pop_back();
    }

    /// Sends until there is a 2xx answer, or until another try makes no sense.
    awaitable<result<http::response>> perform(result<api_call> call, time_point deadline)
    {
        if (!call)
            co_return call.error();
        retry_budget budget(call->method);
        bool renewed = false;
        for (;;) {
            auto request = co_await ready(*call, deadline);
            if (!request)
                co_return request.error();
            auto const started = env_.clock().now();
            auto answer = co_await transport_.send(*std::move(request), end_of_try(started, deadline));
            note(*call, started, answer ? &*answer : nullptr);
            if (answer && answer->status >= 200 && answer->status < 300)
                co_return std::move(answer);
            auto const status = answer ? answer->status : 0;
            if (status == 401 && !renewed && who_.rejected(started)) {
                renewed = true;
                metrics_.retried(call->method, status);
                continue;
            }
            auto problem = answer ? refusal(*call, *answer) : describe(*call, answer.error());
            auto wait =
                answer ? budget.after_answer(status, retry_after_of(*answer)) : budget.after_failure(problem.code);
            auto const now = env_.clock().now();
            if (!wait || *wait >= deadline - now || is_version_too_large(problem))
                co_return problem;
            metrics_.retried(call->method, status);
            if (auto const ec = co_await env_.clock().sleep_until(now + *wait))
                co_return ec;
        }
    }

    /// Opens a stream. Nothing is tried again but a 401: what to do next is for who reads it to decide.
    awaitable<result<std::unique_ptr<http::incoming>>> open(result<api_call> call, time_point deadline)
    {
        if (!call)
            co_return call.error();
        for (bool renewed = false;; renewed = true) {
            auto request = co_await ready(*call, deadline);
            if (!request)
                co_return request.error();
            auto const started = env_.clock().now();
            auto stream = co_await transport_.open(*std::move(request), end_of_try(started, deadline));
            note(*call, started, stream ? &(*stream)->head() : nullptr);
            if (!stream)
                co_return describe(*call, stream.error());
            auto const status = (*stream)->head().status;
            if (status >= 200 && status < 300)
                co_return std::move(stream);
            if (status == 401 && !renewed && who_.rejected(started)) {
                metrics_.retried(call->method, status);
                continue;
            }
            http::response answer = (*stream)->head();
            auto said = co_await read_error(**stream, deadline);
            answer.body = std::move(said);
            co_return refusal(*call, answer);
        }
    }

    /// How the server ranked the last request that it answered with a word about it; empty: it never did.
    kube::fairness const& fairness() const noexcept { return fairness_; }
private:
    time_point end_of_try(time_point now, time_point deadline) const
    {
        auto const limit = options_.request_timeout;
        return limit > duration::zero() && limit < deadline - now ? now + limit : deadline;
    }

    /// Waits for what must come first, and makes the request.
    awaitable<result<http::request>> ready(api_call const& call, time_point deadline)
    {
        if constexpr (!std::same_as<Limiter, rate::unlimited>) {
            if (auto const held = co_await wait_for_turn(call, deadline); !held)
                co_return held.error();
        }
        auto authorization = co_await who_.fetch(env_.clock().now(), deadline);
        if (!authorization)
            co_return describe(call, authorization.error());
        http::request request(call.method, server_ + call.target);
        request.fields.add("Accept", call.accept);
        if (!options_.user_agent.empty())
            request.fields.add("User-Agent", options_.user_agent);
        if (!call.content_type.empty())
            request.fields.add("Content-Type", call.content_type);
        if (!authorization->empty())
            request.fields.add("Authorization", std::string(authorization->reveal()));
        if (auto const ok = options_.act_as.add_to(request.fields); !ok)
            co_return describe(call, ok.error());
        request.body = call.body;
        co_return request;
    }

    awaitable<result<void>> wait_for_turn(api_call const& call, time_point deadline)
    {
        if (!fairness_.empty() && !options_.limit_despite_fairness)
            co_return result<void>();
        auto const now = env_.clock().now();
        auto const start = limiter_.reserve(now);
        metrics_.held_back(call.method, std::max(start - now, duration::zero()));
        if (start >= deadline && start > now)
            co_return failure(errc::deadline_exceeded, call.subject + ": held back by the client's own limit");
        if (auto const ec = co_await env_.clock().sleep_until(start))
            co_return failure(ec);
        co_return result<void>();
    }

    /// What every answer is good for, whatever its status.
    void note(api_call const& call, time_point started, http::response const* answer)
    {
        metrics_.answered(call.method, answer == nullptr ? 0 : answer->status, env_.clock().now() - started);
        if (answer == nullptr)
            return;
        if (auto ranked = kube::fairness::of(*answer); !ranked.empty())
            fairness_ = std::move(ranked);
        if (!answer->fields.contains("Warning"))
            return;
        for (auto const& text : warnings_of(answer->fields)) {
            if (warned_.is_new(text))
                env_.log().write(observe::level::info, "kube", "the server warns",
                                 {{"call", call.subject}, {"warning", text}});
        }
    }

    static failure refusal(api_call const& call, http::response const& answer)
    {
        auto f = failure_of_answer(call.subject, answer);
        auto const ranked = kube::fairness::of(answer);
        if (answer.status == 429 && !ranked.empty())
            f.detail +=
                " [priority level " + ranked.priority_level_uid + ", flow schema " + ranked.flow_schema_uid + ']';
        return f;
    }

    static failure describe(api_call const& call, failure f)
    {
        if (f.code != asio::error::operation_aborted)
            f.detail = f.detail.empty() ? call.subject : call.subject + ": " + f.detail;
        return f;
    }

    /// What a server says about a stream that it refuses, as far as it is short and whole.
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
    api_caller_options options_;
    [[no_unique_address]] Limiter limiter_;
    request_metrics<std::remove_cvref_t<decltype(std::declval<Env&>().metrics())>> metrics_;
    told_warnings warned_;
    kube::fairness fairness_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_API_CALLER_HPP
