#include <penstock/http/account_map.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace penstock;

namespace {

struct fixture
{
    http::account_map<std::string> accounts{2, 3};
    int made = 0;

    std::shared_ptr<std::string> find(std::string const& host, std::string const& credential = {})
    {
        return accounts.find({host, credential}, [this](std::string const& name) {
            ++made;
            return std::make_shared<std::string>(name);
        });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_account_map, fixture)

BOOST_AUTO_TEST_CASE(gives_the_same_account_for_the_same_name)
{
    auto const one = find("a", "1");
    BOOST_TEST(find("a", "1") == one);
    BOOST_TEST(find("a", "2") != one);
    BOOST_TEST(find("a") != one);
    BOOST_TEST(made == 3);
}

BOOST_AUTO_TEST_CASE(keeps_no_more_than_allowed_and_drops_what_was_used_longest_ago)
{
    for (int i = 0; i < 100; ++i) {
        find("host " + std::to_string(i));
        find("host", std::to_string(i));
        find("host 0");
        BOOST_TEST(accounts.size() <= 5U);
    }
    BOOST_TEST(accounts.size() == 5U);
    BOOST_TEST(made == 200);  // "host 0" has never been dropped
    find("host 99");
    find("host", "99");
    BOOST_TEST(made == 200);
}

BOOST_AUTO_TEST_CASE(never_drops_one_that_is_held)
{
    auto const first = find("a", "1");
    auto const second = find("a", "2");
    BOOST_TEST(find("b", "3") == find("b"));  // that of its host
    BOOST_TEST(find("c", "3") == find("c"));
    BOOST_TEST(find("c") != find("b"));
    BOOST_TEST(find("a", "1") == first);
    std::vector<std::shared_ptr<std::string>> const hosts{find("a"), find("b"), find("c")};
    BOOST_TEST(*find("d") == "other");
    BOOST_TEST(find("e", "4") == find("d"));
    BOOST_TEST(accounts.size() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
