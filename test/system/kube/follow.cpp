// The sidecar's main job on an API server that is reached as any other: the embedded one, or a real one at
// PENSTOCK_KUBE_URL. The definitions are those of Flux where PENSTOCK_SHARED or a neighbour of the tree has them.
#include "system/stage.hpp"

#include <penstock/clock/steady.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/embedded/kube_yaml.hpp>
#include <penstock/embedded/source_controller.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/sync/receiver.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <set>
#include <sstream>
#include <thread>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;
namespace known = kube::known;

namespace {

using environment = env::basic_environment<clock::steady>;
using api = kube::api_client<environment, http::client>;
using flux_type = embedded::source_controller<environment, api, http::client>;

std::string variable(char const* name)
{
    auto const* v = std::getenv(name);
    return v ? v : "";
}

/// What is known of the server besides its address.
struct access
{
    std::string url = variable("PENSTOCK_KUBE_URL");
    std::string token = variable("PENSTOCK_KUBE_TOKEN");
    http::client_options trust;
};

/// All definitions that Flux and its neighbours bring, or the small ones of this project.
std::vector<boost::json::value> definitions()
{
    std::vector<boost::json::value> all;
    auto const named = variable("PENSTOCK_SHARED");
    auto const root =
        named.empty() ? std::filesystem::path(PENSTOCK_SOURCE_DIR) / "../shared" : std::filesystem::path(named);
    auto const folder = root / "crds";
    std::error_code none;
    for (auto const& file : std::filesystem::directory_iterator(folder, none))
        if (auto const name = file.path().filename().string(); name.find("toolkit.fluxcd.io") != std::string::npos)
            for (auto& one : embedded::parse_yaml(contents(file.path().string())).value())
                all.push_back(std::move(one));
    if (all.empty())
        for (auto const text : embedded::kube_flux_types::all)
            for (auto& one : embedded::parse_yaml(text).value())
                all.push_back(std::move(one));
    return all;
}

/// A stage whose cluster is behind an address, with the stand-in for Flux on it.
class distant_stage : public stage
{
public:
    distant_stage()
        : access_(reach()), executor_(run(here())), client_(std::make_unique<http::client>(executor_, access_.trust))
    {
        stop_flux();  // the one that the stage has on its own cluster
        calls_ = std::make_unique<api>(env_, *client_, access_.url, kube::credential::bearer(secret(access_.token)));
        define_types();
        auto const space =
            boost::json::parse(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"flux-system"}})");
        keep(known::namespaces, "", space);
        flux_ = std::make_unique<flux_type>(env_, *calls_, *client_, executor_);
        auto ended = std::make_shared<std::promise<void>>();
        flux_ended_ = ended->get_future();
        on_loop([this, ended] {
            asio::co_spawn(
                executor_, unwinding(flux_->run()),
                asio::bind_cancellation_slot(flux_stop_.slot(), [ended](std::exception_ptr) { ended->set_value(); }));
        });
    }

    ~distant_stage()
    {
        on_loop([this] { flux_stop_.emit(asio::cancellation_type::terminal); });
        flux_ended_.wait();
        on_loop([this] {
            flux_.reset();
            calls_.reset();
            client_.reset();
        });
    }

    /// Creates it, or replaces the spec of what an earlier case has left.
    boost::json::value keep(kube::resource const& what, std::string const& ns, boost::json::value const& object)
    {
        kube::patch_options how("test");
        how.force = true;
        kube::object_name const name(ns, std::string(object.at("metadata").at("name").as_string()));
        auto done = run(calls_->patch(what, name, kube::patch_type::apply, object, how, soon()));
        BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().detail);
        return *std::move(done);
    }

    boost::json::value read(kube::resource const& what, std::string const& name)
    {
        kube::object_name const where("flux-system", name);
        auto found = run(calls_->get(what, where, soon()));
        return found ? *std::move(found) : boost::json::value();
    }

    /// With `managedFields`, which the client of this project leaves out.
    boost::json::value read_whole(std::string const& path)
    {
        http::request r("GET", access_.url + path);
        r.fields.add("Authorization", "Bearer " + access_.token);
        auto const answer = run(client_->send(std::move(r), soon()));
        return answer ? boost::json::parse(answer->body) : boost::json::value();
    }

    void source_at(std::string const& name, std::string const& repository)
    {
        boost::json::object o;
        o["apiVersion"] = "source.toolkit.fluxcd.io/v1";
        o["kind"] = "GitRepository";
        o["metadata"] = {{"name", name}, {"namespace", "flux-system"}};
        o["spec"] = {{"interval", "1h"}, {"url", url_of(repository)}, {"ref", {{"branch", "main"}}}};
        keep(known::git_repositories, "flux-system", o);
    }

    std::string revision_of(std::string const& name)
    {
        auto const object = read(known::git_repositories, name);
        boost::json::error_code ec;
        auto const* r = object.find_pointer("/status/artifact/revision", ec);
        auto const all = r && r->is_string() ? std::string(r->get_string()) : std::string();
        return all.substr(all.rfind(':') + 1);
    }

    bool is_defined(kube::resource const& what)
    {
        kube::object_name const name("", what.plural + '.' + what.group);
        return run(calls_->get(known::custom_resource_definitions, name, soon())).has_value();
    }

    api& calls() { return *calls_; }
    std::string const& token() const { return access_.token; }
    static time_point soon() { return clock::steady::now() + 10s; }
