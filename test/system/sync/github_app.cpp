#include "system/stage.hpp"

#include "../../unit/crypto/test_keys.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/rsa_key.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t installation = 4711;

struct with_app : stage
{
    embedded::forge_app* app = nullptr;

    with_app()
    {
        closed.installation = installation;
        install(test_keys::rsa_pkcs8);
    }

    /// The App has this key from now on; tokens of before are good no more.
    void install(std::string const& pem)
    {
        auto const key = crypto::rsa_key::from_pem(secret(pem)).value();
        app = on_loop([&] { return &forge().install("12345", key.public_pem()); });
        on_loop([&] {
            app->installations = {installation};
            app->owners["acme"] = installation;
        });
    }

    void app_secret(std::string const& name, std::string const& pem, std::string const& place = "")
    {
        auto const b64 = [](std::string const& text) { return crypto::base64_encode(text); };
        auto const api = on_loop([&] { return forge().api_url(); });
        auto const id = "githubAppInstallationID: " + b64(std::to_string(installation));
        apply("apiVersion: v1\nkind: Secret\nmetadata: {name: " + name
              + ", namespace: flux-system}\ndata: {githubAppID: " + b64("12345") + ", " + (place.empty() ? id : place)
              + ", githubAppPrivateKey: " + b64(pem) + ", githubAppBaseURL: " + b64(api) + "}\n");
    }

    void app_source(std::string const& name, std::string const& repository, std::string const& secret_name)
    {
        source(name, repository, "provider: github, secretRef: {name: " + secret_name + "}, ref: {branch: main}");
    }

    static sidecar_options polling()
    {
        sidecar_options o;
        o.poll = "{interval: 1s, max: 1s}";
        return o;
    }

    /// What the sidecar knows of the remote of a source: `commit` or `failed`; empty where there is nothing yet.
    static std::string remote(sidecar& it, std::string const& name, std::string_view what)
    {
        auto const o = it.explain(name);
        auto const* const seen = o.if_contains("remote");
        return seen == nullptr ? std::string() : std::string(embedded::json_text(seen->as_object(), {what}));
    }

    static std::string credential(sidecar& it, std::string const& name)
    {
        auto const o = it.explain(name);
        return std::string(embedded::json_text(o, {"credential"}));
    }

    std::size_t asked()
    {
        return on_loop([&] { return app->asked().size(); });
    }

    static void check_quiet(sidecar& it)
    {
        for (auto const* word : {"ghs_", "eyJ", "PRIVATE KEY", "MII"})
            BOOST_TEST(it.process().err().find(word) == std::string::npos, word);
    }

    embedded::forge_access closed;
    std::string const minted = "penstock_token_mints_total{result=\"minted\",source=\"github_app\"}";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_github_app, with_app)

BOOST_AUTO_TEST_CASE(sources_of_a_github_app_are_polled_with_a_token_of_its_installation)
{
    auto const one = create("acme/one", closed);
    auto const two = create("acme/two", closed);
    app_secret("app", test_keys::rsa_pkcs1);
    app_source("one", "acme/one", "app");
    app_source("two", "acme/two", "app");
    sidecar it(*this, polling());
    BOOST_TEST(it.wait_ready());
    BOOST_TEST(until(10s, [&] { return remote(it, "one", "commit") == one && remote(it, "two", "commit") == two; }));
    BOOST_TEST(it.explain("one").if_contains("notPolled") == nullptr);
    BOOST_TEST(it.explain("one").at("coverage").as_string() == "poll");
    BOOST_TEST(credential(it, "one") == "GitHub App 12345, installation 4711 (secret flux-system/app)");
    BOOST_TEST(it.metric(minted) == 1);  // for both
    auto const bodies = on_loop([&] { return app->asked(); });
    BOOST_REQUIRE(bodies.size() == 1U);
    BOOST_TEST(bodies.front() == R"({"permissions":{"contents":"read"}})");
    BOOST_TEST(on_loop([&] { return app->refused(); }) == 0);

    auto const next = commit("acme/one");
    BOOST_TEST(until(10s, [&] { return remote(it, "one", "commit") == next; }));
    BOOST_TEST(until(10s, [&] { return !requested("one").empty(); }));  // Flux is told
    BOOST_TEST(asked() == 1U);

    auto const host = on_loop([&] { return forge().api_url(); }).substr(7);
    auto const series =
        "penstock_forge_requests_total{counted=\"yes\",host=\"" + host.substr(0, host.find('/')) + "\"}";
    auto const polls = it.metric("penstock_poll_total{result=\"unchanged\"}");
    BOOST_TEST(it.metric(series) >= 1 + 2 + polls);  // the token, what two servers can do, and each question
    BOOST_TEST(it.metric("penstock_token_age_seconds_count{source=\"github_app\"}") >= polls);
    check_quiet(it);
}

