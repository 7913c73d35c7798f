#include <penstock/kube/watch_reader.hpp>

#include <penstock/kube/known.hpp>
#include <penstock/kube/list_reader.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kube_test;
using namespace penstock::kube;

namespace {

struct repository_url
{
    struct value
    {
        std::string url;
        bool operator==(value const&) const = default;
    };
    static constexpr auto fields = std::tuple(field("spec.url", &value::url));
};

/// "+a1 https://example.com" for each event, and how it ended.
std::string heard(std::string_view bytes, std::size_t slice, object_parser_options options = {})
{
    watch_reader<repository_url> reader(known::git_repositories, options);
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += slice) {
        auto rest = bytes.substr(at, slice);
        while (auto const event = reader.next(rest)) {
            if (!*event)
                return all + event->error().message();
            auto const& seen = reader.seen();
            all += "+~-=?"[static_cast<int>(**event)] + seen.head.name.name + seen.head.version + ' ' + seen.kept.url
                   + (reader.ends_initial_events() ? " end\n" : "\n");
        }
    }
    return all + (reader.finish() ? "closed" : reader.finish().error().message());
}

std::string fault_of(std::string const& text)
{
    return heard(text, text.size());
}

std::string const strange =
    R"({"kind":"GitRepository","metadata":{"resourceVersion":"5","name":"é\"b","labels":{"\u00e4":"]}"}},)"
    R"("spec":{"url":"https:\/\/x\\y\ud83d\ude00€"}})";
std::string const end_of_list = event(
    "BOOKMARK",
    R"({"kind":"GitRepository","metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}})");
std::string const stream =
    event("ADDED", repository("a", "1")) + event("MODIFIED", strange) + bookmark("7")
    + event("DELETED", repository("a", "9")) + end_of_list
    + R"( { "object" : {"kind":"GitRepository","metadata":{"name":"late"}} , "x":[{}], "type":"ADDED" } )"
    + event("ADDED", R"({"kind":"Table","metadata":{"name":7},"rows":[]})");

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_watch_reader)

BOOST_AUTO_TEST_CASE(reads_the_same_events_wherever_the_slices_end)
{
    std::string const whole =
        "+a1 https://example.com\n~é\"b5 https://x\\y😀€\n=7 https://x\\y😀€\n-a9 https://example.com\n"
        "=9 https://example.com end\n+late \n? \nclosed";
    BOOST_TEST(heard(stream, stream.size()) == whole);
    for (std::size_t slice = 1; slice < stream.size(); ++slice)
        BOOST_TEST(heard(stream, slice) == whole, slice);
}

BOOST_AUTO_TEST_CASE(sees_that_a_stream_was_cut_off)
{
    auto const one = event("ADDED", repository("a", "1"));
    for (std::size_t cut = 1; cut < one.size() - 1; ++cut)
        BOOST_TEST(heard(one.substr(0, cut), 64)
                       == "WATCH gitrepositories.source.toolkit.fluxcd.io: the stream ended inside an event: "
                              + make_error_code(errc::truncated).message(),
                   cut);
}

BOOST_AUTO_TEST_CASE(turns_error_events_into_failures)
{
    watch_reader<names_only> reader(known::git_repositories);
    auto const text = event("ERROR", status(410, "Expired", "too old resource version: 1 (2)"));
    std::string_view bytes = text;
    auto const gone = reader.next(bytes);
    BOOST_TEST((gone->error().code == errc::gone));
    BOOST_TEST(gone->error().detail
               == "WATCH gitrepositories.source.toolkit.fluxcd.io: too old resource version: 1 (2) (Expired)");
}

