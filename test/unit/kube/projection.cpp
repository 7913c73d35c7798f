#include <penstock/kube/projection.hpp>

#include <penstock/kube/object_decoder.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace penstock::kube;

namespace {

template <projection P = metadata_only>
typename P::value kept(std::string const& text)
{
    object_decoder<P> decoder;
    decoder.read(text).value();
    if constexpr (!field_projection<P>)
        return P::of(decoder.seen().object);
    else
        return decoder.seen().kept;
}

/// One that takes what it wants out of a DOM.
struct container_count
{
    using value = std::size_t;
    static value of(boost::json::object const& object)
    {
        auto const* spec = object_at(object, "spec");
        auto const* all = spec == nullptr ? nullptr : spec->if_contains("containers");
        return all == nullptr || !all->is_array() ? 0 : all->get_array().size();
    }
    static bool matters(value const& before, value const& after) { return before < after; }
};
static_assert(projection<container_count> && dom_projection<container_count> && !field_projection<container_count>);

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_projection)

BOOST_AUTO_TEST_CASE(metadata_keeps_what_somebody_wants_and_not_what_is)
{
    auto const v = kept(R"({"metadata":{"name":"a","resourceVersion":"9","generation":7,"labels":{"a":"1"},)"
                        R"("annotations":{"b":"2"},"finalizers":["f","g"],"deletionTimestamp":"2026-01-01T00:00:00Z"},)"
                        R"("spec":{"x":1},"status":{"y":2}})");
    BOOST_TEST(v.generation == 7);
    BOOST_TEST(*v.labels.find("a") == "1");
    BOOST_TEST(v.annotations.of_text != 0U);
    std::vector<std::string> const finalizers(v.finalizers.begin(), v.finalizers.end());
    BOOST_TEST(finalizers == std::vector<std::string>({"f", "g"}), boost::test_tools::per_element());
    BOOST_TEST(v.deleting.there);
}

BOOST_AUTO_TEST_CASE(metadata_matters_where_it_differs_and_a_status_does_not)
{
    auto const base = kept(R"({"metadata":{"generation":7}})");
    BOOST_TEST(!matters<metadata_only>(base, kept(R"({"metadata":{"generation":7,"resourceVersion":"2"}})")));
    BOOST_TEST(!matters<metadata_only>(base, kept(R"({"metadata":{"generation":7},"status":{"ready":true}})")));
    for (auto const* other : {R"({"metadata":{"generation":8}})", R"({"metadata":{"generation":7,"labels":{"a":"b"}}})",
                              R"({"metadata":{"generation":7,"annotations":{"a":"b"}}})",
                              R"({"metadata":{"generation":7,"finalizers":["f"]}})",
                              R"({"metadata":{"generation":7,"deletionTimestamp":"2026-01-01T00:00:00Z"}})"})
        BOOST_TEST(matters<metadata_only>(base, kept(other)), other);
    BOOST_TEST(!kept("{}").deleting.there);
}

BOOST_AUTO_TEST_CASE(labels_in_another_order_are_the_same_labels)
{
    BOOST_TEST(!matters<metadata_only>(kept(R"({"metadata":{"labels":{"a":"1","b":"2"}}})"),
                                       kept(R"({"metadata":{"labels":{"b":"2","a":"1"}}})")));
}

BOOST_AUTO_TEST_CASE(a_table_of_fields_is_not_the_only_way)
{
    auto const two = kept<container_count>(R"({"spec":{"containers":[{},{}]}})");
    BOOST_TEST(two == 2U);
    BOOST_TEST(matters<container_count>(1, two));
    BOOST_TEST(!matters<container_count>(two, 1));
    BOOST_TEST(kept<whole_object>(R"({"spec":{"a":1}})").contains("spec"));
    BOOST_TEST(matters<names_only>(kept<names_only>("{}"), kept<names_only>("{}")));
    BOOST_TEST(matters<passing_object>(kept<passing_object>("{}"), kept<passing_object>("{}")));
}

BOOST_AUTO_TEST_SUITE_END()
