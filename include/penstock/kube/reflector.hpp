#ifndef PENSTOCK_KUBE_REFLECTOR_HPP
#define PENSTOCK_KUBE_REFLECTOR_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/watch_event_kind.hpp>
#include <penstock/time/backoff.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::kube {

struct reflector_options
{
    duration first_backoff = std::chrono::milliseconds(800);  ///< The first wait is this to twice this.
    duration longest_backoff = std::chrono::seconds(30);      ///< No wait of our own choice is longer.
    duration backoff_reset = std::chrono::minutes(2);   ///< So long without trouble, and the first wait is back.
    duration longest_retry_after = std::chrono::minutes(5);  ///< More is not waited, whatever the server asks for.
    duration shortest_watch = std::chrono::minutes(5);       ///< Between this and twice this a watch is let live.
    duration watch_margin = std::chrono::seconds(30);  ///< So much later than agreed, and the connection is dead.
    duration longest_silence = std::chrono::minutes(3);  ///< The same where the server is known to send bookmarks.
    bool stream_lists = false;  ///< Lists through a watch that begins with all objects, where the server can do that.
    duration longest_pause = std::chrono::minutes(1);  ///< Of such a list; then it is asked for in another way.
    /// So long after the first of them, errors inside of the server (500) only end the watch and not what is known:
    /// it is watched on without a list. Zero: never.
    duration internal_error_window{};
    duration internal_error_quiet = std::chrono::minutes(1);  ///< So long without one, and the window begins anew.
    std::uint64_t seed = 1;  ///< For jitter; different in each process.
};

/// What to do next.
class reflector_step
{
public:
    reflector_step() = default;

    enum class kind : std::uint8_t
    {
        list,
        watch,
        stream,  ///< A watch that lists first (WatchList): all objects, a bookmark that says so, then what changes.
    };
    kind what = kind::list;
    time_point start;  ///< Not before this.
    std::string resource_version;  ///< To list or watch from.
    bool paged = true;  ///< Lists: whether to ask for pages.
    std::chrono::seconds timeout{};  ///< Watches and streams: what to tell the server.
};

/// How a watch came to its end; a label of `penstock_watch_restarts_total`.
enum class watch_end : std::uint8_t
{
    closed,  ///< As agreed, or by the server's choice: watch on.
    dropped,  ///< The connection broke or the stream was cut: watch on.
    silent,  ///< Nothing came for too long: watch on.
    throttled,  ///< 429 or no connection: wait, then watch on.
    gone,  ///< 410: list again.
    short_,  ///< Closed at once without an event: list again.
    failed,  ///< Anything else: list again.
    unlisted,  ///< A stream that did not come to the end of its list: list without one.
};

PENSTOCK_DECL std::string_view text_of(watch_end how) noexcept;

/** Keeps a collection in step with a server: decides when to list and when to watch, and from which version.

    Pure: it knows no connection and reads no clock. The rules are those of client-go's reflector: a version is
    kept over everything but 410; a broken or closed watch goes on from the last version without a new list; a
    busy or unreachable server is waited for without a new list; every other trouble lists again after a wait.
    Waits grow from 0.8 to 30 s with jitter. A list that the server cannot stream is asked for as a list.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class reflector
{
public:
    explicit reflector(reflector_options options = {}) : options_(options), uniform_(options.seed) {}

    /// What to do now. Asking twice gives another `timeout`, nothing else.
    reflector_step next(time_point now);

    /// A list is complete, also one that was streamed. `version` is the list's own, or that of the bookmark.
    /// @param in_pages It came in more than one.
    void listed(std::string version, bool in_pages = false);
    /// A list failed; a page of it counts.
    void list_failed(failure const& f, time_point now);

    /// The watch was answered with 2xx. `timeout` is that of the step.
    void watch_started(std::chrono::seconds timeout, time_point now);
    /// The watch was refused, or there was no answer.
    watch_end watch_refused(failure const& f, time_point now);
    /// Bytes came; whether or not they make an event.
    void heard(time_point now) noexcept { last_heard_ = now; }
    /// An event or a bookmark came; an empty version is passed over.
    void advanced(std::string_view version, watch_event_kind kind);
    /// The stream came to its end without an error.
    watch_end watch_closed(time_point now);
    /// The stream broke, or carried an ERROR event. `errc::deadline_exceeded`: `read_deadline` has passed.
    watch_end watch_failed(failure const& f, time_point now);

    /// When a stream that still says nothing is dead.
    time_point read_deadline() const noexcept;
    /// Of the last list, event or bookmark; empty before the first list.
    std::string const& resource_version() const noexcept { return version_; }
private:
    watch_end watch_ended(watch_end how, failure const& f, time_point now);
    watch_end stream_ended(failure const& f, time_point now);
    bool outlasts(failure const& f, time_point now);
    bool begins_anywhere() const noexcept { return began_at_.empty() || began_at_ == "0"; }
    bool streams() const noexcept;
    bool is_brief(time_point now) const noexcept;
    bool is_useless(time_point now) const noexcept;
    void back_off(duration at_least, time_point now);

    reflector_options options_;
    uniform_source uniform_;
    std::string version_;
    reflector_step::kind next_ = reflector_step::kind::list;
    bool unlisted_ = false;  // the next list is not streamed
    bool pages_ = false;  // the server gives pages even of what it has at hand: it has no cache
    std::string began_at_;  // the version that this watch began at
    time_point internal_error_first_ = time_point::min();  // of the window
    time_point internal_error_last_ = time_point::min();
    bool newest_ = false;  // the server cannot list at `version_`: ask for what it has
    time_point not_before_ = time_point::min();
    duration backoff_{};  // of the last wait; zero after a quiet time
    time_point watch_started_{};
    time_point watch_deadline_{};
    time_point last_heard_{};
    std::uint64_t events_ = 0;  // of this watch
    unsigned brief_ = 0;  // watches in a row that ended within a second
    bool bookmarks_ = false;  // the server has sent one, ever
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/reflector.ipp>
#endif
#endif  // PENSTOCK_KUBE_REFLECTOR_HPP
