#ifndef PENSTOCK_KUBE_INFORMER_HPP
#define PENSTOCK_KUBE_INFORMER_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/informer_options.hpp>
#include <penstock/kube/known_objects.hpp>
#include <penstock/kube/outage.hpp>
#include <penstock/kube/reflector.hpp>
#include <penstock/kube/watch_decoder.hpp>
#include <penstock/metrics/names.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/** Tells a handler about every object of a resource: those that exist, and what changes from then on.

    Lists, then watches, and goes on for as long as it runs, through dropped, truncated and silent streams, 410,
    busy servers, missing permissions, and a resource that is not installed yet. Of each object it keeps its name
    and what the projection keeps, and tells only of changes in that.
    Every object comes as `added` first and ends with `deleted`, also when it vanished while no watch ran; that
    last one then carries only kind and name. Changes in between may be left out, never the last one.
    @par Thread safety
    One thread. */
template <env::environment Env, api Api, projection P = names_only>
class informer
{
public:
    /// Called on the informer's thread; must not destroy the informer. The object lives for the call.
    using handler = std::function<void(object_event, boost::json::object const&)>;

    /// @param env,client Outlive the informer.
    informer(Env& env, Api& client, executor ex, resource what, informer_options options, handler tell)
        : env_(env), client_(client), what_(std::move(what)), options_(std::move(options)), tell_(std::move(tell)),
          reflector_(options_.reflect), answered_(std::move(ex))
    {
        for (std::size_t i = 0; i < restarts_.size(); ++i) {
            restarts_[i] = env_.metrics().make_counter(metrics::names::watch_restarts_total,
                                                       {what_.qualified(), text_of(static_cast<watch_end>(i))});
        }
    }

    informer(informer const&) = delete;
    informer& operator=(informer const&) = delete;

    /// Runs until it is cancelled; gives `operation_aborted` then. At most one run at a time.
    awaitable<error_code> run()
    {
        for (;;) {
            auto const state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none)
                co_return asio::error::make_error_code(asio::error::operation_aborted);
            auto const step = reflector_.next(env_.clock().now());
            if (auto const ec = co_await env_.clock().sleep_until(step.start))
                co_return ec;
            error_code stopped;
            if (step.what == reflector_step::kind::list)
                stopped = co_await list_once(step);
            else
                stopped = co_await watch_once(step);  // a stream is a watch that lists first
            if (stopped)
                co_return stopped;
        }
    }

    /** Waits until the first list is complete and all of it was told.

        @return `errc::not_found` when the server does not know the resource and `errc::forbidden` when it may
        not be read: the informer keeps trying, but waiting may take for ever. `operation_aborted` when
        cancelled. */
    awaitable<result<void>> wait_synced()
    {
        while (!synced_ && !hopeless(outage_.trouble().code)) {
            if (auto const ec = co_await answered_.wait())
                co_return failure(ec);
        }
        if (!synced_)
            co_return outage_.trouble();
        co_return result<void>();
    }

    /// Whether the first list is complete. Stays true.
    bool synced() const noexcept { return synced_; }
    /// What is wrong now; a code of zero when nothing is.
    failure const& trouble() const noexcept { return outage_.trouble(); }
    /// Whether a watch is open: changes are heard of at once. False for moments, and while the server is away.
    bool watching() const noexcept { return watching_; }
    /// All objects that exist, by name, and what is kept of them; as handlers have been told.
    known_objects<P> const& objects() const noexcept { return known_; }
    std::size_t size() const noexcept { return known_.size(); }
    kube::resource const& what() const noexcept { return what_; }
