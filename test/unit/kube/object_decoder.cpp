#include <penstock/kube/object_decoder.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace penstock;
using namespace penstock::kube;
namespace data = boost::unit_test::data;

namespace {

/// What a user would write.
struct pod
{
    struct value
    {
        std::string node;
        std::string phase;
        std::int32_t priority = 0;
        std::optional<std::int64_t> grace;
        bool host_network = false;
        double weight = 0;
        text_map labels;
        text_list finalizers;
        std::string owner;
        std::string app;
        std::string name;
        presence deleting;
        digest spec;

        bool operator==(value const&) const = default;
    };
    static constexpr auto fields =
        std::tuple(field("spec.nodeName", &value::node), field("status.phase", &value::phase),
                   field("spec.priority", &value::priority), field("spec.terminationGracePeriodSeconds", &value::grace),
                   field("spec.hostNetwork", &value::host_network), field("spec.weight", &value::weight),
                   field("metadata.labels", &value::labels), field("metadata.finalizers", &value::finalizers),
                   field("metadata.annotations.example\\.com/owner", &value::owner),
                   field("metadata.labels.app", &value::app), field("metadata.name", &value::name),
                   field("metadata.deletionTimestamp", &value::deleting), field("spec", &value::spec));
};
static_assert(field_projection<pod> && projection<pod>);

std::string const example = R"({
 "kind": "Pod", "apiVersion": "v1",
 "metadata": {"name": "web-1", "namespace": "shop", "uid": "u-1", "resourceVersion": "77", "deletionTimestamp": "now",
  "labels": {"app": "web", "tier": "front\u0041é"}, "annotations": {"x": "y", "example.com/owner": "team \"a\""},
  "managedFields": [{"manager": "kubelet", "fieldsV1": {"f:metadata": {"name": "no", "]": "}"}}}],
  "finalizers": ["a/b", "c/d"]},
 "spec": {"nodeName": "n1", "priority": -5, "terminationGracePeriodSeconds": 30, "hostNetwork": true, "weight": 1.5e1,
  "containers": [{"name": "c", "nodeName": "other"}]},
 "status": {"phase": "Running", "spec": {"nodeName": "third"}}
})";

failure failure_of(std::string const& text)
{
    object_decoder<pod> decoder;
    auto const read = decoder.read(text);
    return read ? failure() : read.error();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_object_decoder)

BOOST_AUTO_TEST_CASE(reads_the_fields_of_a_table)
{
    object_decoder<pod> decoder;
    auto const read = decoder.read(example);
    BOOST_REQUIRE(read.has_value());
    auto const& head = decoder.seen().head;
    BOOST_TEST(head.kind == "Pod");
    BOOST_TEST((head.name == object_name("shop", "web-1")));
    BOOST_TEST(head.uid == "u-1");
    BOOST_TEST(head.version == "77");
    auto const& kept = decoder.seen().kept;
    BOOST_TEST(kept.node == "n1");
    BOOST_TEST(kept.phase == "Running");
    BOOST_TEST(kept.priority == -5);
    BOOST_TEST(*kept.grace == 30);
    BOOST_TEST(kept.host_network);
    BOOST_TEST(kept.weight == 15.0);
    BOOST_TEST(*kept.labels.find("tier") == "frontA\xc3\xa9");
    BOOST_TEST(kept.labels.size() == 2U);
    std::vector<std::string> const finalizers(kept.finalizers.begin(), kept.finalizers.end());
    BOOST_TEST(finalizers == std::vector<std::string>({"a/b", "c/d"}), boost::test_tools::per_element());
    BOOST_TEST(kept.owner == "team \"a\"");
    BOOST_TEST(kept.app == "web");      // a part of what another member wants
    BOOST_TEST(kept.name == "web-1");   // what the head wants too
    BOOST_TEST(kept.deleting.there);
    BOOST_TEST(kept.spec.of_text != 0U);
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_null_is_as_if_it_had_never_been_there)
{
    object_decoder<pod> decoder;
    for (std::string const text :
         {R"({"metadata":{"name":"a"}})", R"({"metadata":{"name":"a","labels":null,"annotations":null},"spec":null})",
          R"({"metadata":{"name":"a","labels":{}},"status":{"phase":null}})"}) {
        BOOST_REQUIRE(decoder.read(example).has_value());
        BOOST_REQUIRE(decoder.read(text).has_value());
        pod::value none;
        none.name = "a";
        BOOST_TEST((decoder.seen().kept == none), text);
        BOOST_TEST(decoder.seen().head.uid.empty());
        BOOST_TEST(decoder.seen().head.kind.empty());
    }
}

