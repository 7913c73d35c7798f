#include <penstock/kube/kubeconfig.hpp>

#include <penstock/crypto/base64.hpp>

#include <contract/http/certificates.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

using namespace penstock;
using namespace penstock::kube;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, and an environment.
struct home
{
    fs::path folder = fs::temp_directory_path() / ("penstock-kubeconfig-" + std::to_string(::getpid()));
    std::map<std::string, std::string> variables;

    home() { fs::create_directories(folder); }
    ~home() { fs::remove_all(folder); }
    home(home const&) = delete;
    home& operator=(home const&) = delete;

    std::string file(std::string const& name, std::string const& content)
    {
        auto const path = folder / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << content;
        return path.string();
    }

    connection_options options()
    {
        connection_options o;
        o.service_account = (folder / "sa").string();
        o.variable = [this](std::string const& name) -> std::optional<std::string> {
            auto const at = variables.find(name);
            return at == variables.end() ? std::nullopt : std::optional(at->second);
        };
        return o;
    }

    result<connection> load(std::string const& path, std::string const& context = {})
    {
        auto o = options();
        o.kubeconfig = path;
        o.context = context;
        return load_connection(o);
    }
};

std::string config(std::string const& cluster, std::string const& user)
{
    return "apiVersion: v1\nkind: Config\ncurrent-context: dev\nclusters:\n- name: c\n  cluster: {" + cluster
           + "}\ncontexts:\n- name: dev\n  context: {cluster: c, user: u, namespace: apps}\nusers:\n- name: u\n  user: {"
           + user + "}\n";
}

std::string const plug_in = "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws";

/// A certificate, which is its own authority.
std::string const& certificate()
{
    static testing::authority const it;
    return it.ca_pem;
}
std::string certificate_data()
{
    return crypto::base64_encode(certificate());
}

std::string authorization(connection& c)
{
    return std::string(c.credential.authorization(time_point(std::chrono::hours(1))).value().reveal());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_kubeconfig, home)

BOOST_AUTO_TEST_CASE(reads_a_token_and_inline_authorities)
{
    auto c = load(file("config", config("server: 'https://k:6443', certificate-authority-data: " + certificate_data()
                                            + ", tls-server-name: kubernetes, proxy-url: 'http://proxy:3128'",
                                        "token: abc")))
                 .value();
    BOOST_TEST(c.server == "https://k:6443");
    BOOST_TEST(c.tls.ca_pem == certificate());
    BOOST_TEST(c.tls.server_name == "kubernetes");
    BOOST_TEST(!c.tls.insecure_skip_verify);
    BOOST_TEST(c.proxy_url == "http://proxy:3128");
    BOOST_TEST(c.default_namespace == "apps");
    BOOST_TEST(authorization(c) == "Bearer abc");
}

BOOST_AUTO_TEST_CASE(reads_client_certificates_from_data_and_from_files_beside_it)
{
    file("pki/ca.crt", certificate());
    file("pki/me.crt", certificate());
    auto c = load(file("config", config("server: 'https://k', certificate-authority: pki/ca.crt",
                                        "client-certificate: pki/me.crt, client-key-data: a2V5")))
                 .value();
    BOOST_TEST(c.tls.ca_pem == certificate());
    BOOST_TEST(c.tls.certificate_pem == certificate());
    BOOST_TEST(c.tls.private_key_pem.reveal() == "key");
    BOOST_TEST(authorization(c) == "");
    BOOST_TEST(c.files.authorities == (folder / "pki/ca.crt").string());
    BOOST_TEST(c.files.certificate == (folder / "pki/me.crt").string());
    BOOST_TEST(c.files.key == "");  // it stands in the kubeconfig
}

BOOST_AUTO_TEST_CASE(knows_the_other_ways_to_log_in)
{
    auto const token = file("token", "from-file\n");
    auto by_file = load(file("a", config("server: 'https://k'", "token: old, tokenFile: token"))).value();
    BOOST_TEST(authorization(by_file) == "Bearer from-file");
    auto by_password = load(file("b", config("server: 'https://k'", "username: a, password: b"))).value();
    BOOST_TEST(authorization(by_password) == "Basic YTpi");
    auto by_nothing = load(file("c", config("server: 'http://127.0.0.1:8001'", ""))).value();
    BOOST_TEST(authorization(by_nothing) == "");
}