private:
    access reach()
    {
        access a;
        if (a.url.empty()) {
            a.url = on_loop([this] { return cluster().url(); });
            a.token = cluster_token();
            return a;
        }
        a.trust.tls.ca_pem = contents(variable("PENSTOCK_KUBE_CA"));
        auto const own = variable("PENSTOCK_SIDECAR_KUBECONFIG");  // with the permissions that a sidecar has
        write_file(kubeconfig(), contents(own.empty() ? variable("KUBECONFIG") : own));
        return a;
    }

    static awaitable<executor> here() { co_return co_await asio::this_coro::executor; }

    void define_types()
    {
        for (auto const& one : definitions()) {
            auto const name = std::string(one.at("metadata").at("name").as_string());
            keep(known::custom_resource_definitions, "", one);
            kube::object_name const where("", name);
            BOOST_REQUIRE(until(20s, [&] {
                auto const now = run(calls_->get(known::custom_resource_definitions, where, soon()));
                return now && boost::json::serialize(*now).find("\"Established\"") != std::string::npos;
            }));
        }
    }

    access access_;
    executor executor_;
    environment env_;
    std::unique_ptr<http::client> client_;
    std::unique_ptr<api> calls_;
    std::unique_ptr<flux_type> flux_;
    asio::cancellation_signal flux_stop_;
    std::future<void> flux_ended_;
};

/// The leaves of the fields that a manager owns, by their paths.
std::vector<std::string> leaves_of(boost::json::value const& object, std::string_view manager)
{
    std::vector<std::string> all;
    std::function<void(boost::json::object const&, std::string const&)> const walk =
        [&](boost::json::object const& tree, std::string const& path) {
            for (auto const& [name, below] : tree) {
                auto const next = path + '/' + std::string(name);
                if (name == ".")
                    continue;  // the map itself, which was not there before
                if (below.as_object().empty())
                    all.push_back(next);
                else
                    walk(below.as_object(), next);
            }
        };
    for (auto const& entry : object.at("metadata").at("managedFields").as_array())
        if (entry.at("manager").as_string() == manager)
            walk(entry.at("fieldsV1").as_object(), "");
    return all;
}

/// What Receivers may name, with the least that each of them must say.
struct kind_of_flux
{
    kube::resource const& what;
    char const* spec;
};

