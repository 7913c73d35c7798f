#include "system/stage.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

std::string with_head(std::string const& more)
{
    return "apiVersion: penstock.dev/v1\nkind: Sidecar\n" + more;
}

bool holds(std::string const& text, std::string const& part)
{
    return text.find(part) != std::string::npos;
}

void read_completion(std::string const& shell)
{
    auto const f = run_penstock({"completion", shell});
    BOOST_TEST(f.code == 0);
    for (auto const* word : {"demo", "trigger", "explain", "completion"})
        BOOST_TEST(holds(f.out, word), word);
    if (std::system(("command -v " + shell + " > /dev/null 2>&1").c_str()) != 0) {
        BOOST_TEST_MESSAGE("skipped: " << shell << " is not installed, so that nothing parsed its completion");
        return;
    }
    scratch const files;
    write_file(files.path() + "/script", f.out);
    BOOST_TEST(std::system((shell + " -n " + files.path() + "/script").c_str()) == 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(system_commands)

BOOST_AUTO_TEST_CASE(a_mistake_in_the_configuration_ends_it_with_2_and_its_place)
{
    scratch const files;
    auto const path = files.path() + "/penstock.yaml";
    write_file(path, with_head("sync:\n  poll: {intervall: 5m}\n"));
    auto const said = path + ":4:10: unknown key sync.poll.intervall; did you mean interval?\n";
    auto const checked = run_penstock({"check", path});
    BOOST_TEST(checked.code == 2);
    BOOST_TEST(checked.err == said);
    BOOST_TEST(checked.out == "");
    auto const run = run_penstock({"run", "--config", path});
    BOOST_TEST(run.code == 2);
    BOOST_TEST(run.err == "penstock: " + said);
    auto const by_environment = run_penstock({}, {"PENSTOCK_CONFIG=" + path});
    BOOST_TEST(by_environment.code == 2);
    BOOST_TEST(by_environment.err == run.err);
    write_file(path, with_head(""));
    auto const good = run_penstock({"check", path});
    BOOST_TEST(good.code == 0);
    BOOST_TEST(good.err == "✔ " + path + "\n");
}

BOOST_AUTO_TEST_CASE(empty_and_short_secrets_are_refused_in_check_and_at_start)
{
    scratch const files;
    auto const path = files.path() + "/penstock.yaml";
    write_file(files.path() + "/short", "fifteen letters\n");
    write_file(files.path() + "/empty", "\n");
    struct row
    {
        char const* section;
        std::string place;
        char const* says;
    };
    row const rows[] = {
        {"github", "{file: " + files.path() + "/short}", "write one of at least 16 random bytes"},
        {"gitlab", "{file: " + files.path() + "/short}", "write one of at least 16 random bytes"},
        {"github", "{file: " + files.path() + "/empty}", "is empty; write the secret into it"},
        {"github", "{env: EMPTY_SECRET}", "is not set; set it to the secret"},
        {"gitlab", "{env: SHORT_SECRET}", "write one of at least 16 random bytes"},
    };
    for (auto const& r : rows) {
        write_file(path, with_head("webhooks: {" + std::string(r.section) + ": {secrets: [" + r.place + "]}}\n"));
        std::vector<std::string> const environment{"EMPTY_SECRET=", "SHORT_SECRET=abc"};
        for (auto const& words : {std::vector<std::string>{"check", path}, {"run", "--config", path}}) {
            auto const f = run_penstock(words, environment);
            BOOST_TEST(f.code == 2);
            BOOST_TEST(holds(f.err, path + ":3:31: "), f.err);
            BOOST_TEST(holds(f.err, r.says), f.err);
            BOOST_TEST(!holds(f.err, "fifteen letters"));
        }
    }
}

BOOST_AUTO_TEST_CASE(wrong_usage_ends_it_with_2)
{
    for (auto const& words : {std::vector<std::string>{"--nonsense"},
                              {"run", "--nonsense"},
                              {"fly"},
                              {"run", "--log-level", "loud"},
                              {"run", "--concurrent", "0"},
                              {"completion", "tcsh"},
                              {"explain"},
                              {"config"},
                              {"version", "-o", "xml"},
                              {"run", "--systems", "plan"},
                              {"run", "--hooks-addr", "nowhere", "--kubeconfig", "/dev/null"},
                              {"run", "--kubeconfig", "/does/not/exist"},
                              {"trigger", "--type", "github"}}) {
        auto const f = run_penstock(words);
        BOOST_TEST(f.code == 2, words.back() + ": " + f.err);
        BOOST_TEST(!f.err.empty());
        BOOST_TEST(f.out == "");
    }
}

BOOST_AUTO_TEST_CASE(help_names_every_command_and_goes_to_stdout)
{
    auto const f = run_penstock({"--help"});
    BOOST_TEST(f.code == 0);
    BOOST_TEST(f.err == "");
    for (auto const* word : {"run", "demo", "check", "trigger", "explain", "config", "version", "completion",
                             "--hooks-addr", "--metrics-addr", "--health-addr", "PENSTOCK_CONFIG", "Exit codes"})
        BOOST_TEST(holds(f.out, word), word);
    for (auto const* command : {"run", "demo", "check", "trigger", "explain", "config", "version", "completion"})
        BOOST_TEST(run_penstock({command, "--help"}).code == 0, command);
}

BOOST_AUTO_TEST_CASE(the_version_is_for_people_and_for_machines)
{
    auto const text = run_penstock({"version"});
    BOOST_TEST(text.code == 0);
    BOOST_TEST(text.out.starts_with("penstock "));
    auto const json = run_penstock({"version", "-o", "json"});
    BOOST_TEST(json.code == 0);
    auto const o = boost::json::parse(json.out).as_object();
    BOOST_TEST(holds(text.out, std::string(o.at("version").as_string())));
    BOOST_TEST(o.at("systems").as_array().size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_completion_of_bash_is_a_script_that_it_can_read)
{
    read_completion("bash");
}

BOOST_AUTO_TEST_CASE(the_completion_of_zsh_is_a_script_that_it_can_read)
{
    read_completion("zsh");
}

BOOST_AUTO_TEST_CASE(the_completion_of_fish_is_a_script_that_it_can_read)
{
    read_completion("fish");
}

BOOST_AUTO_TEST_CASE(config_defaults_is_a_file_that_check_takes)
{
    scratch const files;
    auto const f = run_penstock({"config", "defaults"});
    BOOST_TEST(f.code == 0);
    write_file(files.path() + "/c.yaml", f.out);
    BOOST_TEST(run_penstock({"check", files.path() + "/c.yaml"}).code == 0);
}

BOOST_FIXTURE_TEST_CASE(trigger_sends_what_the_sidecar_takes_and_explain_says_why, stage)
{
    auto const first = create("acme/app");
    source("app", "acme/app");
    BOOST_REQUIRE(until(10s, [&] { return revision("app") == first; }));
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    auto const next = commit("acme/app");
    auto const secret_file = directory() + "/github";
    auto const sent = run_penstock({"trigger", "--url", it.hooks_url(), "--repo", url_of("acme/app"), "--branch",
                                    "main", "--sha", next, "--secret-file", secret_file});
    BOOST_TEST(sent.code == 0, sent.err);
    BOOST_TEST(boost::json::parse(sent.out).at("status").as_string() == "queued");
    BOOST_TEST(holds(sent.err, "✔ 202"), sent.err);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    auto const gitlab =
        run_penstock({"trigger", "--type", "gitlab", "--url", it.hooks_url(), "--repo", url_of("acme/app"), "--sha",
                      next, "--secret-file", directory() + "/gitlab-signing"});
    BOOST_TEST(gitlab.code == 0, gitlab.err);
    auto const refused = run_penstock(
        {"trigger", "--url", it.hooks_url(), "--repo", url_of("acme/app"), "--sha", next, "--secret-env", "WRONG"},
        {"WRONG=a secret that is not the right one"});
    BOOST_TEST(refused.code == 1);
    BOOST_TEST(holds(refused.err, "✗ 401"), refused.err);
    auto const nobody = run_penstock(
        {"trigger", "--url", "http://127.0.0.1:9", "--repo", "a", "--sha", next, "--secret-file", secret_file});
    BOOST_TEST(nobody.code == 1);

    auto const at = "127.0.0.1:" + std::to_string(it.metrics_port);
    auto const json = run_penstock({"explain", "flux-system/app", "-o", "json", "--metrics-addr", at});
    BOOST_TEST(json.code == 0, json.err);
    auto const o = boost::json::parse(json.out).as_object();
    BOOST_TEST(o.at("object").as_string() == "GitRepository/flux-system/app");
    BOOST_TEST(o.contains("lastWebhook"));
    BOOST_TEST(!o.at("decisions").as_array().empty());
    auto const text = run_penstock({"explain", "GitRepository/flux-system/app"}, {"PENSTOCK_METRICS_ADDR=" + at});
    BOOST_TEST(text.code == 0, text.err);
    BOOST_TEST(holds(text.out, "covered by    webhook"), text.out);
    auto const unknown = run_penstock({"explain", "flux-system/none", "--metrics-addr", at});
    BOOST_TEST(unknown.code == 1);
    BOOST_TEST(holds(unknown.err, "known are: GitRepository/flux-system/app"), unknown.err);
    BOOST_TEST(run_penstock({"explain", "flux-system/app", "--metrics-addr", "127.0.0.1:9"}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(check_live_asks_the_cluster, stage)
{
    write_file(directory() + "/c.yaml", with_head(""));
    auto const f = run_penstock({"check", "--live", "--kubeconfig", kubeconfig(), directory() + "/c.yaml"});
    BOOST_TEST(f.code == 0, f.err);
    BOOST_TEST(holds(f.err, "✔ may patch gitrepositories.source.toolkit.fluxcd.io in all namespaces"), f.err);
    write_file(directory() + "/dead", "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: "
                                      "{server: 'http://127.0.0.1:9'}}]\nusers: [{name: a, user: {}}]\ncontexts: "
                                      "[{name: a, context: {cluster: a, user: a}}]\n");
    auto const dead = run_penstock({"check", "--live", "--kubeconfig", directory() + "/dead", directory() + "/c.yaml"});
    BOOST_TEST(dead.code == 1, dead.err);
    BOOST_TEST(holds(dead.err, "✗ "), dead.err);
}

BOOST_AUTO_TEST_CASE(the_tour_of_the_demo_walks_through_to_its_end)
{
    auto const f = run_penstock({"demo", "--tour"});
    BOOST_TEST(f.code == 0, f.err);
    for (auto const* step :
         {"✔ git clone ", "✔ git push: the webhook of its post-receive hook made Flux sync",
          "✔ git push with the hook off: the poll found it", "✔ a signed delivery: 202 queued",
          "✔ the same delivery once more: 200 duplicate", "✔ a delivery whose body was changed: 401 refused",
          "✔ a request to the path of the Flux Receiver: 200", "/metrics", "✔ penstock explain", "✔ the tour is over"})
        BOOST_TEST(holds(f.err, step), step);
    BOOST_TEST(!holds(f.err, "✗"));
}

BOOST_AUTO_TEST_SUITE_END()
