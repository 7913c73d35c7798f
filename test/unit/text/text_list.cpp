#include <penstock/text/text_list.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using penstock::text_list;

BOOST_AUTO_TEST_SUITE(text_text_list)

BOOST_AUTO_TEST_CASE(keeps_texts_of_any_length_in_order)
{
    std::vector<std::string> const all{
        "", "a", std::string(127, 'b'), std::string(128, 'c'), std::string(20000, 'd'), std::string("\0\x80\xff", 3)};
    text_list list;
    for (auto const& each : all)
        list.push_back(each);
    BOOST_TEST(list.size() == all.size());
    std::vector<std::string> got(list.begin(), list.end());
    BOOST_TEST(got == all, boost::test_tools::per_element());
    auto const copy = list;
    BOOST_TEST((copy == list));
    list.clear();
    BOOST_TEST(list.empty());
    BOOST_TEST((list.begin() == list.end()));
    list.push_back("x");
    BOOST_TEST(*list.begin() == "x");
    BOOST_TEST((copy != list));
}

BOOST_AUTO_TEST_SUITE_END()
