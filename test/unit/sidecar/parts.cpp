#include "sidecar/application.hpp"

#include "sidecar/explain.hpp"
#include "sidecar/file_watch.hpp"
#include "sidecar/secret_reader.hpp"
#include "sidecar/status_page.hpp"

#include <penstock/testing/loop.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>

using namespace penstock;
using namespace penstock::sidecar;

namespace {

/// A directory that goes away.
struct folder
{
    folder()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "penstock-parts-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~folder() { std::filesystem::remove_all(path); }

    std::string write(std::string const& name, std::string const& text) const
    {
        std::ofstream(path + "/" + name, std::ios::binary) << text;
        return path + "/" + name;
    }
    std::string path;
};

secret_place file_place(std::string const& path)
{
    secret_place p;
    p.where = from_file{path};
    p.position = "c.yaml:3:5";
    return p;
}

secret_place environment_place(std::string const& name)
{
    secret_place p;
    p.where = from_environment{name};
    p.position = "c.yaml:4:5";
    return p;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sidecar_parts)

BOOST_AUTO_TEST_CASE(reads_addresses_as_go_writes_them)
{
    struct row
    {
        char const* text;
        char const* host;
        int port;
    };
    for (auto const& r : {row{":9295", "", 9295}, row{"127.0.0.1:0", "127.0.0.1", 0}, row{"[::1]:80", "::1", 80},
                          row{"localhost:8085", "127.0.0.1", 8085}, row{"0.0.0.0:65535", "0.0.0.0", 65535}}) {
        auto const a = parse_address(r.text, "--x");
        BOOST_REQUIRE_MESSAGE(a.has_value(), r.text);
        BOOST_TEST(a->host == r.host);
        BOOST_TEST(a->port == r.port);
    }
    for (auto const* text : {"", "9295", ":", ":x", ":70000", ":-1", ":80 ", "host:"}) {
        auto const a = parse_address(text, "--hooks-addr");
        BOOST_REQUIRE_MESSAGE(!a.has_value(), text);
        BOOST_TEST(a.error().detail
                   == "--hooks-addr: '" + std::string(text) + "' is not an address; write :9295 or 127.0.0.1:9295");
    }
}

BOOST_FIXTURE_TEST_CASE(reads_a_secret_from_a_file_without_its_line_break, folder)
{
    BOOST_TEST(read_local_secret(file_place(write("a", "word of sixteen!\n"))).value().reveal() == "word of sixteen!");
    BOOST_TEST(read_local_secret(file_place(write("b", "with spaces  \r\n"))).value().reveal() == "with spaces  ");
    auto const said = [](std::string const& file) { return read_local_secret(file_place(file)).error().detail; };
    auto const at = "c.yaml:3:5: file " + path;
    BOOST_TEST(said(path + "/none") == at + "/none cannot be read; check the path and its permissions");
    BOOST_TEST(said(path) == at + " cannot be read; check the path and its permissions");
    BOOST_TEST(said(write("c", "\n")) == at + "/c is empty; write the secret into it");
    BOOST_TEST(said(write("d", std::string(70000, 'x')))
               == at + "/d is larger than 64 KiB; name the file that holds the secret alone");
}

BOOST_AUTO_TEST_CASE(reads_a_secret_from_the_environment)
{
    ::setenv("PENSTOCK_TEST_SECRET", "from the environment", 1);
    BOOST_TEST(read_local_secret(environment_place("PENSTOCK_TEST_SECRET")).value().reveal() == "from the environment");
    ::setenv("PENSTOCK_TEST_SECRET", "", 1);
    BOOST_TEST(read_local_secret(environment_place("PENSTOCK_TEST_SECRET")).error().detail
               == "c.yaml:4:5: environment variable PENSTOCK_TEST_SECRET is not set; set it to the secret");
    ::unsetenv("PENSTOCK_TEST_SECRET");
    BOOST_TEST(!read_local_secret(environment_place("PENSTOCK_TEST_SECRET")).has_value());
}

BOOST_FIXTURE_TEST_CASE(reads_a_secret_from_the_cluster_through_the_reader, testing::loop)
{
    secret_place p;
    p.where = from_kubernetes{"hook", "token"};
    p.position = "c.yaml:5:5";
    BOOST_TEST((read_local_secret(p).error().code == errc::unsupported));
    cluster_secret_reader const there = [](std::string name, std::string key) -> awaitable<result<secret>> {
        co_return secret(name + "/" + key);
    };
    BOOST_TEST(run(read_secret(p, there)).value().reveal() == "hook/token");
    cluster_secret_reader const gone = [](std::string, std::string) -> awaitable<result<secret>> {
        co_return failure(errc::not_found, "no such Secret");
    };
    auto const said = run(read_secret(p, gone));
    BOOST_TEST((said.error().code == errc::not_found));
    BOOST_TEST(said.error().detail == "c.yaml:5:5: secret hook, key token: no such Secret");
}

BOOST_AUTO_TEST_CASE(explains_in_lines_for_people)
{
    auto const answer = boost::json::parse(R"({"object":"GitRepository/flux-system/app","state":"in step",
        "coverage":"webhook","url":"https://git.example.com/a","revision":"main@sha1:12",
        "remote":{"asked":"2026-01-01T00:00:00Z","commit":"12"},"next":{"reason":"waiting"},
        "decisions":[{"at":"2026-01-01T00:00:01Z","text":"one"},{"at":"2026-01-01T00:00:02Z","text":"two"}]})");
    BOOST_TEST(explain_text(answer)
               == "object        GitRepository/flux-system/app\n"
                  "url           https://git.example.com/a\n"
                  "state         in step\n"
                  "revision      main@sha1:12\n"
                  "covered by    webhook\n"
                  "remote        12 (asked 2026-01-01T00:00:00Z)\n"
                  "next          waiting\n"
                  "decisions\n"
                  "  2026-01-01T00:00:01Z  one\n"
                  "  2026-01-01T00:00:02Z  two\n");
    auto const failed = boost::json::parse(R"({"object":"o","remote":{"asked":"t","commit":"","failed":"401"}})");
    BOOST_TEST(explain_text(failed) == "object        o\nremote        401 (asked t)\n");
}

