#include "all_metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

using namespace penstock;

namespace {

/// Without the package nothing here can run: it says so and ends with the status that ctest shows as "skipped".
struct prometheus_is_there
{
    void setup() const
    {
        if (std::system("command -v prometheus > /dev/null 2>&1 && command -v promtool > /dev/null 2>&1") == 0)
            return;
        std::cout << "skipped: prometheus and promtool are not installed (Debian package: prometheus)\n" << std::flush;
        std::_Exit(77);
    }
};
BOOST_TEST_GLOBAL_FIXTURE(prometheus_is_there);

}  // namespace

BOOST_AUTO_TEST_SUITE(prometheus_promtool)

BOOST_AUTO_TEST_CASE(finds_nothing_to_say_about_our_metrics)
{
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
