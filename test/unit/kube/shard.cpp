#include <penstock/kube/shard.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

using namespace penstock;
using namespace penstock::kube;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(kube_shard)

BOOST_AUTO_TEST_CASE(a_shard_is_chosen_by_its_label_and_the_main_one_by_its_absence)
{
    BOOST_TEST(shard_selector("shard1").value() == "sharding.fluxcd.io/key=shard1");
    BOOST_TEST(shard_selector("").value() == "!sharding.fluxcd.io/key");
    BOOST_TEST(shard_selector("a", "team=water").value() == "sharding.fluxcd.io/key=a,team=water");
    BOOST_TEST(shard_selector("", "team=water").value() == "!sharding.fluxcd.io/key,team=water");
}

BOOST_DATA_TEST_CASE(what_cannot_be_the_value_of_a_label_is_refused,
                     data::make({"a,b", "-a", "a-", "a b", "a=b", "\xc3\xa4", ".",
                                 "0123456789012345678901234567890123456789012345678901234567890123"}),
                     name)
{
    BOOST_TEST((shard_selector(name).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(weights_are_the_same_everywhere_and_for_ever)
{
    // As another implementation of the same formula computes them.
    BOOST_TEST(rendezvous_weight("a", "default/x") == 0xd6c4f03e45bb2cb1U);
    BOOST_TEST(rendezvous_weight("", "") == 0xb9034ad37056f5fbU);
    BOOST_TEST(rendezvous_weight("ab", "c") != rendezvous_weight("a", "bc"));
}

BOOST_AUTO_TEST_CASE(each_key_has_one_owner_whatever_the_order_of_the_members)
{
    std::vector<std::string> const some{"a", "b", "c"};
    std::vector<std::string> const turned{"c", "a", "b"};
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(rendezvous_owner(some, std::to_string(i)) == rendezvous_owner(turned, std::to_string(i)));
    BOOST_TEST(rendezvous_owner({}, "x").empty());
}

BOOST_AUTO_TEST_CASE(members_share_evenly)
{
    std::vector<std::string> const members{"pod-a_1", "pod-b_2", "pod-c_3", "pod-d_4"};
    std::map<std::string, int> share;
    for (int i = 0; i < 4000; ++i)
        ++share[std::string(rendezvous_owner(members, "ns/object-" + std::to_string(i)))];
    for (auto const& member : members)
        BOOST_TEST((share[member] > 850 && share[member] < 1150), member << " has " << share[member]);
}

BOOST_AUTO_TEST_CASE(only_the_keys_of_who_goes_move)
{
    std::vector<std::string> const before{"a", "b", "c", "d"};
    std::vector<std::string> const after{"a", "b", "d"};
    int moved = 0;
    for (int i = 0; i < 1000; ++i) {
        auto const key = "ns/object-" + std::to_string(i);
        auto const old = rendezvous_owner(before, key);
        if (old == "c")
            ++moved;
        else
            BOOST_TEST(rendezvous_owner(after, key) == old);
    }
    BOOST_TEST(moved > 150);
}

BOOST_AUTO_TEST_SUITE_END()
