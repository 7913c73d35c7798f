#include <penstock/embedded/source_controller.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/kube/api_client.hpp>

#include "conformance/git/forge_fixture.hpp"
#include "system/open_definition.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>

using namespace penstock;
using namespace std::chrono_literals;
namespace known = kube::known;

namespace {

using environment = env::basic_environment<clock::steady>;
using api = kube::api_client<environment, http::client>;

struct flux_fixture : forge_fixture
{
    flux_fixture() : cluster(context.get_executor())
    {
        cluster.start().value();
        for (auto const* what : {&known::git_repositories, &known::oci_repositories, &known::buckets,
                                 &known::helm_repositories, &known::helm_charts, &known::receivers})
            cluster.seed(open_definition(*what)).value();
        client_ = std::make_unique<api>(env, client, cluster.url());
        flux = std::make_unique<embedded::source_controller<environment, api, http::client>>(env, *client_, client,
                                                                                             context.get_executor());
        asio::co_spawn(context, unwinding(flux->run()),
                       asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr e) {
                           BOOST_TEST(!e);
                           flux_ended = true;
                       }));
        first = create("acme/shop");
    }

    ~flux_fixture()
    {
        signal.emit(asio::cancellation_type::terminal);
        until([this] { return flux_ended; });
    }

    bool until(std::function<bool()> done)
    {
        auto const end = in(20s);
        while (!done() && std::chrono::steady_clock::now() < end)
            context.run_one_for(50ms);
        return done();
    }

    void apply(std::string const& text) { cluster.seed(text).value(); }

    boost::json::value status(kube::resource const& what, std::string name)
    {
        auto const got = run(client_->get(what, kube::object_name("flux-system", std::move(name)), in(5s)));
        auto const* found = got ? got->as_object().if_contains("status") : nullptr;
        return found ? *found : boost::json::value(boost::json::object());
    }

    std::string text(kube::resource const& what, std::string name, std::string_view pointer)
    {
        boost::system::error_code ec;
        auto const all = status(what, std::move(name));
        auto const* at = all.find_pointer(pointer, ec);
        return at && at->is_string() ? std::string(at->as_string()) : std::string();
    }

    std::string revision() { return text(known::git_repositories, "shop", "/artifact/revision"); }

    void patch(kube::resource const& what, std::string name, std::string_view body)
    {
        auto const ok =
            run(client_->patch(what, kube::object_name("flux-system", std::move(name)), kube::patch_type::merge,
                               boost::json::parse(body), kube::patch_options("test"), in(5s)));
        BOOST_TEST(ok.has_value());
    }

    std::string source(std::string const& url, std::string const& more = {}) const
    {
        return "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: shop, namespace: flux-system}\n"
               "spec: {interval: 1h, url: '"
               + url + "', ref: {branch: main}" + more + "}\n";
    }

    environment env;
    embedded::kube_server cluster;
    std::unique_ptr<api> client_;
    std::unique_ptr<embedded::source_controller<environment, api, http::client>> flux;
    asio::cancellation_signal signal;
    bool flux_ended = false;
    std::string first;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(forge_source_controller, flux_fixture)

BOOST_AUTO_TEST_CASE(stores_the_head_and_follows_a_request_to_reconcile)
{
    apply(source(forge->url_of("acme/shop")));
    BOOST_TEST(until([&] { return revision() == "main@sha1:" + first; }));
    BOOST_TEST(text(known::git_repositories, "shop", "/conditions/0/type") == "Ready");
    BOOST_TEST(text(known::git_repositories, "shop", "/conditions/0/status") == "True");
    BOOST_TEST(text(known::git_repositories, "shop", "/conditions/0/reason") == "Succeeded");
    BOOST_TEST(status(known::git_repositories, "shop").at("observedGeneration").as_int64() == 1);
    auto const next = run(forge->repositories().commit("acme/shop", embedded::forge_change("a", "b"))).value();
    patch(known::git_repositories, "shop",
          R"({"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"now-1"}}})");
    BOOST_TEST(until([&] { return revision() == "main@sha1:" + next; }));
    BOOST_TEST(text(known::git_repositories, "shop", "/lastHandledReconcileAt") == "now-1");
    BOOST_TEST(flux->reconciles() == 2U);
}

BOOST_AUTO_TEST_CASE(leaves_suspended_objects_alone)
{
    apply(source(forge->url_of("acme/shop"), ", suspend: true"));
    apply("apiVersion: source.toolkit.fluxcd.io/v1\nkind: Bucket\nmetadata: {name: other, namespace: flux-system, "
          "annotations: {reconcile.fluxcd.io/requestedAt: x}}\nspec: {interval: 1h}\n");
    BOOST_TEST(until([&] { return text(known::buckets, "other", "/lastHandledReconcileAt") == "x"; }));
    BOOST_TEST(revision().empty());
    patch(known::git_repositories, "shop", R"({"spec":{"suspend":false}})");
    BOOST_TEST(until([&] { return revision() == "main@sha1:" + first; }));
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_and_recovers)
{
    apply(source(forge->url_of("acme/none")));
    BOOST_TEST(
        until([&] { return text(known::git_repositories, "shop", "/conditions/0/reason") == "GitOperationFailed"; }));
    BOOST_TEST(text(known::git_repositories, "shop", "/conditions/0/status") == "False");
    patch(known::git_repositories, "shop", R"({"spec":{"url":")" + forge->url_of("acme/shop") + R"("}})");
    BOOST_TEST(until([&] { return revision() == "main@sha1:" + first; }));
    BOOST_TEST(text(known::git_repositories, "shop", "/conditions/0/status") == "True");
}

BOOST_AUTO_TEST_CASE(shows_the_credential_of_the_secret)
{
    auto const id = create("acme/closed", embedded::forge_access("ada", secret("s3cret")));
    apply(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: git, namespace: flux-system}\ndata: {username: YWRh, password: czNjcmV0}\n");
    apply(source(forge->url_of("acme/closed"), ", secretRef: {name: git}"));
    BOOST_TEST(until([&] { return revision() == "main@sha1:" + id; }));
}

BOOST_AUTO_TEST_CASE(gives_receivers_the_path_that_flux_gives_them)
{
    BOOST_TEST(embedded::receiver_path("secret-token", kube::object_name("flux-system", "my-receiver"))
               == "/hook/8960e43a6209aeac371c398d714fdf9b1d301bd9e46aabb5e79914c7bc1f3075");
    apply(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: token, namespace: flux-system}\ndata: {token: c2VjcmV0LXRva2Vu}\n");
    auto const receiver = [&](std::string const& name, std::string const& key) {
        apply("apiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\nmetadata: {name: " + name
              + ", namespace: flux-system}\nspec: {type: github, secretRef: {name: " + key + "}, resources: []}\n");
    };
    receiver("my-receiver", "token");
    receiver("without", "nothing");
    BOOST_TEST(until([&] {
        return text(known::receivers, "my-receiver", "/webhookPath")
               == "/hook/8960e43a6209aeac371c398d714fdf9b1d301bd9e46aabb5e79914c7bc1f3075";
    }));
    BOOST_TEST(text(known::receivers, "my-receiver", "/conditions/0/status") == "True");
    BOOST_TEST(until([&] { return text(known::receivers, "without", "/conditions/0/reason") == "TokenNotFound"; }));
}

BOOST_AUTO_TEST_SUITE_END()
