#include <penstock/sync/source.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;

BOOST_AUTO_TEST_SUITE(sync_source)

BOOST_AUTO_TEST_CASE(reads_what_the_api_server_sends)
{
    auto const v = boost::json::parse(R"({
        "kind": "GitRepository",
        "metadata": {"name": "podinfo", "namespace": "flux-system", "generation": 3, "resourceVersion": "4711",
                     "annotations": {"reconcile.fluxcd.io/requestedAt": "2026-01-02T03:04:05Z"}},
        "spec": {"url": "https://example.com/podinfo", "interval": "1m0s", "suspend": true,
                 "secretRef": {"name": "git"}, "proxySecretRef": {"name": "way"}, "ref": {"branch": "main"}},
        "status": {"lastHandledReconcileAt": "x", "artifact": {"revision": "main@sha1:abcd"},
                   "conditions": [{"type": "Ready", "status": "False", "message": "broken"}]}})");
    auto const s = sync::decode_source(v.as_object(), "").value();
    BOOST_TEST(sync::make_key(s.kind, s.ns, s.name) == "GitRepository/flux-system/podinfo");
    BOOST_TEST(s.generation == 3);
    BOOST_TEST(s.version == 4711U);
    BOOST_TEST(s.url == "https://example.com/podinfo");
    BOOST_TEST(s.ref.branch == "main");
    BOOST_TEST(s.secret_name == "git");
    BOOST_TEST(s.proxy_secret_name == "way");
    BOOST_TEST(s.suspended);
    BOOST_TEST(s.requested_at == "2026-01-02T03:04:05Z");
    BOOST_TEST(s.last_handled == "x");
    BOOST_TEST(s.revision == "main@sha1:abcd");
    BOOST_TEST(s.not_ready == "broken");
}

BOOST_AUTO_TEST_CASE(refuses_an_object_without_a_name_and_bears_odd_shapes)
{
    BOOST_TEST(!sync::decode_source(boost::json::parse(R"({"kind":"GitRepository"})").as_object(), "").has_value());
    auto const odd = boost::json::parse(
        R"({"metadata":{"name":"a","namespace":"b"},"spec":{"ref":"main","suspend":"yes","url":7},"status":[]})");
    auto const s = sync::decode_source(odd.as_object(), "GitRepository").value();
    BOOST_TEST(s.url.empty());
    BOOST_TEST(!s.suspended);
}

BOOST_AUTO_TEST_CASE(says_why_a_source_is_not_polled)
{
    sync::source s;
    s.kind = "GitRepository";
    s.url = "https://example.com/a";
    BOOST_TEST(sync::not_polled_because(s).empty());
    s.url = "git@example.com:a";
    BOOST_TEST(sync::not_polled_because(s).find("ssh") != std::string::npos);
    s.url = "ssh://git@example.com/a";
    BOOST_TEST(sync::not_polled_because(s).find("ssh") != std::string::npos);
    s.url = "https://example.com/a";
    s.provider = "azure";
    BOOST_TEST(sync::not_polled_because(s).find("azure") != std::string::npos);
    s.provider = "github";
    BOOST_TEST(sync::not_polled_because(s).find("secretRef") != std::string::npos);
    s.secret_name = "app";
    BOOST_TEST(sync::not_polled_because(s).empty());
    s.provider = "generic";
    s.ref.commit = "abcd";
    BOOST_TEST(sync::not_polled_because(s).find("commit") != std::string::npos);
    s.kind = "Bucket";
    BOOST_TEST(sync::not_polled_because(s).find("Receiver") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(splits_keys)
{
    auto const parts = sync::split_key("GitRepository/flux-system/podinfo").value();
    BOOST_TEST(parts.kind == "GitRepository");
    BOOST_TEST(parts.ns == "flux-system");
    BOOST_TEST(parts.name == "podinfo");
    for (auto const* bad : {"", "a", "a/b", "a/b/", "/b/c", "a//c", "a/b/c/d"})
        BOOST_TEST(!sync::split_key(bad).has_value(), bad);
}

BOOST_AUTO_TEST_SUITE_END()
