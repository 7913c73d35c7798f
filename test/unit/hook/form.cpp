#include <penstock/hook/form.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using namespace penstock;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(hook_form)

BOOST_AUTO_TEST_CASE(decodes_a_field_wherever_it_stands)
{
    BOOST_TEST(hook::form_field("payload=%7B%22a%22%3A%22x+y%2Bz%22%7D", "payload").value() == R"({"a":"x y+z"})");
    BOOST_TEST(hook::form_field("x=1&payload=2&y=%26", "payload").value() == "2");
    BOOST_TEST(hook::form_field("payload=", "payload").value() == "");
    BOOST_TEST(hook::form_field("payload=%C3%A4", "payload").value() == "\xc3\xa4");
    BOOST_TEST(hook::form_field("payload=a=b&", "payload").value() == "a=b");
    BOOST_TEST(hook::form_field("payl%6fad=1&&x", "payload").value() == "1");
    BOOST_TEST(hook::form_field("payload", "payload").value() == "");
}

BOOST_AUTO_TEST_CASE(reads_nothing_behind_the_body)
{
    std::string const held = "payload=1%41&payload=2";  // no null character where the body ends
    BOOST_TEST(hook::form_field(std::string_view(held).substr(0, 12), "payload").value() == "1A");
    BOOST_TEST(hook::form_field(std::string_view(held).substr(0, 9), "payload").value() == "1");
    BOOST_TEST(hook::form_field(std::string_view(held).substr(0, 11), "payload").has_error());  // %4, and no more
}

BOOST_DATA_TEST_CASE(refuses_what_does_not_hold_it_once,
                     data::make({"", "x=1", "payload=1&payload=2", "payload=%", "payload=%zz", "payload=a b",
                                 "payload=\x01", "payload=%", "payload=%4", "payload=1&payl%6Fad=2", "payload=1&x=\xff",
                                 "payload=1#", "payload=1\x7f"}),
                     body)
{
    BOOST_TEST((hook::form_field(body, "payload").error().code == errc::malformed));
    std::string value;
    hook::form_reader slices(body, "payload", value);
    auto left = slices.read_some(1);
    while (left && *left != 0)
        left = slices.read_some(1);
    BOOST_TEST((left.error().code == errc::malformed));
}

BOOST_DATA_TEST_CASE(reads_the_same_in_slices, data::make({1, 2, 3, 5, 100}), size)
{
    std::string const body = "x=payload&payload=%7B%22a%22%3A%22x+y%22%7D%20&payloads=%31&pay=load&y";
    auto const whole = hook::form_field(body, "payload").value();
    std::string value = "what was there before";
    hook::form_reader slices(body, "payload", value);
    auto left = body.size();
    while (left != 0) {
        auto const now = slices.read_some(static_cast<std::size_t>(size)).value();
        BOOST_TEST_REQUIRE(now < left);
        BOOST_TEST(left - now <= static_cast<std::size_t>(size) + 2);  // an escape is not torn apart
        left = now;
    }
    BOOST_TEST(value == whole);
}

BOOST_AUTO_TEST_SUITE_END()
