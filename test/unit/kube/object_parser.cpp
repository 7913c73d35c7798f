#include <penstock/kube/object_parser.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;
namespace json = boost::json;

namespace {

std::string const document =
    R"({"kind":"A","metadata":{"managedFields":[{"a":{"b":[1,"x",null,{"metadata":{}}]}},2],"name":"caf\u00e9 \"q\"",)"
    R"("labels":{"managedFields":"kept"}},"spec":{"template":{"metadata":{"managedFields":"gone","n":-17}},)"
    R"("list":[{"managedFields":1.5e3},18446744073709551615,true,false,null,""],"managedFields":{"kept":true}}})";

std::string const expected =
    R"({"kind":"A","metadata":{"name":"caf\u00e9 \"q\"","labels":{"managedFields":"kept"}},)"
    R"("spec":{"template":{"metadata":{"n":-17}},"list":[{"managedFields":1.5e3},18446744073709551615,true,false,null,""],)"
    R"("managedFields":{"kept":true}}})";

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_object_parser)

BOOST_AUTO_TEST_CASE(leaves_managed_fields_out)
{
    BOOST_TEST((parse_object(document).value() == json::parse(expected)));
    BOOST_TEST((parse_object(document, {.keep_managed_fields = true}).value() == json::parse(document)));
    BOOST_TEST((parse_object(R"({"metadata":{"managedFields":[]}})").value() == json::parse(R"({"metadata":{}})")));
    BOOST_TEST((parse_object(R"([{"metadata":[{"managedFields":1}]}])").value()
                == json::parse(R"([{"metadata":[{"managedFields":1}]}])")));
}

BOOST_AUTO_TEST_CASE(reads_the_same_wherever_the_slices_end)
{
    for (std::size_t cut = 1; cut < document.size(); ++cut) {
        object_parser parser;
        BOOST_TEST(parser.write(document.substr(0, cut)).value() == cut);
        BOOST_TEST(!parser.done());
        BOOST_TEST(parser.inside());
        BOOST_TEST(parser.write(document.substr(cut)).value() == document.size() - cut);
        BOOST_REQUIRE(parser.done());
        BOOST_TEST((parser.release() == json::parse(expected)));
        BOOST_TEST(!parser.inside());
    }
}

BOOST_AUTO_TEST_CASE(reads_one_document_after_the_other_byte_by_byte)
{
    object_parser parser;
    std::string const twice = " \n" + document + "\r\n\n" + document + "\n";
    int documents = 0;
    for (char const c : twice) {
        auto const byte = std::string_view(&c, 1);
        BOOST_TEST(parser.write(byte).value() == 1U);
        if (parser.done()) {
            BOOST_TEST((parser.release() == json::parse(expected)));
            ++documents;
        }
    }
    BOOST_TEST(documents == 2);
    BOOST_TEST(!parser.inside());
}

BOOST_AUTO_TEST_CASE(refuses_what_is_too_long_or_too_deep)
{
    BOOST_TEST((parse_object(document, {.max_size = document.size()}).has_value()));
    BOOST_TEST((parse_object(document, {.max_size = document.size() - 1}).error().code == errc::too_large));
    std::string const deep = std::string(200, '[') + std::string(200, ']');
    BOOST_TEST((parse_object(deep).error().code == errc::too_large));
    object_parser parser({.max_size = 64});
    std::size_t taken = 0;
    while (taken < 1000) {  // a document without an end is stopped, not kept
        auto const used = parser.write(taken == 0 ? "{\"a\":\"" : "xxxxxxxx");
        if (!used)
            break;
        taken += *used;
    }
    BOOST_TEST(taken <= 64U);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_json)
{
    for (auto const* text : {"<html>", "{\"a\":}", "{\"a\":1}}", "{'a':1}", "{\"a\":\"\xff\xfe\"}", "nul"})
        BOOST_TEST((!parse_object(text).has_value()), text);
    BOOST_TEST((parse_object("{\"a\":1} {}").error().code == errc::malformed));
    BOOST_TEST((parse_object("{\"a\":").error().code == errc::truncated));
    BOOST_TEST((parse_object("").error().code == errc::truncated));
}

BOOST_AUTO_TEST_SUITE_END()
