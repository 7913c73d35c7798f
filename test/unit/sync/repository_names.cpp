#include <penstock/sync/repository_names.hpp>
#include <penstock/sync/spares.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(sync_repository_names)

BOOST_AUTO_TEST_CASE(says_what_normalise_says_however_few_places_there_are)
{
    sync::repository_names names(2);
    for (int round = 0; round < 3; ++round)
        for (int i = 0; i < 50; ++i) {
            auto const url = "https://user@GitHub.com/octo/app-" + std::to_string(i) + ".git";
            BOOST_TEST(names.of(url) == git::normalise(url));
        }
    auto const longer = "https://example.com/" + std::string(500, 'x');
    BOOST_TEST(names.of(longer) == git::normalise(longer));
    BOOST_TEST(names.of("") == "");
}

BOOST_AUTO_TEST_CASE(spares_come_back_as_they_were_left)
{
    auto shelf = std::make_unique<sync::spares<std::string>>();
    std::string const* first = nullptr;
    {
        auto const one = shelf->borrow();
        auto const two = shelf->borrow();
        one->assign("kept");
        first = &*one;
        BOOST_TEST(shelf->lent().size() == 2U);
    }
    BOOST_TEST(shelf->lent().empty());
    auto const again = shelf->borrow();  // given back last
    BOOST_TEST(&*again == first);
    BOOST_TEST(*again == "kept");
    shelf.reset();  // a loan may outlive it
    again->append(" on");
}

BOOST_AUTO_TEST_SUITE_END()
