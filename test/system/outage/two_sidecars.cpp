#include "system/stage.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <thread>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// Two sidecars that do not know of each other, each with a store of its own, that poll the same sources.
struct doubled : stage
{
    doubled()
    {
        for (auto const& name : names) {
            heads.push_back(create("acme/" + name));
            source(name, "acme/" + name);
        }
        for (std::size_t i = 0; i < names.size(); ++i)
            BOOST_REQUIRE(until(10s, [&] { return revision(names[i]) == heads[i]; }));
        for (auto const* name : {"-a", "-b"}) {
            sidecar_options o;
            o.name = name;
            o.poll = "{interval: 1s, max: 1s}";
            both.push_back(std::make_unique<sidecar>(*this, o));
            BOOST_REQUIRE(both.back()->wait_ready());
        }
    }

    double sum(std::string const& series) { return both[0]->metric(series) + both[1]->metric(series); }

    std::vector<std::string> const names{"one", "two", "three"};
    std::vector<std::string> heads;
    std::vector<std::unique_ptr<sidecar>> both;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_two_sidecars, doubled)

BOOST_AUTO_TEST_CASE(come_to_rest_after_each_push_without_a_fight)
{
    std::size_t pushes = 0;
    auto const before = requests_with("fieldManager=penstock");
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            auto const next = commit("acme/" + names[i]);
            if (round < 2)  // the last round is for polls alone
                BOOST_TEST(both[0]->push("acme/" + names[i], heads[i], next, "d-" + next) == 202);
            heads[i] = next;
            ++pushes;
        }
        for (std::size_t i = 0; i < names.size(); ++i)
            BOOST_TEST(until(10s, [&] { return revision(names[i]) == heads[i]; }), names[i]);
        BOOST_TEST(until(10s, [&] { return sum("penstock_sync_pending") == 0; }));
    }
    auto const written = requests_with("fieldManager=penstock") - before;
    BOOST_TEST_MESSAGE(written << " annotations for " << pushes << " pushes");
    BOOST_TEST(written >= pushes);
    BOOST_TEST(written <= 2 * pushes);  // each of the two may have asked

    auto const polls = sum("penstock_poll_total{result=\"unchanged\"}");
    BOOST_TEST(until(10s, [&] { return sum("penstock_poll_total{result=\"unchanged\"}") >= polls + 9; }));
    BOOST_TEST(requests_with("fieldManager=penstock") - before == written);  // nobody writes any more
    for (auto const* bad : {"failed", "unanswered"})
        for (auto const* by : {"webhook", "poll", "startup"})
            BOOST_TEST(sum(std::string("penstock_sync_total{result=\"") + bad + "\",trigger=\"" + by + "\"}") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
