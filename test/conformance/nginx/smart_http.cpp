#include <penstock/git/smart_http.hpp>

#include "contract/http/served.hpp"
#include "nginx.hpp"

#include <cstdio>
#include <iostream>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// Without the packages nothing here can run: it says so and ends with the status that ctest shows as "skipped".
struct nginx_is_there
{
    void setup() const
    {
        if (std::system((search_path + "command -v nginx >/dev/null && command -v fcgiwrap >/dev/null").c_str()) == 0)
            return;
        std::cout << "skipped: nginx and fcgiwrap are not installed (Debian packages: nginx fcgiwrap)\n" << std::flush;
        std::_Exit(77);
    }
};
BOOST_TEST_GLOBAL_FIXTURE(nginx_is_there);

struct fixture : real_loop
{
    fixture()
    {
        forge.output("git init -q --bare --initial-branch=main repositories/shop.git "
                     "&& git -C repositories/shop.git config http.receivepack true "
                     "&& git init -q --initial-branch=main work && cd work && git remote add origin "
                     + forge.url("shop"));
    }

    /// Pushes a commit with a real Git. @return Its id.
    std::string push(std::string const& message)
    {
        return forge.output("cd work && git commit -q --allow-empty -m '" + message
                            + "' && git push -q origin HEAD:main && git rev-parse HEAD");
    }

    result<std::vector<git::reference>> list(std::vector<std::string> prefixes, std::string const& name = "shop")
    {
        return run(remote.list(forge.url(name), std::move(prefixes), {}, in(30s)), 60s);
    }

    nginx_forge forge;
    http::client client{context.get_executor()};
    git::smart_http<http::client> remote{client};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(nginx_smart_http, fixture)

BOOST_AUTO_TEST_CASE(sees_what_a_real_git_pushes)
{
    for (auto const* message : {"one", "two", "three"}) {
        auto const id = push(message);
        auto const listed = list({"refs/heads/main"});
        BOOST_REQUIRE_MESSAGE(listed, listed.error().message() + '\n' + forge.log());
        BOOST_REQUIRE(listed->size() == 1U);
        BOOST_TEST(listed->front().id == id);
    }
    BOOST_TEST(remote.statistics().requests == 4U);  // the capabilities once
    BOOST_TEST(list({"refs/tags/"}).value().empty());
}

BOOST_AUTO_TEST_CASE(moves_less_than_a_kilobyte_to_poll_one_of_100000_references)
{
    auto const id = push("one");
    {
        std::ofstream out(forge.root() + "/shop.git/packed-refs", std::ios::trunc);
        out << "# pack-refs with: peeled fully-peeled sorted \n";
        char name[64];
        for (int i = 0; i < 100'000; ++i) {
            std::snprintf(name, sizeof name, " refs/heads/feature/%06d\n", i);
            out << id << name;
        }
    }
    auto const listed = list({"refs/heads/main"});
    BOOST_REQUIRE_MESSAGE(listed, listed.error().message() + '\n' + forge.log());
    BOOST_REQUIRE(listed->size() == 1U);
    BOOST_TEST(listed->front().id == id);
    BOOST_TEST(remote.statistics().ls_refs_bytes < 1024U);
    BOOST_TEST(forge.last_answer() > 0);
    BOOST_TEST(forge.last_answer() < 1024);
    BOOST_TEST((list({}).error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(tells_a_repository_that_is_not_there)
{
    BOOST_TEST((list({"HEAD"}, "none").error().code == condition::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
