#include <contract/kube/peer.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::testing;
namespace data = boost::unit_test::data;

namespace {

struct wrong_spec
{
    char const* spec;  // what follows the title
    char const* field;
    char const* reason;
    char const* message;  // in `causes`

    friend std::ostream& operator<<(std::ostream& out, wrong_spec const& w) { return out << w.spec; }
};

constexpr wrong_spec wrong[] = {
    {R"(,"size":0)", "spec.size", "FieldValueInvalid",
     "Invalid value: 0: spec.size in body should be greater than or equal to 1"},
    {R"(,"size":11)", "spec.size", "FieldValueInvalid",
     "Invalid value: 11: spec.size in body should be less than or equal to 10"},
    {R"(,"size":"3")", "spec.size", "FieldValueTypeInvalid",
     "Invalid value: \"string\": spec.size in body must be of type integer: \"string\""},
    {R"(,"size":2.5)", "spec.size", "FieldValueTypeInvalid",
     "Invalid value: \"number\": spec.size in body must be of type integer: \"number\""},
    {R"(,"colour":"blue")", "spec.colour", "FieldValueNotSupported",
     "Unsupported value: \"blue\": supported values: \"red\", \"green\""},
    {R"(,"sealed":"yes")", "spec.sealed", "FieldValueTypeInvalid",
     "Invalid value: \"string\": spec.sealed in body must be of type boolean: \"string\""},
    {R"(,"tags":["a","b","c","d"])", "spec.tags", "FieldValueTooMany", "Too many: 4: must have at most 3 items"},
    {R"(,"tags":["a","a"])", "spec.tags[1]", "FieldValueDuplicate", "Duplicate value: \"a\""},
    {R"(,"tags":[1])", "spec.tags[0]", "FieldValueTypeInvalid",
     "Invalid value: \"integer\": spec.tags[0] in body must be of type string: \"integer\""},
    {R"(,"tags":"a")", "spec.tags", "FieldValueTypeInvalid",
     "Invalid value: \"string\": spec.tags in body must be of type array: \"string\""},
    {R"(,"parts":[{"count":2}])", "spec.parts[0].name", "FieldValueRequired", "Required value"},
    {R"(,"parts":[{"name":"a"},{"name":"a"}])", "spec.parts[1]", "FieldValueDuplicate",
     "Duplicate value: {\"name\":\"a\"}"},
    {R"(,"port":true)", "spec.port", "FieldValueTypeInvalid",
     "Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\""},
    {R"(,"limits":{"a":1})", "spec.limits.a", "FieldValueTypeInvalid",
     "Invalid value: \"integer\": spec.limits.a in body must be of type string: \"integer\""},
    {R"(,"free":"x")", "spec.free", "FieldValueTypeInvalid",
     "Invalid value: \"string\": spec.free in body must be of type object: \"string\""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(schema, kube_peer)

BOOST_DATA_TEST_CASE(refuses_what_the_schema_refuses, data::make(wrong), w)
{
    auto const r = call("POST", gadgets, gadget("a", w.spec));
    BOOST_TEST(r.status == 422, r.body);
    BOOST_TEST(r["/reason"] == "Invalid");
    BOOST_TEST(r["/details/name"] == "a");
    BOOST_TEST(r["/details/group"] == "contract.example.com");
    BOOST_TEST(r["/details/kind"] == "Gadget");
    BOOST_TEST(r["/details/causes/0/field"] == w.field);
    BOOST_TEST(r["/details/causes/0/reason"] == w.reason);
    BOOST_TEST(r["/details/causes/0/message"] == w.message);
    BOOST_TEST(r["/message"].starts_with("Gadget.contract.example.com \"a\" is invalid: "));
    BOOST_TEST(r["/message"].find(std::string(w.field) + ": " + w.message) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(measures_texts)
{
    auto const titled = [this](std::string const& title) {
        return call(
            "POST", gadgets + "?dryRun=All",
            R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":"a"},"spec":{"title":)"
                + title + "}}");
    };
    BOOST_TEST(titled("\"ab\"").status == 201);
    BOOST_TEST(titled("\"a\"")["/details/causes/0/message"]
               == "Invalid value: \"a\": spec.title in body should be at least 2 chars long");
    BOOST_TEST(titled("\"abcdefghi\"")["/details/causes/0/message"] == "Too long: may not be more than 8 bytes");
    BOOST_TEST(titled("\"AB\"")["/details/causes/0/message"]
               == "Invalid value: \"AB\": spec.title in body should match '^[a-z]+$'");
    auto const missing = call("POST", gadgets,
                              R"({"apiVersion":"contract.example.com/v1","kind":"Gadget",)"
                              R"("metadata":{"name":"a"},"spec":{}})");
    BOOST_TEST(missing["/details/causes/0/field"] == "spec.title");
    BOOST_TEST(missing["/details/causes/0/reason"] == "FieldValueRequired");
    BOOST_TEST(missing["/message"] == "Gadget.contract.example.com \"a\" is invalid: spec.title: Required value");
}

BOOST_AUTO_TEST_CASE(tells_all_that_is_wrong)
{
    auto const r = call("POST", gadgets, gadget("a", R"(,"size":0,"colour":"blue")"));
    BOOST_TEST(r.status == 422);
    BOOST_TEST(r["/details/causes/1"] != "(none)");
    BOOST_TEST(r["/message"].starts_with("Gadget.contract.example.com \"a\" is invalid: ["));
}

BOOST_AUTO_TEST_CASE(takes_what_the_schema_takes)
{
    auto const r = make("a", R"(,"size":10,"weight":1.5,"colour":"green","sealed":true,"port":"http","note":null,)"
                             R"("limits":{"a":"1"},"free":{"any":{"thing":[1,"x",null]}},"parts":[{"name":"p"}])");
    BOOST_TEST(r["/spec/parts/0/count"] == "1");  // a default inside a list
    BOOST_TEST(r["/spec/note"] == "null");
    BOOST_TEST(r["/spec/free/any/thing"] == R"([1,"x",null])");
    BOOST_TEST(call("POST", gadgets, gadget("b", R"(,"port":80,"weight":2,"size":null)"))["/spec/size"] == "3");
    BOOST_TEST(make("c", R"(,"sealed":null)")["/spec/sealed"] == "(none)");
}

BOOST_AUTO_TEST_CASE(drops_what_the_schema_does_not_know)
{
    auto const r = make("a", R"(,"speed":1,"parts":[{"name":"p","colour":"red"}],"free":{"x":1})");
    BOOST_TEST(r["/spec/speed"] == "(none)");
    BOOST_TEST(r["/spec/parts/0/colour"] == "(none)");
    BOOST_TEST(r["/spec/free/x"] == "1");
    std::vector<std::string> warnings;
    for (auto const& [name, value] : r.fields)
        if (http::iequals(name, "Warning"))
            warnings.push_back(value);
    BOOST_REQUIRE(warnings.size() == 2U);
    BOOST_TEST(warnings[0] == R"(299 - "unknown field \"spec.parts[0].colour\"")");
    BOOST_TEST(warnings[1] == R"(299 - "unknown field \"spec.speed\"")");
    auto const silent = call("POST", gadgets + "?fieldValidation=Ignore", gadget("b", R"(,"speed":1)"));
    BOOST_TEST(silent.status == 201);
    BOOST_TEST(!silent.fields.contains("Warning"));
    auto const strict = call("POST", gadgets + "?fieldValidation=Strict", gadget("c", R"(,"speed":1)"));
    BOOST_TEST(strict.status == 400);
    BOOST_TEST(strict["/message"]
               == "Gadget in version \"v1\" cannot be handled as a Gadget: strict decoding error: unknown field "
                  "\"spec.speed\"");
    BOOST_TEST(call("POST", gadgets + "?fieldValidation=Maybe", gadget("d")).status == 422);
}

BOOST_AUTO_TEST_CASE(warns_of_doubled_fields)
{
    auto const doubled = gadget("a", R"(,"size":4,"size":5)");
    auto const r = call("POST", gadgets, doubled);
    BOOST_TEST(r.status == 201, r.body);
    BOOST_TEST(r["/spec/size"] == "5");
    BOOST_TEST(r.fields["Warning"] == R"(299 - "duplicate field \"spec.size\"")");
    BOOST_TEST(call("POST", gadgets + "?fieldValidation=Strict&dryRun=All", doubled).status == 400);
}

BOOST_AUTO_TEST_CASE(makes_and_unmakes_types)
{
    auto const name = "widgets" + ns.substr(ns.rfind('-') + 1) + ".contract.example.com";
    auto const plural = name.substr(0, name.find('.'));
    boost::json::value definition = gadget_definition();
    auto& spec = definition.at("spec").as_object();
    definition.at("metadata").as_object()["name"] = name;
    spec["names"] = boost::json::object{{"plural", plural}, {"kind", "W" + plural}};
    spec["scope"] = "Cluster";
    spec.at("versions").as_array().pop_back();
    auto const crds = std::string("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
    auto const made = call("POST", crds, boost::json::serialize(definition));
    BOOST_TEST(made.status == 201, made.body);
    BOOST_TEST(made["/spec/names/singular"] == "w" + plural);
    BOOST_TEST(made["/spec/names/listKind"] == "W" + plural + "List");
    BOOST_TEST(made["/spec/conversion/strategy"] == "None");
    auto const path = "/apis/contract.example.com/v1/" + plural;
    await([&] { return call("GET", path).status == 200; });
    auto const state = call("GET", crds + '/' + name);
    BOOST_TEST(state["/status/conditions/0/type"] == "NamesAccepted");
    BOOST_TEST(state["/status/conditions/1/type"] == "Established");
    BOOST_TEST(state["/status/conditions/1/status"] == "True");
    BOOST_TEST(state["/status/acceptedNames/kind"] == "W" + plural);
    BOOST_TEST(state["/status/storedVersions"] == R"(["v1"])");
    auto const object = R"({"apiVersion":"contract.example.com/v1","kind":"W)" + plural
                        + R"(","metadata":{"name":"a"},"spec":{"title":"thing"}})";
    BOOST_TEST(call("POST", path, object)["/metadata/namespace"] == "(none)");
    BOOST_TEST(call("DELETE", crds + '/' + name).status == 200);
    await([&] { return call("GET", path).status == 404; });
}

BOOST_AUTO_TEST_CASE(refuses_definitions_that_make_no_sense)
{
    auto const crds = std::string("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
    auto const post = [&](boost::json::value const& d) { return call("POST", crds, boost::json::serialize(d)); };
    auto named = gadget_definition();
    named.at("metadata").as_object()["name"] = "other.contract.example.com";
    auto const r = post(named);
    BOOST_TEST(r.status == 422);
    BOOST_TEST(r.says("must be spec.names.plural+"));
    auto bare = gadget_definition();
    bare.at("metadata").as_object()["name"] = "bares.contract.example.com";
    bare.at("spec").as_object()["names"] = boost::json::object{{"plural", "bares"}, {"kind", "Bare"}};
    auto without = bare;
    without.at("spec").at("versions").at(0).as_object().erase("schema");
    BOOST_TEST(post(without)["/reason"] == "Invalid");
    auto two = bare;
    two.at("spec").at("versions").at(1).as_object()["storage"] = true;
    auto const stored = post(two);
    BOOST_TEST(stored.status == 422);
    BOOST_TEST(stored.says("must have exactly one version marked as storage version"));
    auto loose = bare;
    loose.at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema").as_object().erase("type");
    BOOST_TEST(post(loose).status == 422);
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
