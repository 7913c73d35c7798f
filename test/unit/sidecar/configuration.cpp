#include "sidecar/configuration.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <unistd.h>
#include <variant>
#include <vector>

using namespace penstock;
using namespace penstock::sidecar;
using namespace std::chrono_literals;

namespace {

constexpr char const* head = "apiVersion: penstock.dev/v1\nkind: Sidecar\n";

configuration good(std::string const& more)
{
    auto c = parse_configuration(head + more, "c.yaml");
    BOOST_REQUIRE_MESSAGE(c.has_value(), (c ? std::string() : c.error().detail));
    return *c;
}

std::string wrong(std::string const& text)
{
    auto const c = parse_configuration(text, "c.yaml");
    BOOST_REQUIRE(!c.has_value());
    BOOST_TEST((c.error().code == errc::invalid_configuration));
    return c.error().detail;
}

/// A mistake behind the two lines that every file begins with, and what is said about it.
struct mistake
{
    char const* text;
    char const* said;
};

std::ostream& operator<<(std::ostream& out, mistake const& m)
{
    return out << m.text;
}

mistake const mistakes[] = {
    // Keys.
    {"snyc: {}", "c.yaml:3:1: unknown key snyc; did you mean sync?"},
    {"elephant: {}", "c.yaml:3:1: unknown key elephant; known here: apiVersion, kind, kubernetes, watch, forges, "
                     "credentials, webhooks, store, sync, plan, promote, install, preview"},
    {"watch: {}\nwatch: {}", "c.yaml:4:1: watch stands twice; keep one of the two"},
    {"sync:\n  poll:\n    intervall: 5m", "c.yaml:5:5: unknown key sync.poll.intervall; did you mean interval?"},
    {"sync:\n  poll: {jitter: 1%, jitter: 2%}", "c.yaml:4:22: sync.poll.jitter stands twice; keep one of the two"},
    // Types.
    {"kubernetes: prod", "c.yaml:3:13: kubernetes is a single value; write a mapping with the keys context"},
    {"kubernetes: {context: [a]}", "c.yaml:3:23: kubernetes.context is a list; write one value"},
    {"watch: {namespaces: flux-system}", "c.yaml:3:21: watch.namespaces is a single value; write a list: [a, b]"},
    {"watch: {namespaces: [a, ['b']]}", "c.yaml:3:25: watch.namespaces[1] is a list; write one value"},
    {"watch: {namespaces: ['']}", "c.yaml:3:22: watch.namespaces[0] is empty; write a value or leave the key out"},
    {"forges: {}", "c.yaml:3:9: forges is a mapping; write a list: [a, b]"},
    {"webhooks: {github: {secrets: {file: a}}}",
     "c.yaml:3:30: webhooks.github.secrets is a mapping; write a list: [a, b]"},
    {"store: /data/x.db", "c.yaml:3:8: store is a single value; write a mapping with the keys sqlite, dynamodb"},
    // Durations and shares.
    {"sync: {poll: {interval: 5}}",
     "c.yaml:3:25: sync.poll.interval: '5' is not a duration; write it as 30s, 5m or 1h30m"},
    {"sync: {poll: {interval: five}}",
     "c.yaml:3:25: sync.poll.interval: 'five' is not a duration; write it as 30s, 5m or 1h30m"},
    {"sync: {poll: {interval: 10ms}}", "c.yaml:3:25: sync.poll.interval: 10ms is too short; write at least 1s"},
    {"sync: {poll: {interval: -5m}}", "c.yaml:3:25: sync.poll.interval: -5m is too short; write at least 1s"},
    {"sync: {poll: {interval: 5m, max: 1m}}",
     "c.yaml:3:34: sync.poll.max is shorter than sync.poll.interval; write a max of at least the interval"},
    {"sync: {reconcile: {interval: 1s}}", "c.yaml:3:30: sync.reconcile.interval: 1s is too short; write at least 10s"},
    {"sync: {poll: {jitter: 60%}}",
     "c.yaml:3:23: sync.poll.jitter: '60%' is not a share between 0% and 50%; write it as 10%"},
    {"sync: {poll: {jitter: much}}",
     "c.yaml:3:23: sync.poll.jitter: 'much' is not a share between 0% and 50%; write it as 10%"},
    {"sync: {poll: {jitter: '%'}}",
     "c.yaml:3:23: sync.poll.jitter: '%' is not a share between 0% and 50%; write it as 10%"},
    // Secrets.
    {"webhooks: {github: {secrets: [hunter2hunter2]}}",
     "c.yaml:3:31: webhooks.github.secrets[0] is written as a value; write {file: PATH}, {env: NAME} or {secret: NAME, "
     "key: KEY}"},
    {"webhooks: {gitlab: {secrets: [{file: a, env: B}]}}",
     "c.yaml:3:31: webhooks.gitlab.secrets[0] does not name one place; write {file: PATH}, {env: NAME} or {secret: "
     "NAME, key: KEY}"},
    {"webhooks: {gitlab: {secrets: [{secret: a}]}}",
     "c.yaml:3:31: webhooks.gitlab.secrets[0] does not name one place; write {file: PATH}, {env: NAME} or {secret: "
     "NAME, key: KEY}"},
    {"webhooks: {gitlab: {secrets: [{env: A, key: b}]}}",
     "c.yaml:3:31: webhooks.gitlab.secrets[0] does not name one place; write {file: PATH}, {env: NAME} or {secret: "
     "NAME, key: KEY}"},
    {"webhooks: {gitlab: {secrets: [{env: A, name: a b}]}}",
     "c.yaml:3:31: webhooks.gitlab.secrets[0].name is not 1 to 63 letters, digits, '-', '_' or '.', or is a single "
     "digit; write a name such as 2026-11"},
    {"webhooks: {gitlab: {secrets: [{env: A, name: '0'}]}}",
     "c.yaml:3:31: webhooks.gitlab.secrets[0].name is not 1 to 63 letters, digits, '-', '_' or '.', or is a single "
     "digit; write a name such as 2026-11"},
    {"webhooks: {gitea: {secrets: [{env: A, name: a}, {env: B, name: a}]}}",
     "c.yaml:3:49: webhooks.gitea.secrets[1].name: 'a' stands twice; give each secret its own name"},
    {"webhooks: {minSecretBytes: 0}",
     "c.yaml:3:28: webhooks.minSecretBytes: '0' is not a number of bytes from 1 to 4096; write 16, or the length of the "
     "shortest secret"},
    {"webhooks: {minSecretBytes: 8 bytes}",
     "c.yaml:3:28: webhooks.minSecretBytes: '8 bytes' is not a number of bytes from 1 to 4096; write 16, or the length "
     "of the shortest secret"},
    {"credentials: {a: {token: {env: A, name: x}}}",
     "c.yaml:3:35: unknown key credentials.a.token.name; known here: file, env, secret, key"},
    {"webhooks: {gitlab: {secrets: []}}",
     "c.yaml:3:30: webhooks.gitlab.secrets is empty; write [{file: PATH}] or remove the section"},
    {"webhooks: {gitlab: {secrets: [{value: x}]}}",
     "c.yaml:3:32: unknown key webhooks.gitlab.secrets[0].value; known here: file, env, secret, key, name"},
    {"credentials: {bot: {}}", "c.yaml:3:20: credentials.bot is empty; write token: {env: NAME}"},
    {"credentials: [bot]", "c.yaml:3:14: credentials is not a mapping; write a name for each: bot: {token: {env: "
                           "GITHUB_TOKEN}}"},
    // Forges.
    {"forges: [{type: github}]", "c.yaml:3:10: forges[0] has no host; write host: git.example.com"},
    {"forges: [{host: git.example.com}]", "c.yaml:3:10: forges[0] has no type; write type: github, gitlab or gitea"},
    {"forges: [{host: a, type: svn}]",
     "c.yaml:3:26: forges[0].type: 'svn' is not a type of forge; write github, gitlab or gitea"},
    {"forges: [{host: github.com, credential: bot}]",
     "c.yaml:3:41: forges[0].credential: there is no credential 'bot'; "
     "add it under credentials, or remove the line"},
    {"forges: [{host: github.com, budget: {reserve: 95%}}]",
     "c.yaml:3:47: forges[0].budget.reserve: '95%' is not a share between 0% and 90%; write it as 10%"},
    // What this build leaves out is said, not skipped.
    {"plan: {interval: 30s}", "c.yaml:3:7: the system 'plan' is not part of this build; remove the section"},
    {"promote: {}", "c.yaml:3:10: the system 'promote' is not part of this build; remove the section"},
    {"install: {app: acme}", "c.yaml:3:10: the system 'install' is not part of this build; remove the section"},
    {"preview: {ttl: 72h}", "c.yaml:3:10: the system 'preview' is not part of this build; remove the section"},
    {"credentials: {acme: {githubApp: {id: 1}}}",
     "c.yaml:3:33: credentials.acme.githubApp: GitHub App credentials are not part of this build; write token: {env: "
     "NAME}"},
    {"store: {dynamodb: {table: t}}",
     "c.yaml:3:19: store.dynamodb is not part of this build; write sqlite: /data/penstock.db"},
    {"sync: {reconcile: {heal: manual}}",
     "c.yaml:3:26: sync.reconcile.heal: 'manual' is not part of this build; write auto"},
    {"sync: {reconcile: {grace: 5s}}", "c.yaml:3:27: sync.reconcile.grace is not part of this build; write 0s"},
    {"sync: {sources: [{name: a}]}",
     "c.yaml:3:17: sync.sources: sources without Flux are not part of this build; write []"},
    {"sync: {events: {cdevents: {url: 'http://a'}}}",
     "c.yaml:3:16: sync.events: CDEvents are not part of this build; remove the key"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sidecar_configuration)

BOOST_DATA_TEST_CASE(says_where_a_mistake_is_and_what_to_write, boost::unit_test::data::make(mistakes), one)
{
    BOOST_TEST(wrong(std::string(head) + one.text) == one.said);
}

BOOST_AUTO_TEST_CASE(says_what_is_wrong_with_the_document_itself)
{
    BOOST_TEST(wrong("") == "c.yaml:1:1: the file is empty; write apiVersion: penstock.dev/v1 and kind: Sidecar");
    BOOST_TEST(wrong("# only a comment\n")
               == "c.yaml:1:1: the file is empty; write apiVersion: penstock.dev/v1 and kind: Sidecar");
    BOOST_TEST(wrong("just words")
               == "c.yaml:1:1: the document is a single value; write a mapping with the keys "
                  "apiVersion, kind, kubernetes, watch, forges, credentials, webhooks, store, sync, "
                  "plan, promote, install, preview");
    BOOST_TEST(wrong("kind: Sidecar\n") == "c.yaml:1:1: apiVersion is missing; write apiVersion: penstock.dev/v1");
    BOOST_TEST(wrong("apiVersion: penstock.dev/v1\n") == "c.yaml:1:1: kind is missing; write kind: Sidecar");
    BOOST_TEST(wrong("apiVersion: penstock.dev/v9\nkind: Sidecar\n")
               == "c.yaml:1:13: apiVersion is 'penstock.dev/v9'; write apiVersion: penstock.dev/v1");
    BOOST_TEST(wrong("apiVersion: penstock.dev/v1\nkind: Motorcycle\n")
               == "c.yaml:2:7: kind is 'Motorcycle'; write kind: Sidecar");
    auto const two = wrong(std::string(head) + "---\n" + head);
    BOOST_TEST(two == "c.yaml:4:1: more than one document; keep the first");
    auto const broken = wrong(std::string(head) + "watch: [a\n");
    BOOST_TEST(broken.starts_with("c.yaml:4:1: not valid YAML ("), broken);
    BOOST_TEST(broken.ends_with("); see `penstock config defaults`"), broken);
    auto const stray =
        wrong(std::string(head) + "store: {sqlite: a}\n%}\n, b\n");  // yaml-cpp finds documents in it without end
    BOOST_TEST(stray.starts_with("c.yaml:"), stray);
    auto const large = wrong(head + std::string("# ") + std::string(1024 * 1024, 'x'));
    BOOST_TEST(large == "c.yaml: larger than 1 MiB; split it or remove what is not needed");
}

/// The example that the documentation shows, without what this build leaves out.
BOOST_AUTO_TEST_CASE(takes_the_example_of_the_documentation)
{
    auto const c = good("kubernetes: {context: \"\"}                 # in-cluster, else KUBECONFIG, as kubectl does\n"
                        "watch: {namespaces: [flux-system], labelSelector: \"\"}\n"
                        "forges:\n"
                        "  - host: github.com\n"
                        "    type: github                          # github | gitlab | gitea\n"
                        "    credential: bot\n"
                        "    budget: {reserve: 20%}                # share of the API quota that is left to others\n"
                        "credentials:\n"
                        "  bot: {token: {env: GITHUB_TOKEN}}\n"
                        "webhooks:\n"
                        "  github: {secrets: [{secret: github-webhook, key: token}]}     # several while rotating\n"
                        "  gitlab: {secrets: [{env: GITLAB_WEBHOOK_TOKEN}]}\n"
                        "store: {sqlite: /data/penstock.db}\n"
                        "sync:\n"
                        "  poll: {interval: 5m, max: 30m, jitter: 10%}\n"
                        "  reconcile: {interval: 10m, heal: auto, grace: 0s}             # auto | manual | notify\n"
                        "  sources: []\n");
    BOOST_TEST(c.forges.size() == 1U);
    BOOST_TEST(c.github_secrets.size() == 1U);
    BOOST_TEST((c.namespaces == std::vector<std::string>{"flux-system"}));
}

BOOST_AUTO_TEST_CASE(takes_every_key)
{
    auto const c = good("kubernetes: {context: prod}\n"
                        "watch: {namespaces: [flux-system, apps], labelSelector: team=a}\n"
                        "forges:\n"
                        "  - {host: github.com, credential: bot, budget: {reserve: 30%}}\n"
                        "  - {host: git.example.com, type: gitea}\n"
                        "credentials: {bot: {token: {env: GITHUB_TOKEN}}}\n"
                        "webhooks:\n"
                        "  github: {secrets: [{secret: github-webhook, key: token, name: 2026-11}, {file: /run/old}]}\n"
                        "  gitlab: {secrets: [{env: GITLAB_TOKEN}]}\n"
                        "  gitea: {secrets: [{env: GITEA_TOKEN}]}\n"
                        "  minSecretBytes: 12\n"
                        "store: {sqlite: /data/x.db}\n"
                        "sync:\n"
                        "  poll: {interval: 1m30s, max: 1h, jitter: 0.2}\n"
                        "  reconcile: {interval: 20m, heal: auto, grace: 0s}\n"
                        "  sources: []\n");
    BOOST_TEST(c.kube_context == "prod");
    BOOST_TEST((c.namespaces == std::vector<std::string>{"flux-system", "apps"}));
    BOOST_TEST(c.label_selector == "team=a");
    BOOST_REQUIRE(c.forges.size() == 2U);
    BOOST_TEST(c.forges[0].type == "github");
    BOOST_TEST(c.forges[0].credential == "bot");
    BOOST_TEST(c.forges[0].reserve == 0.3, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(c.forges[1].type == "gitea");
    BOOST_TEST(c.forges[1].reserve == 0.2, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(std::get<from_environment>(c.tokens.at("bot").where).name == "GITHUB_TOKEN");
    BOOST_REQUIRE(c.github_secrets.size() == 2U);
    BOOST_TEST(c.github_secrets[0].describe() == "secret github-webhook, key token");
    BOOST_TEST(c.github_secrets[0].position == "c.yaml:10:22");
    BOOST_TEST(c.github_secrets[1].describe() == "file /run/old");
    BOOST_TEST(c.github_secrets[0].name == "2026-11");
    BOOST_TEST(c.github_secrets[1].name == "");
    BOOST_REQUIRE(c.gitea_secrets.size() == 1U);
    BOOST_TEST(c.gitea_secrets[0].describe() == "environment variable GITEA_TOKEN");
    BOOST_TEST(c.min_secret == 12U);
    BOOST_REQUIRE(c.gitlab_secrets.size() == 1U);
    BOOST_TEST(c.gitlab_secrets[0].describe() == "environment variable GITLAB_TOKEN");
    BOOST_TEST(c.sqlite_path == "/data/x.db");
    BOOST_TEST((c.poll.interval == 90s));
    BOOST_TEST((c.poll.max == 1h));
    BOOST_TEST(c.poll.jitter == 0.2, boost::test_tools::tolerance(1e-9));
    BOOST_TEST((c.resync == 20min));
}

BOOST_AUTO_TEST_CASE(two_lines_alone_are_the_defaults)
{
    auto const c = good("");
    configuration const standard;
    BOOST_TEST(c.namespaces.empty());
    BOOST_TEST(c.github_secrets.empty());
    BOOST_TEST((c.poll.interval == standard.poll.interval && c.poll.interval == 5min));
    BOOST_TEST((c.poll.max == standard.poll.max));
    BOOST_TEST((c.resync == 10min));
}

BOOST_AUTO_TEST_CASE(what_config_defaults_prints_says_the_defaults)
{
    auto const read = parse_configuration(default_configuration_text(), "defaults");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? std::string() : read.error().detail));
    configuration const standard;
    BOOST_TEST(read->kube_context == standard.kube_context);
    BOOST_TEST((read->namespaces == standard.namespaces));
    BOOST_TEST(read->label_selector == standard.label_selector);
    BOOST_TEST(read->forges.empty());
    BOOST_TEST(read->tokens.empty());
    BOOST_TEST(read->github_secrets.empty());
    BOOST_TEST(read->gitlab_secrets.empty());
    BOOST_TEST(read->sqlite_path == standard.sqlite_path);
    BOOST_TEST((read->poll.interval == standard.poll.interval && read->poll.max == standard.poll.max));
    BOOST_TEST(read->poll.jitter == standard.poll.jitter);
    BOOST_TEST((read->resync == standard.resync));
    auto text = std::string(default_configuration_text());  // what stands in comments can be used as it is
    for (auto const* key : {"# webhooks:", "#   github:", "#   gitlab:", "# store:"}) {
        auto const at = text.find(key);
        BOOST_REQUIRE(at != std::string::npos);
        text.replace(at, 2, "");
    }
    auto const all = parse_configuration(text, "defaults");
    BOOST_REQUIRE_MESSAGE(all.has_value(), (all ? std::string() : all.error().detail));
    BOOST_TEST(all->github_secrets.size() == 1U);
    BOOST_TEST(all->gitlab_secrets.size() == 1U);
    BOOST_TEST(all->sqlite_path == "/data/penstock.db");
}

BOOST_AUTO_TEST_CASE(a_longer_interval_draws_the_most_along)
{
    BOOST_TEST((good("sync: {poll: {interval: 2h}}").poll.max == 2h));
}

BOOST_AUTO_TEST_CASE(reads_a_file_and_says_when_it_cannot)
{
    auto const path = (std::filesystem::temp_directory_path() / ("penstock-c-" + std::to_string(::getpid()))).string();
    std::ofstream(path) << head << "sync: {poll: {interval: 7s}}\n";
    auto const c = load_configuration(path);
    BOOST_REQUIRE(c.has_value());
    BOOST_TEST((c->poll.interval == 7s));
    std::filesystem::remove(path);
    auto const gone = load_configuration(path);
    BOOST_REQUIRE(!gone.has_value());
    BOOST_TEST(gone.error().detail == path + ": cannot be read; check the path and its permissions");
    auto const directory = load_configuration("/");
    BOOST_REQUIRE(!directory.has_value());
    BOOST_TEST(directory.error().detail == "/: cannot be read; check the path and its permissions");
}

BOOST_AUTO_TEST_SUITE_END()
