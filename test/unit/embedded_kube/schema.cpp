#include <penstock/embedded/kube_schema.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock::embedded;
namespace data = boost::unit_test::data;

namespace {

kube_schema const& schema()
{
    static kube_schema const s(boost::json::parse(R"json({"type":"object","required":["spec"],"properties":{
        "metadata":{"type":"object"},
        "spec":{"type":"object","required":["url"],"properties":{
            "url":{"type":"string","pattern":"^https?://","maxLength":20},
            "mode":{"type":"string","enum":["a","b"],"default":"a"},
            "n":{"type":"integer","minimum":1,"maximum":9},
            "port":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]},
            "tags":{"type":"array","maxItems":2,"items":{"type":"object","properties":{
                "k":{"type":"string","default":"v"}}}},
            "any":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
            "labels":{"type":"object","additionalProperties":{"type":"string"}},
            "none":{"type":"string","nullable":true},
            "one":{"type":"object","oneOf":[{"required":["p"]},{"required":["q"]}],
                "properties":{"p":{"type":"string"},"q":{"type":"string"}}}}}}})json")
                                   .as_object());
    return s;
}

boost::json::object spec(char const* text)
{
    return {{"apiVersion", "g/v1"},
            {"kind", "K"},
            {"metadata", {{"name", "n"}, {"odd", 1}}},
            {"spec", boost::json::parse(text)}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedded_kube_schema)

BOOST_DATA_TEST_CASE(lets_good_objects_through,
                     data::make({R"({"url":"http://x"})", R"({"url":"https://x","mode":"b","n":9})",
                                 R"({"url":"http://x","port":1})", R"({"url":"http://x","port":"http"})",
                                 R"({"url":"http://x","none":null,"any":{"x":[1]},"labels":{"a":"b"}})",
                                 R"({"url":"http://x","one":{"p":"1"},"tags":[{},{}]})"}),
                     text)
{
    auto const causes = schema().validate(spec(text));
    BOOST_TEST(causes.empty(), (causes.empty() ? "" : causes.front().field + causes.front().message));
}

BOOST_DATA_TEST_CASE(
    names_the_field_that_is_wrong,
    data::make({R"({})", R"({"url":7})", R"({"url":"ftp://x"})", R"({"url":"http://aaaaaaaaaaaaaaaaa"})",
                R"({"url":"http://x","mode":"c"})", R"({"url":"http://x","n":0})", R"({"url":"http://x","n":10})",
                R"({"url":"http://x","n":1.5})", R"({"url":"http://x","port":true})",
                R"({"url":"http://x","tags":[{},{},{}]})", R"({"url":"http://x","tags":[{"k":1}]})",
                R"({"url":"http://x","labels":{"a":1}})", R"({"url":"http://x","one":{}})",
                R"({"url":"http://x","one":{"p":"","q":""}})"})
        ^ data::make({"spec.url", "spec.url", "spec.url", "spec.url", "spec.mode", "spec.n", "spec.n", "spec.n",
                      "spec.port", "spec.tags", "spec.tags[0].k", "spec.labels.a", "spec.one", "spec.one"}),
    text, field)
{
    auto const causes = schema().validate(spec(text));
    BOOST_REQUIRE(!causes.empty());
    BOOST_TEST(causes.front().field == field);
}

BOOST_AUTO_TEST_CASE(fills_in_defaults_where_the_parent_is_there)
{
    auto o = spec(R"({"url":"http://x","tags":[{},{"k":"w"}]})");
    schema().set_defaults(o);
    BOOST_TEST(boost::json::serialize(o.at("spec")) == R"({"url":"http://x","tags":[{"k":"v"},{"k":"w"}],"mode":"a"})");
}

BOOST_AUTO_TEST_CASE(drops_and_names_unknown_fields)
{
    auto o = spec(R"({"url":"http://x","foo":1,"any":{"x":1},"tags":[{"z":1}],"labels":{"a":"b"}})");
    auto dropped = schema().prune(o);
    std::sort(dropped.begin(), dropped.end());
    BOOST_REQUIRE(dropped.size() == 2U);
    BOOST_TEST(dropped[0] == "spec.foo");
    BOOST_TEST(dropped[1] == "spec.tags[0].z");
    BOOST_TEST(o.at("metadata").as_object().contains("odd"));
    BOOST_TEST(o.at("spec").at("any").as_object().contains("x"));
}

BOOST_AUTO_TEST_SUITE_END()