BOOST_AUTO_TEST_CASE(what_stands_there_twice_is_refused)
{
    BOOST_TEST(failure_of(R"({"spec":{"nodeName":"a"},"metadata":{},"spec":{"nodeName":"b"}})").detail
               == "spec stands there twice");
    BOOST_TEST(failure_of(R"({"metadata":{"labels":{"x":"1"},"labels":{"y":"2"}}})").detail
               == "metadata.labels stands there twice");
    BOOST_TEST(failure_of(R"({"metadata":{"uid":"1","uid":null}})").detail == "metadata.uid stands there twice");
    BOOST_TEST(!failure_of(R"({"spec":{"x":1,"x":2},"y":1,"y":1})").code);  // nobody wants it
}

BOOST_AUTO_TEST_CASE(names_the_field_that_has_another_type)
{
    auto const is = [](std::string const& text, std::string const& detail) {
        auto const f = failure_of(text);
        BOOST_TEST((f.code == errc::malformed));
        BOOST_TEST(f.detail == detail);
    };
    is(R"({"spec":{"nodeName":7}})", "spec.nodeName is a number, a string is wanted");
    is(R"({"spec":{"priority":"7"}})", "spec.priority is a string, a whole number in range is wanted");
    is(R"({"spec":{"priority":1.5}})", "spec.priority is a number, a whole number in range is wanted");
    is(R"({"spec":{"priority":3000000000}})", "spec.priority is a number, a whole number in range is wanted");
    is(R"({"spec":{"hostNetwork":"true"}})", "spec.hostNetwork is a string, true or false is wanted");
    is(R"({"metadata":{"labels":{"a":1}}})", "metadata.labels is an object, an object of strings is wanted");
    is(R"({"metadata":{"labels":[]}})", "metadata.labels is an array, an object of strings is wanted");
    is(R"({"metadata":{"finalizers":[{}]}})", "metadata.finalizers is an array, an array of strings is wanted");
    is(R"({"metadata":{"name":{}}})", "metadata.name is an object, a string is wanted");
    is(R"({"metadata":{"uid":true}})", "metadata.uid is true or false, a string is wanted");
    is(R"({"metadata":[]})", "metadata is an array, an object is wanted");
    is(R"({"status":"x"})", "status is a string, an object is wanted");
    is(R"([])", "the object is an array, an object is wanted");
}

BOOST_DATA_TEST_CASE(refuses_what_is_no_json,
                     data::make({R"({"metadata":{"name":"a")", R"({"metadata":{"name":"\x"}})", R"({"metadata" {}})",
                                 R"({"spec":{]})", R"({"metadata":{"name":"a"}} {})", R"({"status":{"phase":"a)", ""}),
                     text)
{
    auto const f = failure_of(text);
    BOOST_TEST((f.code == errc::malformed));
    BOOST_TEST(f.detail.find("JSON at byte ") != std::string::npos, f.detail);
}

BOOST_AUTO_TEST_CASE(with_a_dom_the_object_has_no_managed_fields)
{
    object_decoder<whole_object> decoder;
    BOOST_REQUIRE(decoder.read(example).has_value());
    auto const& seen = decoder.seen();
    BOOST_TEST((seen.head.name == object_name("shop", "web-1")));
    BOOST_TEST(seen.head.version == "77");
    BOOST_TEST(!object_at(seen.object, "metadata")->contains("managedFields"));
    BOOST_TEST(text_at(seen.object, {"spec", "nodeName"}) == "n1");
    BOOST_TEST(!decoder.read("[]").has_value());
    BOOST_TEST(!decoder.read("{").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
