#include <penstock/kube/reflector.hpp>

#include <penstock/kube/informer_options.hpp>

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <set>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using kind = reflector_step::kind;

/// A reflector that has listed at version 10 and watches since `now`.
struct watching
{
    time_point now{1h};
    reflector core;

    watching()
    {
        core.listed("10");
        core.watch_started(300s, now);
    }

    /// Whether the next step comes with a wait of 0.8 to 1.6 s, the first of its kind.
    bool waits() { return core.next(now).start >= now + 800ms && core.next(now).start < now + 1600ms; }
    bool at_once() { return core.next(now).start == now; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_reflector)

BOOST_AUTO_TEST_CASE(lists_what_the_server_has_at_hand_then_watches_from_there)
{
    reflector core;
    time_point const now{1h};
    auto const first = core.next(now);
    BOOST_TEST((first.what == kind::list));
    BOOST_TEST(first.resource_version == "0");
    BOOST_TEST(first.paged);
    BOOST_TEST((first.start == now));
    core.listed("10");
    auto const second = core.next(now);
    BOOST_TEST((second.what == kind::watch));
    BOOST_TEST(second.resource_version == "10");
}

BOOST_AUTO_TEST_CASE(lets_watches_live_five_to_ten_minutes_each_another_time)
{
    watching w;
    std::set<std::chrono::seconds> seen;
    for (int i = 0; i < 100; ++i) {
        auto const timeout = w.core.next(w.now).timeout;
        BOOST_TEST((timeout >= 300s && timeout <= 600s));
        seen.insert(timeout);
    }
    BOOST_TEST(seen.size() > 50U);
}

BOOST_AUTO_TEST_CASE(takes_its_version_from_events_and_bookmarks)
{
    watching w;
    w.core.advanced("11", watch_event_kind::modified);
    BOOST_TEST(w.core.resource_version() == "11");
    w.core.advanced("15", watch_event_kind::bookmark);
    BOOST_TEST(w.core.resource_version() == "15");
    w.core.advanced("", watch_event_kind::modified);
    BOOST_TEST(w.core.resource_version() == "15");
    w.now += 300s;
    BOOST_TEST((w.core.watch_closed(w.now) == watch_end::closed));
    BOOST_TEST(w.core.next(w.now).resource_version == "15");
}

BOOST_AUTO_TEST_CASE(knows_what_follows_each_end_of_a_stream)
{
    struct row
    {
        char const* name;
        failure why;     // a code of zero: closed without an error
        duration age;    // of the watch
        int events;      // that came before
        watch_end how;
        kind then;
        bool waits;
    };
    std::initializer_list<row> const table{
        {"clean close", {}, 300s, 0, watch_end::closed, kind::watch, false},
        {"clean close after an event", {}, 10ms, 1, watch_end::closed, kind::watch, false},
        {"closed at once", {}, 999ms, 0, watch_end::short_, kind::list, true},
        {"not quite at once", {}, 1s, 0, watch_end::closed, kind::watch, false},
        {"cut inside an event", errc::truncated, 20s, 3, watch_end::dropped, kind::watch, false},
        {"connection dropped", errc::connection_failed, 20s, 0, watch_end::dropped, kind::watch, false},
        {"dropped at once", errc::connection_failed, 10ms, 0, watch_end::short_, kind::list, true},
        {"half open", errc::deadline_exceeded, 330s, 0, watch_end::silent, kind::watch, false},
        {"410 in the stream", errc::gone, 20s, 3, watch_end::gone, kind::list, true},
        {"429 in the stream", errc::quota_exhausted, 20s, 3, watch_end::throttled, kind::watch, true},
        {"500 in the stream", errc::unavailable, 20s, 3, watch_end::failed, kind::list, true},
        {"not JSON", errc::malformed, 20s, 3, watch_end::failed, kind::list, true},
        {"event above the limit", errc::too_large, 20s, 3, watch_end::failed, kind::list, true},
    };
    for (auto const& r : table) {
        watching w;
        for (int i = 0; i < r.events; ++i)
            w.core.advanced("1" + std::to_string(i), watch_event_kind::modified);
        w.now += r.age;
        auto const how = r.why.code ? w.core.watch_failed(r.why, w.now) : w.core.watch_closed(w.now);
        BOOST_TEST((how == r.how), r.name);
        auto const step = w.core.next(w.now);
        BOOST_TEST((step.what == r.then), r.name);
        BOOST_TEST((r.waits ? w.waits() : w.at_once()), r.name);
        BOOST_TEST(step.resource_version == (r.events == 3 ? "12" : "10"), r.name);
        if (r.then == kind::list)
            BOOST_TEST(!step.paged, r.name);
    }
}

BOOST_AUTO_TEST_CASE(knows_what_follows_each_refusal_of_a_watch)
{
    struct row
    {
        errc why;
        watch_end how;
        kind then;
    };
    for (auto const& r :
         {row{errc::connection_failed, watch_end::throttled, kind::watch},
          row{errc::deadline_exceeded, watch_end::throttled, kind::watch},
          row{errc::truncated, watch_end::throttled, kind::watch},
          row{errc::quota_exhausted, watch_end::throttled, kind::watch}, row{errc::gone, watch_end::gone, kind::list},
          row{errc::unavailable, watch_end::failed, kind::list}, row{errc::forbidden, watch_end::failed, kind::list},
          row{errc::unauthorized, watch_end::failed, kind::list}, row{errc::not_found, watch_end::failed, kind::list},
          row{errc::tls_failed, watch_end::failed, kind::list}}) {
        watching w;
        BOOST_TEST((w.core.watch_refused(r.why, w.now) == r.how));
        BOOST_TEST((w.core.next(w.now).what == r.then));
        BOOST_TEST(w.waits());
        BOOST_TEST(w.core.next(w.now).resource_version == "10");
    }
}

BOOST_AUTO_TEST_CASE(lists_at_the_last_version_and_only_if_that_is_gone_at_the_newest)
{
    watching w;
    w.core.watch_failed(errc::gone, w.now += 10s);
    auto step = w.core.next(w.now);
    BOOST_TEST(step.resource_version == "10");
    BOOST_TEST(!step.paged);
    w.core.list_failed(errc::gone, w.now += 2s);
    step = w.core.next(w.now);
    BOOST_TEST((step.what == kind::list));
    BOOST_TEST(step.resource_version == "");
    BOOST_TEST(step.paged);
    BOOST_TEST(w.at_once());
    w.core.list_failed(errc::gone, w.now);  // of a page, now: no circle
    BOOST_TEST((w.core.next(w.now).start > w.now));
    BOOST_TEST(w.core.next(w.now).resource_version == "");
    w.core.listed("20");
    w.core.watch_failed(errc::unavailable, w.now += 10s);
    BOOST_TEST(w.core.next(w.now).resource_version == "20");
}

BOOST_AUTO_TEST_CASE(asks_for_the_newest_when_its_version_lies_ahead_of_the_server)
{
    watching w;
    w.core.watch_failed(errc::unavailable, w.now += 10s);
    w.core.list_failed(failure(errc::unavailable, "LIST x: Timeout: Too large resource version: 10, current: 3"),
                       w.now += 2s);
    BOOST_TEST(w.core.next(w.now).resource_version == "");
    BOOST_TEST(w.at_once());
}

BOOST_AUTO_TEST_CASE(lists_with_pages_when_the_whole_was_too_large)
{
    watching w;
    w.core.watch_failed(errc::unavailable, w.now += 10s);
    w.core.list_failed(errc::too_large, w.now += 2s);
    BOOST_TEST(w.core.next(w.now).paged);
    BOOST_TEST(w.at_once());
}

BOOST_AUTO_TEST_CASE(waits_longer_each_time_up_to_half_a_minute_and_always_differently)
{
    reflector core;
    time_point now{1h};
    std::set<duration> waits;
    duration low = 800ms;
    for (int i = 0; i < 40; ++i) {
        core.list_failed(errc::connection_failed, now);
        auto const wait = core.next(now).start - now;
        BOOST_TEST((wait >= low && wait <= low * 2));
        waits.insert(wait);
        now += wait + 30s;  // the list itself takes its time
        low = std::min<duration>(low * 2, 15s);
    }
    BOOST_TEST(waits.size() == 40U);
}

BOOST_AUTO_TEST_CASE(waits_shortly_again_after_two_quiet_minutes)
{
    watching w;
    for (int i = 0; i < 10; ++i)
        w.core.watch_refused(errc::quota_exhausted, w.now);
    w.now = w.core.next(w.now).start + 121s;
    w.core.watch_refused(errc::quota_exhausted, w.now);
    BOOST_TEST(w.waits());
}

BOOST_AUTO_TEST_CASE(waits_at_least_as_long_as_the_server_wants_within_reason)
{
    watching w;
    w.core.watch_refused(failure(errc::quota_exhausted, "", 60s), w.now);
    BOOST_TEST((w.core.next(w.now).start == w.now + 60s));
    w.core.watch_refused(failure(errc::quota_exhausted, "", 24h), w.now);
    BOOST_TEST((w.core.next(w.now).start == w.now + 5min));
}

BOOST_AUTO_TEST_CASE(does_not_ask_in_a_circle_when_every_watch_ends_at_once)
{
    watching w;
    w.core.advanced("11", watch_event_kind::modified);
    BOOST_TEST((w.core.watch_failed(errc::truncated, w.now + 1ms) == watch_end::dropped));
    BOOST_TEST(w.at_once());
    w.core.watch_started(300s, w.now);
    w.core.advanced("12", watch_event_kind::modified);
    BOOST_TEST((w.core.watch_closed(w.now + 1ms) == watch_end::closed));
    BOOST_TEST((w.core.next(w.now).start > w.now));
    BOOST_TEST((w.core.next(w.now).what == kind::watch));
}

BOOST_AUTO_TEST_CASE(takes_a_silent_stream_for_dead)
{
    watching w;
    BOOST_TEST((w.core.read_deadline() == w.now + 330s));  // what was agreed, and the margin
    w.core.heard(w.now + 100s);
    BOOST_TEST((w.core.read_deadline() == w.now + 330s));
    w.core.advanced("12", watch_event_kind::bookmark);  // this server sends bookmarks, about one a minute
    BOOST_TEST((w.core.read_deadline() == w.now + 280s));
    w.core.heard(w.now + 200s);
    BOOST_TEST((w.core.read_deadline() == w.now + 330s));
}

BOOST_AUTO_TEST_CASE(streams_a_list_and_goes_on_with_the_same_watch)
{
    reflector core(streaming());
    time_point const now{1h};
    auto const first = core.next(now);
    BOOST_TEST((first.what == kind::stream));
    BOOST_TEST(first.resource_version.empty());
    BOOST_TEST((first.timeout >= 300s));
    core.watch_started(first.timeout, now);
    core.advanced("17", watch_event_kind::modified);  // an object of the list, in no order
    core.advanced("5", watch_event_kind::modified);
    BOOST_TEST(core.resource_version().empty());
    core.listed("20");
    core.advanced("20", watch_event_kind::bookmark);
    BOOST_TEST(core.resource_version() == "20");
    core.advanced("21", watch_event_kind::modified);
    BOOST_TEST((core.watch_closed(now + 300s) == watch_end::closed));
    auto const next = core.next(now + 300s);
    BOOST_TEST((next.what == kind::watch));
    BOOST_TEST(next.resource_version == "21");
}

BOOST_AUTO_TEST_CASE(knows_what_follows_each_end_of_a_stream_that_has_not_listed)
{
    struct row
    {
        char const* name;
        failure why;  // a code of zero: closed without an error
        bool open;    // it was answered before
        watch_end how;
        kind then;
        bool waits;
    };
    std::initializer_list<row> const table{
        {"an old server", errc::invalid_object, false, watch_end::unlisted, kind::list, false},
        {"no permission", errc::forbidden, false, watch_end::unlisted, kind::list, false},
        {"not installed", errc::not_found, false, watch_end::unlisted, kind::list, false},
        {"busy", errc::quota_exhausted, false, watch_end::throttled, kind::stream, true},
        {"refused", errc::connection_failed, false, watch_end::throttled, kind::stream, true},
        {"no answer in time", errc::deadline_exceeded, false, watch_end::unlisted, kind::list, false},
        {"too old with no version", errc::gone, false, watch_end::unlisted, kind::list, false},
        {"busy in the stream", errc::quota_exhausted, true, watch_end::throttled, kind::stream, true},
        {"cut", errc::truncated, true, watch_end::unlisted, kind::list, false},
        {"closed", {}, true, watch_end::unlisted, kind::list, false},
        {"silent", errc::deadline_exceeded, true, watch_end::unlisted, kind::list, false},
        {"an event above the limit", errc::too_large, true, watch_end::unlisted, kind::list, false},
    };
    for (auto const& r : table) {
        reflector core(streaming());
        time_point const now{1h};
        auto const step = core.next(now);
        if (r.open)
            core.watch_started(step.timeout, now);
        auto const how = !r.open      ? core.watch_refused(r.why, now)
                         : r.why.code ? core.watch_failed(r.why, now)
                                      : core.watch_closed(now);
        BOOST_TEST((how == r.how), r.name);
        BOOST_TEST((core.next(now).what == r.then), r.name);
        BOOST_TEST((core.next(now).start > now) == r.waits, r.name);
        if (r.then == kind::list)
            BOOST_TEST(core.next(now).resource_version == "0", r.name);
    }
}

BOOST_AUTO_TEST_CASE(streams_again_after_a_list_that_was_not)
{
    reflector core(streaming());
    time_point const now{1h};
    core.watch_refused(errc::invalid_object, now);
    core.list_failed(errc::unavailable, now);
    BOOST_TEST((core.next(now).what == kind::list));
    core.listed("10");
    core.watch_started(300s, now);
    core.watch_failed(errc::gone, now + 1s);
    auto const again = core.next(now + 1s);
    BOOST_TEST((again.what == kind::stream));
    BOOST_TEST(again.resource_version == "10");
}

BOOST_AUTO_TEST_CASE(streams_from_the_newest_when_its_version_is_gone_or_lies_ahead)
{
    for (auto const& why :
         {failure(errc::gone), failure(errc::unavailable, "WATCH x: Too large resource version: 99, current: 3")}) {
        reflector core(streaming());
        time_point const now{1h};
        core.listed("99");
        core.watch_started(300s, now);
        core.watch_failed(errc::gone, now + 1s);
        BOOST_TEST(core.next(now).resource_version == "99");
        auto const before = core.next(now).start;
        BOOST_TEST((core.watch_refused(why, now) == watch_end::gone));
        BOOST_TEST((core.next(now).what == kind::stream));
        BOOST_TEST(core.next(now).resource_version.empty());
        BOOST_TEST((core.next(now).start == before));
    }
}

BOOST_AUTO_TEST_CASE(takes_a_stream_that_pauses_for_a_minute_for_dead)
{
    reflector core(streaming());
    time_point const now{1h};
    core.watch_started(600s, now);
    BOOST_TEST((core.read_deadline() == now + 60s));
    core.heard(now + 50s);
    BOOST_TEST((core.read_deadline() == now + 110s));
    core.listed("10");
    BOOST_TEST((core.read_deadline() == now + 630s));
}

BOOST_AUTO_TEST_SUITE_END()
