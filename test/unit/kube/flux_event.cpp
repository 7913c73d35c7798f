#include <penstock/kube/flux_event.hpp>

#include <penstock/time/rfc3339.hpp>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;

namespace {

flux_event synced()
{
    event_note n;
    n.about.api_version = "source.toolkit.fluxcd.io/v1";
    n.about.kind = "GitRepository";
    n.about.name = object_name("flux-system", "app");
    n.about.uid = "u-1";
    n.reason = "Synced";
    n.message = "stored main@sha1:abc";
    return flux_event(std::move(n));
}

boost::json::object body_of(flux_event const& e)
{
    return flux_event_body(e, "penstock", "pod-1", parse_rfc3339("2026-01-02T03:04:05Z").value());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_flux_event)

BOOST_AUTO_TEST_CASE(has_the_form_of_the_event_api)
{
    boost::json::value const expected = {{"involvedObject",
                                          {{"kind", "GitRepository"},
                                           {"name", "app"},
                                           {"namespace", "flux-system"},
                                           {"uid", "u-1"},
                                           {"apiVersion", "source.toolkit.fluxcd.io/v1"}}},
                                         {"severity", "info"},
                                         {"timestamp", "2026-01-02T03:04:05Z"},
                                         {"message", "stored main@sha1:abc"},
                                         {"reason", "Synced"},
                                         {"reportingController", "penstock"},
                                         {"reportingInstance", "pod-1"}};
    BOOST_TEST(boost::json::value(body_of(synced())) == expected);
}

BOOST_AUTO_TEST_CASE(a_warning_is_an_error_to_flux)
{
    auto e = synced();
    e.note.type = event_type::warning;
    BOOST_TEST(body_of(e).at("severity").as_string() == "error");
}

BOOST_AUTO_TEST_CASE(metadata_belongs_to_the_group_of_the_object)
{
    auto e = synced();
    e.metadata = {{"revision", "main@sha1:abc"}, {"event.toolkit.fluxcd.io/change", "42"}};
    boost::json::value const expected = {{"event.toolkit.fluxcd.io/change", "42"},
                                         {"source.toolkit.fluxcd.io/revision", "main@sha1:abc"}};
    BOOST_TEST(body_of(e).at("metadata") == expected);
    e.note.about.api_version = "v1";  // the core group has no name
    BOOST_TEST(body_of(e).at("metadata").as_object().contains("revision"));
}

BOOST_AUTO_TEST_CASE(cuts_a_message_before_a_character_that_does_not_fit)
{
    auto e = synced();
    e.note.message = std::string(38999, 'm') + "é and more";
    BOOST_TEST(body_of(e).at("message").as_string().size() == 38999U);
    e.note.message = std::string(39000, 'm');
    BOOST_TEST(body_of(e).at("message").as_string().size() == 39000U);
}

BOOST_AUTO_TEST_SUITE_END()
