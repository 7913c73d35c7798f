#include <penstock/clock/next_turn.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;

namespace {

awaitable<void> work(std::string& order, char name, int slices)
{
    for (int i = 0; i < slices; ++i) {
        order += name;
        if (auto const ec = co_await clock::next_turn()) {
            order += ec == asio::error::operation_aborted ? '!' : '?';
            break;
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(clock_next_turn)

BOOST_AUTO_TEST_CASE(everybody_has_a_turn)
{
    asio::io_context context;
    std::string order;
    asio::co_spawn(context, unwinding(work(order, 'a', 3)), asio::detached);
    asio::co_spawn(context, unwinding(work(order, 'b', 3)), asio::detached);
    context.run();
    BOOST_TEST(order == "ababab");
}

BOOST_AUTO_TEST_CASE(a_cancelled_coroutine_has_none_any_more)
{
    asio::io_context context;
    std::string order;
    asio::cancellation_signal signal;
    asio::co_spawn(context, unwinding(work(order, 'a', 1000)),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    for (int i = 0; i < 5; ++i)
        context.poll_one();
    auto const before = order.size();
    signal.emit(asio::cancellation_type::terminal);
    context.run();
    BOOST_TEST(before > 0U);
    // From outside of the loop a cancellation is posted: one turn may come before it.
    BOOST_TEST(order.size() <= before + 2);
    BOOST_TEST(order.ends_with('!'));
}

BOOST_AUTO_TEST_SUITE_END()
