#include <penstock/embedded/forge_route.hpp>

#include <penstock/embedded/forge_event.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::embedded;

BOOST_AUTO_TEST_SUITE(forge_route)

BOOST_AUTO_TEST_CASE(reads_the_three_services_and_nothing_else)
{
    auto const got = parse_forge_path("/acme/shop.git/info/refs");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->repository == "acme/shop");
    BOOST_TEST(got->service == "info/refs");
    BOOST_TEST(parse_forge_path("/acme/shop/git-upload-pack")->repository == "acme/shop");
    for (auto const* path :
         {"", "/", "/info/refs", "//info/refs", "/acme/info/refs", "/acme/shop.git/HEAD", "/a/b/c.git/info/refs",
          "/../shop.git/info/refs", "/acme/...git/info/refs", "/acme/..%2f.git/info/refs", "/acme/shop.gitinfo/refs",
          "/acme/-x.git/info/refs", "/acme/.git/info/refs"})
        BOOST_TEST(!parse_forge_path(path), path);
}

BOOST_AUTO_TEST_CASE(admits_only_who_shows_the_right_thing)
{
    forge_access const open;
    forge_access const basic("ada", secret("s3cret"));
    forge_access const bearer(secret("t0ken"));
    BOOST_TEST(open.admit("").value() == "anonymous");
    BOOST_TEST(basic.admit("Basic YWRhOnMzY3JldA==").value() == "ada");
    BOOST_TEST(basic.admit("basic YWRhOnMzY3JldA==").has_value());
    BOOST_TEST(bearer.admit("Bearer t0ken").has_value());
    for (auto const* field : {"", "Basic", "Basic !", "Basic YWRhOg==", "Bearer s3cret", "Bearer ", "Bearer t0ken2"}) {
        BOOST_TEST(!basic.admit(field), field);
        BOOST_TEST(!bearer.admit(field), field);
    }
}

BOOST_AUTO_TEST_CASE(reads_the_header_of_a_cgi_answer)
{
    auto const got = parse_cgi_head("Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nbody");
    BOOST_REQUIRE(got.value().has_value());
    BOOST_TEST((*got)->answer.status == 404);
    BOOST_TEST((*got)->answer.fields["content-type"] == "text/plain");
    BOOST_TEST((*got)->size == 51U);
    BOOST_TEST(parse_cgi_head("A: b\n\n").value()->answer.status == 200);
    BOOST_TEST(!parse_cgi_head("Status: 200 OK\r\n").value());
    BOOST_TEST((parse_cgi_head("nonsense\n").error().code == errc::malformed));
    BOOST_TEST((parse_cgi_head(": x\n").error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(reads_what_a_post_receive_hook_hands_over)
{
    std::string const a(40, 'a');
    std::string const b(40, 'b');
    auto const got = parse_push("repository acme/shop\nuser ada lovelace\n" + a + " " + b + " refs/heads/main\n");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->repository == "acme/shop");
    BOOST_TEST(got->user == "ada lovelace");
    BOOST_REQUIRE(got->updates.size() == 1U);
    BOOST_TEST(got->updates[0].ref == "refs/heads/main");
    for (auto const& text :
         {std::string(), a + " " + b + " refs/heads/main\n", std::string("repository x/y\nabc def refs/heads/x\n"),
          "repository x/y\n" + a + " " + b + " main\n"})
        BOOST_TEST((parse_push(text).error().code == errc::malformed), text);
}

BOOST_AUTO_TEST_CASE(quotes_what_goes_into_the_script)
{
    auto const script = post_receive_script("acme/shop", "/tmp/it's here");
    BOOST_TEST(script.find("spool='/tmp/it'\\''s here'\n") != std::string::npos);
    BOOST_TEST(script.starts_with("#!/bin/sh\n"));
}

BOOST_AUTO_TEST_SUITE_END()