BOOST_AUTO_TEST_CASE(acts_as_somebody_else)
{
    auto const c = load(file("config", config("server: 'https://k'", "token: t, as: jane, as-uid: u1, as-groups: [dev, "
                                                                     "ops], as-user-extra: {scopes: [view]}")))
                       .value();
    BOOST_TEST(c.act_as.user == "jane");
    BOOST_TEST(c.act_as.uid == "u1");
    BOOST_TEST((c.act_as.groups == std::vector<std::string>{"dev", "ops"}));
    BOOST_TEST(c.act_as.extra.at("scopes").at(0) == "view");
    BOOST_TEST(load(file("none", config("server: 'https://k'", "token: t"))).value().act_as.empty());
}

BOOST_AUTO_TEST_CASE(trusts_anybody_only_when_the_file_says_so)
{
    BOOST_TEST(load(file("a", config("server: 'https://k', insecure-skip-tls-verify: true", "")))
                   .value()
                   .tls.insecure_skip_verify);
    BOOST_TEST(!load(file("b", config("server: 'https://k', insecure-skip-tls-verify: false", "")))
                    .value()
                    .tls.insecure_skip_verify);
}

BOOST_AUTO_TEST_CASE(chooses_the_context_that_was_named)
{
    auto const path =
        file("config", config("server: 'https://k'", "token: a") + "# more\n- name: v\n  user: {token: b}\n");
    std::ofstream(path, std::ios::app) << "---\n";  // a second document is not looked at
    BOOST_TEST(load(path, "dev").has_value());
    BOOST_TEST(load(path, "prod").error().detail == path + ":1: there is no context \"prod\"");
}

BOOST_AUTO_TEST_CASE(puts_a_list_of_files_together_the_first_wins)
{
    auto const one = file("one", "current-context: x\ncontexts:\n- name: x\n  context: {cluster: c, user: u}\n"
                                 "clusters:\n- name: c\n  cluster: {server: 'https://one'}\n");
    auto const two = file("two", "current-context: y\nclusters:\n- name: c\n  cluster: {server: 'https://two'}\n"
                                 "users:\n- name: u\n  user: {token: t}\n");
    variables["KUBECONFIG"] = one + ":" + (folder / "missing").string() + "::" + two;
    auto c = load_connection(options()).value();
    BOOST_TEST(c.server == "https://one");
    BOOST_TEST(authorization(c) == "Bearer t");
    BOOST_TEST(c.default_namespace == "default");
    variables["KUBECONFIG"] = (folder / "missing").string();
    BOOST_TEST(load_connection(options()).error().detail == "KUBECONFIG names no file that exists");
}