BOOST_AUTO_TEST_CASE(an_installation_may_be_named_by_its_owner)
{
    auto const one = create("acme/one", closed);
    app_secret("app", test_keys::rsa_pkcs8, "githubAppInstallationOwner: " + crypto::base64_encode("acme"));
    app_source("one", "acme/one", "app");
    sidecar it(*this, polling());
    BOOST_TEST(until(10s, [&] { return remote(it, "one", "commit") == one; }));
    BOOST_TEST(credential(it, "one") == "GitHub App 12345, the installation of acme (secret flux-system/app)");
}

BOOST_AUTO_TEST_CASE(a_wrong_secret_is_named_with_the_key_at_fault_and_no_value)
{
    auto const one = create("acme/one", closed);
    app_secret("strange", test_keys::other_rsa);
    app_secret("damaged", "not a key at all");
    app_secret("elsewhere", test_keys::rsa_pkcs8, "githubAppInstallationID: " + crypto::base64_encode("4712"));
    app_secret("good", test_keys::rsa_pkcs8);
    struct row
    {
        std::string name;
        std::string says;
    };
    std::array const rows{
        row{"strange", "secret flux-system/strange, githubAppID or githubAppPrivateKey: GitHub App 12345, installation "
                       "4711: GitHub does not take its JWT"},
        row{"damaged", "secret flux-system/damaged, githubAppPrivateKey: GitHub App 12345: the private key is no PEM"},
        row{"elsewhere", "secret flux-system/elsewhere, githubAppID or githubAppInstallationID or githubAppBaseURL: "
                         "GitHub App 12345, installation 4712: not there"},
    };
    for (auto const& r : rows)
        app_source(r.name, "acme/one", r.name);
    app_source("good", "acme/one", "good");
    source("unnamed", "acme/one", "secretRef: {name: good}, ref: {branch: main}");
    sidecar it(*this, polling());
    for (auto const& r : rows) {
        BOOST_TEST(until(10s, [&] { return remote(it, r.name, "failed").starts_with(r.says); }),
                   remote(it, r.name, "failed"));
        BOOST_TEST(it.process().err().find(r.says) != std::string::npos);
    }
    BOOST_TEST(until(
        10s, [&] { return remote(it, "unnamed", "failed").find("spec.provider is not github") != std::string::npos; }));
    BOOST_TEST(until(10s, [&] { return remote(it, "good", "commit") == one; }));
    BOOST_TEST(it.process().err().find("not a key at all") == std::string::npos);
    check_quiet(it);
}

BOOST_AUTO_TEST_CASE(a_rotated_key_is_used_at_once_and_a_revoked_token_is_replaced)
{
    create("acme/one", closed);
    app_secret("app", test_keys::rsa_pkcs8);
    app_source("one", "acme/one", "app");
    sidecar it(*this, polling());
    auto const shows = [&](std::string const& id) { return remote(it, "one", "commit") == id; };
    auto next = commit("acme/one");
    BOOST_TEST(until(10s, [&] { return shows(next); }));

    app_secret("app", test_keys::other_rsa);
    install(test_keys::other_rsa);
    next = commit("acme/one");
    BOOST_TEST(until(20s, [&] { return shows(next); }));
    BOOST_TEST(asked() == 1U);  // of the App that has the new key

    auto const since = std::chrono::steady_clock::now();
    BOOST_TEST(until(20s, [&] { return std::chrono::steady_clock::now() - since > 11s; }));  // it is not young any more
    on_loop([&] { app->revoke(); });
    next = commit("acme/one");
    BOOST_TEST(until(20s, [&] { return shows(next); }));
    BOOST_TEST(asked() == 2U);
    BOOST_TEST(it.metric("penstock_token_refusals_total{source=\"github_app\",verdict=\"dropped\"}") == 1);
    check_quiet(it);
}

BOOST_AUTO_TEST_SUITE_END()