kind_of_flux const kinds_of_flux[] = {
    {known::buckets, R"({"bucketName":"b","endpoint":"example.com","interval":"1h"})"},
    {known::external_artifacts, R"({"sourceRef":{"kind":"A","name":"a"}})"},
    {known::helm_charts, R"({"chart":"c","interval":"1h","sourceRef":{"kind":"HelmRepository","name":"one"}})"},
    {known::helm_repositories, R"({"url":"https://example.com","interval":"1h"})"},
    {known::oci_repositories, R"({"url":"oci://example.com/a","interval":"1h"})"},
    {known::artifact_generators, R"({"artifacts":[]})"},
    {known::kustomizations, R"({"interval":"1h","prune":true,"sourceRef":{"kind":"GitRepository","name":"app"}})"},
    {known::helm_releases, R"({"interval":"1h","chartRef":{"kind":"HelmChart","name":"one"}})"},
    {known::image_policies, R"({"imageRepositoryRef":{"name":"one"}})"},
    {known::image_repositories, R"({"image":"example.com/a","interval":"1h"})"},
    {known::image_update_automations, R"({"interval":"1h"})"},
};

/// `verb group/resource` for each that these rules allow.
void grants_of(boost::json::value const& role, std::set<std::string>& out)
{
    for (auto const& rule : role.at("rules").as_array())
        for (auto const& group : rule.at("apiGroups").as_array())
            for (auto const& what : rule.at("resources").as_array())
                for (auto const& verb : rule.at("verbs").as_array())
                    out.insert(std::string(verb.as_string()) + ' ' + std::string(group.as_string()) + '/'
                               + std::string(what.as_string()));
}

/// The same for what somebody has asked for, as the audit log tells; `forbidden` gets what he was not allowed.
std::set<std::string> requests_of(std::string const& user, std::string const& log, std::set<std::string>& forbidden)
{
    std::set<std::string> out;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
        auto const entry = boost::json::parse(line).as_object();
        auto const what = kube::text_at(entry, {"objectRef", "resource"});
        if (kube::text_at(entry, {"user", "username"}) != user || what.empty())
            continue;
        auto const asked = std::string(kube::text_at(entry, {"verb"})) + ' '
                           + std::string(kube::text_at(entry, {"objectRef", "apiGroup"})) + '/' + std::string(what);
        bool const allowed = kube::text_at(entry, {"annotations", "authorization.k8s.io/decision"}) == "allow";
        (allowed ? out : forbidden).insert(asked);
    }
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_kube_follow, distant_stage)

BOOST_AUTO_TEST_CASE(a_push_becomes_an_artifact)
{
    auto const first = create("acme/app");
    source_at("app", "acme/app");
    BOOST_REQUIRE(until(20s, [&] { return revision_of("app") == first; }));
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready(20s));
    // The look at the start has been: what comes now is the webhook's.
    BOOST_REQUIRE(until(20s, [&] { return it.metric("penstock_poll_total{result=\"unchanged\"}") >= 1; }));
    auto const next = commit("acme/app");
    BOOST_TEST(it.push("acme/app", first, next, "d-1") == 202);
    BOOST_TEST(until(20s, [&] { return revision_of("app") == next; }));
    BOOST_TEST(
        until(10s, [&] { return it.metric("penstock_sync_total{result=\"synced\",trigger=\"webhook\"}") == 1; }));
    auto const object = read_whole("/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/app");
    auto const written = leaves_of(object, "penstock");
    BOOST_REQUIRE(written.size() == 1U);
    BOOST_TEST(written.front() == "/f:metadata/f:annotations/f:reconcile.fluxcd.io/requestedAt");
    BOOST_TEST(it.process().err().find(token()) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_poll_finds_what_nobody_has_announced)
{
    auto const first = create("acme/polled");
    source_at("polled", "acme/polled");
    BOOST_REQUIRE(until(20s, [&] { return revision_of("polled") == first; }));
    sidecar_options quick;
    quick.poll = "{interval: 1s, max: 1s}";
    sidecar it(*this, quick);
    BOOST_REQUIRE(it.wait_ready(20s));
    auto const next = commit("acme/polled");
    BOOST_TEST(until(30s, [&] { return revision_of("polled") == next; }));
}

BOOST_AUTO_TEST_CASE(a_receiver_is_served_at_its_path)
{
    auto const first = create("acme/called");
    source_at("called", "acme/called");
    BOOST_REQUIRE(until(20s, [&] { return revision_of("called") == first; }));
    auto const token = boost::json::parse(
        R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"hook-token","namespace":"flux-system"},"data":{"token":")"
        + crypto::base64_encode("the-token-of-the-receiver") + "\"}}");
    keep(known::secrets, "flux-system", token);
    auto const receiver = boost::json::parse(
        R"({"apiVersion":"notification.toolkit.fluxcd.io/v1","kind":"Receiver","metadata":{"name":"hook","namespace":)"
        R"("flux-system"},"spec":{"type":"generic","secretRef":{"name":"hook-token"},"resources":[{"kind":)"
        R"("GitRepository","name":"called","apiVersion":"source.toolkit.fluxcd.io/v1"}]}})");
    keep(known::receivers, "flux-system", receiver);
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready(20s));
    auto const path = sync::receiver_path("the-token-of-the-receiver", "hook", "flux-system");
    auto const next = commit("acme/called");
    BOOST_TEST(until(20s, [&] {
        http::request r("POST", it.hooks_url() + path);
        r.body = "{}";
        auto const answer = send(std::move(r));
        return answer && answer->status == 200;
    }));
    BOOST_TEST(until(20s, [&] { return revision_of("called") == next; }));
}

