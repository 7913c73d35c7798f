#include "all_metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace penstock;

namespace {

bool missing(char const* program)
{
    if (std::system((std::string("command -v ") + program + " > /dev/null 2>&1").c_str()) == 0)
        return false;
    BOOST_TEST_MESSAGE("skipped: " << program << " is not installed (Debian package: prometheus)");
    return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prometheus_promtool)

BOOST_AUTO_TEST_CASE(finds_nothing_to_say_about_our_metrics)
{
    if (missing("promtool"))
        return;
    observe::prometheus_sink sink;
    make_all(sink);
    std::string name = (std::filesystem::temp_directory_path() / "penstock-metrics-XXXXXX").string();
    int const fd = ::mkstemp(name.data());
    BOOST_REQUIRE(fd >= 0);
    std::ofstream(name) << sink.text();
    std::string said;
    auto* const pipe = ::popen(("promtool check metrics < " + name + " 2>&1").c_str(), "r");
    BOOST_REQUIRE(pipe != nullptr);
    std::array<char, 512> piece{};
    while (std::fgets(piece.data(), static_cast<int>(piece.size()), pipe) != nullptr)
        said += piece.data();
    int const status = ::pclose(pipe);
    std::filesystem::remove(name);
    BOOST_TEST(WEXITSTATUS(status) == 0, said);
    BOOST_TEST(said == "");
}

BOOST_AUTO_TEST_SUITE_END()