BOOST_AUTO_TEST_CASE(names_what_is_at_fault)
{
    auto const is = [](std::string const& text, std::string_view what) {
        auto const said = fault_of(text);
        BOOST_TEST(said.find(what) != said.npos, said);
        BOOST_TEST(said.starts_with("WATCH gitrepositories.source.toolkit.fluxcd.io: "), said);
    };
    is("<html>", "event with JSON near byte 0: an object is expected");
    is("[]", "event with JSON near byte 0: an object is expected");
    is(R"({"type":"ADDED"})", "event without an object");
    is(R"({"type":"ADDED","object":[]})", "event without an object");
    is(R"({"type":"ADDED","object":{}})", "an object without metadata.name");
    is(R"({"type":"ADDED","object":{"kind":"GitRepository","metadata":null}})", "an object without metadata.name");
    is(R"({"type":"ADDED","object":{"metadata":{"namespace":"n","name":"a"},"spec":{"url":[1]}}})",
       "object n/a with spec.url is an array, a string is wanted");
    is(R"({"type":"ADDED","object":{"metadata":{"name":"a"} "spec":1}})",
       "object a with JSON at byte 25: a comma or the end is expected");
    is(R"({"type":"ADDED","object":{"metadata":{"name":"a"]}})", "a bracket does not match");
    is(R"({"type":"ADDED","object":{"metadata":{"name":"a"}},})", "event with JSON at byte");
    BOOST_TEST(heard(stream, 50, {.max_size = 100}).find("an object is too long") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(passes_over_what_it_does_not_know)
{
    auto const none = "? \nclosed";
    BOOST_TEST(fault_of(R"({"type":"SYNCED","object":{"metadata":{"name":"a"}}})") == none);
    BOOST_TEST(fault_of(R"({"type":"ADDED","object":{"kind":"Table","spec":{"url":7}}})") == none);
    BOOST_TEST(fault_of(R"({"type":7,"object":{}})") == none);
}

BOOST_AUTO_TEST_CASE(the_dom_sees_what_the_table_sees)
{
    for (std::size_t slice : {std::size_t(7), stream.size()}) {
        watch_reader<whole_object> reader(known::git_repositories);
        std::string names;
        for (std::size_t at = 0; at < stream.size(); at += slice) {
            auto rest = std::string_view(stream).substr(at, slice);
            while (auto const event = reader.next(rest))
                names += "+~-=?"[static_cast<int>(event->value())] + reader.seen().head.name.name + ' ';
        }
        BOOST_TEST(names == "+a ~é\"b = -a = +late ? ");
    }
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

std::string listed(std::string_view bytes, std::size_t slice, object_parser_options options = {})
{
    list_reader<repository_url> reader(known::git_repositories, options);
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += slice) {
        auto rest = bytes.substr(at, slice);
        while (auto const object = reader.next(rest)) {
            if (!*object)
                return all + object->error().message();
            all += reader.seen().head.name.name + reader.seen().head.version + ' ' + reader.seen().kept.url + '\n';
        }
    }
    auto const end = reader.finish();
    return all + (end ? "at " + end->resource_version + ' ' + end->continue_token : end.error().message());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_list_reader)

BOOST_AUTO_TEST_CASE(reads_the_same_objects_wherever_the_slices_end)
{
    auto const text = list_of({repository("a", "1"), strange, repository("b", "2")}, "9", "next page");
    std::string const whole = "a1 https://example.com\né\"b5 https://x\\y😀€\nb2 https://example.com\nat 9 next page";
    for (std::size_t slice = 1; slice <= text.size(); ++slice)
        BOOST_TEST(listed(text, slice) == whole, slice);
    BOOST_TEST(listed(R"({"items":[],"metadata":{"resourceVersion":"3"}})", 5) == "at 3 ");
    BOOST_TEST(listed(R"({"metadata":{"resourceVersion":"3"},"items":null})", 5) == "at 3 ");
}

BOOST_AUTO_TEST_CASE(names_what_is_at_fault)
{
    auto const is = [](std::string const& text, std::string_view what) {
        auto const said = listed(text, 64);
        BOOST_TEST(said.find(what) != said.npos, said);
        BOOST_TEST(said.find("LIST gitrepositories.source.toolkit.fluxcd.io: ") != said.npos, said);
    };
    is("<html>", "answer with JSON near byte 0: an object is expected");
    is(R"({"kind":"Status"})", "the answer is not a list");
    is(R"({"items":7})", "the answer is not a list");
    is(R"({"items":[7]})", "the list holds something else than objects");
    is(R"({"items":[{"metadata":{"name":"a"}},{"spec":{}}]})", "object number 2 without metadata.name");
    is(R"({"items":[{"metadata":{"name":"a"},"spec":{"url":7}}]})",
       "object a with spec.url is a number, a string is wanted");
    is(R"({"items":[{"metadata":{"name":"a"}}],"metadata":{tru}})", "answer with not JSON");
    is(R"({"items":[{"metadata":{"name":"a"}}])", "answer with JSON near byte");
}

BOOST_AUTO_TEST_CASE(gives_objects_of_built_in_kinds_what_their_lists_leave_out)
{
    list_reader<passing_object> reader(known::config_maps);
    std::string_view bytes = R"({"items":[{"metadata":{"name":"a"}}]})";
    BOOST_REQUIRE(reader.next(bytes)->has_value());
    BOOST_TEST(text_at(reader.seen().object, "kind") == "ConfigMap");
    BOOST_TEST(text_at(reader.seen().object, "apiVersion") == "v1");
}

BOOST_AUTO_TEST_SUITE_END()
