#include <penstock/kube/list_reader.hpp>
#include <penstock/kube/object_feed.hpp>
#include <penstock/kube/watch_reader.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <string>
#include <tuple>
#include <vector>

using namespace penstock;
using namespace penstock::kube;

namespace {

std::int64_t live_bytes = 0;  // as malloc rounds them
std::uint64_t allocations = 0;

resource const pods{"", "v1", "pods", "Pod"};

struct placement
{
    struct value
    {
        std::string node;
        std::string phase;
        bool host_network = false;
        std::int64_t priority = 0;
        text_map labels;

        bool operator==(value const&) const = default;
    };
    static constexpr auto fields =
        std::tuple(field("spec.nodeName", &value::node), field("status.phase", &value::phase),
                   field("spec.hostNetwork", &value::host_network), field("spec.priority", &value::priority),
                   field("metadata.labels", &value::labels));
};

/// About 5 KB as a cluster has them, half of it in `managedFields`.
std::string pod(std::int64_t n, std::int64_t version)
{
    auto const number = std::to_string(n);
    std::string fields, variables;
    for (int i = 0; i < 40; ++i) {
        auto const k = std::to_string(i);
        fields += R"("k:{\"name\":\"VARIABLE_)" + k + R"(\"}":{".":{},"f:name":{},"f:value":{}},)";
        variables += R"({"name":"VARIABLE_)" + k + R"(","value":"of some length \"and quoted\""},)";
    }
    return R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-6f7d9c8b5-)" + number
           + R"(","generateName":"web-6f7d9c8b5-","namespace":"team-)" + std::to_string(n % 20)
           + R"(","uid":"0b8d7a52-5a2c-4c6e-9a6b-)" + std::to_string(100'000'000'000 + n) + R"(","resourceVersion":")"
           + std::to_string(version)
           + R"(","creationTimestamp":"2026-01-01T00:00:00Z","generation":1,"labels":{"app.kubernetes.io/name":"web",)"
           + R"("app.kubernetes.io/part-of":"shop","pod-template-hash":"6f7d9c8b5"},"annotations":{"example.com/note":"a \"b\""},)"
           + R"("managedFields":[{"manager":"kube-controller-manager","operation":"Update","fieldsV1":{"f:spec":{)"
           + fields + R"("f:x":{}}}}]},"spec":{"nodeName":"node-with-a-long-name-)" + std::to_string(n % 100)
           + R"(","priority":100,"hostNetwork":false,"containers":[{"name":"c","env":[)" + variables
           + R"({"name":"last"}]}]},"status":{"phase":"Running","podIP":"10.0.0.1"}})";
}

std::string watched(std::string const& object)
{
    return kube_test::event("MODIFIED", object);
}

template <projection P>
struct follower
{
    follower()
    {
        told = feed.add([this](object_event, shown_object<P> const&) { ++heard; }, duration::zero(), {});
    }

    void hear(std::string_view bytes)
    {
        while (auto const event = reader.next(bytes)) {
            BOOST_REQUIRE(event->has_value());
            feed.exists(reader.seen());
        }
    }

    watch_reader<P> reader{pods};
    object_feed<P> feed{pods, [](std::exception const&) {}};
    subscription told;
    std::uint64_t heard = 0;
};

}  // namespace

void* operator new(std::size_t size)
{
    auto* const p = std::malloc(size == 0 ? 1 : size);
    if (p == nullptr)
        throw std::bad_alloc();
    ++allocations;
    live_bytes += static_cast<std::int64_t>(::malloc_usable_size(p));
    return p;
}

void operator delete(void* p) noexcept
{
    if (p != nullptr)
        live_bytes -= static_cast<std::int64_t>(::malloc_usable_size(p));
    std::free(p);
}

void operator delete(void* p, std::size_t) noexcept
{
    operator delete(p);
}

// Sanitizers bring arrays of their own, which would go uncounted.
void* operator new[](std::size_t size)
{
    return operator new(size);
}

void operator delete[](void* p) noexcept
{
    operator delete(p);
}

void operator delete[](void* p, std::size_t) noexcept
{
    operator delete(p);
}

BOOST_AUTO_TEST_SUITE(kube_allocation)

