#include <penstock/testing/contract/transactional_store.hpp>

#include <penstock/store/memory_store.hpp>
#include <penstock/store/sqlite_store.hpp>
#include <penstock/testing/loop.hpp>

#include "folder.hpp"

#include <boost/test/unit_test.hpp>

#include <variant>

using namespace penstock;
using penstock::testing::contract::transactional_store;

namespace {

template <class Store>
awaitable<std::monostate> play(Store& s, wall_time& now, typename transactional_store<Store>::run_case one)
{
    transactional_store<Store> suite(s, now);
    co_await (suite.*one)();
    co_return std::monostate();
}

wall_time const begin{std::chrono::seconds(1'790'000'000)};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_item_store)

BOOST_AUTO_TEST_CASE(holds_in_memory)
{
    for (auto const& c : transactional_store<store::memory_store>::cases()) {
        BOOST_TEST_CONTEXT(c.name)
        {
            asio::io_context context;
            auto now = begin;
            store::memory_store_options o;
            o.now = [&] { return now; };
            store::memory_store s(o);
            BOOST_CHECK_NO_THROW(testing::run_for_real(context, play(s, now, c.run)));
        }
    }
}

BOOST_AUTO_TEST_CASE(holds_in_sqlite)
{
    for (auto const& c : transactional_store<store::sqlite_store>::cases()) {
        BOOST_TEST_CONTEXT(c.name)
        {
            folder place;
            asio::io_context context;
            auto now = begin;
            store::sqlite_store_options o;
            o.now = [&] { return now; };
            auto s = store::sqlite_store::open(place.file(), o);
            BOOST_REQUIRE(s.has_value());
            BOOST_CHECK_NO_THROW(testing::run_for_real(context, play(**s, now, c.run)));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
