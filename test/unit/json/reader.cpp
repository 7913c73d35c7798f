#include <penstock/json/reader.hpp>

#include <penstock/json/impl/text_blocks.ipp>
#include <penstock/json/value.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;
using value = json::reader::value;

namespace {

/// Reads everything that there is into a DOM.
boost::json::value everything(json::reader& in)
{
    std::string_view text;
    bool flag = false;
    switch (in.peek()) {
    case value::object: {
        boost::json::object made;
        for (in.open_object(); in.next_key(text);) {
            std::string const key(text);
            made.insert_or_assign(key, everything(in));
        }
        return made;
    }
    case value::array: {
        boost::json::array made;
        for (in.open_array(); in.next_element();)
            made.push_back(everything(in));
        return made;
    }
    case value::string: return in.string(text) ? boost::json::value(text) : nullptr;
    case value::number: return in.number(text) ? boost::json::parse(text) : nullptr;
    case value::boolean: return in.boolean(flag) ? boost::json::value(flag) : nullptr;
    case value::null: in.null(); return nullptr;
    case value::nothing: in.skip();
    }
    return nullptr;
}

std::string fault_of(std::string_view text)
{
    std::string scratch;
    json::reader in(text, scratch);
    everything(in);
    return in.finish() ? "" : in.error().message();
}

std::string const deep = std::string(300, '[') + std::string(300, ']');

std::vector<std::string> const right{
    "{}",
    " [ ] ",
    R"({"a":1})",
    R"( { "a" : [ 1 , -0 , 0.5 , 1e9 , 12E-3 ] , "b" : { } } )",
    R"({"a":true,"b":false,"c":null,"d":""})",
    R"(["\"\\\/\b\f\n\r\t","\u0041\u00e9\u20ac\ud83d\ude00","é€😀","x\u0000y"])",
    R"({"a\"b":{"c":"]}"},"d":["{",":",","]})",
    R"({"long":"0123456789012345678901234567890123456789012345678901234567890123456789","next":[[[["x"]]]]})",
};
std::vector<std::string> const wrong{
    "",
    "{",
    "[",
    R"({"a")",
    R"({"a":)",
    R"({"a":1)",
    R"({"a":1,)",
    R"({"a":1,})",
    R"({"a" 1})",
    R"({a:1})",
    R"({"a":1 "b":2})",
    R"({,})",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[01]",
    "[-]",
    "[1.]",
    "[1e]",
    "[.5]",
    "[+1]",
    "[tru]",
    "[nul]",
    "[1]]",
    "{}{}",
    "[\"a]",
    R"(["\x"])",
    R"(["\u12g4"])",
    R"(["\ud800"])",
    R"(["\udc00"])",
    "[\"\x01\"]",
    "[\"\xff\"]",
    "[\"\xc3\"]",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_reader)

BOOST_DATA_TEST_CASE(reads_what_the_parser_reads, data::make(right), text)
{
    std::string scratch;
    json::reader in(text, scratch);
    auto const read = everything(in);
    BOOST_TEST(in.finish(), in.error().message());
    BOOST_TEST(boost::json::serialize(read) == boost::json::serialize(json::parse(text).value()));
}

BOOST_DATA_TEST_CASE(refuses_what_the_parser_refuses, data::make(wrong), text)
{
    BOOST_TEST(!json::parse(text));
    BOOST_TEST(fault_of(text).starts_with("JSON at byte "));
}

BOOST_AUTO_TEST_CASE(says_where_and_what_the_fault_is)
{
    auto const is = [](std::string_view text, std::string_view what) {
        auto const said = fault_of(text);
        BOOST_TEST(said.find(what) != said.npos, text << ": " << said);
    };
    is(R"({"a":1 "b":2})", "byte 7: a comma or the end is expected");
    is(R"({"abc":"\x"})", "byte 7: an escape that is none");
    is(R"({"a":[tru]})", "byte 6: true or false is expected");
    is("[1] 2", "byte 4: the end is expected");
}

BOOST_AUTO_TEST_CASE(passes_over_what_nobody_asks_for)
{
    std::string const text =
        R"({"a":{"b":["}",{"c":"]\\\""}]},"d":"e\"f","g":[1,[2]],"h":-1.5e3,"i":null,"j":true,"k":7})";
    std::string scratch;
    json::reader in(text, scratch);
    std::string_view key, seven, object;
    for (in.open_object(); in.next_key(key);)
        key == "k" ? in.number(seven) : key == "a" ? in.raw(object) : in.skip();
    BOOST_TEST(in.finish(), in.error().message());
    BOOST_TEST(seven == "7");
    BOOST_TEST(object == R"({"b":["}",{"c":"]\\\""}]})");
}

BOOST_AUTO_TEST_CASE(brackets_must_match_where_it_passes_over_them)
{
    for (std::string_view const text : {"{\"a\":[}]}", "{\"a\":{]}", "{\"a\":[[]", "{\"a\":[\"]}", "{\"a\":[Y]}"}) {
        std::string scratch;
        json::reader in(text, scratch);
        std::string_view key;
        for (in.open_object(); in.next_key(key);)
            in.skip();
        BOOST_TEST(!in.finish(), text);
    }
    std::string scratch;
    json::reader in(deep, scratch);
    BOOST_TEST(!in.skip());
    BOOST_TEST((in.error().code == errc::too_large));
    json::reader stray(R"({"a":[1,\]})", scratch);
    std::string_view key;
    for (stray.open_object(); stray.next_key(key);)
        stray.skip();
    BOOST_TEST(!stray.finish());
}

BOOST_AUTO_TEST_CASE(after_a_fault_nothing_more_is_read)
{
    std::string scratch;
    json::reader in(R"({"a":1,"b":"x"})", scratch);
    std::string_view key, text;
    BOOST_TEST(in.open_object());
    BOOST_TEST(in.next_key(key));
    BOOST_TEST(!in.string(text));
    BOOST_TEST(!in.next_key(key));
    BOOST_TEST(!in.skip());
    BOOST_TEST((in.peek() == value::nothing));
    BOOST_TEST(in.error().detail == "JSON at byte 5: a string is expected");
}

/// What finds the blocks must find the same on every machine.
BOOST_AUTO_TEST_CASE(the_plain_way_finds_what_the_quick_one_finds)
{
    std::array<char, 128> text{};
    for (int first = 0; first < 256; ++first) {
        for (std::size_t i = 0; i < text.size(); ++i)
            text[i] = static_cast<char>((static_cast<std::size_t>(first) + i * 7) % 256);
        std::array<json::detail::text_block, 2> quick, plain;
        json::detail::best_block_reader()(text.data(), 2, quick.data());
        json::detail::read_blocks_portable(text.data(), 2, plain.data());
        for (std::size_t i = 0; i < 2; ++i) {
            BOOST_TEST(quick[i].quote == plain[i].quote);
            BOOST_TEST(quick[i].inside == plain[i].inside);
            BOOST_TEST(quick[i].backslash == plain[i].backslash);
            BOOST_TEST(quick[i].bracket == plain[i].bracket);
            BOOST_TEST(quick[i].colon == plain[i].colon);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
