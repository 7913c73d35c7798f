#include <penstock/git/smart_http.hpp>

#include <penstock/git/reference_choice.hpp>

#include "forge_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <fstream>

using namespace penstock;
using namespace penstock::git;
using embedded::forge_access;
using embedded::forge_change;

namespace {

/// Adds `count` branches to a repository by writing the file in which Git keeps them.
void add_branches(std::string const& repository, std::string const& id, int count)
{
    std::ofstream out(repository + "/packed-refs", std::ios::trunc);
    out << "# pack-refs with: peeled fully-peeled sorted \n";
    char name[64];
    for (int i = 0; i < count; ++i) {
        std::snprintf(name, sizeof name, " refs/heads/feature/%06d\n", i);
        out << id << name;
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(git_smart_http, forge_fixture)

BOOST_AUTO_TEST_CASE(sees_what_a_real_git_pushes)
{
    auto const first = create("acme/shop");
    BOOST_TEST(list("acme/shop", {"refs/heads/main"}).value().at(0).id == first);
    git("", {"-c", "protocol.version=2", "clone", "--quiet", forge->url_of("acme/shop"), "work"});
    BOOST_TEST(forge->traffic().ls_refs >= 2U);  // Git's own and ours
    std::ofstream(directory + "/work/a.txt") << "one\n";
    git("work", {"add", "a.txt"});
    git("work", {"commit", "--quiet", "-m", "Add a"});
    git("work", {"push", "--quiet", "origin", "HEAD:main"});
    auto const head = git("work", {"rev-parse", "HEAD"});
    BOOST_TEST(head != first);
    BOOST_TEST(list("acme/shop", {"refs/heads/main"}).value().at(0).id == head);
    BOOST_TEST(forge->traffic().pushes == 1U);
}

BOOST_AUTO_TEST_CASE(takes_a_push_of_many_megabytes)
{
    create("acme/shop");
    git("", {"clone", "--quiet", forge->url_of("acme/shop"), "work"});
    {
        std::ofstream out(directory + "/work/big", std::ios::binary);
        std::uint64_t x = 88172645463325252U;
        for (int i = 0; i < 1 << 20; ++i) {  // 8 MiB that do not compress
            x ^= x << 13U, x ^= x >> 7U, x ^= x << 17U;
            out.write(reinterpret_cast<char const*>(&x), sizeof x);
        }
    }
    git("work", {"add", "big"});
    git("work", {"commit", "--quiet", "-m", "Add much"});
    git("work", {"push", "--quiet", "origin", "HEAD:main"});
    git("", {"clone", "--quiet", forge->url_of("acme/shop"), "again"});
    BOOST_TEST(git("again", {"rev-parse", "HEAD"}) == git("work", {"rev-parse", "HEAD"}));
    BOOST_TEST(std::filesystem::file_size(directory + "/again/big") == 8U << 20U);
}

BOOST_AUTO_TEST_CASE(moves_less_than_a_kilobyte_to_poll_one_of_100000_references)
{
    auto const first = create("acme/huge");
    add_branches(forge->repositories().path_of("acme/huge"), first, 100'000);
    for (int i = 0; i < 2; ++i) {
        auto const got = list("acme/huge", {"refs/heads/main"});
        BOOST_REQUIRE(got.value().size() == 1U);
        BOOST_TEST(got->front().id == first);
    }
    BOOST_TEST(remote.statistics().requests == 3U);  // capabilities once, then one POST for each poll
    BOOST_TEST(forge->traffic().last_ls_refs_bytes < 1024U);
    BOOST_TEST(remote.statistics().ls_refs_bytes / 2 == forge->traffic().last_ls_refs_bytes);
    BOOST_TEST_MESSAGE("a poll of a branch among 100 000 moved " << forge->traffic().last_ls_refs_bytes << " bytes");
    BOOST_TEST((list("acme/huge", {}).error().code == errc::too_large));
    auto const one = list("acme/huge", {"refs/heads/feature/099999"});
    BOOST_TEST(one.value().size() == 1U);
}

BOOST_AUTO_TEST_CASE(chooses_tags_as_flux_does)
{
    create("acme/shop");
    git("", {"clone", "--quiet", forge->url_of("acme/shop"), "work"});
    git("work", {"tag", "-a", "-m", "one", "v1.0.0"});
    git("work", {"commit", "--quiet", "--allow-empty", "-m", "next"});
    git("work", {"tag", "-a", "-m", "two", "v1.2.0"});
    git("work", {"tag", "v2.0.0-rc.1"});
    git("work", {"push", "--quiet", "--tags", "origin", "HEAD:main"});
    auto const head = git("work", {"rev-parse", "HEAD"});
    reference_spec spec;
    spec.semver = ">=1.0.0 <3.0.0";
    auto const choice = reference_choice::make(spec).value();
    auto const chosen = choice.choose(list("acme/shop", choice.prefixes()).value());
    BOOST_TEST(chosen.value().revision == "v1.2.0@sha1:" + head);
    spec = {};
    spec.name = "HEAD";
    auto const follow = reference_choice::make(spec).value();
    auto const listed = list("acme/shop", follow.prefixes()).value();
    BOOST_TEST(follow.choose(listed).value().id == head);
    BOOST_TEST(listed.at(0).symref_target == "refs/heads/main");
}

BOOST_AUTO_TEST_CASE(reads_empty_and_sha256_repositories)
{
    auto const make = [&](std::string const& name, std::vector<std::string> options) {
        std::filesystem::create_directories(forge->repositories().path_of(name));
        std::vector<std::string> arguments{"init", "--quiet", "--bare", "--initial-branch=trunk"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        BOOST_REQUIRE(run(forge->repositories().git(name, arguments)).has_value());
        BOOST_REQUIRE(forge->repositories().adopt(name).has_value());
    };
    make("acme/empty", {});
    auto const empty = list("acme/empty", {"HEAD"});
    BOOST_REQUIRE(empty.value().size() == 1U);
    BOOST_TEST(empty->front().id.empty());
    BOOST_TEST(empty->front().symref_target == "refs/heads/trunk");
    make("acme/modern", {"--object-format=sha256"});
    forge_change change("a", "b");
    change.branch = "trunk";
    auto const id = run(forge->repositories().commit("acme/modern", change)).value();
    BOOST_TEST(id.size() == 64U);
    BOOST_TEST(list("acme/modern", {"refs/heads/trunk"}).value().at(0).id == id);
}

BOOST_AUTO_TEST_CASE(shows_a_password_to_those_who_ask_for_it)
{
    auto const id = create("acme/closed", forge_access("ada", secret("s3cret")));
    BOOST_TEST((list("acme/closed", {"HEAD"}).error().code == condition::unauthorized));
    auto const wrong = list("acme/closed", {"HEAD"}, credential::basic("ada", secret("wr0ng")));
    BOOST_TEST((wrong.error().code == condition::unauthorized));
    BOOST_TEST(wrong.error().message().find("wr0ng") == std::string::npos);
    BOOST_TEST(wrong.error().message().find("acme/closed") != std::string::npos);
    BOOST_TEST(list("acme/closed", {"HEAD"}, credential::basic("ada", secret("s3cret"))).value().at(0).id == id);
    auto const in_url =
        run(remote.list(url_with("ada:s3cret", "acme/closed"), {"HEAD"}, {}, in(std::chrono::seconds(10))));
    BOOST_TEST(in_url.value().at(0).id == id);
    BOOST_TEST(!try_git("", {"clone", "--quiet", forge->url_of("acme/closed"), "no"}));
    git("", {"clone", "--quiet", url_with("ada:s3cret", "acme/closed"), "yes"});
    git("yes", {"commit", "--quiet", "--allow-empty", "-m", "next"});
    git("yes", {"push", "--quiet", "origin", "HEAD:main"});
    BOOST_TEST(forge->traffic().refused >= 3U);
}

BOOST_AUTO_TEST_CASE(shows_a_token_to_those_who_ask_for_it)
{
    auto const id = create("acme/tokens", forge_access(secret("t0ken")));
    BOOST_TEST(
        (list("acme/tokens", {"HEAD"}, credential::bearer(secret("other"))).error().code == condition::unauthorized));
    BOOST_TEST(list("acme/tokens", {"HEAD"}, credential::bearer(secret("t0ken"))).value().at(0).id == id);
}

BOOST_AUTO_TEST_CASE(tells_a_repository_that_is_not_there)
{
    BOOST_TEST((list("acme/none", {"HEAD"}).error().code == condition::not_found));
    BOOST_TEST((list("acme/../../etc", {"HEAD"}).error().code == condition::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(git_smart_http_version_0, old_forge_fixture)

BOOST_AUTO_TEST_CASE(falls_back_where_version_2_is_not_spoken)
{
    auto const id = create("acme/shop");
    auto const got = list("acme/shop", {"refs/heads/", "HEAD"});
    BOOST_REQUIRE(got.value().size() == 2U);
    BOOST_TEST(got->at(0).symref_target == "refs/heads/main");
    BOOST_TEST(got->at(1).id == id);
    BOOST_TEST(list("acme/shop", {"refs/tags/"}).value().empty());
    BOOST_TEST(forge->traffic().ls_refs == 0U);
}

BOOST_AUTO_TEST_CASE(refuses_to_take_in_more_references_than_the_limit)
{
    auto const first = create("acme/huge");
    add_branches(forge->repositories().path_of("acme/huge"), first, 100'000);
    BOOST_TEST((list("acme/huge", {"refs/heads/main"}).error().code == errc::too_large));
}

BOOST_AUTO_TEST_SUITE_END()
