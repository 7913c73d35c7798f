#include <penstock/kube/exec_plugin.hpp>

#include <penstock/testing/loop.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

/// A program of two lines of shell, which counts how often it runs; its processes are real, the time is not.
struct plug_in : testing::loop
{
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("penstock-exec-plugin-" + std::to_string(::getpid()));
    std::string certificate;
    failure refuse_certificate;

    plug_in() { std::filesystem::create_directories(folder); }
    ~plug_in() { std::filesystem::remove_all(folder); }

    /// @param status Of the ExecCredential; `$n` is how often the program ran.
    exec_plugin<decltype(env)> make(std::string const& status, std::string const& before = "")
    {
        auto const path = folder / "plugin";
        std::ofstream(path) << "#!/bin/sh\ncd '" << folder.string() << "'\necho >>runs\nn=$(wc -l <runs)\nn=$((n))\n"
                            << before << "\ncat <<END\n"
                            << R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{)"
                            << status << "}}\nEND\n";
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        auth::exec_options o;
        o.command = {path.string()};
        auto use = [this](std::string const& pem, secret const&) -> result<void> {
            certificate = pem;
            return refuse_certificate.code ? result<void>(refuse_certificate) : result<void>();
        };
        return {env, context.get_executor(), std::move(o), use};
    }

    /// Lets a program go on that waits for it.
    void release() { std::ofstream(folder / "go") << ""; }
    static constexpr auto until_released = "while [ ! -e go ]; do sleep 0.01; done";

    void await_runs()
    {
        for (int i = 0; i < 30'000 && runs() == 0; ++i) {
            settle();
            ::usleep(1000);
        }
    }
    std::ptrdiff_t runs() const
    {
        std::ifstream file(folder / "runs");
        return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
    }

