#ifndef PENSTOCK_SYNC_RECEIVER_FLOW_HPP
#define PENSTOCK_SYNC_RECEIVER_FLOW_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/hook/deliveries.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/sync/noted.hpp>
#include <penstock/sync/receiver_check.hpp>
#include <penstock/sync/receiver_plan.hpp>
#include <penstock/sync/under_way.hpp>

#include <boost/json/value.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::sync {

/** The objects that Receivers name. `request_sync` returns when the request cannot be lost any more: when it is in the
    store, or the annotation is written. Asking twice for the same object is harmless. `push` is what the sender says was
    pushed, perhaps to another repository or branch than the object follows; null where it says nothing. */
template <class C>
concept receiver_cluster = requires(C& c, kube::resource what, std::string ns, std::string name, std::string selector,
                                    std::shared_ptr<hook::push_event const> push) {
    { c.get_metadata(what, ns, name) } -> std::same_as<awaitable<result<boost::json::value>>>;
    { c.list_metadata(what, ns, selector) } -> std::same_as<awaitable<result<std::vector<boost::json::value>>>>;
    { c.request_sync(what, ns, name, push) } -> std::same_as<awaitable<result<void>>>;
};

struct receiver_flow_options
{
    receiver_check_options check;
    receiver_plan_options plan;
    hook::deliveries_options deliveries;
    std::size_t max_body = 3 * 1024 * 1024;          ///< Bytes; Flux's limit.
    std::size_t max_at_once = 16;                    ///< Requests whose body is held in memory.
    duration deadline = std::chrono::seconds(20);    ///< For finding and asking all objects of one request.
};

/** Serves the paths of Flux's Receivers, from the header of a request to its answer.

    Answers with the status codes of notification-controller and an empty body. Where the sender can do something about
    it, the header `Penstock-Reason` says why. The path is a credential for some types: it is in no log.

    Order: method (405), announced length (413), path (404, 503), what the header alone decides (400, 501, 503), the
    body (413, 400), the signature, payload and event (400, or 200 without effect), a delivery that was accepted before
    (200 without effect) or is being handled (503: nobody knows yet whether it can be kept), the body as JSON (500),
    then every resource in order. An error does not stop the resources behind it, and makes the answer 500; only within
    a list by labels does the first error end that list.
    @par Lifetime
    The environment, the index and the cluster outlive the flow; the flow outlives its requests. One thread. */
template <env::environment Env, receiver_cluster Cluster>
class receiver_flow
{
public:
    receiver_flow(Env& env, receiver_index const& index, Cluster& cluster, receiver_flow_options const& o = {})
        : env_(&env), index_(&index), cluster_(&cluster), options_(o), deliveries_(o.deliveries)
    {}

    /// Reads the request and does what it asks for. Gives the answer; does not send it.
    awaitable<http::response> serve(http::exchange& request)
    {
        auto const found = index_->find(request.head().path());
        auto answer = check_before_body(request.head(), found);
        if (!answer) {
            auto const held = reading();
            if (!held)
                answer = said(receiver_outcome::busy, "too many requests are being read");
            else
                answer = co_await handle(request, found.receiver);
        }
        co_return finish(*answer, found.receiver.get());
    }
private:
    using served = std::shared_ptr<served_receiver const>;

    /// What is asked for by one request.
    struct order
    {
        served to;
        std::shared_ptr<hook::push_event const> push;
        boost::json::value asked;  // as the filters see it
    };

    static receiver_answer said(receiver_outcome outcome, std::string reason)
    {
        receiver_answer a;
        a.outcome = outcome;
        a.reason = std::move(reason);
        return a;
    }

    std::optional<receiver_answer> check_before_body(http::request_head const& head,
                                                     receiver_index::found const& found) const
    {
        if (head.method != "POST")
            return said(receiver_outcome::wrong_method, "not a POST");
        if (head.content_length && *head.content_length > options_.max_body)
            return said(receiver_outcome::too_large, "Content-Length is above the limit");
        if (found.what == receiver_index::lookup::none)
            return said(receiver_outcome::not_found, "no receiver has this path");
        if (found.what == receiver_index::lookup::ambiguous)
            return said(receiver_outcome::ambiguous, "two receivers have this path; change the token of one");
        return check_receiver_head(*found.receiver, head.fields, options_.check);
    }

    /// A place among those whose body is held in memory; null when there is none.
    std::shared_ptr<void> reading()
    {
        if (reading_ >= options_.max_at_once)
            return nullptr;
        ++reading_;
        return std::shared_ptr<void>(this, [this](void*) { --reading_; });
    }

    awaitable<receiver_answer> handle(http::exchange& request, served to)
    {
        auto const body = co_await request.read_all(options_.max_body);
        if (!body)
            co_return said(body.error().code == errc::too_large ? receiver_outcome::too_large
                                                                : receiver_outcome::unreadable,
                           body.error().message());
        auto const& fields = request.head().fields;
        auto answer = check_receiver(*to, fields, *body, options_.check);
        if (answer.outcome != receiver_outcome::accepted)
            co_return answer;
        auto const whole = to->what.ns + '/' + to->what.name + '/' + answer.delivery;
        auto const remembered = answer.delivery.empty() ? std::string() : whole;
        under_way::claim const only(under_way_, remembered);
        if (!only.is_first())
            co_return said(receiver_outcome::under_way, "the same delivery is being handled");
        if (!remembered.empty() && deliveries_.note(remembered, env_->clock().now()) == hook::seen::again) {
            answer.outcome = receiver_outcome::duplicate;
            answer.reason = "the delivery was accepted before";
            co_return answer;
        }
        noted note(deliveries_, remembered);
        auto const done = co_await act(to, fields, *body, std::exchange(answer.body, std::nullopt));
        if (done) {
            note.stays();
        } else {
            answer.outcome = receiver_outcome::failed;
            answer.reason = done.error().message();
        }
        co_return answer;
    }

