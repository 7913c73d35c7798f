#include <penstock/sync/git_remote.hpp>

#include "../crypto/test_keys.hpp"

#include <penstock/git/pkt_line.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock>;

/// The Secrets of a cluster.
struct secrets_api
{
    awaitable<result<boost::json::value>> get(kube::resource const&, kube::object_name const& name, time_point)
    {
        auto const at = data.find(name.text());
        if (at == data.end())
            co_return failure(errc::not_found);
        boost::json::object keys;
        for (auto const& [key, value] : at->second)
            keys[key] = crypto::base64_encode(value);
        boost::json::object out;
        out["data"] = std::move(keys);
        co_return boost::json::value(std::move(out));
    }

    std::map<std::string, std::map<std::string, std::string>> data;
};

std::string line(std::string const& text)
{
    std::string out;
    (void)git::append_line(out, text);
    return out;
}

struct fixture : testing::loop
{
    using apps = sync::app_tokens<world, testing::scripted_transport>;
    using remote_type = sync::git_remote<secrets_api, testing::scripted_transport, apps>;

    std::string const id = std::string(40, 'a');
    std::string const api_url = "https://ghe.test/api/v3";
    secrets_api api;
    testing::scripted_transport peer{clock};
    std::vector<http::tls_options> connected;
    std::vector<std::string> proxies;
    int minted = 0;
    std::string taken;  ///< The `Authorization` that Git takes; empty: the newest token.
    int refusal = 401;
    remote_type remote{api,
                       [this](http::tls_options tls, std::string proxy) {
                           connected.push_back(std::move(tls));
                           proxies.push_back(std::move(proxy));
                           return std::make_unique<testing::scripted_transport>(peer);
                       },
                       {},
                       apps(env, context.get_executor())};
    sync::source app;

    fixture()
    {
        peer.on([](http::request const& r) { return r.url.find("git.test") != std::string::npos; },
                [this](http::request const& r) { return git(r); });
        peer.on([](http::request const& r) { return r.url.ends_with("/access_tokens"); },
                [this](http::request const&) -> result<http::response> {
                    return http::response(201, "application/json",
                                          R"({"token":")" + token(++minted) + R"(","expires_at":")"
                                              + format_rfc3339(clock.wall() + 1h, 0) + "\"}");
                });
        app.kind = "GitRepository";
        app.ns = "flux-system";
        app.name = "fleet";
        app.url = "https://git.test/acme/fleet";
        app.ref.branch = "main";
        app.provider = "github";
        app.secret_name = "app";
        api.data["flux-system/app"] = {{"githubAppID", "12"},
                                       {"githubAppInstallationID", "34"},
                                       {"githubAppPrivateKey", std::string(test_keys::rsa_pkcs8)},
                                       {"githubAppBaseURL", api_url}};
    }

    static std::string token(int n) { return "ghs_s3cret" + std::to_string(n); }
    static std::string basic(int n) { return "Basic " + crypto::base64_encode("x-access-token:" + token(n)); }

    result<http::response> git(http::request const& r) const
    {
        if (r.fields["Authorization"] != (taken.empty() ? basic(minted) : taken))
            return http::response(refusal);
        if (r.method == "GET")
            return http::response(200, "application/x-git-upload-pack-advertisement",
                                  line("version 2\n") + line("ls-refs\n") + line("object-format=sha1\n") + "0000");
        return http::response(200, "application/x-git-upload-pack-result", line(id + " refs/heads/main\n") + "0000");
    }

    result<git::chosen_head> ask(sync::source const& s)
    {
        auto task = start(remote.ask(s, clock.now() + 30s));
        advance(30s);
        return task.get();
    }

    std::string why(sync::source const& s)
    {
        auto const got = ask(s);
        BOOST_REQUIRE(!got);
        BOOST_TEST(got.error().message().find("s3cret") == std::string::npos, got.error().message());
        return got.error().detail;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sync_git_remote, fixture)

BOOST_AUTO_TEST_CASE(asks_with_a_token_of_the_apps_installation)
{
    BOOST_TEST(remote.credential_of(app) == "");
    BOOST_TEST(ask(app).value().id == id);
    auto other = app;
    other.name = "other";
    other.url = "https://git.test/acme/other";
    BOOST_TEST(ask(other).value().id == id);
    BOOST_TEST(minted == 1);
    BOOST_TEST(remote.credential_of(app) == "GitHub App 12, installation 34 (secret flux-system/app)");
    BOOST_TEST(peer.requests().front().url == api_url + "/app/installations/34/access_tokens");
}

BOOST_AUTO_TEST_CASE(renews_a_token_that_git_refuses_and_asks_once_more)
{
    BOOST_TEST(ask(app).has_value());
    taken = basic(2);  // the first one was revoked
    BOOST_TEST(ask(app).has_value());
    BOOST_TEST(minted == 2);
}

BOOST_AUTO_TEST_CASE(gives_up_on_a_server_that_takes_no_token)
{
    taken = "none";
    auto const told = why(app);
    BOOST_TEST(told.find("GitHub App 12, installation 34, of secret flux-system/app") != std::string::npos, told);
    BOOST_TEST(minted == 1);  // it was young all the time
    BOOST_TEST(peer.requests().size() == 5U);
    (void)why(app);
    BOOST_TEST(minted == 2);
    BOOST_TEST(peer.requests().size() == 11U);
}

BOOST_AUTO_TEST_CASE(waits_until_a_new_token_is_known_everywhere)
{
    taken = "not yet";
    auto asking = start(remote.ask(app, clock.now() + 30s));
    BOOST_TEST(!asking.done());
    taken.clear();
    advance(1s);
    BOOST_TEST(asking.get().value().id == id);
    BOOST_TEST(minted == 1);
}

