#ifndef PENSTOCK_KUBE_INFORMER_HPP
#define PENSTOCK_KUBE_INFORMER_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/informer_options.hpp>
#include <penstock/kube/list_reader.hpp>
#include <penstock/kube/object_feed.hpp>
#include <penstock/kube/reflector.hpp>
#include <penstock/kube/watch_journal.hpp>
#include <penstock/kube/watch_reader.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/** Tells handlers about every object of a resource: those that exist, and what changes from then on.

    Lists, then watches, and goes on for as long as it runs, through dropped, truncated and silent streams, 410,
    busy servers, missing permissions, and a resource that is not installed yet. Of each object it keeps its name
    and what the projection keeps, and tells only of changes in that. What arrives is read as it comes, object by object:
    no page is ever held, and with a `field_projection` no DOM is made.
    Every object comes as `added` first and ends with `deleted`, also when it vanished while no watch ran; that
    last one then carries what was last known of it, or, with a projection that keeps nothing, its kind and name.
    Changes in between may be left out, never the last one.
    @tparam P What is kept, and what handlers are shown: see `projection`.
    @par Thread safety
    One thread. */
template <env::environment Env, api Api, projection P = passing_object>
class informer
{
public:
    /// What handlers are shown: a `known_object<P>`, or the `boost::json::object` itself with a `dom_projection`.
    using shown = shown_object<P>;
    /** Called on the informer's thread; must not destroy the informer, but may add and remove handlers. What it is shown
        lives for the call: handlers remember names, not objects. What it throws is logged. */
    using handler = std::function<void(object_event, shown const&)>;

    /// @param env,client Outlive the informer.
    informer(Env& env, Api& client, executor ex, resource what, informer_options options)
        : env_(env), client_(client), ex_(std::move(ex)), what_(std::move(what)), options_(std::move(options)),
          reflector_(options_.reflect), journal_(env_, what_, options_.ns),
          feed_(what_, [this](std::exception const& e) { journal_.handler_threw(e); }), answered_(ex_), resync_(ex_)
    {}

    /// With a handler that is told for as long as the informer lives.
    informer(Env& env, Api& client, executor ex, resource what, informer_options options, handler tell)
        : informer(env, client, std::move(ex), std::move(what), std::move(options))
    {
        first_ = add(std::move(tell));
    }

    informer(informer const&) = delete;
    informer& operator=(informer const&) = delete;

    /** Adds a handler: before the start, while it runs, or after. It hears at once of all objects that are known, as
        `added`, and of what happens from then on.
        @param resync How often it is told of all objects again, as `modified`, while the informer runs; zero: never.
        @return It is told for as long as this exists. */
    [[nodiscard]] subscription add(handler tell, duration resync = duration::zero())
    {
        auto made = feed_.add(std::move(tell), resync, env_.clock().now());
        resync_.notify();
        return made;
    }

    /// Runs until it is cancelled; gives `operation_aborted` then. At most one run at a time.
    awaitable<error_code> run()
    {
        clock::task_group others(ex_);
        others.spawn(resync());
        auto const ended = co_await follow();
        others.cancel();
        co_await others.join();
        co_return ended;
    }

    /** Waits until the first list is complete and all of it was told.

        @return `errc::not_found` when the server does not know the resource and `errc::forbidden` when it may
        not be read: the informer keeps trying, but waiting may take for ever. `operation_aborted` when
        cancelled. */
    awaitable<result<void>> wait_synced()
    {
        while (!synced() && !journal_.hopeless()) {
            if (auto const ec = co_await answered_.wait())
                co_return failure(ec);
        }
        if (!synced())
            co_return journal_.trouble();
        co_return result<void>();
    }

    /// Whether the first list is complete. Stays true.
    bool synced() const noexcept { return feed_.synced(); }
    /// What is wrong now; a code of zero when nothing is.
    failure const& trouble() const noexcept { return journal_.trouble(); }
    /// Whether a watch is open: changes are heard of at once. False for moments, and while the server is away.
    bool watching() const noexcept { return watching_; }
    /// All objects that exist, by name, and what is kept of them; as handlers have been told.
    known_objects<P> const& objects() const noexcept { return feed_.objects(); }
    std::size_t size() const noexcept { return objects().size(); }
    kube::resource const& what() const noexcept { return what_; }
private:
    awaitable<error_code> follow()
    {
        for (;;) {
            auto const state = co_await asio::this_coro::cancellation_state;
            if (is_cancelled(state))
                co_return asio::error::operation_aborted;
            auto const step = reflector_.next(env_.clock().now());
            if (auto const ec = co_await env_.clock().sleep_until(step.start))
                co_return ec;
            bool const lists = step.what == reflector_step::kind::list;  // a stream is a watch that lists first
            auto doing = lists ? list_once(step) : watch_once(step);
            if (auto const stopped = co_await std::move(doing))
                co_return stopped;
        }
    }

    /// Tells handlers of everything again when they want it. An end only when cancelled.
    awaitable<error_code> resync()
    {
        for (;;) {
            if (auto const ec = co_await clock::wait_until(env_.clock(), resync_, feed_.next_resync()))
                co_return ec;
            feed_.resync(env_.clock().now());
        }
    }

