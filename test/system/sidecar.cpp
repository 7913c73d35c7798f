#include "stage.hpp"

#include <boost/json/parse.hpp>

#include <sstream>
#include <stdexcept>

namespace penstock::system_test {

namespace {

using namespace std::chrono_literals;

}  // namespace

secret const& sidecar::github_secret()
{
    static secret const s("github-webhook-secret-9f0c1f21");
    return s;
}

secret const& sidecar::gitlab_token()
{
    static secret const s("gitlab-webhook-token-71b2a4aa");
    return s;
}

secret const& sidecar::gitlab_signing_token()
{
    static secret const s("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    return s;
}

void sidecar::configure(stage const& around, sidecar_options const& o)
{
    auto const& d = around.directory();
    write_file(d + "/github", std::string(github_secret().reveal()) + "\n");
    write_file(d + "/gitlab", std::string(gitlab_token().reveal()) + "\n");
    write_file(d + "/gitlab-signing", std::string(gitlab_signing_token().reveal()) + "\n");
    write_file(config_path(around, o.name),
               "apiVersion: penstock.dev/v1\nkind: Sidecar\nwebhooks:\n  github: {secrets: [{file: " + d
                   + "/github}]}\n  gitlab: {secrets: [{file: " + d + "/gitlab}, {file: " + d
                   + "/gitlab-signing}]}\n  gitea: {secrets: [{file: " + d
                   + "/github, name: forgejo-2026}]}\nstore: {sqlite: " + d + "/store" + o.name
                   + ".db}\nsync:\n  poll: " + o.poll + "\n" + o.more);
}

std::vector<std::string> sidecar::command(stage const& around, sidecar_options const& o)
{
    std::vector<std::string> all{penstock_binary(), "run",
                                 "--config",        config_path(around, o.name),
                                 "--kubeconfig",    around.kubeconfig(),
                                 "--hooks-addr",    "127.0.0.1:0",
                                 "--metrics-addr",  "127.0.0.1:0",
                                 "--health-addr",   "127.0.0.1:0",
                                 "--log-level",     o.level};
    all.insert(all.end(), o.arguments.begin(), o.arguments.end());
    return all;
}

sidecar::sidecar(stage& around, sidecar_options o) : stage_(around)
{
    configure(around, o);
    process_ = std::make_unique<child>(command(around, o), around.directory(), o.environment);
    until(20s, [this] { return find_ports() || process_->ended(); });
    if (hooks_port == 0)
        throw std::runtime_error("the sidecar did not start: " + process_->err());
}

bool sidecar::find_ports()
{
    std::istringstream lines(process_->err());
    for (std::string line; std::getline(lines, line);) {
        if (line.find("\"msg\":\"started\"") == std::string::npos || !line.ends_with('}'))
            continue;
        auto const o = boost::json::parse(line).as_object();
        hooks_port = o.at("hooks").to_number<std::uint16_t>();
        metrics_port = o.at("metrics").to_number<std::uint16_t>();
        health_port = o.at("health").to_number<std::uint16_t>();
        return true;
    }
    return false;
}

bool sidecar::ready()
{
    auto const answer = stage_.send(http::request("GET", health_url() + "/readyz"));
    return answer && answer->status == 200;
}

bool sidecar::wait_ready(duration within)
{
    return until(within, [this] { return ready(); });
}

std::string sidecar::metrics()
{
    auto const answer = stage_.send(http::request("GET", metrics_url() + "/metrics"));
    return answer ? answer->body : std::string();
}

boost::json::object sidecar::explain(std::string const& name)
{
    auto const answer = stage_.send(http::request("GET", metrics_url() + "/explain/flux-system/" + name));
    return answer && answer->status == 200 ? boost::json::parse(answer->body).as_object() : boost::json::object();
}

int sidecar::push(std::string const& repository, std::string const& before, std::string const& after,
                  std::string const& delivery, std::string const& ref)
{
    auto const answer = stage_.send(github_push(hooks_url() + "/webhook/github", github_secret(),
                                                stage_.url_of(repository), before, after, delivery, ref));
    last_answer = answer ? answer->body : std::string();
    return answer ? answer->status : 0;
}

}  // namespace penstock::system_test
