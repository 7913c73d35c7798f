#include <penstock/kube/lease_record.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock::kube;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kube_lease_record)

BOOST_AUTO_TEST_CASE(reads_what_a_lease_says)
{
    auto const lease = boost::json::parse(R"({"spec":{"holderIdentity":"a_1","leaseDurationSeconds":15,
        "acquireTime":"2026-11-21T00:00:00.000001Z","renewTime":"2026-11-21T00:00:02.000000Z","leaseTransitions":3}})");
    auto const record = record_of(lease.as_object());
    BOOST_TEST(record.holder == "a_1");
    BOOST_TEST((record.length == 15s));
    BOOST_TEST(record.acquired == "2026-11-21T00:00:00.000001Z");
    BOOST_TEST(record.renewed == "2026-11-21T00:00:02.000000Z");
    BOOST_TEST(record.transitions == 3);
}

BOOST_AUTO_TEST_CASE(reads_nothing_where_nothing_can_be_read)
{
    for (auto const* text : {R"({})", R"({"spec":null})", R"({"spec":[]})",
                             R"({"spec":{"holderIdentity":7,"leaseDurationSeconds":"15","leaseTransitions":1.5}})"})
        BOOST_TEST((record_of(boost::json::parse(text).as_object()) == lease_record()), text);
}

BOOST_AUTO_TEST_CASE(writes_its_fields_and_keeps_others)
{
    auto lease = boost::json::parse(R"({"metadata":{"name":"x","resourceVersion":"7"},
        "spec":{"holderIdentity":"old","strategy":"OldestEmulationVersion"}})")
                     .as_object();
    lease_record record;
    record.holder = "new";
    record.length = 15s;
    record.acquired = record.renewed = "2026-11-21T00:00:00.000000Z";
    record.transitions = 4;
    set_record(lease, record);
    BOOST_TEST((record_of(lease) == record));
    BOOST_TEST(text_at(lease, {"spec", "strategy"}) == "OldestEmulationVersion");
    BOOST_TEST(resource_version_of(lease) == "7");
    boost::json::object empty;
    set_record(empty, record);
    BOOST_TEST((record_of(empty) == record));
}

BOOST_AUTO_TEST_SUITE_END()
