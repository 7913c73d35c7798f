#include <penstock/kube/impersonation.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;

BOOST_AUTO_TEST_SUITE(kube_impersonation)

BOOST_AUTO_TEST_CASE(adds_nothing_for_nobody)
{
    http::fields fields;
    BOOST_TEST(impersonation().add_to(fields).has_value());
    BOOST_TEST(fields.empty());
}

BOOST_AUTO_TEST_CASE(adds_a_field_for_each_thing)
{
    impersonation who;
    who.user = "system:serviceaccount:apps:bot";
    who.uid = "06f6";
    who.groups = {"dev", "ops"};
    who.extra["example.com/Scopes%"] = {"view", "edit"};
    http::fields fields;
    BOOST_TEST(who.add_to(fields).has_value());
    std::string all;
    for (auto const& [name, value] : fields)
        all += name + '=' + value + '\n';
    BOOST_TEST(all
               == "Impersonate-User=system:serviceaccount:apps:bot\nImpersonate-Uid=06f6\nImpersonate-Group=dev\n"
                  "Impersonate-Group=ops\nImpersonate-Extra-example.com%2FScopes%25=view\n"
                  "Impersonate-Extra-example.com%2FScopes%25=edit\n");
}

BOOST_AUTO_TEST_CASE(is_nobody_without_a_user)
{
    impersonation who;
    who.groups = {"ops"};
    http::fields fields;
    BOOST_TEST((who.add_to(fields).error().code == errc::invalid_configuration));
    BOOST_TEST(fields.empty());
}

BOOST_AUTO_TEST_SUITE_END()
