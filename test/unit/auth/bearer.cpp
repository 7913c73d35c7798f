#include <penstock/auth/bearer.hpp>

#include "minter.hpp"

#include <penstock/testing/scripted_transport.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using cache_type = auth::token_cache<testing::minter, testing::auth_loop::world>;

struct fixture : testing::auth_loop
{
    testing::scripted_transport peer{clock};
    auth::bearer<cache_type, testing::scripted_transport, world> api{env, cache, 1, "https://forge.test/api", peer};

    http::request request(std::string method = "GET") const { return {std::move(method), "https://forge.test/api/x"}; }

    int status(std::string method = "GET", duration within = 20s)
    {
        auto task = start(api.send(request(std::move(method)), in(within)));
        advance(within);
        auto const got = task.get();
        return got ? got->status : 0;
    }

    /// The peer takes these tokens only, and answers others with `refusal`.
    void takes(std::vector<std::string> values, int refusal = 401)
    {
        peer.on([](http::request const&) { return true; },
                [values = std::move(values), refusal](http::request const& r) -> result<http::response> {
                    for (auto const& one : values)
                        if (r.fields["Authorization"] == "Bearer " + one)
                            return http::response(200);
                    return http::response(refusal);
                });
    }

    std::vector<std::string> sent() const
    {
        std::vector<std::string> out;
        for (auto const& r : peer.requests())
            out.emplace_back(r.fields["Authorization"]);
        return out;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(auth_bearer, fixture)

BOOST_AUTO_TEST_CASE(adds_the_token_and_takes_no_other)
{
    takes({"s3cret-1-1"});
    auto r = request();
    r.fields.set("authorization", "Bearer of-somebody-else");
    BOOST_TEST(run(api.send(r, in(20s))).value().status == 200);
    BOOST_TEST(peer.requests().back().fields.count("Authorization") == 1U);
}

BOOST_AUTO_TEST_CASE(goes_only_where_the_token_belongs)
{
    takes({"s3cret-1-1"});
    for (std::string const url : {"https://forge.test.evil/api/x", "https://forge.test/apix", "http://forge.test/api/x",
                                  "https://evil/https://forge.test/api/x", "https://forge.test/"}) {
        auto const got = run(api.send(http::request("GET", url), in(20s)));
        BOOST_REQUIRE(!got);
        BOOST_TEST((got.error().code == errc::invalid_argument));
    }
    BOOST_TEST(peer.requests().empty());
    BOOST_TEST(run(api.send(http::request("GET", "https://forge.test/api?x"), in(20s))).has_value());
}

BOOST_AUTO_TEST_CASE(renews_an_old_token_that_is_refused_and_tries_once_more)
{
    takes({"s3cret-1-1"});
    BOOST_TEST(status() == 200);
    advance(20min);
    takes({"s3cret-1-2"});
    BOOST_TEST(status("POST") == 200);
    BOOST_TEST(source.total() == 2);
}

BOOST_AUTO_TEST_CASE(gives_a_refusal_that_stays_and_mints_no_more_than_once)
{
    BOOST_TEST(get() == "s3cret-1-1");
    advance(20min);
    takes({});
    BOOST_TEST(status() == 401);
    BOOST_TEST(source.total() == 2);
    BOOST_TEST(peer.requests().size() <= 5U);  // the old one, then the new one while it is young
}

BOOST_AUTO_TEST_CASE(waits_until_a_young_token_has_reached_the_servers)
{
    takes({"s3cret-1-1"});
    peer.on("GET", "*", http::response(401), 2);
    auto task = start(api.send(request(), in(20s)));
    BOOST_TEST(!task.done());
    advance(1s);
    BOOST_TEST(!task.done());
    advance(2s);
    BOOST_TEST(task.get().value().status == 200);
    BOOST_TEST(source.total() == 1);
    BOOST_TEST(peer.requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(tries_a_403_again_only_while_the_token_is_young)
{
    takes({"s3cret-1-1"});
    peer.on("GET", "*", http::response(403), 1);
    BOOST_TEST(status() == 200);
    peer.on("POST", "*", http::response(403));
    BOOST_TEST(status("POST") == 403);
    auto const before = peer.requests().size();
    peer.on("GET", "*", http::response(403));
    BOOST_TEST(status() == 403);
    BOOST_TEST(peer.requests().size() == before + 1);
    BOOST_TEST(source.total() == 1);  // a permission that is missing is no fault of the token
}

BOOST_AUTO_TEST_CASE(takes_a_403_of_the_quota_for_what_it_is)
{
    http::response slow(403);
    slow.fields.set("Retry-After", "60");
    peer.on("GET", "*", slow);
    BOOST_TEST(run(api.send(request(), in(20s))).value().status == 403);
    BOOST_TEST(peer.requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(does_not_wait_beyond_the_deadline)
{
    takes({});
    auto task = start(api.send(request(), in(2s)));
    advance(1s);
    BOOST_TEST(task.get().value().status == 401);
    BOOST_TEST(peer.requests().size() == 2U);
}

BOOST_AUTO_TEST_CASE(mints_once_when_hundreds_of_requests_are_refused_at_once)
{
    BOOST_TEST(get() == "s3cret-1-1");
    advance(20min);
    takes({"s3cret-1-2"});
    std::vector<testing::task<result<http::response>>> all;
    for (int i = 0; i < 300; ++i)
        all.push_back(start(api.send(request(), in(20s))));
    for (auto const& one : all)
        BOOST_TEST(one.get().value().status == 200);
    BOOST_TEST(source.total() == 2);
}

BOOST_AUTO_TEST_CASE(opens_streams_with_the_same_care)
{
    BOOST_TEST(get() == "s3cret-1-1");
    advance(20min);
    takes({"s3cret-1-2"});
    auto const stream = run(api.open(request(), in(20s)));
    BOOST_REQUIRE(stream);
    BOOST_TEST((*stream)->head().status == 200);
    std::vector<std::string> const wanted{"Bearer s3cret-1-1", "Bearer s3cret-1-2"};
    BOOST_TEST(sent() == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_why_there_is_no_token)
{
    source->broken = failure(errc::not_found, "installation 7");
    auto const got = run(api.send(request(), in(20s)));
    BOOST_TEST((got.error().code == errc::not_found));
    BOOST_TEST(peer.requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()
