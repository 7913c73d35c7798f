#include <penstock/kube/predicate.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace penstock::kube;
namespace data = boost::unit_test::data;

namespace {

boost::json::object object_of(std::string const& metadata, std::string const& rest = "")
{
    return boost::json::parse(R"({"metadata":{"name":"a","namespace":"n")" + metadata + "}" + rest + "}").as_object();
}

/// Whether a change from one to the other passes.
template <predicate P>
bool changes(boost::json::object const& before, boost::json::object const& after)
{
    auto const b = P::of(before);
    auto const a = P::of(after);
    return P::passes(&b, &a);
}
template <predicate P>
bool appears(boost::json::object const& after)
{
    auto const a = P::of(after);
    return P::passes(nullptr, &a);
}
template <predicate P>
bool goes(boost::json::object const& before)
{
    auto const b = P::of(before);
    return P::passes(&b, nullptr);
}

auto const plain = object_of(R"(,"generation":1,"resourceVersion":"5")");
auto const newer = object_of(R"(,"generation":2,"resourceVersion":"6")");
auto const labelled = object_of(R"(,"generation":1,"resourceVersion":"7","labels":{"a":"b","c":"d"})");
auto const relabelled = object_of(R"(,"generation":1,"resourceVersion":"8","labels":{"c":"d","a":"e"})");
auto const reordered = object_of(R"(,"generation":1,"resourceVersion":"9","labels":{"c":"d","a":"b"})");
auto const noted = object_of(R"(,"generation":1,"resourceVersion":"7","annotations":{"x":"1"})");
auto const noted_empty = object_of(R"(,"generation":1,"resourceVersion":"7","annotations":{"x":""})");
auto const noted_also = object_of(R"(,"generation":1,"resourceVersion":"7","annotations":{"x":"1","y":"2"})");

constexpr auto is_labelled = [](boost::json::object const& o) { return label_of(o, "a") == "b"; };

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_predicate)

BOOST_AUTO_TEST_CASE(a_generation_that_changed_passes_and_a_status_does_not)
{
    BOOST_TEST(changes<generation_changed>(plain, newer));
    BOOST_TEST(!changes<generation_changed>(plain, object_of(R"(,"generation":1)", R"(,"status":{"a":1})")));
    BOOST_TEST(!changes<generation_changed>(plain, labelled));
    BOOST_TEST(appears<generation_changed>(plain));
    BOOST_TEST(goes<generation_changed>(plain));
    BOOST_TEST(!changes<generation_changed>(object_of(""), object_of("", R"(,"data":{})")));  // none is counted
}

BOOST_AUTO_TEST_CASE(labels_that_changed_pass_in_whatever_order_they_come)
{
    BOOST_TEST(changes<labels_changed>(plain, labelled));
    BOOST_TEST(changes<labels_changed>(labelled, relabelled));
    BOOST_TEST(changes<labels_changed>(labelled, plain));
    BOOST_TEST(!changes<labels_changed>(labelled, reordered));
    BOOST_TEST(!changes<labels_changed>(plain, newer));
    auto const swapped = object_of(R"(,"labels":{"a":"d","c":"b"})");
    BOOST_TEST(changes<labels_changed>(labelled, swapped));
    auto const turned = object_of(R"(,"labels":{"b":"a","d":"c"})");
    BOOST_TEST(changes<labels_changed>(labelled, turned));
}

BOOST_AUTO_TEST_CASE(annotations_that_changed_pass_one_of_them_or_any)
{
    BOOST_TEST(changes<annotations_changed>(plain, noted));
    BOOST_TEST(changes<annotations_changed>(noted, noted_also));
    BOOST_TEST(!changes<annotations_changed>(noted, noted));
    BOOST_TEST(changes<annotation_changed<"x">>(plain, noted));
    BOOST_TEST(changes<annotation_changed<"x">>(plain, noted_empty));  // absent is not empty
    BOOST_TEST(!changes<annotation_changed<"x">>(noted, noted_also));
    BOOST_TEST(changes<annotation_changed<"y">>(noted, noted_also));
}

BOOST_AUTO_TEST_CASE(a_version_that_changed_passes_and_a_resync_does_not)
{
    BOOST_TEST(changes<resource_version_changed>(plain, newer));
    BOOST_TEST(!changes<resource_version_changed>(plain, plain));
}

BOOST_AUTO_TEST_CASE(only_objects_of_which_something_is_true_pass)
{
    using chosen = when<is_labelled>;
    BOOST_TEST(changes<chosen>(plain, labelled));
    BOOST_TEST(!changes<chosen>(labelled, plain));
    BOOST_TEST(appears<chosen>(labelled));
    BOOST_TEST(!appears<chosen>(plain));
    BOOST_TEST(goes<chosen>(labelled));
    BOOST_TEST(!goes<chosen>(plain));
}

BOOST_AUTO_TEST_CASE(all_any_and_the_contrary_are_put_together)
{
    using either = any_of<generation_changed, labels_changed>;
    BOOST_TEST(changes<either>(plain, newer));
    BOOST_TEST(changes<either>(plain, labelled));
    BOOST_TEST(!changes<either>(plain, noted));
    using both = all_of<generation_changed, labels_changed>;
    BOOST_TEST(!changes<both>(plain, newer));
    BOOST_TEST(changes<both>(newer, labelled));
    BOOST_TEST(appears<both>(plain));
    using neither = not_of<either>;
    BOOST_TEST(changes<neither>(plain, noted));
    BOOST_TEST(!changes<neither>(plain, newer));
    BOOST_TEST(!appears<neither>(plain));
    using nested = all_of<when<is_labelled>, not_of<generation_changed>>;
    BOOST_TEST(changes<nested>(plain, labelled));
    BOOST_TEST(!changes<nested>(newer, labelled));
}

BOOST_AUTO_TEST_SUITE_END()
