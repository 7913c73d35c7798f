#include <penstock/embedded/kube_patch.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace penstock::embedded;
using boost::json::parse;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    char const* document;
    char const* patch;
    char const* result;  // empty: refused
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.document << " with " << r.patch;
}

// The first rows are the examples of RFC 7386, appendix A.
row const merges[] = {
    {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
    {R"({"a":"b"})", R"({"a":null})", R"({})"},
    {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
    {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
    {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
    {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
    {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
    {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
    {R"({"a":"foo"})", R"(null)", R"(null)"},
    {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
    {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
    {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
};

row const operations[] = {
    {R"({"a":1})", R"([{"op":"add","path":"/b","value":2}])", R"({"a":1,"b":2})"},
    {R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2,3]})"},
    {R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])", R"({"a":[1,2]})"},
    {R"({"a":1,"b":2})", R"([{"op":"remove","path":"/a"}])", R"({"b":2})"},
    {R"({"a":[1,2,3]})", R"([{"op":"remove","path":"/a/0"}])", R"({"a":[2,3]})"},
    {R"({"a":1})", R"([{"op":"replace","path":"/a","value":2}])", R"({"a":2})"},
    {R"({"a":{"b":1},"c":{}})", R"([{"op":"move","from":"/a/b","path":"/c/d"}])", R"({"a":{},"c":{"d":1}})"},
    {R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":1,"b":1})"},
    {R"({"a/b":{"~":1}})", R"([{"op":"test","path":"/a~1b/~0","value":1}])", R"({"a/b":{"~":1}})"},
    {R"({"a":1})", R"([{"op":"add","path":"/b","value":2},{"op":"test","path":"/a","value":9}])", ""},
    {R"({"a":1})", R"([{"op":"replace","path":"/x","value":2}])", ""},
    {R"({"a":1})", R"([{"op":"remove","path":"/x"}])", ""},
    {R"({"a":[1]})", R"([{"op":"add","path":"/a/7","value":2}])", ""},
    {R"({"a":[1]})", R"([{"op":"add","path":"a","value":2}])", ""},
    {R"({"a":1})", R"([{"op":"jump","path":"/a"}])", ""},
    {R"({"a":1})", R"([{"op":"add","path":"/a"}])", ""},
    {R"({"a":1})", R"({"op":"remove","path":"/a"})", ""},
    {R"({"a":1})", R"([7])", ""},
};

row const strategies[] = {
    {R"({"data":{"a":"1","b":"2"}})", R"({"data":{"a":null,"c":"3"}})", R"({"data":{"b":"2","c":"3"}})"},
    {R"({"f":{"finalizers":["a"]}})", R"({"f":{"finalizers":["b"]}})", R"({"f":{"finalizers":["a","b"]}})"},
    {R"({"finalizers":["a","b"]})", R"({"$deleteFromPrimitiveList/finalizers":["a"]})", R"({"finalizers":["b"]})"},
    {R"({"ports":[{"port":80,"name":"a"}]})", R"({"ports":[{"port":80,"name":"b"},{"port":81}]})",
     R"({"ports":[{"port":80,"name":"b"},{"port":81}]})"},
    {R"({"ports":[{"port":80},{"port":81}]})", R"({"ports":[{"port":80,"$patch":"delete"}]})",
     R"({"ports":[{"port":81}]})"},
    {R"({"list":[1,2]})", R"({"list":[3],"$setElementOrder/list":[3]})", R"({"list":[3]})"},
    {R"({"a":{"x":1}})", R"({"a":{"$patch":"replace","y":2}})", R"({"a":{"y":2}})"},
    {R"({"a":{"x":1,"y":2}})", R"({"a":{"$retainKeys":["y"],"y":3}})", R"({"a":{"y":3}})"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(embedded_kube_patch)

BOOST_DATA_TEST_CASE(merges_as_the_rfc_says, data::make(merges), r)
{
    auto v = parse(r.document);
    merge_patch(v, parse(r.patch));
    BOOST_TEST((v == parse(r.result)), boost::json::serialize(v));
}

BOOST_DATA_TEST_CASE(runs_all_operations_or_none, data::make(operations), r)
{
    auto v = parse(r.document);
    auto const done = json_patch(v, parse(r.patch));
    bool const refused = *r.result == '\0';
    BOOST_TEST(done.has_value() == !refused);
    BOOST_TEST((v == parse(refused ? r.document : r.result)), boost::json::serialize(v));
}

BOOST_DATA_TEST_CASE(merges_lists_by_their_key, data::make(strategies), r)
{
    auto v = parse(r.document);
    strategic_patch(v, parse(r.patch));
    BOOST_TEST((v == parse(r.result)), boost::json::serialize(v));
}

BOOST_AUTO_TEST_SUITE_END()
