#include <penstock/json/value.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(json_value)

BOOST_AUTO_TEST_CASE(reads_values_by_their_keys)
{
    auto const document =
        json::parse(R"({"a":{"b":{"text":"x","n":7,"f":1.5,"big":1e300,"yes":true,"list":[1],"null":null}}})").value();
    BOOST_TEST(json::text_at(document, {"a", "b", "text"}) == "x");
    BOOST_TEST(json::text_at(document, {"a", "b", "n"}) == "");
    BOOST_TEST(json::text_at(document, {"a", "none", "text"}) == "");
    BOOST_TEST(json::text_at(document, {"a", "b", "text", "deeper"}) == "");
    BOOST_TEST((json::integer_at(document, {"a", "b", "n"}) == 7));
    BOOST_TEST(!json::integer_at(document, {"a", "b", "f"}).has_value());
    BOOST_TEST(!json::integer_at(document, {"a", "b", "big"}).has_value());
    BOOST_TEST(!json::integer_at(document, {"a", "b", "text"}).has_value());
    BOOST_TEST(json::true_at(document, {"a", "b", "yes"}));
    BOOST_TEST(!json::true_at(document, {"a", "b", "n"}));
    BOOST_TEST(json::array_at(document, {"a", "b", "list"})->size() == 1U);
    BOOST_TEST(json::array_at(document, {"a", "b"}) == nullptr);
    BOOST_TEST(json::object_at(document, {"a", "b"})->size() == 7U);
    BOOST_TEST(json::find(document, {}) == &document);
}

BOOST_DATA_TEST_CASE(refuses_what_is_no_document,
                     data::make({"{,}", "{} {}", "[1,]", "nul!", "{\"a\":\"\xff\"}", "'x'", "// c\n1"}), text)
{
    BOOST_TEST((json::parse(text).error().code == errc::malformed));
}

BOOST_DATA_TEST_CASE(says_when_a_document_ends_early, data::make({"", " ", "{", "[1", "\"a", "tru", "{\"a\":"}), text)
{
    BOOST_TEST((json::parse(text).error().code == errc::truncated));
}

BOOST_AUTO_TEST_CASE(keeps_to_its_limits)
{
    json::limits const l{.max_size = 20, .max_depth = 3};
    BOOST_TEST(json::parse("[[[1]]]", l).has_value());
    BOOST_TEST((json::parse("[[[[1]]]]", l).error().code == errc::too_large));
    BOOST_TEST((json::parse(std::string(21, ' '), l).error().code == errc::too_large));
    std::string const deep(100000, '[');
    BOOST_TEST((json::parse(deep).error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(an_error_does_not_repeat_the_content)
{
    BOOST_TEST(json::parse("{\"a\":hunter2}").error().message().find("hunter2") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
