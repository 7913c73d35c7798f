#include <penstock/kube/object_ref.hpp>

#include <penstock/kube/known.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;

BOOST_AUTO_TEST_SUITE(kube_object_ref)

BOOST_AUTO_TEST_CASE(builds_the_paths_of_the_api)
{
    BOOST_TEST(path_of(known::secrets, "").value() == "/api/v1/secrets");
    BOOST_TEST(path_of(known::secrets, "a").value() == "/api/v1/namespaces/a/secrets");
    BOOST_TEST(path_of(known::secrets, "a", "b").value() == "/api/v1/namespaces/a/secrets/b");
    BOOST_TEST(path_of(known::namespaces, "", "b").value() == "/api/v1/namespaces/b");
    BOOST_TEST(path_of(known::namespaces, "ignored", "b").value() == "/api/v1/namespaces/b");
    BOOST_TEST(path_of(known::git_repositories, "a", "b", "status").value()
               == "/apis/source.toolkit.fluxcd.io/v1/namespaces/a/gitrepositories/b/status");
    BOOST_TEST(path_of(known::secrets, "a", "sh.helm:x y?").value()
               == "/api/v1/namespaces/a/secrets/sh.helm%3Ax%20y%3F");
}

BOOST_AUTO_TEST_CASE(refuses_names_that_lead_elsewhere)
{
    for (auto const* name : {".", "..", "a/b", "../secrets/b", "a%2fb"})
        BOOST_TEST((path_of(known::secrets, "a", name).error().code == errc::invalid_argument));
    BOOST_TEST((path_of(known::secrets, "..", "b").error().code == errc::invalid_argument));
    BOOST_TEST((path_of(known::secrets, "", "b").error().code == errc::invalid_argument));
    BOOST_TEST((path_of(known::secrets, "a", "", "status").error().code == errc::invalid_argument));
    BOOST_TEST((path_of(known::secrets, "a", "b", "../x").error().code == errc::invalid_argument));
    BOOST_TEST((path_of(resource(), "a", "b").error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(names_resources_as_permissions_do)
{
    BOOST_TEST(known::secrets.qualified() == "secrets");
    BOOST_TEST(known::secrets.api_version() == "v1");
    BOOST_TEST(known::git_repositories.qualified() == "gitrepositories.source.toolkit.fluxcd.io");
    BOOST_TEST(known::helm_releases.api_version() == "helm.toolkit.fluxcd.io/v2");
    BOOST_TEST(object_name("a", "b").text() == "a/b");
    BOOST_TEST(object_name("", "b").text() == "b");
}

BOOST_AUTO_TEST_CASE(finds_the_resource_of_a_reference)
{
    BOOST_TEST((known::find("", "GitRepository").value() == known::git_repositories));
    BOOST_TEST((known::find("", "ImageRepository").value() == known::image_repositories));
    BOOST_TEST((known::find("", "ArtifactGenerator").value() == known::artifact_generators));
    BOOST_TEST((known::find("v1", "Secret").value() == known::secrets));
    BOOST_TEST((known::find("kustomize.toolkit.fluxcd.io/v1", "Kustomization").value() == known::kustomizations));
    BOOST_TEST(known::find("source.toolkit.fluxcd.io/v1beta2", "Bucket").value().version == "v1beta2");
    BOOST_TEST((known::find("", "Kustomization").error().code == errc::invalid_argument));
    BOOST_TEST((known::find("nopea.io/v1alpha1", "GitRepository").error().code == errc::unsupported));
    BOOST_TEST((known::find("v1", "Pod").error().code == errc::unsupported));
}

BOOST_AUTO_TEST_CASE(names_can_be_keys)
{
    std::hash<object_name> const hash;
    BOOST_TEST(hash({"a", "b"}) == hash({"a", "b"}));
    BOOST_TEST(hash({"a", "b"}) != hash({"b", "a"}));
    BOOST_TEST(hash({"a", "b"}) != hash({"", "b"}));
}

BOOST_AUTO_TEST_SUITE_END()
