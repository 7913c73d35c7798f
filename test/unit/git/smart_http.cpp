#include <penstock/git/smart_http.hpp>

#include <penstock/testing/loop.hpp>

#include "scripted_git.hpp"

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::git;
using namespace std::chrono_literals;

namespace {

std::string const id(40, 'a');

std::string line(std::string const& text)
{
    std::string out;
    (void)append_line(out, text);
    return out;
}

http::response version_2()
{
    return http::response(200, "application/x-git-upload-pack-advertisement",
                          line("version 2\n") + line("ls-refs\n") + line("object-format=sha1\n") + "0000");
}

http::response listed(std::string const& name = "refs/heads/main")
{
    return http::response(200, "application/x-git-upload-pack-result", line(id + " " + name + "\n") + "0000");
}

http::response redirect(std::string where, int status = 301)
{
    http::response out(status);
    out.fields.add("Location", std::move(where));
    return out;
}

struct git_loop : testing::loop
{
    scripted_git server;
    git::smart_http<scripted_git> remote{server};

    result<std::vector<reference>> list(std::string url, credential who = {})
    {
        return run(remote.list(std::move(url), {"refs/heads/main"}, std::move(who), clock.now() + 10s));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(git_smart_http, git_loop)

BOOST_AUTO_TEST_CASE(asks_once_what_the_server_can_do_and_then_only_for_references)
{
    server.answers = {version_2(), listed(), listed()};
    BOOST_TEST(list("https://git.example.org/a/b.git").value().at(0).id == id);
    BOOST_TEST(list("https://git.example.org/a/b.git/").has_value());
    BOOST_REQUIRE(server.requests.size() == 3);
    BOOST_TEST(server.requests[0].method == "GET");
    BOOST_TEST(server.requests[0].url == "https://git.example.org/a/b.git/info/refs?service=git-upload-pack");
    BOOST_TEST(server.requests[0].fields["Git-Protocol"] == "version=2");
    BOOST_TEST(server.requests[2].method == "POST");
    BOOST_TEST(server.requests[2].url == "https://git.example.org/a/b.git/git-upload-pack");
    BOOST_TEST(server.requests[2].fields["Content-Type"] == "application/x-git-upload-pack-request");
    BOOST_TEST(remote.statistics().requests == 3U);
}

BOOST_AUTO_TEST_CASE(keeps_only_what_the_prefix_names)
{
    server.answers = {version_2(), listed("refs/tags/v1")};
    BOOST_TEST(list("https://git.example.org/a/b.git").value().empty());
}

BOOST_AUTO_TEST_CASE(sends_credentials_as_a_field_and_never_in_a_url)
{
    server.answers = {version_2(), listed(), http::response(401)};
    BOOST_TEST(list("https://me:s3cret@git.example.org/a").has_value());
    for (auto const& r : server.requests) {
        BOOST_TEST(r.url.find('@') == std::string::npos);
        BOOST_TEST(r.fields["Authorization"] == "Basic bWU6czNjcmV0");
    }
    auto const refused = list("https://me:s3cret@git.example.org/a", credential::bearer(secret("t0ken")));
    BOOST_TEST(server.requests.back().fields["Authorization"] == "Bearer t0ken");
    BOOST_TEST((refused.error().code == condition::unauthorized));
    BOOST_TEST(refused.error().message().find("s3cret") == std::string::npos);
    BOOST_TEST(refused.error().message().find("t0ken") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tells_failures_apart)
{
    struct row
    {
        http::response answer;
        errc code;
    };
    http::response slow_down(429);
    slow_down.fields.add("Retry-After", "60");
    for (auto const& r : {
             row{http::response(401), errc::unauthorized},
             row{http::response(403), errc::forbidden},
             row{http::response(404), errc::not_found},
             row{slow_down, errc::quota_exhausted},
             row{http::response(503), errc::unavailable},
             row{http::response(418), errc::unexpected_status},
             row{http::response(200, "text/plain; charset=utf-8", "abc\trefs/heads/main\n"), errc::unsupported},
             row{http::response(200, "text/html", "<html>sign in"), errc::malformed},
             row{http::response(200, "application/x-git-upload-pack-advertisement", "garbage"), errc::malformed},
             row{http::response(200, "application/x-git-upload-pack-advertisement", std::string(5 << 20, '0')),
                 errc::too_large},
         }) {
        server.answers = {r.answer};
        auto const got = list("https://me:s3cret@git.example.org/a");
        BOOST_REQUIRE(!got.has_value());
        BOOST_TEST((got.error().code == r.code), got.error().message());
        BOOST_TEST(got.error().detail.find("git.example.org/a") != std::string::npos);
        BOOST_TEST(got.error().detail.find("s3cret") == std::string::npos);
    }
    server.answers = {slow_down};
    BOOST_TEST((list("https://git.example.org/a").error().retry_after == 60s));
    BOOST_TEST((list("ssh://git@git.example.org/a").error().code == errc::unsupported));
    BOOST_TEST((list("nonsense").error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(follows_redirects_on_the_same_host_and_remembers_where_they_led)
{
    server.answers = {redirect("https://git.example.org/new.git/info/refs?service=git-upload-pack"), version_2(),
                      listed(), listed()};
    auto const first = list("http://git.example.org/old", credential::bearer(secret("t")));
    BOOST_REQUIRE_MESSAGE(first.has_value(), first.error().message());
    BOOST_TEST(server.requests[1].url == "https://git.example.org/new.git/info/refs?service=git-upload-pack");
    BOOST_TEST(server.requests[1].fields["Authorization"] == "Bearer t");
    BOOST_TEST(list("http://git.example.org/old").has_value());
    BOOST_TEST(server.requests.size() == 4U);
    BOOST_TEST(server.requests[3].url == "https://git.example.org/new.git/git-upload-pack");
}

BOOST_AUTO_TEST_CASE(takes_credentials_to_no_other_host)
{
    for (auto const* where :
         {"https://evil.example/a/info/refs?service=git-upload-pack",
          "http://git.example.org/a/info/refs?service=git-upload-pack", "https://git.example.org:8443/a/info/refs",
          "//evil.example/a/info/refs", "https://git.example.org/login",
          "https://git.example.org@evil.example/info/refs", "", "::::"}) {
        server.requests.clear();
        server.answers = {redirect(where, 302), version_2(), listed()};
        auto const got = list("https://git.example.org/a", credential::bearer(secret("t")));
        BOOST_TEST((got.error().code == errc::unexpected_status), where);
        BOOST_TEST(server.requests.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(gives_up_after_three_redirects)
{
    for (int i = 0; i < 5; ++i)
        server.answers.push_back(redirect("/b/info/refs"));
    BOOST_TEST((list("https://git.example.org/a").error().code == errc::unexpected_status));
    BOOST_TEST(server.requests.size() == 4U);
}

BOOST_AUTO_TEST_CASE(learns_a_server_again_that_is_not_what_it_was)
{
    server.answers = {version_2(), listed(), http::response(404), version_2(), listed()};
    BOOST_TEST(list("https://git.example.org/a").has_value());
    BOOST_TEST(list("https://git.example.org/a").has_value());
    BOOST_TEST(server.requests.size() == 5U);
    server.requests.clear();
    server.answers = {http::response(503)};
    BOOST_TEST((list("https://git.example.org/a").error().code == condition::retryable));
    BOOST_TEST(server.requests.size() == 1U);  // trouble that passes is no reason to
}

BOOST_AUTO_TEST_CASE(reads_what_servers_without_version_2_list)
{
    using namespace std::string_literals;
    auto const all =
        http::response(200, "application/x-git-upload-pack-advertisement",
                       line("# service=git-upload-pack\n") + "0000" + line(id + " HEAD\0symref=HEAD:refs/heads/main\n"s)
                           + line(id + " refs/heads/main\n") + line(id + " refs/tags/v1\n") + "0000");
    server.answers = {all, all};
    for (int i = 0; i < 2; ++i) {
        auto const got = list("https://git.example.org/a");
        BOOST_REQUIRE(got.value().size() == 1U);
        BOOST_TEST(got->front().name == "refs/heads/main");
    }
    BOOST_TEST(server.requests.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
