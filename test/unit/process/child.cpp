#include <penstock/process/child.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

process::command shell(std::string script)
{
    process::command out;
    out.arguments = {"/bin/sh", "-c", std::move(script)};
    return out;
}

struct fixture
{
    asio::io_context context{1};

    result<std::string> run(process::command what, std::string input = {}, duration within = 20s,
                            std::size_t limit = 1 << 20U)
    {
        auto const deadline = clock::steady::now() + within;
        return testing::run_for_real(context, process::run(std::move(what), std::move(input), deadline, limit));
    }
};

/// Waits until no process of the group is left.
bool group_ends(pid_t group)
{
    auto const end = clock::steady::now() + 10s;
    while (clock::steady::now() < end) {
        if (::kill(-group, 0) != 0)
            return true;
        timespec const pause{0, 10'000'000};
        ::nanosleep(&pause, nullptr);
    }
    return false;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(process_child, fixture)

BOOST_AUTO_TEST_CASE(gives_the_output_of_a_command_that_reads_its_input)
{
    auto const out = run(shell("tr a-z A-Z"), "pipe");
    BOOST_REQUIRE(out);
    BOOST_TEST(*out == "PIPE");
}

BOOST_AUTO_TEST_CASE(has_only_the_environment_that_it_was_given_and_path)
{
    auto what = shell("echo \"$GIVEN|$HOME|${PATH:+path}\"");
    what.environment = {"GIVEN=x"};
    auto const out = run(what);
    BOOST_REQUIRE(out);
    BOOST_TEST(*out == "x||path\n");
}

BOOST_AUTO_TEST_CASE(replaces_a_variable_wherever_it_stood)
{
    std::vector<std::string> all{"A=1", "AB=2", "A=3"};
    process::set_variable(all, "A", "4");
    std::vector<std::string> const wanted{"AB=2", "A=4"};
    BOOST_TEST(all == wanted, boost::test_tools::per_element());
    auto const own = process::own_environment();
    BOOST_TEST(std::ranges::any_of(own, [](auto const& one) { return one.starts_with("PATH="); }));
}

BOOST_AUTO_TEST_CASE(says_the_status_and_the_last_of_the_error_output)
{
    auto const out = run(shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done >&2; exit 3"));
    BOOST_REQUIRE(!out);
    BOOST_TEST((out.error().code == errc::unexpected_status));
    BOOST_TEST(out.error().detail.starts_with("/bin/sh ended with 3: "));
    BOOST_TEST(out.error().detail.ends_with("line 19999"));
    BOOST_TEST(out.error().detail.size() < 2200U);
}

BOOST_AUTO_TEST_CASE(refuses_more_output_than_allowed)
{
    auto const out = run(shell("yes"), {}, 20s, 1000);
    BOOST_REQUIRE(!out);
    BOOST_TEST((out.error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(says_that_a_program_is_not_there)
{
    process::command what;
    what.arguments = {"/nonexistent/program"};
    auto const out = run(what);
    BOOST_REQUIRE(!out);
    BOOST_TEST((out.error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(kills_the_whole_group_at_the_deadline)
{
    // The group's number comes out of the shell before both it and the process that it started hang.
    std::string path = "/tmp/penstock_child_" + std::to_string(::getpid());
    auto const out = run(shell("echo $$ > " + path + "; sleep 600 & sleep 600"), {}, 500ms);
    BOOST_REQUIRE(!out);
    BOOST_TEST((out.error().code == errc::deadline_exceeded));
    auto const group = run(shell("cat " + path + "; rm " + path));
    BOOST_REQUIRE(group);
    BOOST_REQUIRE(!group->empty());
    BOOST_TEST(group_ends(std::stoi(*group)));
}

BOOST_AUTO_TEST_CASE(kills_it_when_the_one_who_waits_is_cancelled)
{
    asio::cancellation_signal signal;
    std::optional<result<std::string>> got;
    auto const start = clock::steady::now();
    asio::co_spawn(
        context, unwinding(process::run(shell("exec sleep 600"), "", start + 600s)),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, result<std::string> r) { got = r; }));
    context.run_for(50ms);
    BOOST_TEST(!got.has_value());
    signal.emit(asio::cancellation_type::terminal);
    context.run_for(20s);
    BOOST_REQUIRE(got.has_value());
    BOOST_REQUIRE(!*got);
    BOOST_TEST((got->error().code == asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(begins_no_wait_when_it_is_cancelled_between_two)
{
    for (bool const writes : {false, true}) {
        asio::cancellation_signal signal;
        std::optional<error_code> got;
        auto const talk = [&]() -> awaitable<result<void>> {
            auto ex = co_await asio::this_coro::executor;
            auto peer = process::child::start(ex, shell("echo x; exec sleep 600"));
            if (!peer)
                co_return peer.error();
            std::array<char, 16> some{};
            auto const first = co_await peer->read_some(some);
            if (!first)
                co_return first.error();
            signal.emit(asio::cancellation_type::terminal);  // nothing is under way that it could end
            if (writes) {
                std::string const more(4'000'000, 'x');  // which nobody reads
                co_return co_await peer->write(more);
            }
            auto const second = co_await peer->read_some(some);
            if (!second)
                co_return second.error();
            co_return result<void>();
        };
        asio::co_spawn(context, unwinding(talk()),
                       asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, result<void> r) {
                           got = r ? error_code() : r.error().code;
                       }));
        context.restart();
        context.run_for(10s);
        BOOST_REQUIRE_MESSAGE(got.has_value(), (writes ? "write" : "read_some"));
        BOOST_TEST((*got == asio::error::operation_aborted), got->message());
    }
}

BOOST_AUTO_TEST_CASE(hides_a_secret_that_begins_before_what_is_shown)
{
    auto const token = "head -c 3000 /dev/zero | tr '\\0' a";
    auto const bearer =
        run(shell("(printf 'Authorization: Bearer '; " + std::string(token) + "; echo; echo gone) >&2; exit 1"));
    BOOST_REQUIRE(!bearer);
    BOOST_TEST(bearer.error().detail == "/bin/sh ended with 1: Authorization: Bearer ***\ngone");
    auto what = shell("(" + std::string(token) + "; echo; echo gone) >&2; exit 1");
    BOOST_REQUIRE(what.hide.add(secret(std::string(3000, 'a'))));
    auto const known = run(what);
    BOOST_REQUIRE(!known);
    BOOST_TEST(known.error().detail == "/bin/sh ended with 1: ***\ngone");
    auto const longest = run(
        shell("(printf 'Authorization: Bearer '; head -c 40000 /dev/zero | tr '\\0' a; echo; echo gone) >&2; exit 1"));
    BOOST_REQUIRE(!longest);
    BOOST_TEST(longest.error().detail == "/bin/sh ended with 1: gone");
}

BOOST_AUTO_TEST_SUITE_END()