BOOST_AUTO_TEST_CASE(finds_the_service_account_of_a_pod)
{
    variables["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
    variables["KUBERNETES_SERVICE_PORT"] = "443";
    BOOST_TEST(load_connection(options()).error().detail
               == (folder / "sa/ca.crt").string() + ": cannot be read (No such file or directory)");
    file("sa/ca.crt", certificate());
    BOOST_TEST(load_connection(options()).error().detail
               == (folder / "sa/token").string() + ": cannot be read (No such file or directory)");
    file("sa/token", "t1");
    file("sa/namespace", "flux-system\n");
    auto c = load_connection(options()).value();
    BOOST_TEST(c.server == "https://10.96.0.1:443");
    BOOST_TEST(c.tls.ca_pem == certificate());
    BOOST_TEST(c.files.authorities == (folder / "sa/ca.crt").string());
    BOOST_TEST(c.default_namespace == "flux-system");
    BOOST_TEST(c.origin == "in-cluster");
    file("sa/token", "t2");
    BOOST_TEST(authorization(c) == "Bearer t2");
    variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
    BOOST_TEST(load_connection(options()).value().server == "https://[fd00::1]:443");
}

BOOST_AUTO_TEST_CASE(looks_in_the_usual_place_last)
{
    variables["HOME"] = folder.string();
    auto const none = load_connection(options()).error();
    BOOST_TEST((none.code == errc::invalid_configuration));
    BOOST_TEST(none.detail.starts_with("no cluster: "));
    file(".kube/config", config("server: 'https://home'", "token: t"));
    BOOST_TEST(load_connection(options()).value().server == "https://home");
}

BOOST_AUTO_TEST_CASE(names_users_that_it_cannot_be)
{
    auto const path = file("config", config("server: 'https://k'", "auth-provider: {name: gcp}"));
    auto const f = load(path).error();
    BOOST_TEST((f.code == errc::unsupported));
    BOOST_TEST(f.detail.starts_with(path + ":12: user \"u\" uses auth-provider, which Kubernetes has given up"));
    auto const asks = file("asks", config("server: 'https://k'", plug_in + ", interactiveMode: Always}"));
    BOOST_TEST((load(asks).error().code == errc::unsupported));
}

BOOST_AUTO_TEST_CASE(reads_a_plug_in)
{
    auto const c = load(file("config", config("server: 'https://k'",
                                              plug_in
                                                  + ", interactiveMode: Never, args: [get-token, -n], env: [{name: A, "
                                                    "value: b}], installHint: get aws}")))
                       .value();
    BOOST_REQUIRE(c.exec.has_value());
    BOOST_TEST((c.exec->command == std::vector<std::string>{"aws", "get-token", "-n"}));
    BOOST_TEST(c.exec->api_version == "client.authentication.k8s.io/v1");
    BOOST_TEST(c.exec->environment.at(0).first == "A");
    BOOST_TEST(c.exec->environment.at(0).second == "b");
    BOOST_TEST(c.exec->install_hint == "get aws");
    BOOST_TEST(c.exec->cluster == "");
}

BOOST_AUTO_TEST_CASE(tells_a_plug_in_about_the_cluster_where_it_is_to)
{
    auto const c =
        load(
            file(
                "config",
                config(
                    "server: 'https://k', certificate-authority-data: " + certificate_data()
                        + ", tls-server-name: n, proxy-url: "
                          "'http://p', extensions: [{name: other, extension: 1}, {name: client.authentication.k8s.io/exec, "
                          "extension: {audience: [a, '7'], deep: {n: 7, t: true, f: 0.5, z: null}}}]",
                    "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/plug, "
                    "provideClusterInfo: true}")))
            .value();
    BOOST_REQUIRE(c.exec.has_value());
    BOOST_TEST(c.exec->command.at(0) == (folder / "bin/plug").string());
    BOOST_TEST(c.exec->cluster
               == R"({"server":"https://k","tls-server-name":"n","certificate-authority-data":")" + certificate_data()
                      + R"(",)"
                        R"("proxy-url":"http://p","config":{"audience":["a","7"],)"
                        R"("deep":{"n":7,"t":true,"f":5E-1,"z":null}}})");
}

BOOST_AUTO_TEST_CASE(takes_a_token_before_a_plug_in)
{
    auto c =
        load(file("config", config("server: 'https://k'", plug_in + ", interactiveMode: Never}, token: t"))).value();
    BOOST_TEST(!c.exec.has_value());
    BOOST_TEST(authorization(c) == "Bearer t");
}