    awaitable<result<void>> act(served to, http::fields const& fields, std::string_view body,
                                std::optional<boost::json::value> parsed)
    {
        if (to->filter_problem)
            co_return *to->filter_problem;
        order o{to, receiver_push(to->what.type, fields, body), nullptr};
        if (!to->filters.empty()) {
            auto read = receiver_request(to->what.type, fields, body, std::move(parsed));
            if (!read)
                co_return read.error();
            o.asked = *std::move(read);
        }
        auto const until = env_->clock().now() + options_.deadline;
        co_return co_await with_deadline(env_->clock(), until, request_all(std::move(o)));
    }

    /// Every entry in its turn; the first error is the one that is told.
    awaitable<result<void>> request_all(order o)
    {
        result<void> first;
        auto const plan = plan_receiver(o.to->what, options_.plan);
        for (auto const& target : plan) {
            result<void> done;
            if (!target)
                done = target.error();
            else if (target->selector)
                done = co_await request_list(o, *target);
            else
                done = co_await request_named(o, *target);
            if (done)
                continue;
            log(observe::level::error, "unable to request reconciliation", o.to.get(), done.error().message());
            if (first)
                first = done;
        }
        co_return first;
    }

    awaitable<result<void>> request_named(order const& o, receiver_target const& target)
    {
        auto const object = co_await cluster_->get_metadata(target.what, target.ns, target.name);
        if (!object)
            co_return failure(object.error().code,
                              target.what.kind + ' ' + target.ns + '/' + target.name + ": " + object.error().detail);
        auto const done = co_await request_one(o, target, *object);
        co_return done;
    }

    awaitable<result<void>> request_list(order const& o, receiver_target const& target)
    {
        auto const objects = co_await cluster_->list_metadata(target.what, target.ns, *target.selector);
        if (!objects)
            co_return failure(objects.error().code,
                              target.what.kind + " in " + target.ns + " by labels: " + objects.error().detail);
        if (objects->empty())
            log(observe::level::error, "no resource has the labels", o.to.get(),
                target.what.kind + ' ' + *target.selector);
        for (auto const& object : *objects) {
            auto done = co_await request_one(o, target, object);
            if (!done)
                co_return done;
        }
        co_return result<void>();
    }

    awaitable<result<void>> request_one(order const& o, receiver_target const& target, boost::json::value const& object)
    {
        auto const* const shown = object.if_object();
        auto const name = target.selector && shown != nullptr ? kube::name_of(*shown).name : target.name;
        auto const where = target.what.kind + ' ' + target.ns + '/' + name;
        auto const wanted = o.to->filters.test(target.entry, object, o.asked);
        if (!wanted)
            co_return failure(wanted.error().code, where + ": filter: " + wanted.error().detail);
        if (*wanted == cel::verdict::no) {
            log(observe::level::debug, "the filter does not let it pass", o.to.get(), where);
            co_return result<void>();
        }
        auto done = co_await cluster_->request_sync(target.what, target.ns, name, o.push);
        if (!done)
            co_return failure(done.error().code, where + ": " + done.error().detail);
        log(observe::level::info, "requested reconciliation", o.to.get(), where);
        co_return done;
    }

    http::response finish(receiver_answer const& answer, served_receiver const* to)
    {
        auto const status = status_of(answer.outcome);
        count(to == nullptr ? receiver_type::unknown : to->what.type, answer.outcome);
        auto const level = status == 404 || status == 405 ? observe::level::debug
                           : status >= 400                ? observe::level::error
                                                          : observe::level::info;
        if (env_->log().enabled(level))
            env_->log().write(level, "receiver", "answered a request to a receiver",
                              {{"controllerKind", "Receiver"},
                               {"name", to == nullptr ? std::string_view() : std::string_view(to->what.name)},
                               {"namespace", to == nullptr ? std::string_view() : std::string_view(to->what.ns)},
                               {"outcome", to_string(answer.outcome)},
                               {"status", status},
                               {"event", std::string_view(answer.event)},
                               {status >= 400 ? "error" : "reason", std::string_view(answer.reason)}});
        http::response out(status);
        if (auto const why = receiver_outcomes[static_cast<std::size_t>(answer.outcome)].said; !why.empty())
            out.fields.set("Penstock-Reason", std::string(why));
        if (status == 405)
            out.fields.set("Allow", "POST");
        if (status == 503)
            out.fields.set("Retry-After", "10");
        return out;
    }

    void count(receiver_type type, receiver_outcome outcome)
    {
        auto& series = counters_[static_cast<std::size_t>(type)][static_cast<std::size_t>(outcome)];
        if (!series)
            series = env_->metrics().make_counter(metrics::names::receiver_requests_total,
                                                  {to_string(type), to_string(outcome)});
        series->increment();
    }

    void log(observe::level level, std::string_view text, served_receiver const* to, std::string_view detail)
    {
        if (env_->log().enabled(level))
            env_->log().write(level, "receiver", text,
                              {{"controllerKind", "Receiver"},
                               {"name", std::string_view(to->what.name)},
                               {"namespace", std::string_view(to->what.ns)},
                               {level == observe::level::error ? "error" : "object", detail}});
    }

    Env* env_;
    receiver_index const* index_;
    Cluster* cluster_;
    receiver_flow_options options_;
    hook::deliveries deliveries_;
    under_way under_way_;
    std::size_t reading_ = 0;
    std::array<std::array<std::optional<metrics::counter>, receiver_outcome_count>, receiver_type_names.size()>
        counters_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_RECEIVER_FLOW_HPP
