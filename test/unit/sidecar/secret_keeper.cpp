#include "sidecar/secret_keeper.hpp"

#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>

using namespace penstock;
using namespace penstock::sidecar;

namespace {

/// A cluster with Secrets that can be read, or not; and one list of them in use.
struct fixture
{
    static secret_place place(std::string const& name)
    {
        secret_place p;
        p.where = from_kubernetes{name, "token"};
        return p;
    }

    void configure(std::vector<std::string> const& names)
    {
        keeper.replace();
        std::vector<secret_place> places;
        for (auto const& name : names)
            places.push_back(place(name));
        keeper.keep("github", places, [this](std::vector<secret> const& all, auto const&) {
            used.clear();
            for (auto const& one : all)
                used.emplace_back(one.reveal());
            ++handed_over;
            return result<void>();
        });
        keeper.replaced();
    }

    void refresh()
    {
        auto const work = [](secret_keeper& k) -> awaitable<bool> {
            co_await k.refresh();
            co_return true;
        };
        testing::run_for_real(context, work(keeper));
    }

    awaitable<result<secret>> read(std::string name) const
    {
        auto const at = cluster.find(name);
        if (at == cluster.end())
            co_return failure(errc::deadline_exceeded, "the API server does not answer");
        co_return secret(at->second);
    }

    asio::io_context context{1};
    world env;
    std::map<std::string, std::string> cluster{{"old", "the-old-secret-0123456789"},
                                               {"new", "the-new-secret-0123456789"}};
    secret_keeper keeper{env, [this](std::string name, std::string) { return read(std::move(name)); }};
    std::vector<std::string> used;
    int handed_over = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sidecar_secret_keeper, fixture)

BOOST_AUTO_TEST_CASE(hands_over_what_can_be_read_once)
{
    configure({"new", "old", "missing"});
    BOOST_TEST(!keeper.asked("github"));
    BOOST_TEST(keeper.asked("gitlab"));
    refresh();
    BOOST_TEST(keeper.asked("github"));
    BOOST_TEST(used.size() == 2U);
    refresh();
    BOOST_TEST(handed_over == 1);
}

BOOST_AUTO_TEST_CASE(a_reload_keeps_what_cannot_be_read_just_now)
{
    configure({"new", "old"});
    refresh();
    auto const both = cluster;
    cluster.erase("new");
    configure({"new", "old"});
    refresh();
    BOOST_TEST(used.size() == 2U);
    cluster = both;
    cluster["new"] = "another-secret-0123456789";
    refresh();
    BOOST_TEST(used.front() == "another-secret-0123456789");
}

BOOST_AUTO_TEST_CASE(a_place_that_is_taken_away_is_not_used_any_more_whatever_else_can_be_read)
{
    configure({"old"});
    refresh();
    BOOST_TEST(used.size() == 1U);
    cluster.clear();
    configure({"new"});
    refresh();
    BOOST_TEST(used.empty());
}

BOOST_AUTO_TEST_CASE(a_list_that_is_taken_away_is_not_used_any_more)
{
    configure({"old"});
    refresh();
    configure({});
    BOOST_TEST(used.empty());
    BOOST_TEST(handed_over == 2);
}

BOOST_AUTO_TEST_SUITE_END()
