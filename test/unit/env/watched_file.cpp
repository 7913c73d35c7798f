#include <penstock/env/watched_file.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

using namespace penstock;
using namespace penstock::env;
using namespace std::chrono_literals;
using change = watched_file::change;

namespace {

struct one_file
{
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("penstock-watched-file-" + std::to_string(::getpid()));

    void write(std::string const& content) const { std::ofstream(path, std::ios::binary) << content; }
    ~one_file() { std::filesystem::remove(path); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(env_file_mark)

BOOST_AUTO_TEST_CASE(knows_only_what_had_settled_when_it_was_read)
{
    struct row
    {
        duration age;  // of the last change, when it was read
        bool known;
    };
    small_file::print p;
    p.inode = 7;
    p.size = 3;
    p.changed = 1'800'000'000'000'000'000;
    auto const changed = wall_time(1'800'000'000s);
    for (auto const& e : {row{0s, false}, row{1999ms, false}, row{2s, false}, row{2001ms, true}, row{1h, true},
                          row{-1h, false}}) {  // the file system's clock may be ahead
        file_mark m;
        BOOST_TEST(!m.knows(p));
        m.read(p, changed + e.age);
        BOOST_TEST(m.knows(p) == e.known, e.age / 1ms);
    }
}

BOOST_AUTO_TEST_CASE(tells_versions_apart_by_all_that_is_known_of_a_file)
{
    small_file::print p;
    file_mark m;
    m.read(p, wall_time(1h));
    BOOST_TEST(m.knows(p));
    for (auto* member : {&p.device, &p.inode, &p.size}) {
        ++*member;
        BOOST_TEST(!m.knows(p));
        --*member;
    }
    for (auto* member : {&p.modified, &p.changed}) {
        ++*member;
        BOOST_TEST(!m.knows(p));
        --*member;
    }
    BOOST_TEST(m.knows(p));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(env_watched_file, one_file)

BOOST_AUTO_TEST_CASE(sees_a_rewrite_of_the_same_size_at_once)
{
    write("one");
    watched_file file(path);
    BOOST_TEST((file.refresh().value() == change::fresh));
    for (int i = 0; i < 100; ++i) {  // many of them within a tick
        auto const text = i % 2 == 0 ? "two" : "six";
        write(text);
        BOOST_TEST((file.refresh().value() == change::fresh));
        BOOST_TEST(file.content().reveal() == text);
        BOOST_TEST((file.refresh().value() == change::none));
    }
}

BOOST_AUTO_TEST_CASE(sees_a_rewrite_of_the_same_size_that_keeps_the_time_of_writing)
{
    write("one");
    auto const time = std::filesystem::last_write_time(path);
    std::this_thread::sleep_for(2100ms);
    watched_file file(path);
    BOOST_TEST((file.refresh().value() == change::fresh));
    BOOST_TEST((file.refresh().value() == change::none));  // known by its mark now
    write("two");
    std::filesystem::last_write_time(path, time);
    BOOST_TEST((file.refresh().value() == change::fresh));
    BOOST_TEST(file.content().reveal() == "two");
}

BOOST_AUTO_TEST_CASE(keeps_what_it_had_while_the_file_is_gone_or_too_long)
{
    write("good");
    watched_file file(path, 10);
    BOOST_TEST((file.refresh().value() == change::fresh));
    std::filesystem::remove(path);
    BOOST_TEST((file.refresh().error().code == errc::invalid_configuration));
    write("longer than ten");
    BOOST_TEST((file.refresh().error().code == errc::too_large));
    BOOST_TEST(file.content().reveal() == "good");
    write("good");
    BOOST_TEST((file.refresh().value() == change::none));
    write("");
    BOOST_TEST((file.refresh().value() == change::fresh));
    BOOST_TEST(file.content().empty());
}

BOOST_AUTO_TEST_CASE(reads_a_pipe_once)
{
    BOOST_REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    std::thread writer([this] { write("from a pipe"); });
    watched_file file(path);
    BOOST_TEST((file.refresh().value() == change::fresh));
    writer.join();
    BOOST_TEST(file.content().reveal() == "from a pipe");
    BOOST_TEST((file.refresh().value() == change::none));  // and does not wait for another writer
}

BOOST_AUTO_TEST_CASE(of_no_file_never_changes)
{
    watched_file file;
    BOOST_TEST(file.empty());
    BOOST_TEST((file.refresh().value() == change::none));
}

BOOST_AUTO_TEST_SUITE_END()
