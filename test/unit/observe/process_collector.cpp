#include <penstock/observe/process_collector.hpp>

#include <penstock/testing/recording_sink.hpp>

#include <boost/test/unit_test.hpp>

#include <ctime>

using namespace penstock;
namespace names = penstock::metrics::names;

BOOST_AUTO_TEST_SUITE(observe_process_collector)

BOOST_AUTO_TEST_CASE(reads_the_line_of_the_kernel_whatever_the_name_of_the_program)
{
    auto const state = observe::parse_process_stat(
        "4242 (a b) (c) S 1 4242 4242 0 -1 4194560 1234 0 0 0 150 50 0 0 20 0 2 0 1000 12345678 300 "
        "18446744073709551615 1 1 0 0 0\n",
        {.ticks_per_second = 100, .page_size = 4096, .boot_time = 5000});
    BOOST_REQUIRE(state.has_value());
    BOOST_TEST(state->cpu_seconds == 2.0);
    BOOST_TEST(state->start_time_seconds == 5010.0);
    BOOST_TEST(state->virtual_bytes == 12345678U);
    BOOST_TEST(state->resident_bytes == 300U * 4096U);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_such_line)
{
    for (auto const* line : {"", "4242", "4242 (x)", "4242 (x) S 1 2 3"})
        BOOST_TEST(!observe::parse_process_stat(line, {}).has_value());
}

BOOST_AUTO_TEST_CASE(sees_this_process)
{
    auto const state = observe::read_process_state();
    BOOST_TEST(state.resident_bytes > 1'000'000U);
    BOOST_TEST(state.virtual_bytes >= state.resident_bytes);
    BOOST_TEST(state.open_fds >= 3U);
    BOOST_TEST(state.max_fds > state.open_fds);
    BOOST_TEST(state.start_time_seconds > 1'700'000'000.0);
    BOOST_TEST(state.start_time_seconds <= static_cast<double>(std::time(nullptr)) + 2);
}

BOOST_AUTO_TEST_CASE(shows_it_and_lets_the_counter_only_grow)
{
    testing::recording_sink sink;
    observe::process_collector c(sink);
    observe::process_state state;
    state.cpu_seconds = 3;
    state.open_fds = 12;
    c.refresh(state);
    state.cpu_seconds = 2.5;
    c.refresh(state);
    state.cpu_seconds = 4;
    c.refresh(state);
    BOOST_TEST(sink.value(names::process_cpu_seconds_total) == 4);
    BOOST_TEST(sink.value(names::process_open_fds) == 12);
    c.refresh();
}

BOOST_AUTO_TEST_SUITE_END()
