#include <penstock/text/text_map.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <vector>

using penstock::text_map;

namespace {

text_map of(std::vector<std::pair<std::string, std::string>> const& all)
{
    text_map made;
    for (auto const& [name, text] : all)
        made.add(name, text);
    made.settle();
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_text_map)

BOOST_AUTO_TEST_CASE(finds_what_was_put_in)
{
    auto const labels = of({{"app", "podinfo"}, {"empty", ""}, {"long", std::string(300, 'x')}});
    BOOST_TEST(*labels.find("app") == "podinfo");
    BOOST_TEST(*labels.find("empty") == "");
    BOOST_TEST(labels.find("long")->size() == 300U);
    BOOST_TEST(!labels.find("podinfo"));
    BOOST_TEST(!labels.find("ap"));
    BOOST_TEST(labels.size() == 3U);
    std::map<std::string, std::string> all;
    for (auto const& [name, text] : labels)
        all.emplace(name, text);
    BOOST_TEST(all.size() == 3U);
    BOOST_TEST(of({}).empty());
    BOOST_TEST(of({}).size() == 0U);
}

BOOST_AUTO_TEST_CASE(equal_are_those_that_hold_the_same_in_any_order)
{
    BOOST_TEST((of({{"a", "1"}, {"b", "2"}}) == of({{"b", "2"}, {"a", "1"}})));
    BOOST_TEST((of({{"b", "0"}, {"a", "1"}, {"b", "2"}}) == of({{"a", "1"}, {"b", "2"}})));  // the last one counts
    BOOST_TEST((of({{"a", "1"}, {"b", "2"}}) != of({{"a", "1"}, {"b", "3"}})));
    BOOST_TEST((of({{"ab", "c"}}) != of({{"a", "bc"}})));
    BOOST_TEST((of({{"a", ""}}) != of({})));
}

BOOST_AUTO_TEST_CASE(can_be_filled_anew)
{
    auto labels = of({{"a", "1"}});
    auto const copy = labels;
    labels.clear();
    BOOST_TEST(labels.empty());
    labels.add("b", "2");
    labels.settle();
    BOOST_TEST((labels == of({{"b", "2"}})));
    BOOST_TEST((copy == of({{"a", "1"}})));
    auto const moved = std::move(labels);
    BOOST_TEST(*moved.find("b") == "2");
}

BOOST_AUTO_TEST_SUITE_END()
