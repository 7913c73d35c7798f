#include <penstock/http/next_link.hpp>

#include <boost/test/unit_test.hpp>

#include <utility>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(http_next_link)

BOOST_AUTO_TEST_CASE(finds_the_next_page_among_links)
{
    constexpr std::pair<char const*, char const*> table[] = {
        {"", ""},
        {"nonsense", ""},
        {"<https://a/?page=2", ""},
        {"<https://a/?page=1>; rel=\"prev\"", ""},
        {"<https://a/?page=2>; rel=\"next\"", "https://a/?page=2"},
        {"<https://a/?page=2>;rel=next", "https://a/?page=2"},
        {"<https://a/?page=1>; rel=\"prev\", <https://a/?page=3>; rel=\"next\", <https://a/?page=9>; rel=\"last\"",
         "https://a/?page=3"},
        {"<https://a/?x=1,2>; title=\"a, b\"; rel=\"next\"", "https://a/?x=1,2"},
    };
    for (auto const& [link, expected] : table) {
        http::fields const f{{"Date", "today"}, {"link", link}};
        BOOST_TEST(http::next_link(f) == expected, link);
    }
    BOOST_TEST(http::next_link(http::fields()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