private:
    static bool hopeless(error_code code) noexcept { return code == errc::not_found || code == errc::forbidden; }

    /// Lists everything once. An error only when cancelled.
    awaitable<error_code> list_once(reflector_step step)
    {
        list_options ask;
        ask.label_selector = options_.label_selector;
        ask.field_selector = options_.field_selector;
        ask.resource_version = step.resource_version;
        ask.limit = step.paged ? options_.page_size : 0;
        std::string version;
        std::size_t seen = 0;
        known_.begin_list();
        for (bool first = true;; first = false) {
            auto page =
                co_await client_.list_page(what_, options_.ns, ask, env_.clock().now() + options_.list_deadline);
            if (page && (seen += page->items.size() + 1) > options_.max_objects)
                page = failure(errc::too_large, what_.qualified() + ": too many objects");
            if (!page) {
                if (page.error().code == asio::error::operation_aborted)
                    co_return page.error().code;
                reflector_.list_failed(page.error(), env_.clock().now());
                complain("list", page.error());
                co_return error_code();
            }
            if (first)
                version = page->resource_version;
            for (auto const& object : page->items)
                observe(object);
            if (page->continue_token.empty())
                break;
            ask.continue_token = std::move(page->continue_token);
        }
        complete(std::move(version));
        co_return error_code();
    }

    /// The list has been told whole: what it did not name is gone.
    void complete(std::string version)
    {
        for (auto const& name : known_.end_list())
            tell_(object_event::deleted, tombstone(what_, name));
        reflector_.listed(std::move(version));
        recover();
    }

    /// Watches until the stream ends. An error only when cancelled.
    awaitable<error_code> watch_once(reflector_step step)
    {
        watch_options ask;
        ask.label_selector = options_.label_selector;
        ask.field_selector = options_.field_selector;
        ask.resource_version = step.resource_version;
        ask.timeout = step.timeout;
        ask.initial_events = listing_ = step.what == reflector_step::kind::stream;
        auto stream = co_await client_.open_watch(what_, options_.ns, ask, env_.clock().now() + options_.open_deadline);
        if (!stream) {
            if (stream.error().code == asio::error::operation_aborted)
                co_return stream.error().code;
            restarted(reflector_.watch_refused(stream.error(), env_.clock().now()), stream.error());
            co_return error_code();
        }
        reflector_.watch_started(step.timeout, env_.clock().now());
        streamed_ = 0;
        if (listing_)
            known_.begin_list();
        else
            recover();
        watching_ = !listing_;
        watch_decoder decoder("WATCH " + what_.qualified(), options_.event);
        for (;;) {
            auto piece = co_await (*stream)->read(reflector_.read_deadline());
            if (!piece && piece.error().code == asio::error::operation_aborted)
                co_return piece.error().code;
            auto const now = env_.clock().now();
            auto problem = piece ? take(decoder, *piece, now) : piece.error();
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
    failure take(watch_decoder& decoder, std::string_view bytes, time_point now)
    {
        if (bytes.empty()) {
            auto const end = decoder.finish();
            return end ? failure() : end.error();
        }
        reflector_.heard(now);
        while (auto event = decoder.next(bytes)) {
            if (!*event)
                return event->error();
            handle(**event);
            if (listing_ && ++streamed_ > options_.max_objects)
                return failure(errc::too_large, what_.qualified() + ": too many objects");
        }
        return {};
    }

    void handle(watch_event const& event)
    {
        if (listing_ && ends_initial_events(event)) {
            listing_ = false;
            watching_ = true;
            complete(std::string(resource_version_of(event.object)));
        }
        auto const kind = text_at(event.object, "kind");
        if (event.kind == watch_event_kind::unknown || (!kind.empty() && kind != what_.kind)) {
            env_.log().write(observe::level::debug, "kube", "passed over an event of another type",
                             {{"resource", what_.qualified()}, {"kind", kind}});
            return;
        }
        if (event.kind == watch_event_kind::deleted) {
            if (known_.vanished(event.object) != known_objects<P>::change::none)
                tell_(object_event::deleted, event.object);
        } else if (event.kind != watch_event_kind::bookmark) {
            observe(event.object);
        }
        reflector_.advanced(resource_version_of(event.object), event.kind == watch_event_kind::bookmark);
    }

    void observe(boost::json::object const& object)
    {
        switch (known_.exists(object)) {
        case known_objects<P>::change::replaced:
            tell_(object_event::deleted, tombstone(what_, name_of(object)));
            [[fallthrough]];
        case known_objects<P>::change::added: tell_(object_event::added, object); break;
        case known_objects<P>::change::modified: tell_(object_event::modified, object); break;
        case known_objects<P>::change::deleted:
        case known_objects<P>::change::none: break;
        }
    }

    void restarted(watch_end how, failure const& why)
    {
        watching_ = false;
        restarts_[static_cast<std::size_t>(how)].increment();
        bool const trouble = how == watch_end::failed || how == watch_end::throttled;
        if (trouble)
            complain("watch", why);
        else
            env_.log().write(observe::level::debug, "kube", "the watch ended",
                             {{"resource", what_.qualified()}, {"how", text_of(how)}, {"error", why.detail}});
    }

    /// One line when the trouble begins or changes; what lasts or comes and goes is for debugging only.
    void complain(std::string_view verb, failure const& f)
    {
        if (f.code == errc::gone)
            return;  // part of normal life
        bool const say = outage_.begins(f, env_.clock().now()) == outage::verdict::say;
        auto const text = words_for(f, verb, what_, options_.ns);
        env_.log().write(say ? observe::level::error : observe::level::debug, "kube", text,
                         {{"resource", what_.qualified()}, {"error", f.message()}});
        if (hopeless(f.code))
            answered_.notify();
    }

    void recover()
    {
        if (outage_.ends() == outage::verdict::say)
            env_.log().write(observe::level::info, "kube", "in step again", {{"resource", what_.qualified()}});
        if (!synced_) {
            synced_ = true;
            answered_.notify();
        }
    }

    Env& env_;
    Api& client_;
    resource what_;
    informer_options options_;
    handler tell_;
    reflector reflector_;
    known_objects<P> known_;
    clock::gate answered_;
    bool synced_ = false;
    bool watching_ = false;
    bool listing_ = false;      // the watch has not come to the end of its initial events
    std::size_t streamed_ = 0;  // events of this list
    outage outage_;
    std::array<metrics::counter, static_cast<std::size_t>(watch_end::unlisted) + 1> restarts_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_INFORMER_HPP
