#include <penstock/http/forge_call.hpp>

#include <boost/test/unit_test.hpp>

using penstock::http::forge_call;
using penstock::http::request;

BOOST_AUTO_TEST_SUITE(http_forge_call)

BOOST_AUTO_TEST_CASE(knows_what_a_forge_counts_a_request_as)
{
    struct row
    {
        char const *method, *url, *host, *resource;
        bool writes, free;
    };
    for (auto const& e : {
             row{"GET", "https://api.github.com/repos/a/b", "api.github.com", "core", false, false},
             row{"HEAD", "http://forge:8080", "forge:8080", "core", false, false},
             row{"GET", "https://forge?page=2", "forge", "core", false, false},
             row{"POST", "https://forge/repos/a/b/pulls", "forge", "core", true, false},
             row{"PUT", "https://forge/x", "forge", "core", true, false},
             row{"POST", "https://forge/a/b.git/git-upload-pack", "forge", "core", false, false},
             row{"POST", "https://forge/a/b.git/git-receive-pack", "forge", "core", true, false},
             row{"POST", "https://forge/graphql", "forge", "graphql", false, false},
             row{"GET", "https://forge/search/code?q=x", "forge", "code_search", false, false},
             row{"GET", "https://forge/search/issues?q=x", "forge", "search", false, false},
             row{"GET", "https://forge/rate_limit", "forge", "core", false, true},
         }) {
        forge_call const call(request(e.method, e.url));
        BOOST_TEST_CONTEXT(e.method << ' ' << e.url)
        {
            BOOST_TEST(call.host == e.host);
            BOOST_TEST(call.resource == e.resource);
            BOOST_TEST(call.writes == e.writes);
            BOOST_TEST(call.free == e.free);
        }
    }
}

BOOST_AUTO_TEST_CASE(takes_a_mutation_for_a_write_where_the_caller_says_so)
{
    request r("POST", "https://forge/graphql");
    BOOST_TEST(!forge_call(r).writes);
    r.mutation = true;
    BOOST_TEST(forge_call(r).writes);
    BOOST_TEST(forge_call(r).resource == "graphql");
}

BOOST_AUTO_TEST_SUITE_END()
