#include <penstock/kube/known_objects.hpp>

#include <penstock/kube/known.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace penstock::kube;
using change = known_objects<>::change;

namespace {

boost::json::object object(std::string const& name, std::string const& version, std::string const& uid = "u")
{
    return boost::json::parse(kube_test::repository(name, version, uid)).as_object();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_known_objects)

BOOST_AUTO_TEST_CASE(tells_new_from_changed_from_unchanged)
{
    known_objects<> known;
    BOOST_TEST((known.exists(object("a", "1")) == change::added));
    BOOST_TEST((known.exists(object("a", "1")) == change::none));
    BOOST_TEST((known.exists(object("a", "2")) == change::modified));
    BOOST_TEST((known.exists(object("b", "2")) == change::added));
    BOOST_TEST((known.vanished(object("a", "3")) == change::deleted));
    BOOST_TEST((known.vanished(object("a", "3")) == change::none));
    BOOST_TEST((known.exists(object("a", "4")) == change::added));
    BOOST_TEST(known.size() == 2U);
}

BOOST_AUTO_TEST_CASE(sees_that_another_object_took_the_name)
{
    known_objects<> known;
    known.exists(object("a", "1", "first"));
    BOOST_TEST((known.exists(object("a", "5", "second")) == change::replaced));
    BOOST_TEST((known.exists(object("a", "5", "second")) == change::none));
}

BOOST_AUTO_TEST_CASE(sweeps_what_a_complete_list_did_not_name)
{
    known_objects<> known;
    for (auto const* name : {"a", "b", "c"})
        known.exists(object(name, "1"));
    known.begin_list();
    known.exists(object("b", "1"));
    known.begin_list();  // the list above broke off
    known.exists(object("c", "1"));
    known.exists(object("d", "2"));
    auto const gone = known.end_list();
    BOOST_REQUIRE(gone.size() == 2U);
    BOOST_TEST(gone[0].name == "a");
    BOOST_TEST(gone[1].name == "b");
    BOOST_TEST(known.size() == 2U);
    known.begin_list();
    BOOST_TEST(known.end_list().size() == 2U);
}

BOOST_AUTO_TEST_CASE(leaves_kind_and_name_of_what_vanished_unseen)
{
    auto const left = tombstone(known::git_repositories, object_name("a", "b"));
    BOOST_TEST((name_of(left) == object_name("a", "b")));
    BOOST_TEST(text_at(left, "kind") == "GitRepository");
    BOOST_TEST(text_at(left, "apiVersion") == "source.toolkit.fluxcd.io/v1");
}

BOOST_AUTO_TEST_CASE(tells_only_of_changes_in_what_it_keeps)
{
    using kept_change = known_objects<metadata_only>::change;
    known_objects<metadata_only> known;
    auto o = object("a", "1");
    BOOST_TEST((known.exists(o) == kept_change::added));
    o = object("a", "2");
    o["status"] = {{"phase", "Ready"}};
    BOOST_TEST((known.exists(o) == kept_change::none));
    o["metadata"].as_object()["resourceVersion"] = "3";
    o["metadata"].as_object()["generation"] = 2;
    BOOST_TEST((known.exists(o) == kept_change::modified));
    BOOST_TEST(known.find({"flux-system", "a"})->generation == 2);
    BOOST_TEST(known.find({"flux-system", "b"}) == nullptr);
    BOOST_TEST((known.exists(object("a", "4", "another")) == kept_change::replaced));
    known.exists(object("b", "5"));
    std::string names;
    known.for_each([&](object_name const& name, metadata_only::value const&) { names += name.name + ' '; });
    BOOST_TEST(names == "a b ");
}

BOOST_AUTO_TEST_SUITE_END()
