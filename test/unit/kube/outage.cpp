#include <penstock/kube/outage.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;
using verdict = outage::verdict;

BOOST_AUTO_TEST_SUITE(kube_outage)

BOOST_AUTO_TEST_CASE(says_once_that_a_trouble_begins_and_once_that_it_is_over)
{
    outage o;
    time_point const now{1h};
    BOOST_TEST((o.ends() == verdict::keep_quiet));
    BOOST_TEST((o.begins(errc::forbidden, now) == verdict::say));
    BOOST_TEST((o.begins(errc::forbidden, now + 24h) == verdict::keep_quiet));
    BOOST_TEST((o.begins(errc::unavailable, now + 24h) == verdict::say));
    BOOST_TEST((o.trouble().code == errc::unavailable));
    BOOST_TEST((o.ends() == verdict::say));
    BOOST_TEST(!o.trouble().code);
    BOOST_TEST((o.ends() == verdict::keep_quiet));
}

BOOST_AUTO_TEST_CASE(keeps_quiet_about_what_comes_and_goes_for_ten_minutes)
{
    outage o;
    time_point const now{1h};
    BOOST_TEST((o.begins(errc::unavailable, now) == verdict::say));
    BOOST_TEST((o.ends() == verdict::say));
    BOOST_TEST((o.begins(errc::unavailable, now + 9min) == verdict::keep_quiet));
    BOOST_TEST((o.ends() == verdict::keep_quiet));
    BOOST_TEST((o.begins(errc::unavailable, now + 10min) == verdict::say));
}

BOOST_AUTO_TEST_CASE(has_words_that_say_what_to_do)
{
    resource const valves("example.com", "v1", "valves", "Valve");
    BOOST_TEST(words_for(errc::unavailable, "watch", valves, "") == "cannot watch valves.example.com, trying on");
    BOOST_TEST(words_for(errc::not_found, "list", valves, "")
               == "the server does not know valves.example.com, waiting for it to be installed");
    BOOST_TEST(words_for(errc::forbidden, "list", valves, "apps")
               == "not allowed to list valves.example.com: grant get, list and watch in namespace apps");
    BOOST_TEST(words_for(errc::forbidden, "create", valves, "apps", "get and create")
               == "not allowed to create valves.example.com: grant get and create in namespace apps");
    BOOST_TEST(words_for(errc::forbidden, "list", valves, "")
               == "not allowed to list valves.example.com: grant get, list and watch in all namespaces");
}

BOOST_AUTO_TEST_SUITE_END()
