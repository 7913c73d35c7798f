#include <penstock/git/reference_choice.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::git;

namespace {

std::string id(char c)
{
    return std::string(40, c);
}

std::vector<reference> const remote{
    {"HEAD", id('a'), "", "refs/heads/main"},   {"refs/heads/main", id('a'), "", ""},
    {"refs/heads/main-2", id('b'), "", ""},     {"refs/heads/master", id('c'), "", ""},
    {"refs/pull/420/head", id('d'), "", ""},    {"refs/tags/v1.0.0", id('1'), id('2'), ""},
    {"refs/tags/v1.10.0", id('3'), "", ""},     {"refs/tags/v1.9.0", id('4'), "", ""},
    {"refs/tags/v2.0.0-rc.1", id('5'), "", ""}, {"refs/tags/nightly", id('6'), "", ""},
};

struct row
{
    reference_spec spec;
    std::string prefix, name, id, revision;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(git_reference_choice)

BOOST_AUTO_TEST_CASE(follows_the_precedence_of_flux)
{
    for (auto const& r : {
             row{{}, "refs/heads/master", "refs/heads/master", id('c'), "master@sha1:" + id('c')},
             row{{.branch = "main"}, "refs/heads/main", "refs/heads/main", id('a'), "main@sha1:" + id('a')},
             row{{.branch = "main", .tag = "v1.0.0"},
                 "refs/tags/v1.0.0",
                 "refs/tags/v1.0.0",
                 id('2'),
                 "v1.0.0@sha1:" + id('2')},
             row{{.branch = "main", .tag = "v1.0.0", .semver = "1.x"},
                 "refs/tags/",
                 "refs/tags/v1.10.0",
                 id('3'),
                 "v1.10.0@sha1:" + id('3')},
             row{{.semver = ">=1.0.0-0"},
                 "refs/tags/",
                 "refs/tags/v2.0.0-rc.1",
                 id('5'),
                 "v2.0.0-rc.1@sha1:" + id('5')},
             row{{.semver = "1.x", .name = "refs/pull/420/head"},
                 "refs/pull/420/head",
                 "refs/pull/420/head",
                 id('d'),
                 "refs/pull/420/head@sha1:" + id('d')},
             row{{.name = "refs/heads/main"},
                 "refs/heads/main",
                 "refs/heads/main",
                 id('a'),
                 "refs/heads/main@sha1:" + id('a')},
             row{{.name = "HEAD"}, "HEAD", "HEAD", id('a'), "HEAD@sha1:" + id('a')},
         }) {
        auto const choice = reference_choice::make(r.spec);
        BOOST_REQUIRE(choice.has_value());
        BOOST_REQUIRE(choice->prefixes().size() == 1);
        BOOST_TEST(choice->prefixes()[0] == r.prefix);
        auto const head = choice->choose(remote);
        BOOST_REQUIRE_MESSAGE(head.has_value(), r.revision);
        BOOST_TEST(head->name == r.name);
        BOOST_TEST(head->id == r.id);
        BOOST_TEST(head->revision == r.revision);
    }
}

BOOST_AUTO_TEST_CASE(asks_nothing_for_a_commit)
{
    auto const alone = reference_choice::make({.tag = "v1", .name = "x", .commit = id('e')});
    BOOST_TEST(alone->pinned());
    BOOST_TEST(alone->prefixes().empty());
    BOOST_TEST(alone->choose({})->revision == "sha1:" + id('e'));
    auto const on_branch = reference_choice::make({.branch = "main", .commit = id('e')});
    BOOST_TEST(on_branch->choose({})->revision == "main@sha1:" + id('e'));
    BOOST_TEST(!on_branch->follows("refs/heads/main", "main"));
}

BOOST_AUTO_TEST_CASE(names_what_is_missing)
{
    auto const gone = reference_choice::make({.branch = "gone"})->choose(remote);
    BOOST_TEST((gone.error().code == condition::not_found));
    BOOST_TEST(gone.error().detail.find("refs/heads/gone") != std::string::npos);
    BOOST_TEST((reference_choice::make({.semver = "9.x"})->choose(remote).error().code == errc::not_found));
    BOOST_TEST((reference_choice::make({.name = "HEAD"})->choose({{"HEAD", "", "", "refs/heads/main"}}).error().code
                == errc::not_found));
}

BOOST_AUTO_TEST_CASE(refuses_specs_that_cannot_be_followed)
{
    BOOST_TEST((reference_choice::make({.semver = "not a range"}).error().code == errc::invalid_argument));
    BOOST_TEST((reference_choice::make({.commit = "abc"}).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(knows_which_pushes_can_move_it)
{
    auto const follows = [](reference_spec const& spec, char const* pushed) {
        return reference_choice::make(spec)->follows(pushed, "main");
    };
    BOOST_TEST(follows({.branch = "main"}, "refs/heads/main"));
    BOOST_TEST(!follows({.branch = "main"}, "refs/heads/main-2"));
    BOOST_TEST(!follows({.branch = "main"}, "refs/tags/main"));
    BOOST_TEST(follows({}, "refs/heads/master"));
    BOOST_TEST(follows({.semver = "1.x"}, "refs/tags/v1.2.3"));
    BOOST_TEST(!follows({.semver = "1.x"}, "refs/tags/v2.0.0"));
    BOOST_TEST(!follows({.semver = "1.x"}, "refs/heads/main"));
    BOOST_TEST(follows({.name = "HEAD"}, "refs/heads/main"));
    BOOST_TEST(!follows({.name = "HEAD"}, "refs/heads/next"));
    BOOST_TEST(follows({.tag = "v1"}, "refs/tags/v1"));
}

BOOST_AUTO_TEST_SUITE_END()
