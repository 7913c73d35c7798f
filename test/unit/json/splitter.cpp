#include <penstock/json/splitter.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

/// Everything that a splitter gives for a text in slices of one size, and its end.
std::vector<std::string> pieces_of(std::string_view text, std::size_t slice, std::string const& array = {},
                                   json::splitter_limits const& l = {})
{
    json::splitter it(array, l);
    std::vector<std::string> got;
    for (std::size_t at = 0; at < text.size(); at += slice) {
        auto bytes = text.substr(at, slice);
        while (auto piece = it.next(bytes)) {
            if (!*piece) {
                got.push_back("fault " + std::to_string(piece->error().code.value()));
                return got;
            }
            got.emplace_back(**piece);
        }
        BOOST_TEST(bytes.empty());
    }
    got.push_back(it.finish() ? "end" : "truncated");
    if (it.done())
        got.push_back(it.envelope());
    return got;
}

std::string fault_of(std::string_view text, std::string const& array = {}, json::splitter_limits const& l = {})
{
    json::splitter it(array, l);
    while (auto piece = it.next(text))
        if (!*piece)
            return piece->error().message();
    return it.finish() ? "" : it.finish().error().message();
}

std::string const escapes = R"({"a\\":"\"","b":"\\\\","c\"":"]}[{","d":"é😀"})";
std::string const padding = "{\"p\":\"" + std::string(150, 'x') + "\"}";
std::string const first = R"({"kind":"X","metadata":{"name":"a"}})";

std::vector<std::string> const streams{
    first + "\n" + escapes + "\n",
    first + first + padding + first,
    "  " + escapes + " \r\n\t " + padding + escapes + " ",
    R"({"a":[[[{}]]]})" + std::string("\n{}\n"),
};
std::vector<std::string> const lists{
    R"({"kind":"List","metadata":{"resourceVersion":"7"},"items":[)" + first + "," + escapes + "," + padding + "]}",
    R"({"items" : [ {} , )" + padding + R"( ] , "metadata":{"continue":"items"},"odd":[1,"items",[{}]]})",
    R"({"items":[],"kind":"items"})",
    R"({"items":null})",
    R"({"metadata":{"items":[{"not":"one"}]},"items":[{}]})",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_splitter)

BOOST_DATA_TEST_CASE(documents_are_the_same_wherever_the_slices_end, data::make(streams), text)
{
    auto const whole = pieces_of(text, text.size());
    BOOST_TEST(whole.size() >= 3U);
    BOOST_TEST(whole.back() == "end");
    for (std::size_t slice = 1; slice < text.size(); ++slice)
        BOOST_TEST(pieces_of(text, slice) == whole, boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(elements_are_the_same_wherever_the_slices_end, data::make(lists), text)
{
    auto const whole = pieces_of(text, text.size(), "items");
    BOOST_REQUIRE(whole.size() >= 2U);
    BOOST_TEST(whole[whole.size() - 2] == "end");
    for (std::size_t slice = 1; slice < text.size(); ++slice)
        BOOST_TEST(pieces_of(text, slice, "items") == whole, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gives_the_elements_and_what_is_around_them)
{
    std::vector<std::string> const one{first, escapes, padding, "end",
                                       R"({"kind":"List","metadata":{"resourceVersion":"7"},"items":[]})"};
    BOOST_TEST(pieces_of(lists[0], 1000, "items") == one, boost::test_tools::per_element());
    std::vector<std::string> const two{"{}", padding, "end",
                                       R"({"items" : [] , "metadata":{"continue":"items"},"odd":[1,"items",[{}]]})"};
    BOOST_TEST(pieces_of(lists[1], 1000, "items") == two, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_place_where_it_can_be_cut_off_is_noticed)
{
    for (std::size_t cut = 1; cut < lists[0].size(); ++cut)
        BOOST_TEST(pieces_of(lists[0].substr(0, cut), 64, "items").back() == "truncated", cut);
    for (std::size_t cut = 1; cut < first.size(); ++cut)
        BOOST_TEST(pieces_of(first.substr(0, cut), 64).back() == "truncated", cut);
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong)
{
    auto const is = [](std::string const& said, std::string_view what) {
        BOOST_TEST(said.find(what) != said.npos, said);
    };
    is(fault_of("<html>"), "an object is expected");
    is(fault_of("[{}]"), "an object is expected");
    is(fault_of("{} 1"), "byte 3: an object is expected");
    is(fault_of("{\"a\":[}"), "a bracket does not match");
    is(fault_of("{\"items\":[1]}", "items"), "the list holds something else than objects");
    is(fault_of("{\"items\":[{},]}", "items"), "the list holds something else than objects");
    is(fault_of("{\"items\":[{}{}]}", "items"), "a comma or the end of the list is expected");
    is(fault_of("{\"items\":[{}]}}", "items"), "something stands behind the document");
    is(fault_of("{\"items\":[{}", "items"), "it ends too early");
}

BOOST_AUTO_TEST_CASE(holds_no_more_than_it_may)
{
    json::splitter_limits small;
    small.max_size = 100;
    small.max_depth = 4;
    small.max_envelope = 40;
    for (std::size_t const slice : {7UL, 1000UL}) {
        auto const too_large = "fault " + std::to_string(static_cast<int>(errc::too_large));
        BOOST_TEST(pieces_of(padding, slice, {}, small).back() == too_large);
        BOOST_TEST(pieces_of("{\"a\":[[[[[]]]]]}", slice, {}, small).back() == too_large);
        BOOST_TEST(pieces_of("{\"items\":[" + padding + "]}", slice, "items", small).back() == too_large);
        BOOST_TEST(pieces_of("{\"kind\":" + padding + "}", slice, "items", small).back() == too_large);
        BOOST_TEST(pieces_of("{\"a\":[[[]]]}", slice, {}, small).back() == "end");
    }
}

BOOST_AUTO_TEST_CASE(a_piece_in_one_slice_is_not_copied)
{
    std::string const text = first + padding;
    std::string_view bytes = text;
    json::splitter it;
    BOOST_TEST((it.next(bytes)->value().data() == text.data()));
    BOOST_TEST((it.next(bytes)->value().data() == text.data() + first.size()));
}

BOOST_AUTO_TEST_SUITE_END()
