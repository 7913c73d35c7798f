#include <penstock/sync/receiver_payload.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace penstock;
using sync::receiver_type;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    receiver_type type;
    char const* body;
    bool good;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << to_string(r.type) << ' ' << r.body;
}

row const rows[] = {
    {receiver_type::dockerhub, R"({})", true},
    {receiver_type::dockerhub, R"({"push_data":null})", true},
    {receiver_type::dockerhub, R"({"push_data":{"tag":"v1"},"repository":{"repo_url":"u"}})", true},
    {receiver_type::dockerhub, R"({"push_data":{"tag":1}})", false},
    {receiver_type::dockerhub, R"({"repository":[]})", false},
    {receiver_type::dockerhub, R"([])", false},
    {receiver_type::quay, R"({"updated_tags":["a"]})", true},
    {receiver_type::quay, R"({"updated_tags":"a"})", false},
    {receiver_type::quay, R"({"updated_tags":[1]})", false},
    {receiver_type::acr, R"({"action":"push","target":{"repository":"r","tag":"t"}})", true},
    {receiver_type::acr, R"({"target":{"tag":[]}})", false},
    {receiver_type::acr, "", false},
    {receiver_type::nexus, R"({"action":"UPDATED","repositoryName":"r"})", true},
    {receiver_type::nexus, R"({"action":true})", false},
    {receiver_type::nexus, R"({"action":"x")", false},
};

std::string event(std::string const& type, std::string const& version = "0.4.1",
                  std::string const& subject_type = "change")
{
    return R"({"context":{"version":")" + version + R"(","id":"1","source":"/ci","type":")" + type
           + R"(","timestamp":"2024-01-01T00:00:00Z"},"subject":{"id":"c1","type":")" + subject_type
           + R"(","content":{}}})";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sync_receiver_payload)

BOOST_DATA_TEST_CASE(knows_the_shape_of_each_type, data::make(rows), r)
{
    BOOST_TEST(sync::check_receiver_payload(r.type, r.body).has_value() == r.good);
}

BOOST_DATA_TEST_CASE(knows_the_types_of_cdevents,
                     data::make({"dev.cdevents.change.merged.0.2.0", "dev.cdevents.service.deployed.0.2.0-draft",
                                 "dev.cdevents.taskrun.finished.0.2.0", "dev.cdeventsx.tool-drift.detected.0.1.0"}),
                     type)
{
    BOOST_TEST(sync::check_receiver_payload(receiver_type::cdevents, event(type)).has_value());
}

BOOST_DATA_TEST_CASE(refuses_types_that_no_release_has,
                     data::make({"", "dev.cdevents.deployment.failed.0.1.0", "dev.cdevents.change.merged",
                                 "dev.cdevents.change.merged.1", "org.example.change.merged.0.2.0",
                                 "dev.cdeventsx.drift.detected.0.1.0", "dev.cdevents..merged.0.1.0",
                                 "dev.cdevents.change.merged.a.b.c", "dev.cdeventsx.-x.y.0.1.0"}),
                     type)
{
    BOOST_TEST(!sync::check_receiver_payload(receiver_type::cdevents, event(type)).has_value());
}

BOOST_AUTO_TEST_CASE(wants_the_whole_envelope_of_a_cdevent)
{
    auto const type = "dev.cdevents.change.merged.0.2.0";
    BOOST_TEST(!sync::check_receiver_payload(receiver_type::cdevents, event(type, "")).has_value());
    BOOST_TEST(!sync::check_receiver_payload(receiver_type::cdevents, event(type, "0.4.1", "")).has_value());
    BOOST_TEST(!sync::check_receiver_payload(receiver_type::cdevents, R"({"context":{}})").has_value());
}

BOOST_AUTO_TEST_CASE(bounds_the_nesting_of_a_body)
{
    BOOST_TEST(sync::parse_receiver_body(std::string(100, '[') + std::string(100, ']')).has_value());
    BOOST_TEST(!sync::parse_receiver_body(std::string(5'000, '[') + std::string(5'000, ']')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
