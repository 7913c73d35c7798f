#include "sidecar/start_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>

using namespace penstock;

namespace {

/// Kilobytes of files that are resident in this process.
long of_files()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "RssFile:") {
            long kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sidecar_start_memory)

BOOST_AUTO_TEST_CASE(code_that_does_not_run_is_not_resident)
{
    auto const before = of_files();
    sidecar::release_start_memory();
    auto const after = of_files();
    BOOST_TEST_MESSAGE("of files: " << before << " kB before, " << after << " kB after");
    BOOST_TEST(after < before);
    std::string still(100'000, 'x');  // and what is needed comes back
    BOOST_TEST(still.find('y') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
