#include <penstock/kube/cluster.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/http/server.hpp>
#include <penstock/kube/kubeconfig.hpp>
#include <penstock/testing/loop.hpp>

#include <contract/http/certificates.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

/// An API server behind TLS that says who asked, and the files of a kubeconfig.
struct secured
{
    asio::io_context context{1};
    env::basic_environment<clock::steady> env;
    testing::authority ca;
    std::string asked;  // the fields of the last request
    std::optional<http::server> server;
    asio::cancellation_signal stop;
    std::filesystem::path folder;
    std::string url;

    secured()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "penstock-cluster-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
    }
    ~secured()
    {
        stop.emit(asio::cancellation_type::terminal);
        context.restart();
        context.run_for(5s);
        std::filesystem::remove_all(folder);
    }

    awaitable<void> answer(http::exchange& x)
    {
        asked.clear();
        for (auto const& [name, value] : x.head().fields)
            asked += name + ": " + value + '\n';
        http::response body(200, "application/json", R"({"gitVersion":"v1.34.0"})");
        static_cast<void>(co_await x.respond(body));
    }

    void serve(std::string const& client_ca)
    {
        auto const mine = ca.issue("IP:127.0.0.1");
        http::server_options o;
        o.address = "127.0.0.1";
        o.certificate_pem = mine.chain_pem;
        o.private_key_pem = mine.key();
        o.client_ca_pem = client_ca;
        server.emplace(context.get_executor(), std::move(o), [this](http::exchange& x) { return answer(x); });
        auto const port = server->listen();
        BOOST_REQUIRE(port.has_value());
        url = "https://127.0.0.1:" + std::to_string(*port);
        asio::co_spawn(context, unwinding(server->run()), asio::bind_cancellation_slot(stop.slot(), asio::detached));
    }

    std::string file(std::string const& name, std::string const& content)
    {
        std::ofstream(folder / name) << content;
        return (folder / name).string();
    }

    connection load(std::string const& user)
    {
        connection_options o;
        o.kubeconfig = file("config", "current-context: c\nclusters:\n- name: c\n  cluster: {server: '" + url
                                          + "', certificate-authority: ca.pem}\ncontexts:\n- name: c\n  context: "
                                            "{cluster: c, user: u}\nusers:\n- name: u\n  user: {"
                                          + user + "}\n");
        auto found = load_connection(o);
        BOOST_REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().detail));
        return *std::move(found);
    }

    template <class Cluster>
    result<boost::json::value> version(Cluster& c)
    {
        return testing::run_for_real(context,
                                     c.api().get_document("/version", "application/json", env.clock().now() + 10s));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_cluster, secured)

BOOST_AUTO_TEST_CASE(trusts_new_authorities_as_soon_as_their_file_has_them)
{
    testing::authority const before("the one before");
    serve("");
    file("ca.pem", before.ca_pem);
    cluster c(env, context.get_executor(), load("token: t, as: jane"));
    auto const refused = version(c);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == errc::tls_failed));
    file("ca.pem", ca.ca_pem);
    auto const got = version(c);
    BOOST_REQUIRE_MESSAGE(got.has_value(), (got ? "" : got.error().message()));
    BOOST_TEST(got->at("gitVersion").as_string() == "v1.34.0");
    BOOST_TEST(asked.find("Authorization: Bearer t\n") != std::string::npos);
    BOOST_TEST(asked.find("Impersonate-User: jane\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(shows_the_certificate_and_the_token_of_a_plug_in)
{
    auto const me = ca.issue("DNS:me");
    serve(ca.ca_pem);
    file("ca.pem", ca.ca_pem);
    boost::json::value const credential = {
        {"kind", "ExecCredential"},
        {"apiVersion", "client.authentication.k8s.io/v1"},
        {"status",
         {{"token", "from-plug-in"}, {"clientCertificateData", me.chain_pem}, {"clientKeyData", me.key_pem}}}};
    auto const answer = file("answer", boost::json::serialize(credential));
    cluster c(env, context.get_executor(),
              load("exec: {apiVersion: client.authentication.k8s.io/v1, command: cat, args: ['" + answer
                   + "'], interactiveMode: Never}"));
    auto const got = version(c);
    BOOST_REQUIRE_MESSAGE(got.has_value(), (got ? "" : got.error().message()));
    BOOST_TEST(asked.find("Authorization: Bearer from-plug-in\n") != std::string::npos);
    cluster nobody(env, context.get_executor(), load("token: t"));
    BOOST_TEST(!version(nobody).has_value());  // without a certificate
}

BOOST_AUTO_TEST_CASE(says_what_the_plug_in_said)
{
    serve("");
    file("ca.pem", ca.ca_pem);
    cluster c(
        env, context.get_executor(),
        load("exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, 'echo log in first >&2; "
             "exit 1'], interactiveMode: Never}"));
    auto const refused = version(c);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().detail.find("GET /version: exec plug-in: ") == 0U, refused.error().detail);
    BOOST_TEST(refused.error().detail.find("log in first") != std::string::npos);
    BOOST_TEST(asked == "");
}

BOOST_AUTO_TEST_SUITE_END()