    /// Lists everything once. An error only when cancelled.
    awaitable<error_code> list_once(reflector_step step)
    {
        auto ask = list_of(options_, step);
        std::string version;
        bool in_pages = false;
        seen_ = 0;
        feed_.begin_list();
        for (bool first = true;; first = false) {
            auto page = co_await page_once(ask);
            if (!page) {
                if (page.error().code == asio::error::operation_aborted)
                    co_return page.error().code;
                reflector_.list_failed(page.error(), env_.clock().now());
                journal_.failed("list", page.error());
                answered_.notify();
                co_return error_code();
            }
            if (first)
                version = page->resource_version;
            if (page->continue_token.empty())
                break;
            in_pages = true;
            ask.continue_token = std::move(page->continue_token);
        }
        complete(std::move(version), in_pages);
        co_return error_code();
    }

    awaitable<result<list_end>> page_once(list_options ask)
    {
        auto const deadline = env_.clock().now() + options_.list_deadline;
        auto stream = co_await client_.open_list(what_, options_.ns, std::move(ask), deadline);
        if (!stream)
            co_return stream.error();
        list_reader<P> page(what_, options_.event);
        for (;;) {
            auto piece = co_await (*stream)->read(deadline);
            if (!piece)
                co_return piece.error();
            if (piece->empty())
                co_return page.finish();
            std::string_view bytes = *piece;
            while (auto const object = page.next(bytes)) {
                if (!*object)
                    co_return object->error();
                if (++seen_ > options_.max_objects)
                    co_return failure(errc::too_large, what_.qualified() + ": too many objects");
                feed_.exists(page.seen());
            }
        }
    }

    /// The list has been told whole: what it did not name is gone.
    void complete(std::string version, bool in_pages = false)
    {
        feed_.end_list();
        reflector_.listed(std::move(version), in_pages);
        journal_.recovered();
        answered_.notify();
    }

    /// Watches until the stream ends. An error only when cancelled.
    awaitable<error_code> watch_once(reflector_step step)
    {
        listing_ = step.what == reflector_step::kind::stream;
        auto const deadline = env_.clock().now() + options_.open_deadline;
        auto stream = co_await client_.open_watch(what_, options_.ns, watch_of(options_, step), deadline);
        if (!stream) {
            if (stream.error().code == asio::error::operation_aborted)
                co_return stream.error().code;
            restarted(reflector_.watch_refused(stream.error(), env_.clock().now()), stream.error());
            co_return error_code();
        }
        reflector_.watch_started(step.timeout, env_.clock().now());
        seen_ = 0;
        journal_.lists(env_.clock().now());
        listing_ ? feed_.begin_list() : journal_.recovered();
        watching_ = !listing_;
        watch_reader<P> events(what_, options_.event);
        for (;;) {
            auto piece = co_await (*stream)->read(reflector_.read_deadline());
            if (!piece && piece.error().code == asio::error::operation_aborted)
                co_return piece.error().code;
            auto const now = env_.clock().now();
            auto problem = piece ? take(events, *piece, now) : piece.error();
            if (problem.code) {
                restarted(reflector_.watch_failed(problem, now), problem);
                co_return error_code();
            }
            if (piece->empty()) {
                restarted(reflector_.watch_closed(now), failure());
                co_return error_code();
            }
        }
    }

    /// Handles what a stream brought; nothing is its end. Gives what ends the stream, if something does.
    failure take(watch_reader<P>& events, std::string_view bytes, time_point now)
    {
        if (bytes.empty()) {
            auto const end = events.finish();
            return end ? failure() : end.error();
        }
        reflector_.heard(now);
        if (listing_)
            journal_.still_lists(seen_, now);
        while (auto const event = events.next(bytes)) {
            if (!*event)
                return event->error();
            handle(**event, events);
            if (listing_ && ++seen_ > options_.max_objects)
                return failure(errc::too_large, what_.qualified() + ": too many objects");
        }
        return {};
    }

    void handle(watch_event_kind kind, watch_reader<P>& events)
    {
        auto& seen = events.seen();
        if (listing_ && events.ends_initial_events()) {
            listing_ = false;
            watching_ = true;
            complete(seen.head.version);
        }
        if (kind == watch_event_kind::unknown)
            return journal_.passed_over(seen.head.kind);
        if (kind == watch_event_kind::deleted)
            feed_.vanished(seen);
        else if (kind != watch_event_kind::bookmark)
            feed_.exists(seen);
        reflector_.advanced(seen.head.version, kind);
    }

    void restarted(watch_end how, failure const& why)
    {
        watching_ = false;
        journal_.ended(how, why);
        answered_.notify();  // whoever waits may not want to wait any longer
    }

    Env& env_;
    Api& client_;
    executor ex_;
    resource what_;
    informer_options options_;
    reflector reflector_;
    watch_journal<Env> journal_;
    object_feed<P> feed_;
    subscription first_;
    clock::gate answered_;
    clock::gate resync_;  // a handler came that may want to hear of everything again
    bool watching_ = false;
    bool listing_ = false;  // the watch has not come to the end of its initial events
    std::size_t seen_ = 0;  // objects of this list
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_INFORMER_HPP