BOOST_AUTO_TEST_CASE(explains_nothing_of_an_answer_that_is_something_else)
{
    for (auto const* text : {"null", "[]", "{}", R"({"decisions":[1,"x"]})", R"({"remote":3,"next":[],"object":5})"}) {
        auto const said = explain_text(boost::json::parse(text));
        BOOST_TEST(said.find("1") == std::string::npos, text);
    }
}

BOOST_AUTO_TEST_CASE(the_status_page_escapes_what_comes_from_outside)
{
    auto const page = status_page(boost::json::parse(
        R"([{"object":"<script>alert('x')</script>","state":"a & b","last":"\"quoted\"","coverage":"poll"},{}])"));
    BOOST_TEST(page.find("<script") == std::string::npos);
    BOOST_TEST(page.find("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") != std::string::npos);
    BOOST_TEST(page.find("<td>a &amp; b</td>") != std::string::npos);
    BOOST_TEST(page.find("<td>&quot;quoted&quot;</td>") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_written_anew_has_changed_once, folder)
{
    auto const file = write("c.yaml", "one");
    file_watch watch(file);
    BOOST_TEST(!watch.changed());
    write("c.yaml", "another");
    BOOST_TEST(watch.changed());
    BOOST_TEST(!watch.changed());
    std::filesystem::remove(file);
    BOOST_TEST(!watch.changed());
    write("c.yaml", "a third one");
    BOOST_TEST(watch.changed());
    file_watch none("");
    BOOST_TEST(!none.changed());
}

/// As the kubelet does it: `c.yaml` -> `..data/c.yaml`, and `..data` is swapped by a rename.
BOOST_FIXTURE_TEST_CASE(a_symlink_that_is_swapped_is_a_change, folder)
{
    namespace fs = std::filesystem;
    for (auto const* version : {"v1", "v2"}) {
        fs::create_directory(path + "/" + version);
        write(std::string(version) + "/c.yaml", version);
    }
    fs::create_symlink("v1", path + "/..data");
    fs::create_symlink("..data/c.yaml", path + "/c.yaml");
    file_watch watch(path + "/c.yaml");
    BOOST_TEST(!watch.changed());
    fs::create_symlink("v2", path + "/..tmp");
    fs::rename(path + "/..tmp", path + "/..data");
    BOOST_TEST(watch.changed());
    BOOST_TEST(!watch.changed());
}

BOOST_AUTO_TEST_SUITE_END()
