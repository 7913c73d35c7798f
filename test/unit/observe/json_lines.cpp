#include <penstock/observe/json_lines.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using namespace std::string_literals;
using observe::level;

namespace {

struct fixture
{
    std::array<int, 2> ends{};
    observe::json_lines_options options;

    fixture()
    {
        BOOST_REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
        options.fd = ends[1];
        options.now = [] { return wall_time(1'769'863'696'789'987'654ns); };  // 2026-01-31T12:48:16.789987654Z
    }
    ~fixture()
    {
        ::close(ends[0]);
        ::close(ends[1]);
    }

    std::string read(std::size_t limit = 1U << 20U) const
    {
        std::string out(limit, '\0');
        auto const n = ::read(ends[0], out.data(), out.size());
        out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(observe_json_lines, fixture)

BOOST_AUTO_TEST_CASE(writes_the_line_that_flux_logs_reads)
{
    observe::json_lines log(options);
    log.write(level::error, "sync", "Reconciler error",
              {{"controllerKind", "GitRepository"}, {"name", "app"}, {"namespace", "flux-system"}, {"error", "no"}});
    BOOST_TEST(read()
               == R"({"level":"error","ts":"2026-01-31T12:48:16.789Z","logger":"sync","msg":"Reconciler error",)"
                  R"("controllerKind":"GitRepository","name":"app","namespace":"flux-system","error":"no"})"
                  "\n");
}

BOOST_AUTO_TEST_CASE(writes_numbers_and_truth_as_such)
{
    observe::json_lines log(options);
    log.write(level::info, "l", "m",
              {{"int", 42},
               {"big", std::uint64_t{7}},
               {"half", 0.5},
               {"yes", true},
               {"nan", std::numeric_limits<double>::quiet_NaN()}});
    auto const line = boost::json::parse(read()).as_object();
    BOOST_TEST(line.at("int").as_int64() == 42);
    BOOST_TEST(line.at("big").as_int64() == 7);
    BOOST_TEST(line.at("half").as_double() == 0.5);
    BOOST_TEST(line.at("yes").as_bool());
    BOOST_TEST(line.at("nan").as_string() == "NaN");
}

BOOST_AUTO_TEST_CASE(stays_one_valid_line_whatever_it_is_given)
{
    observe::json_lines log(options);
    std::string const bad =
        "quote \" newline \n tab \t nul \0 bad \xff\xc3( \xed\xa0\x80 good \xc3\xa9 end"s + std::string(1, '\0');
    log.write(level::info, bad, bad, {{"msg", bad}, {bad, bad}});
    auto const text = read();
    BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 1);
    auto const line = boost::json::parse(text).as_object();
    BOOST_TEST(line.size() == 6U);  // a field does not take the place of the message
    BOOST_TEST(line.at("msg").as_string() == line.at("msg_").as_string());
    BOOST_TEST(std::string(line.at("msg").as_string()).find("good \xc3\xa9 end") != std::string::npos);
    BOOST_TEST(std::string(line.at("msg").as_string()).find("\xef\xbf\xbd") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(cuts_what_is_too_long_between_two_characters)
{
    options.max_text = 5;
    observe::json_lines log(options);
    log.write(level::info, "l", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", {});
    BOOST_TEST(boost::json::parse(read()).at("msg").as_string() == "\xc3\xa9\xc3\xa9\xe2\x80\xa6");
}

BOOST_AUTO_TEST_CASE(passes_every_text_through_the_redaction)
{
    options.redact = [](std::string_view s) {
        std::string out(s);
        for (auto at = out.find("ghs_\"1"); at != std::string::npos; at = out.find("ghs_\"1"))
            out.replace(at, 6, "***");
        return out;
    };
    observe::json_lines log(options);
    log.write(level::info, "ghs_\"1", "token ghs_\"1", {{"error", "refused: ghs_\"1"}});
    auto const text = read();
    BOOST_TEST(text.find("ghs_") == std::string::npos);
    BOOST_TEST(boost::json::parse(text).at("error").as_string() == "refused: ***");
}

BOOST_AUTO_TEST_CASE(writes_what_reaches_its_threshold)
{
    observe::json_lines log(options);
    BOOST_TEST(!log.enabled(level::debug));
    log.write(level::debug, "l", "m", {});
    BOOST_TEST(read().empty());
    auto copy = log;
    copy.set_threshold(level::trace);
    BOOST_TEST(log.enabled(level::trace));
    log.write(level::debug, "l", "m", {});
    BOOST_TEST(!read().empty());
}

BOOST_AUTO_TEST_CASE(writes_for_people_too)
{
    options.encoding = observe::encoding::console;
    observe::json_lines log(options);
    log.write(level::info, "setup", "a\tb\nc", {{"n", 1}});
    log.write(level::error, "setup", "plain", {});
    BOOST_TEST(read()
               == "2026-01-31T12:48:16.789Z\tINFO\tsetup\ta\\x09b\\x0ac\t{\"n\":1}\n"
                  "2026-01-31T12:48:16.789Z\tERROR\tsetup\tplain\n");
}

BOOST_AUTO_TEST_CASE(drops_and_counts_when_nobody_reads)
{
    observe::json_lines log(options);
    std::string const much(1000, 'x');
    for (int n = 0; n < 200; ++n)
        log.write(level::info, "l", much, {});
    BOOST_TEST(log.dropped() > 0U);
    auto const dropped = log.dropped();
    std::string text;
    for (auto piece = read(); !piece.empty(); piece = read())
        text += piece;
    log.write(level::info, "l", "after", {});
    BOOST_TEST(log.dropped() == dropped);
    text += read();
    BOOST_TEST(text.substr(text.rfind("{\"level")).find("after") != std::string::npos);
    BOOST_TEST(text.substr(0, text.size() - 1).rfind('\n') == text.rfind("{\"level") - 1);  // on a line of its own
}

BOOST_AUTO_TEST_CASE(never_throws)
{
    options.redact = [](std::string_view) -> std::string { throw std::runtime_error("hook"); };
    observe::json_lines broken(options);
    broken.write(level::info, "l", "m", {});
    BOOST_TEST(broken.dropped() == 1U);
    options.fd = -1;
    options.redact = nullptr;
    observe::json_lines closed(options);
    closed.write(level::info, "l", "m", {});
    BOOST_TEST(closed.dropped() == 1U);
}

BOOST_AUTO_TEST_CASE(writes_times_before_1970_and_leap_days)
{
    BOOST_TEST(observe::iso8601_ms(wall_time(-1ns)) == "1969-12-31T23:59:59.999Z");
    BOOST_TEST(observe::iso8601_ms(wall_time(1'709'164'800s)) == "2024-02-29T00:00:00.000Z");
}

BOOST_AUTO_TEST_SUITE_END()
