#include <penstock/kube/api_call.hpp>

#include <penstock/kube/known.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;
namespace json = boost::json;

namespace {

object_name const podinfo("flux-system", "podinfo");
std::string const base = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories";

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_api_call)

BOOST_AUTO_TEST_CASE(gets_by_name)
{
    auto const call = encode_get(known::git_repositories, podinfo).value();
    BOOST_TEST(call.method == "GET");
    BOOST_TEST(call.target == base + "/podinfo");
    BOOST_TEST(call.subject == "GET gitrepositories.source.toolkit.fluxcd.io flux-system/podinfo");
    BOOST_TEST((encode_get(known::git_repositories, object_name("a", "")).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(lists_with_selectors_and_pages)
{
    list_options options;
    BOOST_TEST(encode_list(known::git_repositories, "", options).value().target
               == "/apis/source.toolkit.fluxcd.io/v1/gitrepositories");
    options.label_selector = "app=a,!sharding.fluxcd.io/key";
    options.field_selector = "metadata.name=x";
    options.limit = 500;
    options.resource_version = "0";
    auto const first = encode_list(known::git_repositories, "flux-system", options).value();
    BOOST_TEST(first.target
               == base
                      + "?labelSelector=app%3Da%2C%21sharding.fluxcd.io%2Fkey"
                        "&fieldSelector=metadata.name%3Dx&limit=500&resourceVersion=0");
    BOOST_TEST(first.subject == "LIST gitrepositories.source.toolkit.fluxcd.io in flux-system");
    options.continue_token = "a b&c";
    auto const second = encode_list(known::git_repositories, "flux-system", options).value();
    BOOST_TEST(second.target.ends_with("&limit=500&continue=a%20b%26c"));  // and no version
}

BOOST_AUTO_TEST_CASE(watches_from_a_version)
{
    watch_options options;
    options.resource_version = "42";
    options.timeout = std::chrono::seconds(300);
    options.label_selector = "a=b";
    auto const call = encode_watch(known::git_repositories, "", options).value();
    BOOST_TEST(call.target
               == "/apis/source.toolkit.fluxcd.io/v1/gitrepositories?watch=true&allowWatchBookmarks=true"
                  "&labelSelector=a%3Db&resourceVersion=42&timeoutSeconds=300");
    BOOST_TEST(call.subject == "WATCH gitrepositories.source.toolkit.fluxcd.io in all namespaces");
}

BOOST_AUTO_TEST_CASE(creates_and_replaces)
{
    write_options options;
    options.field_manager = "penstock";
    options.dry_run = true;
    json::value const object{{"a", 1}};
    auto const made = encode_create(known::git_repositories, "flux-system", object, options).value();
    BOOST_TEST(made.method == "POST");
    BOOST_TEST(made.target == base + "?fieldManager=penstock&dryRun=All");
    BOOST_TEST(made.body == R"({"a":1})");
    BOOST_TEST(made.content_type == "application/json");
    options.subresource = "status";
    options.dry_run = false;
    auto const put = encode_replace(known::git_repositories, podinfo, object, options).value();
    BOOST_TEST(put.method == "PUT");
    BOOST_TEST(put.target == base + "/podinfo/status?fieldManager=penstock");
    BOOST_TEST(put.subject == "PUT gitrepositories.source.toolkit.fluxcd.io/status flux-system/podinfo");
    BOOST_TEST((encode_create(known::secrets, "", object, options).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(patches_in_three_ways)
{
    patch_options options("penstock");
    options.force = true;
    json::value const body{{"a", 1}};
    auto const merge = encode_patch(known::git_repositories, podinfo, patch_type::merge, body, options).value();
    BOOST_TEST(merge.content_type == "application/merge-patch+json");
    BOOST_TEST(merge.target == base + "/podinfo?fieldManager=penstock");  // force is for apply alone
    auto const apply = encode_patch(known::git_repositories, podinfo, patch_type::apply, body, options).value();
    BOOST_TEST(apply.content_type == "application/apply-patch+yaml");
    BOOST_TEST(apply.target == base + "/podinfo?fieldManager=penstock&force=true");
    auto const json_patch = encode_patch(known::git_repositories, podinfo, patch_type::json, body, {}).value();
    BOOST_TEST(json_patch.content_type == "application/json-patch+json");
    BOOST_TEST(json_patch.target == base + "/podinfo");
    BOOST_TEST((encode_patch(known::git_repositories, podinfo, patch_type::apply, body, {}).error().code
                == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(removes_under_preconditions)
{
    auto const plain = encode_remove(known::git_repositories, podinfo, {}).value();
    BOOST_TEST(plain.method == "DELETE");
    BOOST_TEST((json::parse(plain.body) == json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions"})")));
    remove_options options;
    options.uid = "u";
    options.resource_version = "7";
    options.propagation = propagation::foreground;
    options.grace_period = std::chrono::seconds(0);
    options.dry_run = true;
    auto const call = encode_remove(known::git_repositories, podinfo, options).value();
    BOOST_TEST(
        (json::parse(call.body) == json::parse(R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u",
                    "resourceVersion":"7"},"propagationPolicy":"Foreground","gracePeriodSeconds":0,"dryRun":["All"]})")));
}

BOOST_AUTO_TEST_SUITE_END()