BOOST_AUTO_TEST_CASE(a_receiver_asks_for_objects_of_every_kind)
{
    auto const token = boost::json::parse(
        R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"kinds-token","namespace":"flux-system"},"data":{"token":")"
        + crypto::base64_encode("the-token-of-all-kinds") + "\"}}");
    keep(known::secrets, "flux-system", token);
    boost::json::array named;
    std::vector<kube::resource> asked;
    for (auto const& [what, spec] : kinds_of_flux) {
        if (!is_defined(what))
            continue;
        boost::json::object o;
        o["apiVersion"] = what.group + '/' + what.version;
        o["kind"] = what.kind;
        o["metadata"] = {{"name", "one"}, {"namespace", "flux-system"}, {"labels", {{"all", "yes"}}}};
        o["spec"] = boost::json::parse(spec);
        keep(what, "flux-system", o);
        for (auto const* name : {"one", "*"}) {
            boost::json::object entry{{"apiVersion", o["apiVersion"]}, {"kind", what.kind}, {"name", name}};
            if (*name == '*')
                entry["matchLabels"] = {{"all", "yes"}};
            named.push_back(std::move(entry));
        }
        asked.push_back(what);
    }
    BOOST_REQUIRE(!asked.empty());
    boost::json::object receiver;
    receiver["apiVersion"] = "notification.toolkit.fluxcd.io/v1";
    receiver["kind"] = "Receiver";
    receiver["metadata"] = {{"name", "kinds"}, {"namespace", "flux-system"}};
    receiver["spec"] = {{"type", "generic"}, {"secretRef", {{"name", "kinds-token"}}}, {"resources", named}};
    keep(known::receivers, "flux-system", receiver);
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready(20s));
    auto const path = sync::receiver_path("the-token-of-all-kinds", "kinds", "flux-system");
    BOOST_TEST(until(20s, [&] {
        http::request r("POST", it.hooks_url() + path);
        r.body = "{}";
        auto const answer = send(std::move(r));
        return answer && answer->status == 200;
    }));
    for (auto const& what : asked)
        BOOST_TEST(
            until(20s,
                  [&] {
                      auto const object = read(what, "one");
                      return object.is_object()
                             && !kube::annotation_of(object.get_object(), "reconcile.fluxcd.io/requestedAt").empty();
                  }),
            what.kind);
}

BOOST_AUTO_TEST_CASE(it_leads_where_it_may_write_its_lease)
{
    sidecar_options electing;
    electing.arguments = {"--enable-leader-election", "--leader-election-lease-duration=4s",
                          "--leader-election-renew-deadline=3s", "--leader-election-retry-period=1s"};
    electing.environment = {"RUNTIME_NAMESPACE=flux-system"};
    sidecar it(*this, electing);
    BOOST_TEST(until(30s, [&] {
        auto const answer = send(http::request("GET", it.health_url() + "/leader"));
        return answer && answer->status == 200;
    }));
    std::this_thread::sleep_for(3s);  // it renews
    BOOST_TEST(it.process().err().find("orbidden") == std::string::npos);
}

// The last one, for it looks at what the others have done: the roles of packaging/kubernetes are enough and not more.
BOOST_AUTO_TEST_CASE(uses_all_that_its_roles_grant_and_asks_for_nothing_else)
{
    auto const log = variable("PENSTOCK_KUBE_AUDIT_LOG");
    if (log.empty() || variable("PENSTOCK_SIDECAR_KUBECONFIG").empty()) {
        BOOST_TEST_MESSAGE("skipped: only kube.manifests runs the sidecar with the permissions of its roles");
        return;
    }
    kube::resource const cluster_roles("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false);
    kube::resource const roles("rbac.authorization.k8s.io", "v1", "roles", "Role");
    std::set<std::string> granted;
    kube::object_name const cluster_role("", "penstock-sync");
    auto const sync = run(calls().get(cluster_roles, cluster_role, soon()));
    BOOST_REQUIRE(sync.has_value());
    grants_of(*sync, granted);
    grants_of(read(roles, "penstock-leader-election"), granted);

    std::set<std::string> forbidden;
    auto const used = requests_of("system:serviceaccount:flux-system:penstock", contents(log), forbidden);
    for (auto const& one : forbidden)
        BOOST_ERROR("it needs to " + one);
    for (auto const& [what, spec] : kinds_of_flux)
        if (!is_defined(what))
            std::erase_if(granted, [&](auto const& one) { return one.ends_with(what.group + '/' + what.plural); });
    // A server that streams lists is not asked for pages; older ones are.
    granted.erase("list source.toolkit.fluxcd.io/gitrepositories");
    granted.erase("list notification.toolkit.fluxcd.io/receivers");
    BOOST_TEST(granted.size() > 10U);
    for (auto const& one : granted)
        BOOST_TEST(used.contains(one), "nothing needs to " + one);
}

BOOST_AUTO_TEST_SUITE_END()
