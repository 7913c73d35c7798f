#include <penstock/kube/watch_decoder.hpp>

#include "scripted_transport.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;

namespace {

std::vector<watch_event> events_of(watch_decoder& decoder, std::string_view bytes)
{
    std::vector<watch_event> events;
    while (auto event = decoder.next(bytes))
        events.push_back(std::move(event->value()));
    return events;
}

failure failure_of(std::string_view bytes, object_parser_options options = {})
{
    watch_decoder decoder("WATCH x", options);
    for (;;) {
        auto event = decoder.next(bytes);
        if (!event)
            return decoder.finish() ? failure() : decoder.finish().error();
        if (!*event)
            return event->error();
    }
}

std::string const stream = event("ADDED", repository("a", "1")) + event("MODIFIED", repository("a", "2"))
                           + bookmark("7") + event("DELETED", repository("a", "9"));

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_watch_decoder)

BOOST_AUTO_TEST_CASE(reads_the_same_events_wherever_the_slices_end)
{
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        watch_decoder decoder("WATCH x");
        std::vector<watch_event> events;
        for (std::size_t at = 0; at < stream.size(); at += size)
            for (auto& e : events_of(decoder, std::string_view(stream).substr(at, size)))
                events.push_back(std::move(e));
        BOOST_REQUIRE(events.size() == 4U);
        BOOST_TEST((events[0].kind == watch_event_kind::added));
        BOOST_TEST((events[1].kind == watch_event_kind::modified));
        BOOST_TEST((events[2].kind == watch_event_kind::bookmark));
        BOOST_TEST((events[3].kind == watch_event_kind::deleted));
        BOOST_TEST((name_of(events[3].object) == object_name("flux-system", "a")));
        BOOST_TEST(resource_version_of(events[2].object) == "7");
        BOOST_TEST(!object_at(events[0].object, "metadata")->contains("managedFields"));
        BOOST_TEST(decoder.finish().has_value());
    }
}

BOOST_AUTO_TEST_CASE(needs_no_line_ends)
{
    watch_decoder decoder("WATCH x");
    auto const one = R"({"type":"ADDED","object":)" + repository("a", "1") + "}";
    BOOST_TEST(events_of(decoder, one + one).size() == 2U);
}

BOOST_AUTO_TEST_CASE(sees_that_a_stream_was_cut_off)
{
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        watch_decoder decoder("WATCH x");
        events_of(decoder, std::string_view(stream).substr(0, cut));
        bool const between = stream[cut - 1] == '\n' || (stream[cut] == '\n');
        BOOST_TEST(decoder.finish().has_value() == between);
    }
}

BOOST_AUTO_TEST_CASE(turns_error_events_into_failures)
{
    auto const gone = failure_of(event("ERROR", status(410, "Expired", "too old resource version: 1 (2)")));
    BOOST_TEST((gone.code == errc::gone));
    BOOST_TEST(gone.detail == "WATCH x: too old resource version: 1 (2) (Expired)");
    BOOST_TEST((failure_of(event("ERROR", status(0, "Expired", "m"))).code == errc::gone));
    BOOST_TEST((failure_of(event("ERROR", status(429, "TooManyRequests", "m"))).code == errc::quota_exhausted));
    BOOST_TEST((failure_of(event("ERROR", status(500, "InternalError", "m"))).code == errc::unavailable));
    BOOST_TEST((failure_of(event("ERROR", "{}")).code == errc::unavailable));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_event)
{
    for (auto const* text : {"<html>", "[]", "1 ", R"({"type":"ADDED"})", R"({"type":"ADDED","object":[]})"})
        BOOST_TEST((failure_of(text).code == errc::malformed), text);
    BOOST_TEST((failure_of(stream, {.max_size = 100}).code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(passes_unknown_types_on_as_such)
{
    watch_decoder decoder("WATCH x");
    auto const events = events_of(decoder, event("SYNCED", repository("a", "1")) + event("", "{}"));
    BOOST_REQUIRE(events.size() == 2U);
    BOOST_TEST((events[0].kind == watch_event_kind::unknown));
    BOOST_TEST((events[1].kind == watch_event_kind::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