BOOST_AUTO_TEST_CASE(says_where_the_file_is_wrong_and_never_what_is_secret)
{
    struct row
    {
        std::string content;
        std::string expected;  // behind the path
    };
    for (auto const& [content, expected] : {
             row{"", ":1: not a kubeconfig"},
             row{"a: [1\nb: 2\n", ":2: "},
             row{"a: 1\n", ":1: no current-context, and no context was named"},
             row{"a: 1\ncurrent-context: x\n", ":2: there is no context \"x\""},
             row{"clusters: 7\n", ":1: clusters must be a list"},
             row{"clusters:\n- cluster: {}\n", ":2: an entry of clusters has no name"},
             row{config("server: k:6443", ""), ":6: server must begin with https:// or http://"},
             row{config("server: 'https://k', proxy-url: 'socks5://p'", ""), ":6: only http:// proxies"},
             row{config("server: 'https://k', proxy-url: 'https://p'", ""), ":6: only http:// proxies"},
             row{config("server: 'https://k', insecure-skip-tls-verify: maybe", ""),
                 ":6: insecure-skip-tls-verify must"},
             row{config("server: 'https://k', insecure-skip-tls-verify: true, certificate-authority-data: "
                            + certificate_data(),
                        ""),
                 ":6: insecure-skip-tls-verify and"},
             row{config("server: 'https://k', certificate-authority-data: '!'", ""),
                 ":6: certificate-authority-data is"},
             row{config("server: 'https://k', certificate-authority: nowhere", ""), ":6: certificate-authority: "},
             row{config("server: 'https://k'", "client-certificate-data: " + certificate_data()),
                 ":12: user \"u\" needs both"},
             row{config("server: 'https://k'", "token: hunter2, username: u"), ":12: user \"u\" has a token and"},
             row{config("server: 'https://k'", "token: {hunter2: x}"), ":12: token must be text"},
             row{config("server: 'https://k'", "exec: {command: a}"), ":12: exec needs the apiVersion client.auth"},
             row{config("server: 'https://k'", "exec: {apiVersion: client.authentication.k8s.io/v1}"),
                 ":12: exec names no command"},
             row{config("server: 'https://k'", plug_in + "}"), ":12: exec needs an interactiveMode: Never or IfAv"},
             row{config("server: 'https://k'", plug_in + ", args: a}"), ":12: args must be a list"},
             row{config("server: 'https://k'", plug_in + ", interactiveMode: Never, env: [{name: hunter2}]}"),
                 ":12: each entry of env needs a name and a value"},
             row{config("server: 'https://k'", "as-groups: [a]"), ":12: user \"u\" acts as somebody; name them"},
             row{config("server: 'https://k'", "as: a, as-groups: b"), ":12: as-groups must be a list"},
             row{config("server: 'https://k'", "as: a, as-groups: [[b]]"), ":12: as-groups must be a list of texts"},
             row{config("server: 'https://k'", "as: a, as-user-extra: [b]"), ":12: as-user-extra must be a map"},
             row{config("server: 'https://k'", "as: a, as-user-extra: {b: c}"), ":12: b must be a list"},
         }) {
        auto const path = file("config", content);
        auto const f = load(path).error();
        BOOST_TEST(f.detail.starts_with(path + expected), f.detail << " for " << content);
        BOOST_TEST(f.detail.find("hunter2") == std::string::npos);
    }
    BOOST_TEST(load((folder / "no").string()).error().detail
               == (folder / "no").string() + ": cannot be read (No such file or directory)");
}

BOOST_AUTO_TEST_CASE(does_not_trust_everybody_where_the_authorities_are_named_and_empty)
{
    struct row
    {
        std::string cluster;
        std::string expected;  // behind the path
    };
    auto const empty = file("empty", "");
    auto const nonsense = file("nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for (auto const& [cluster, expected] : {
             row{"certificate-authority: empty", ":6: certificate-authority: " + empty + ": holds no certificate"},
             row{"certificate-authority: nonsense",
                 ":6: certificate-authority: " + nonsense + ": holds no certificate"},
             row{"certificate-authority-data: ' '", ":6: certificate-authority-data holds no certificate"},
             row{"certificate-authority-data: Q0E=", ":6: certificate-authority-data holds no certificate"},
         }) {
        auto const path = file("config", config("server: 'https://k', " + cluster, "token: t"));
        auto const got = load(path);
        BOOST_REQUIRE(!got.has_value());
        BOOST_TEST((got.error().code == errc::invalid_configuration));
        BOOST_TEST(got.error().detail == path + expected);
    }
    auto const path = file("config", config("server: 'https://k'", "client-certificate: empty, client-key: empty"));
    BOOST_REQUIRE(!load(path).has_value());  // it would be nobody
    BOOST_TEST(load(path).error().detail == path + ":12: client-certificate: " + empty + ": holds no certificate");
    variables["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
    variables["KUBERNETES_SERVICE_PORT"] = "443";
    file("sa/token", "t1");
    auto const authorities = file("sa/ca.crt", "");
    auto const pod = load_connection(options());
    BOOST_REQUIRE(!pod.has_value());
    BOOST_TEST((pod.error().code == errc::invalid_configuration));
    BOOST_TEST(pod.error().detail == authorities + ": holds no certificate");
}

BOOST_AUTO_TEST_SUITE_END()