BOOST_AUTO_TEST_CASE_TEMPLATE(an_object_that_is_as_it_was_allocates_nothing, P,
                              decltype(std::tuple<names_only, metadata_only, placement>()))
{
    follower<P> one;
    std::vector<std::string> events;
    for (std::int64_t n = 0; n < 20; ++n)
        events.push_back(watched(pod(n, n + 1)));
    BOOST_TEST(events.front().size() > 4500U);
    for (int i = 0; i < 2; ++i)
        for (auto const& each : events)
            one.hear(each);
    auto const heard = one.heard;
    BOOST_TEST(heard == 20U);
    auto const before = allocations;
    for (auto const& each : events)
        one.hear(each);
    BOOST_TEST(allocations - before == 0U);
    for (auto const& each : events) {  // in slices that end anywhere
        one.hear(std::string_view(each).substr(0, 1777));
        one.hear(std::string_view(each).substr(1777, 2001));
        one.hear(std::string_view(each).substr(3778));
    }
    auto const warm = allocations;
    for (auto const& each : events) {
        one.hear(std::string_view(each).substr(0, 1777));
        one.hear(std::string_view(each).substr(1777, 2001));
        one.hear(std::string_view(each).substr(3778));
    }
    BOOST_TEST(allocations - warm == 0U);
    BOOST_TEST(one.heard == heard);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_new_version_of_which_nothing_matters_allocates_nothing, P,
                              decltype(std::tuple<metadata_only, placement>()))
{
    follower<P> one;
    auto const first = watched(pod(7, 1)), second = watched(pod(7, 2)), third = watched(pod(7, 3));
    one.hear(first);
    one.hear(second);
    auto const before = allocations;
    one.hear(third);
    BOOST_TEST(allocations - before == 0U);
    BOOST_TEST(one.heard == 1U);
    BOOST_TEST(one.feed.objects().size() == 1U);
}

BOOST_AUTO_TEST_CASE(of_metadata_an_object_takes_300_bytes_at_most)
{
    constexpr std::int64_t objects = 20'000;
    follower<metadata_only> one;
    for (std::int64_t n = 0; n < 100; ++n)
        one.hear(watched(pod(n, 1)));
    auto const before = live_bytes;
    for (std::int64_t n = 100; n < objects + 100; ++n)
        one.hear(watched(pod(n, 1)));
    auto const each = (live_bytes - before) / objects;
    BOOST_TEST(each <= 300);
    BOOST_TEST(each > 150);  // it is counted
    BOOST_TEST_MESSAGE("metadata: " << each << " bytes an object");
    BOOST_TEST(one.feed.objects().size() == 20'100U);
}

BOOST_AUTO_TEST_CASE(a_large_object_is_not_paid_for_by_all_that_come_after_it)
{
    follower<names_only> one;
    one.hear(watched(pod(1, 1)));
    auto const before = live_bytes;
    {
        auto const large =
            watched(R"({"kind":"Pod","metadata":{"name":"large"},"data":")" + std::string(4'000'000, 'x') + "\"}");
        one.hear(std::string_view(large).substr(0, large.size() / 2));
        one.hear(std::string_view(large).substr(large.size() / 2));
    }
    auto const small = watched(pod(1, 2));
    one.hear(std::string_view(small).substr(0, 100));
    one.hear(std::string_view(small).substr(100));
    BOOST_TEST(one.feed.objects().size() == 2U);
    BOOST_TEST(live_bytes - before < 64 * 1024);
}

BOOST_AUTO_TEST_CASE(a_list_is_read_in_the_memory_of_one_object)
{
    constexpr std::int64_t objects = 2'000;
    std::string text = R"({"kind":"PodList","metadata":{"resourceVersion":"9"},"items":[)";
    for (std::int64_t n = 0; n < objects; ++n)
        text += (n == 0 ? "" : ",") + pod(n, 1);
    text += "]}";
    BOOST_TEST(text.size() > 9'000'000U);
    list_reader<names_only> reader(pods);
    auto const before = live_bytes;
    std::int64_t highest = 0, read = 0;
    for (std::size_t at = 0; at < text.size(); at += 10'007) {
        auto bytes = std::string_view(text).substr(at, 10'007);
        while (auto const object = reader.next(bytes))
            read += object->has_value() ? 1 : -objects;
        highest = std::max(highest, live_bytes - before);
    }
    BOOST_TEST(read == objects);
    BOOST_TEST(reader.finish()->resource_version == "9");
    BOOST_TEST(highest < 64 * 1024);
}

BOOST_AUTO_TEST_SUITE_END()
