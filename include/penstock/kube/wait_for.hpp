#ifndef PENSTOCK_KUBE_WAIT_FOR_HPP
#define PENSTOCK_KUBE_WAIT_FOR_HPP
#include <penstock/env/environment.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/reflector.hpp>
#include <penstock/kube/wait_condition.hpp>
#include <penstock/kube/watch_decoder.hpp>

#include <boost/asio/error.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace penstock::kube {

namespace detail {

/// What a wait knows: the object as it was seen last, and what the condition says of it. Pure.
class waiting
{
public:
    waiting(resource what, object_name name, wait_condition condition)
        : what_(std::move(what)), name_(std::move(name)), condition_(std::move(condition))
    {}

    void listed(object_list page)
    {
        object_.reset();
        for (auto& item : page.items)
            if (metadata_text(item, "name") == name_.name)
                object_ = std::move(item);
    }

    void happened(watch_event event)
    {
        if (event.kind == watch_event_kind::bookmark || event.kind == watch_event_kind::unknown
            || metadata_text(event.object, "name") != name_.name)
            return;
        if (event.kind == watch_event_kind::deleted)
            object_.reset();
        else
            object_ = std::move(event.object);
    }

    wait_verdict verdict() const { return condition_(object_ ? &*object_ : nullptr); }

    /// The object, or null where it is met by there being none.
    result<boost::json::value> outcome(wait_verdict v) const
    {
        if (v == wait_verdict::never)
            return failure(errc::invalid_object, subject() + ": will not come true: " + state());
        return object_ ? boost::json::value(*object_) : boost::json::value();
    }

    failure too_late() const { return {errc::deadline_exceeded, subject() + ": last seen: " + state()}; }
    std::string subject() const { return "WAIT " + what_.qualified() + ' ' + name_.text(); }
    resource const& what() const noexcept { return what_; }
    object_name const& name() const noexcept { return name_; }
private:
    std::string state() const { return object_ ? conditions_text(*object_) : "no such object"; }

    resource what_;
    object_name name_;
    wait_condition condition_;
    std::optional<boost::json::object> object_;
};

/// Whether waiting on makes no sense: what asks must be changed first.
inline bool is_hopeless(failure const& f) noexcept
{
    return f.code == errc::not_found || f.code == errc::forbidden || f.code == errc::unauthorized
           || f.code == errc::invalid_object || f.code == errc::invalid_argument || f.code == errc::unsupported
           || f.code == errc::invalid_configuration || f.code == asio::error::operation_aborted;
}

/// Reads one watch until it ends or the condition is decided.
template <env::environment Env, api Api>
awaitable<result<wait_verdict>> watch_waiting(Env& env, Api& client, waiting& seen, reflector& steps,
                                              reflector_step step, time_point deadline)
{
    watch_options ask;
    ask.field_selector = "metadata.name=" + seen.name().name;
    ask.resource_version = step.resource_version;
    auto const left = std::chrono::ceil<std::chrono::seconds>(deadline - env.clock().now());
    ask.timeout = std::clamp(left, std::chrono::seconds(1), step.timeout);
    auto stream = co_await client.open_watch(seen.what(), seen.name().ns, ask, deadline);
    if (!stream) {
        steps.watch_refused(stream.error(), env.clock().now());
        if (is_hopeless(stream.error()))
            co_return stream.error();
        co_return wait_verdict::not_yet;
    }
    steps.watch_started(ask.timeout, env.clock().now());
    watch_decoder decoder(seen.subject());
    for (;;) {
        auto piece = co_await (*stream)->read(std::min(deadline, steps.read_deadline()));
        auto const now = env.clock().now();
        if (!piece) {
            steps.watch_failed(piece.error(), now);
            if (is_hopeless(piece.error()))
                co_return piece.error();
            co_return wait_verdict::not_yet;
        }
        if (piece->empty()) {
            steps.watch_closed(now);
            co_return wait_verdict::not_yet;
        }
        steps.heard(now);
        std::string_view bytes = *piece;
        while (auto event = decoder.next(bytes)) {
            if (!*event) {
                steps.watch_failed(event->error(), now);
                co_return wait_verdict::not_yet;
            }
            steps.advanced(resource_version_of((*event)->object), (*event)->kind);
            seen.happened(**std::move(event));
            if (auto const v = seen.verdict(); v != wait_verdict::not_yet)
                co_return v;
        }
    }
}

}  // namespace detail

/** Waits until a condition is true of one object: looks at its newest version, then follows a watch, through
    dropped connections and busy servers.

    @param env,client Outlive the call.
    @return The object as it then is, null where it does not exist. `errc::invalid_object` when the condition says
    that it will never be met; `errc::deadline_exceeded` with the conditions that were seen last; at once what
    waiting cannot mend (`not_found` for an unknown resource, `forbidden`, `unauthorized`). */
template <env::environment Env, api Api>
awaitable<result<boost::json::value>> wait_for(Env& env, Api& client, resource what, object_name name,
                                               wait_condition condition, time_point deadline)
{
    detail::waiting seen(std::move(what), std::move(name), std::move(condition));
    reflector steps;
    for (;;) {
        auto const step = steps.next(env.clock().now());
        if (auto const ec = co_await env.clock().sleep_until(std::min(step.start, deadline)))
            co_return ec;
        if (env.clock().now() >= deadline)
            co_return seen.too_late();
        auto verdict = wait_verdict::not_yet;
        if (step.what == reflector_step::kind::list) {
            list_options ask;  // the newest: what a cache still holds could be mistaken for the answer
            ask.field_selector = "metadata.name=" + seen.name().name;
            auto page = co_await client.list_page(seen.what(), seen.name().ns, ask, deadline);
            if (!page && detail::is_hopeless(page.error()))
                co_return page.error();
            if (!page) {
                steps.list_failed(page.error(), env.clock().now());
                continue;
            }
            steps.listed(page->resource_version);
            seen.listed(*std::move(page));
            verdict = seen.verdict();
        } else {
            auto watched = co_await detail::watch_waiting(env, client, seen, steps, step, deadline);
            if (!watched)
                co_return watched.error();
            verdict = *watched;
        }
        if (verdict != wait_verdict::not_yet)
            co_return seen.outcome(verdict);
    }
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_WAIT_FOR_HPP
