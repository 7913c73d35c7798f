// What client-go's reflector promises and the tests of reflector.cpp do not name; in the words of its conformance list.
#include <penstock/kube/reflector.hpp>

#include <penstock/kube/api_status.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

using kind = reflector_step::kind;

failure with_reason(errc code, std::string reason)
{
    failure f(code, "said the server");
    auto note = std::make_shared<api_status>();
    note->reason = std::move(reason);
    f.note = std::move(note);
    return f;
}

failure const internal_error = with_reason(errc::unavailable, "InternalError");

struct watching
{
    explicit watching(reflector_options o = {}, std::string const& version = "10") : core(o)
    {
        core.listed(version);
        core.watch_started(300s, now);
    }

    /// The watch ends with an internal error after a while. @return What comes next.
    kind fails_after(duration age)
    {
        now += age;
        core.watch_failed(internal_error, now);
        auto const step = core.next(now);
        now = std::max(now, step.start);
        if (step.what == kind::watch)
            core.watch_started(300s, now);
        return step.what;
    }

    time_point now{1h};
    reflector core;
};

reflector_options patient(duration window)
{
    reflector_options o;
    o.internal_error_window = window;
    return o;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_reflector_conformance)

BOOST_AUTO_TEST_CASE(an_internal_error_lists_again_unless_it_may_be_waited_for)
{
    watching never;
    BOOST_TEST((never.fails_after(20s) == kind::list));  // the default
}

BOOST_AUTO_TEST_CASE(an_internal_error_is_watched_over_once_within_a_short_window)
{
    watching w(patient(5s));
    BOOST_TEST((w.fails_after(20s) == kind::watch));
    BOOST_TEST((w.fails_after(20s) == kind::list));  // the window is over
    w.core.listed("11");
    w.core.watch_started(300s, w.now);
    BOOST_TEST((w.fails_after(2min) == kind::watch));  // after a quiet minute there is a new one
}

BOOST_AUTO_TEST_CASE(internal_errors_are_watched_over_as_long_as_the_window_is_open)
{
    watching w(patient(100s));
    BOOST_TEST((w.fails_after(20s) == kind::watch));
    BOOST_TEST((w.fails_after(30s) == kind::watch));
    BOOST_TEST((w.fails_after(30s) == kind::watch));
    BOOST_TEST(w.core.resource_version() == "10");
    BOOST_TEST((w.fails_after(40s) == kind::list));
    w.now += 20s;
    w.core.listed("11");
    w.core.watch_started(300s, w.now);
    BOOST_TEST((w.fails_after(20s) == kind::list));  // less than a minute since the last one: still the same window
}

BOOST_AUTO_TEST_CASE(only_an_internal_error_is_watched_over)
{
    for (auto const& other :
         {failure(errc::unavailable), with_reason(errc::unavailable, "ServiceUnavailable"), failure(errc::malformed)}) {
        watching w(patient(100s));
        w.core.watch_failed(other, w.now + 20s);
        BOOST_TEST((w.core.next(w.now + 20s).what == kind::list));
    }
}

BOOST_AUTO_TEST_CASE(out_of_order_synthetic_adds_do_not_move_the_version)
{
    for (std::string const begin : {"", "0"}) {
        watching w({}, begin);
        w.core.advanced("17", watch_event_kind::added);
        w.core.advanced("5", watch_event_kind::added);
        BOOST_TEST(w.core.resource_version() == begin);
        w.core.advanced("20", watch_event_kind::modified);
        BOOST_TEST(w.core.resource_version() == "20");
        w.core.advanced("21", watch_event_kind::added);  // from here on they come in order
        BOOST_TEST(w.core.resource_version() == "21");
    }
    watching w;
    w.core.advanced("11", watch_event_kind::added);
    BOOST_TEST(w.core.resource_version() == "11");
}

BOOST_AUTO_TEST_CASE(no_pages_are_asked_for_at_a_version_above_zero)
{
    watching w;
    w.core.watch_failed(errc::gone, w.now + 20s);
    auto const step = w.core.next(w.now + 20s);
    BOOST_TEST((step.what == kind::list));
    BOOST_TEST(step.resource_version == "10");
    BOOST_TEST(!step.paged);
}

BOOST_AUTO_TEST_CASE(that_the_server_gives_pages_is_remembered)
{
    reflector core;
    time_point const now{1h};
    BOOST_TEST(core.next(now).paged);
    core.listed("10", true);  // asked at "0", it gave pages all the same: it has no cache
    core.watch_started(300s, now);
    core.watch_failed(errc::gone, now + 20s);
    BOOST_TEST(core.next(now + 20s).paged);
    BOOST_TEST(core.next(now + 20s).resource_version == "10");

    reflector cached;
    cached.list_failed(errc::gone, now);
    cached.listed("10", true);  // pages of the newest version say nothing about a cache
    cached.watch_started(300s, now);
    cached.watch_failed(errc::gone, now + 20s);
    BOOST_TEST(!cached.next(now + 20s).paged);
}

BOOST_AUTO_TEST_CASE(a_watch_timeout_is_as_long_as_it_was_asked_to_be)
{
    for (auto const shortest : {1s, 300s, 86400s}) {
        reflector_options o;
        o.shortest_watch = shortest;
        watching w(o);
        for (int i = 0; i < 50; ++i) {
            auto const timeout = w.core.next(w.now).timeout;
            BOOST_TEST((timeout >= shortest && timeout <= 2 * shortest));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
