#include <penstock/sync/spares.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;

namespace {

struct page
{
    std::string text;
    void rest() noexcept
    {
        if (text.capacity() > 1000)
            std::string().swap(text);  // to assign an empty one would keep the memory
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sync_spares)

BOOST_AUTO_TEST_CASE(lends_again_what_came_back)
{
    sync::spares<page> all;
    char const* place = nullptr;
    {
        auto const one = all.borrow();
        one->text.assign(500, 'x');
        place = one->text.data();
        BOOST_TEST(all.lent().size() == 1U);
    }
    BOOST_TEST(all.lent().empty());
    auto const again = all.borrow();
    BOOST_TEST(static_cast<void const*>(again->text.data()) == static_cast<void const*>(place));
}

BOOST_AUTO_TEST_CASE(what_grew_too_large_is_given_up_when_it_comes_back)
{
    sync::spares<page> all;
    {
        auto const one = all.borrow();
        auto const other = all.borrow();
        one->text.assign(100'000, 'x');
        other->text.assign(100'000, 'x');
    }
    auto const one = all.borrow();
    auto const other = all.borrow();
    BOOST_TEST(one->text.capacity() <= 1000U);
    BOOST_TEST(other->text.capacity() <= 1000U);
}

BOOST_AUTO_TEST_SUITE_END()
