#include <penstock/env/small_file.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

using namespace penstock;
using namespace penstock::env;

namespace {

struct one_file
{
    std::string path =
        (std::filesystem::temp_directory_path() / ("penstock-small-file-" + std::to_string(::getpid()))).string();

    void write(std::string const& content) const { std::ofstream(path, std::ios::binary) << content; }
    ~one_file() { std::filesystem::remove(path); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(env_small_file, one_file)

BOOST_AUTO_TEST_CASE(reads_up_to_its_limit)
{
    for (std::size_t const size : {0U, 1U, 16383U, 16384U, 16385U, 50000U}) {
        std::string const content(size, 'x');
        write(content);
        BOOST_TEST((read_small_file(path, size).value() == content), size);
        BOOST_TEST((read_small_file(path, size + 1).value() == content), size);
        if (size > 0)
            BOOST_TEST((read_small_file(path, size - 1).error().code == errc::too_large), size);
    }
}

BOOST_AUTO_TEST_CASE(takes_the_memory_of_the_content_and_not_of_the_limit)
{
    write("content");
    auto const got = read_small_file(path, std::numeric_limits<std::size_t>::max() - 1).value();
    BOOST_TEST(got == "content");
    BOOST_TEST(got.capacity() < 100'000U);
}

BOOST_AUTO_TEST_CASE(reads_what_has_no_size)
{
    BOOST_TEST(read_small_file("/proc/self/cmdline", 1U << 20U).value().find("unit_env") != std::string::npos);
    BOOST_TEST((read_small_file("/dev/zero", 100'000).error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(says_what_it_cannot_read)
{
    BOOST_TEST(read_small_file(path + "-none", 10).error().detail
               == path + "-none: cannot be read (No such file or directory)");
    BOOST_TEST((read_small_file(std::filesystem::temp_directory_path().string(), 10).error().code
                == errc::invalid_configuration));
}

BOOST_AUTO_TEST_CASE(waits_for_a_pipe_where_it_may_and_refuses_it_where_not)
{
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    BOOST_TEST(small_file::open(path, small_file::pipes::refuse).error().detail == path + ": is no file");
    std::jthread writer([this] {
        std::ofstream to(path);
        to << "first half, " << std::flush;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        to << "second half";
    });
    BOOST_TEST(read_small_file(path, 100).value() == "first half, second half");
}

BOOST_AUTO_TEST_CASE(tells_versions_of_a_file_apart)
{
    write("one");
    auto const first = small_file::open(path).value().seen();
    BOOST_TEST((small_file::open(path).value().seen() == first));
    write("three");
    BOOST_TEST((small_file::open(path).value().seen() != first));
}

BOOST_AUTO_TEST_SUITE_END()