    template <class T>
    static T end_of(testing::task<T> const& t)
    {
        for (int i = 0; i < 30'000 && !t.done(); ++i)
            ::usleep(1000);
        return t.get();
    }

    result<secret> ask(exec_plugin<decltype(env)>& p)
    {
        return testing::run_for_real(context, p.authorization(clock.now() + 30s));
    }
    std::string value(exec_plugin<decltype(env)>& p)
    {
        auto const got = ask(p);
        BOOST_REQUIRE(got.has_value());
        return std::string(got->reveal());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_exec_plugin, plug_in)

BOOST_AUTO_TEST_CASE(runs_the_program_once_and_again_after_a_401)
{
    auto p = make(R"("token":"t$n")");
    BOOST_TEST(value(p) == "Bearer t1");
    clock.advance(24h);
    BOOST_TEST(value(p) == "Bearer t1");
    auto const started = clock.now();
    BOOST_TEST(p.rejected(started));
    BOOST_TEST(value(p) == "Bearer t2");
    clock.advance(1s);
    BOOST_TEST(p.rejected(started - 1s));  // made with the token before
    BOOST_TEST(value(p) == "Bearer t2");
}

BOOST_AUTO_TEST_CASE(runs_it_again_before_the_token_runs_out)
{
    auto p = make(R"("token":"t$n","expirationTimestamp":")" + format_rfc3339(clock.wall() + 600s, 0) + '"');
    BOOST_TEST(value(p) == "Bearer t1");
    clock.advance(569s);
    BOOST_TEST(value(p) == "Bearer t1");
    settle();
    BOOST_TEST(runs() == 1);
    clock.advance(22s);  // nine seconds are left: too few to send it
    BOOST_TEST(value(p) == "Bearer t2");
}

BOOST_AUTO_TEST_CASE(lets_nobody_wait_for_a_renewal_ahead)
{
    auto p = make(R"("token":"t$n","expirationTimestamp":")" + format_rfc3339(clock.wall() + 600s, 0) + '"',
                  "[ $n -eq 1 ] || " + std::string(until_released));
    BOOST_TEST(value(p) == "Bearer t1");
    clock.advance(571s);
    BOOST_TEST(value(p) == "Bearer t1");
    release();
    bool renewed = false;
    for (int i = 0; i < 30'000 && !renewed; ++i) {
        ::usleep(1000);
        renewed = value(p) == "Bearer t2";
    }
    BOOST_TEST(renewed);
}

BOOST_AUTO_TEST_CASE(runs_it_once_for_all_who_wait)
{
    auto p = make(R"("token":"t$n")");
    auto first = start(p.authorization(clock.now() + 30s));
    auto second = start(p.authorization(clock.now() + 30s));
    BOOST_TEST(value(p) == "Bearer t1");
    BOOST_TEST(first.get().value().reveal() == "Bearer t1");
    BOOST_TEST(second.get().value().reveal() == "Bearer t1");
}

BOOST_AUTO_TEST_CASE(goes_on_for_the_others_when_its_starter_is_cancelled)
{
    auto p = make(R"("token":"t$n")", until_released);
    auto first = start(p.authorization(clock.now() + 30s));
    auto second = start(p.authorization(clock.now() + 30s));
    await_runs();
    first.cancel();
    BOOST_TEST((end_of(first).error().code == boost::asio::error::operation_aborted));
    release();
    BOOST_TEST(end_of(second).value().reveal() == "Bearer t1");
}

BOOST_AUTO_TEST_CASE(goes_on_for_the_others_when_its_starter_has_no_more_time)
{
    auto p = make(R"("token":"t$n")", until_released);
    auto first = start(p.authorization(clock.now() + 1s));
    auto second = start(p.authorization(clock.now() + 20s));
    await_runs();
    advance(2s);
    BOOST_TEST((end_of(first).error().code == errc::deadline_exceeded));
    release();
    BOOST_TEST(end_of(second).value().reveal() == "Bearer t1");
}

BOOST_AUTO_TEST_CASE(lets_those_go_whose_time_has_come)
{
    auto p = make(R"("token":"t$n")", until_released);
    auto first = start(p.authorization(clock.now() + 20s));
    auto second = start(p.authorization(clock.now() + 1s));
    await_runs();
    advance(2s);
    BOOST_TEST((end_of(second).error().code == errc::deadline_exceeded));
    BOOST_TEST(!first.done());
    release();
    BOOST_TEST(end_of(first).value().reveal() == "Bearer t1");
}

BOOST_AUTO_TEST_CASE(ends_a_program_that_takes_more_than_half_a_minute)
{
    auto p = make(R"("token":"t$n")", "[ $n -gt 1 ] || sleep 60");
    auto first = start(p.authorization(time_point::max()));
    await_runs();
    advance(30s);
    BOOST_TEST((end_of(first).error().code == errc::deadline_exceeded));
    clock.advance(1s);
    BOOST_TEST(value(p) == "Bearer t2");
}

BOOST_AUTO_TEST_CASE(tells_a_failure_to_all_who_wait)
{
    auto p = make(R"("token":"t$n")", std::string(until_released) + "\necho no login >&2; exit 3");
    auto first = start(p.authorization(clock.now() + 30s));
    auto second = start(p.authorization(clock.now() + 30s));
    await_runs();
    release();
    for (auto const& each : {first, second}) {
        auto const f = end_of(each).error();
        BOOST_TEST(f.detail.find("no login") != std::string::npos, f.detail);
    }
    BOOST_TEST(!ask(p).has_value());  // too early to try again
    BOOST_TEST(runs() == 1);
    clock.advance(1s);
    BOOST_TEST(!ask(p).has_value());
    BOOST_TEST(runs() == 2);
}

BOOST_AUTO_TEST_CASE(calls_nobody_when_it_has_gone)
{
    for (int steps = 0; steps < 30; ++steps) {  // of the run that it leaves behind
        std::filesystem::remove(folder / "runs");
        std::filesystem::remove(folder / "go");
        certificate.clear();
        {
            auto p = make(R"("clientCertificateData":"CERT","clientKeyData":"KEY")", until_released);
            auto only = start(p.authorization(clock.now() + 30s));
            await_runs();
            only.cancel();
            BOOST_TEST((end_of(only).error().code == boost::asio::error::operation_aborted));
            release();
            ::usleep(30'000);
            context.restart();
            for (int i = 0; i < steps; ++i)
                context.poll_one();
            if (!certificate.empty())
                return;
        }
        settle();
        BOOST_TEST(certificate == "", "after " << steps << " steps");
    }
    BOOST_TEST(certificate == "CERT");  // or it has not come far enough
}

BOOST_AUTO_TEST_CASE(hands_a_certificate_over)
{
    auto p = make(R"("clientCertificateData":"CERT","clientKeyData":"KEY")");
    BOOST_TEST(value(p) == "");
    BOOST_TEST(certificate == "CERT");
    refuse_certificate = failure(errc::invalid_configuration, "they do not fit");
    BOOST_TEST(p.rejected(clock.now()));
    BOOST_TEST(ask(p).error().detail == "they do not fit");
}

BOOST_AUTO_TEST_CASE(tells_why_there_is_no_credential_and_tries_again)
{
    auto p = make(R"("token":"t$n")", "[ $n -gt 1 ] || { echo no login >&2; exit 3; }");
    auto const f = ask(p).error();
    BOOST_TEST(f.detail.find("no login") != std::string::npos, f.detail);
    clock.advance(1s);
    BOOST_TEST(value(p) == "Bearer t2");
    auto bad = make(R"("token":"x y")");
    auto const refused = ask(bad).error();
    BOOST_TEST((refused.code == errc::malformed));
    BOOST_TEST(refused.detail.find("x y") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
