#include <contract/kube/peer.hpp>

#include <algorithm>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// The element of an array whose member `key` is that text; null where there is none.
boost::json::value element(boost::json::value const& all, std::string_view key, std::string_view text)
{
    for (auto const& e : all.as_array())
        if (kube_answer::text_at(e, key) == text)
            return e;
    return nullptr;
}

/// The texts of an array in the order of the alphabet, with commas.
std::string sorted(boost::json::value const& all)
{
    std::vector<std::string> texts;
    for (auto const& e : all.as_array())
        texts.emplace_back(e.as_string());
    std::sort(texts.begin(), texts.end());
    std::string out;
    for (auto const& t : texts)
        out += (out.empty() ? "" : ",") + t;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(discovery, kube_peer)

BOOST_AUTO_TEST_CASE(tells_its_version_and_its_health)
{
    auto const version = call("GET", "/version");
    BOOST_TEST(version["/major"] == "1");
    BOOST_TEST(version["/gitVersion"].starts_with("v1." + version["/minor"]));
    for (auto const* path : {"/readyz", "/livez", "/healthz"}) {
        auto const r = call("GET", path);
        BOOST_TEST(r.status == 200);
        BOOST_TEST(r.body == "ok");
        BOOST_TEST(r.fields["Content-Type"] == "text/plain; charset=utf-8");
    }
}

BOOST_AUTO_TEST_CASE(lists_its_groups)
{
    auto const core_group = call("GET", "/api");
    BOOST_TEST(core_group["/kind"] == "APIVersions");
    BOOST_TEST(core_group["/versions"] == R"(["v1"])");
    auto const groups = call("GET", "/apis");
    BOOST_TEST(groups["/kind"] == "APIGroupList");
    auto const ours = element(groups.json().at("groups"), "/name", "contract.example.com");
    BOOST_TEST(kube_answer::text_at(ours, "/preferredVersion/groupVersion") == "contract.example.com/v1");
    BOOST_TEST(kube_answer::text_at(ours, "/versions/1/version") == "v1beta1");
    auto const one = call("GET", "/apis/contract.example.com");
    BOOST_TEST(one["/kind"] == "APIGroup");
    BOOST_TEST(one["/name"] == "contract.example.com");
    BOOST_TEST(one["/versions/0/groupVersion"] == "contract.example.com/v1");
    BOOST_TEST(call("GET", "/apis/nothing.example.com").status == 404);
}

BOOST_AUTO_TEST_CASE(lists_the_resources_of_a_version)
{
    auto const r = call("GET", "/apis/contract.example.com/v1");
    BOOST_TEST(r["/kind"] == "APIResourceList");
    BOOST_TEST(r["/groupVersion"] == "contract.example.com/v1");
    auto const gadget = element(r.json().at("resources"), "/name", "gadgets");
    BOOST_TEST(kube_answer::text_at(gadget, "/singularName") == "gadget");
    BOOST_TEST(kube_answer::text_at(gadget, "/namespaced") == "true");
    BOOST_TEST(kube_answer::text_at(gadget, "/kind") == "Gadget");
    BOOST_TEST(sorted(gadget.at("verbs")) == "create,delete,deletecollection,get,list,patch,update,watch");
    BOOST_TEST(kube_answer::text_at(gadget, "/shortNames") == R"(["gd"])");
    BOOST_TEST(kube_answer::text_at(gadget, "/categories") == R"(["tools"])");
    auto const status = element(r.json().at("resources"), "/name", "gadgets/status");
    BOOST_TEST(sorted(status.at("verbs")) == "get,patch,update");
    auto const secrets = element(call("GET", "/api/v1").json().at("resources"), "/name", "secrets");
    BOOST_TEST(kube_answer::text_at(secrets, "/singularName") == "secret");
    BOOST_TEST(sorted(secrets.at("verbs")) == "create,delete,deletecollection,get,list,patch,update,watch");
    BOOST_TEST(call("GET", "/apis/contract.example.com/v9").status == 404);
}

BOOST_AUTO_TEST_CASE(tells_everything_in_one_document)
{
    std::string const v2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    auto const found = [&] {
        auto const groups = get_as("/apis", v2 + ",application/json");
        return groups.status == 200 ? element(groups.json().at("items"), "/metadata/name", "contract.example.com")
                                    : boost::json::value();
    };
    await([&] { return !found().is_null(); });
    auto const r = get_as("/apis", v2 + ",application/json");
    BOOST_TEST(r.fields["Content-Type"] == v2);
    BOOST_TEST(r["/kind"] == "APIGroupDiscoveryList");
    BOOST_TEST(r["/apiVersion"] == "apidiscovery.k8s.io/v2");
    auto const version = element(found().at("versions"), "/version", "v1");
    BOOST_TEST(kube_answer::text_at(version, "/freshness") == "Current");
    auto const gadget = element(version.at("resources"), "/resource", "gadgets");
    BOOST_TEST(kube_answer::text_at(gadget, "/scope") == "Namespaced");
    BOOST_TEST(kube_answer::text_at(gadget, "/singularResource") == "gadget");
    BOOST_TEST(kube_answer::text_at(gadget, "/responseKind/kind") == "Gadget");
    BOOST_TEST(kube_answer::text_at(gadget, "/shortNames") == R"(["gd"])");
    BOOST_TEST(kube_answer::text_at(gadget, "/categories") == R"(["tools"])");
    BOOST_TEST(kube_answer::text_at(gadget, "/subresources/0/subresource") == "status");
    auto const core_group = get_as("/api", v2);
    BOOST_TEST(core_group["/items/0/versions/0/version"] == "v1");
    BOOST_TEST(
        !element(core_group.json().at("items").at(0).at("versions").at(0).at("resources"), "/resource", "secrets")
             .is_null());
}

BOOST_AUTO_TEST_CASE(describes_its_types)
{
    await([this] { return call("GET", "/openapi/v3").says("apis/contract.example.com/v1"); });
    auto const index = call("GET", "/openapi/v3");
    auto const where = index["/paths/apis~1contract.example.com~1v1/serverRelativeURL"];
    BOOST_TEST(where.starts_with("/openapi/v3/apis/contract.example.com/v1"));
    auto const document = call("GET", where);
    BOOST_TEST(document.status == 200);
    BOOST_TEST(document["/openapi"].starts_with("3."));
    BOOST_TEST(document.says("\"x-kubernetes-group-version-kind\""));
    BOOST_TEST(document.says("int-or-string"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