BOOST_AUTO_TEST_CASE(takes_a_rotated_key_with_the_next_question)
{
    BOOST_TEST(ask(app).has_value());
    api.data["flux-system/app"]["githubAppPrivateKey"] = std::string(test_keys::other_rsa);
    BOOST_TEST(ask(app).has_value());
    BOOST_TEST(minted == 2);
}

BOOST_AUTO_TEST_CASE(asks_the_api_with_the_authorities_of_the_secret)
{
    api.data["flux-system/app"]["ca.crt"] = "authority";
    api.data["flux-system/app"]["username"] = "left over";  // does not count, as in Flux
    BOOST_TEST(ask(app).has_value());
    BOOST_REQUIRE(connected.size() == 1U);  // one transport for tokens and Git
    BOOST_TEST(connected.front().ca_pem == "authority");
    api.data["flux-system/app"]["ca.crt"] = "another";
    BOOST_TEST(ask(app).has_value());
    BOOST_TEST(connected.size() == 2U);
    BOOST_TEST(minted == 2);
}

BOOST_AUTO_TEST_CASE(goes_through_the_proxy_of_the_source_for_tokens_and_for_git)
{
    app.proxy_secret_name = "way";
    api.data["flux-system/way"] = {{"address", "http://proxy.test:3128"}, {"username", "me"}, {"password", "s3cret@x"}};
    BOOST_TEST(ask(app).has_value());
    BOOST_REQUIRE(proxies.size() == 1U);
    BOOST_TEST(proxies.front() == "http://me:s3cret%40x@proxy.test:3128");
    BOOST_TEST(remote.credential_of(app)
               == "GitHub App 12, installation 34 (secret flux-system/app), through the proxy of secret "
                  "flux-system/way");
    app.proxy_secret_name = "";
    BOOST_TEST(ask(app).has_value());
    BOOST_TEST(proxies.size() == 2U);
    BOOST_TEST(proxies.back() == "");
    app.proxy_secret_name = "way";
    api.data["flux-system/way"] = {{"address", "http://other.test:3128"}};
    BOOST_TEST(ask(app).has_value());
    BOOST_REQUIRE(proxies.size() == 3U);
    BOOST_TEST(proxies.back() == "http://other.test:3128");
    api.data["flux-system/way"] = {{"address", "socks5://me:s3cret@proxy.test"}};
    auto const told = why(app);
    BOOST_TEST(told.starts_with("secret flux-system/way: polls go through proxies of the scheme http only"), told);
}

BOOST_AUTO_TEST_CASE(names_the_secret_and_the_key_at_fault)
{
    auto const holds = [this](std::string const& part) {
        auto const told = why(app);
        BOOST_TEST(told.find("secret flux-system/app") != std::string::npos, told);
        BOOST_TEST(told.find(part) != std::string::npos, told);
        BOOST_TEST(remote.credential_of(app).find("s3cret") == std::string::npos);
    };
    auto& keys = api.data["flux-system/app"];
    auto const good = keys;
    keys["githubAppPrivateKey"] = "s3cret";
    holds("githubAppPrivateKey: GitHub App 12: the private key is no PEM");
    keys = good;
    keys.erase("githubAppID");
    holds("githubAppID");
    BOOST_TEST(remote.credential_of(app) == "");
    keys = {{"username", "me"}, {"password", "s3cret"}};
    holds("spec.provider is github");
    keys = good;
    for (auto const& [status, part] : std::map<int, std::string>{{401, "githubAppID or githubAppPrivateKey"},
                                                                 {403, "githubAppInstallationID"},
                                                                 {404, "githubAppInstallationID or githubAppBaseURL"},
                                                                 {500, "HTTP status 500"}}) {
        peer.on("POST", api_url + "*", http::response(status));
        advance(10min);
        holds(part);
    }
    api.data.clear();
    auto const gone = ask(app);
    BOOST_TEST(gone.error().detail == "secret flux-system/app does not exist");
}

BOOST_AUTO_TEST_CASE(does_not_take_a_missing_installation_for_a_missing_ref)
{
    peer.on("POST", api_url + "*", http::response(404));
    BOOST_TEST((ask(app).error().code == errc::invalid_configuration));
}

BOOST_AUTO_TEST_CASE(wants_the_provider_to_be_named_as_flux_does)
{
    app.provider = "generic";
    auto const told = why(app);
    BOOST_TEST(told.find("spec.provider is not github") != std::string::npos, told);
    BOOST_TEST(minted == 0);
}

BOOST_AUTO_TEST_CASE(says_with_which_kind_of_credential_it_asked)
{
    app.provider = "";
    taken = "Basic " + crypto::base64_encode("me:s3cret");
    api.data["flux-system/app"] = {{"username", "me"}, {"password", "s3cret"}};
    BOOST_TEST(ask(app).has_value());
    BOOST_TEST(remote.credential_of(app) == "user and password (secret flux-system/app)");
    taken = "Bearer s3cret";
    api.data["flux-system/app"] = {{"bearerToken", "s3cret"}};
    BOOST_TEST(ask(app).has_value());
    BOOST_TEST(remote.credential_of(app) == "bearer token (secret flux-system/app)");
    api.data["flux-system/app"] = {{"ca.crt", "authority"}};
    (void)ask(app);
    BOOST_TEST(remote.credential_of(app) == "certificates only (secret flux-system/app)");
    app.secret_name = "";
    (void)ask(app);
    BOOST_TEST(remote.credential_of(app) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
