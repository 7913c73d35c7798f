#include "configuration.hpp"

#include "webhook_reader.hpp"
#include "yaml_reader.hpp"

#include <fstream>
#include <iterator>
#include <string>

namespace penstock::sidecar {

namespace {

using node = YAML::Node;
using path = std::string;
using namespace std::chrono_literals;

constexpr std::size_t max_file = 1024 * 1024;

class configuration_reader
{
public:
    explicit configuration_reader(std::string file) : yaml_(std::move(file)) {}

    result<configuration> read(node const& document)
    {
        std::string version, kind;
        auto const left_out = [this](node const& n, path const& p) {
            yaml_.fail(n, "the system '" + p + "' is not part of this build", "remove the section");
        };
        yaml_.mapping(document, "",
                      {{"apiVersion", [&](node const& n, path const& p) { yaml_.text(n, p, version); }},
                       {"kind", [&](node const& n, path const& p) { yaml_.text(n, p, kind); }},
                       {"kubernetes", [this](node const& n, path const& p) { kubernetes(n, p); }},
                       {"watch", [this](node const& n, path const& p) { watch(n, p); }},
                       {"forges", [this](node const& n, path const& p) { forges(n, p); }},
                       {"credentials", [this](node const& n, path const& p) { credentials(n, p); }},
                       {"webhooks", [this](node const& n, path const& p) { read_webhooks(yaml_, n, p, read_); }},
                       {"store", [this](node const& n, path const& p) { store(n, p); }},
                       {"sync", [this](node const& n, path const& p) { sync(n, p); }},
                       {"plan", left_out},
                       {"promote", left_out},
                       {"install", left_out},
                       {"preview", left_out}});
        if (yaml_.failed())
            return yaml_.error();
        if (version != "penstock.dev/v1")
            yaml_.fail(document["apiVersion"] ? document["apiVersion"] : document,
                       version.empty() ? "apiVersion is missing" : "apiVersion is '" + version + "'",
                       "write apiVersion: penstock.dev/v1");
        if (kind != "Sidecar")
            yaml_.fail(document["kind"] ? document["kind"] : document,
                       kind.empty() ? "kind is missing" : "kind is '" + kind + "'", "write kind: Sidecar");
        check_references(document);
        if (yaml_.failed())
            return yaml_.error();
        return std::move(read_);
    }
private:
    void kubernetes(node const& n, path const& p)
    {
        yaml_.mapping(n, p, {{"context", [this](node const& v, path const& at) {
                                  yaml_.text(v, at, read_.kube_context, true);
                              }}});
    }

    void watch(node const& n, path const& p)
    {
        yaml_.mapping(n, p,
                      {{"namespaces",
                        [this](node const& v, path const& at) {
                            yaml_.sequence(v, at, [this](node const& e, path const& where) {
                                yaml_.text(e, where, read_.namespaces.emplace_back());
                            });
                        }},
                       {"labelSelector",
                        [this](node const& v, path const& at) { yaml_.text(v, at, read_.label_selector, true); }}});
    }

    void forges(node const& n, path const& p)
    {
        yaml_.sequence(n, p, [this](node const& e, path const& at) {
            forge_entry f;
            yaml_.mapping(e, at,
                          {{"host", [&](node const& v, path const& w) { yaml_.text(v, w, f.host); }},
                           {"type",
                            [&](node const& v, path const& w) {
                                yaml_.text(v, w, f.type);
                                if (f.type != "github" && f.type != "gitlab" && f.type != "gitea")
                                    yaml_.fail(v, w + ": '" + f.type + "' is not a type of forge",
                                               "write github, gitlab or gitea");
                            }},
                           {"credential", [&](node const& v, path const& w) { yaml_.text(v, w, f.credential); }},
                           {"budget", [&](node const& v, path const& w) {
                                yaml_.mapping(v, w, {{"reserve", [&](node const& r, path const& x) {
                                                          yaml_.share(r, x, f.reserve, 0.9);
                                                      }}});
                            }}});
            if (f.host.empty())
                yaml_.fail(e, at + " has no host", "write host: git.example.com");
            if (f.type.empty() && (f.host == "github.com" || f.host == "gitlab.com"))
                f.type = f.host.substr(0, 6);
            if (f.type.empty())
                yaml_.fail(e, at + " has no type", "write type: github, gitlab or gitea");
            read_.forges.push_back(std::move(f));
        });
    }

    void credentials(node const& n, path const& p)
    {
        if (!n.IsMap()) {
            yaml_.fail(n, p + " is not a mapping", "write a name for each: bot: {token: {env: GITHUB_TOKEN}}");
            return;
        }
        for (auto const& entry : n) {
            auto const name = entry.first.Scalar();
            if (read_.tokens.contains(name))
                yaml_.fail(entry.first, p + "." + name + " stands twice", "keep one of the two");
            yaml_.mapping(
                entry.second, p + "." + name,
                {{"token", [&](node const& v, path const& w) { read_.tokens[name] = read_place(yaml_, v, w); }},
                 {"githubApp", [this](node const& v, path const& w) {
                      yaml_.fail(v, w + ": GitHub App credentials are not part of this build",
                                 "write token: {env: NAME}");
                  }}});
            if (!yaml_.failed() && !read_.tokens.contains(name))
                yaml_.fail(entry.second, p + "." + name + " is empty", "write token: {env: NAME}");
        }
    }

    void store(node const& n, path const& p)
    {
        yaml_.mapping(n, p,
                      {{"sqlite", [this](node const& v, path const& w) { yaml_.text(v, w, read_.sqlite_path); }},
                       {"dynamodb", [this](node const& v, path const& w) {
                            yaml_.fail(v, w + " is not part of this build", "write sqlite: /data/penstock.db");
                        }}});
    }

    void sync(node const& n, path const& p)
    {
        auto& poll = read_.poll;
        yaml_.mapping(
            n, p,
            {{"poll",
              [&](node const& v, path const& w) {
                  yaml_.mapping(
                      v, w,
                      {{"interval", [&](node const& x, path const& at) { yaml_.length(x, at, poll.interval, 1s); }},
                       {"max", [&](node const& x, path const& at) { yaml_.length(x, at, poll.max, 1s); }},
                       {"jitter", [&](node const& x, path const& at) { yaml_.share(x, at, poll.jitter, 0.5); }}});
                  if (!yaml_.failed() && !v["max"] && poll.max < poll.interval)
                      poll.max = poll.interval;
                  if (!yaml_.failed() && poll.max < poll.interval)
                      yaml_.fail(v["max"], w + ".max is shorter than " + w + ".interval",
                                 "write a max of at least the interval");
              }},
             {"reconcile",
              [&](node const& v, path const& w) {
                  yaml_.mapping(
                      v, w,
                      {{"interval", [&](node const& x, path const& at) { yaml_.length(x, at, read_.resync, 10s); }},
                       {"heal",
                        [&](node const& x, path const& at) {
                            std::string heal;
                            yaml_.text(x, at, heal);
                            if (heal != "auto")
                                yaml_.fail(x, at + ": '" + heal + "' is not part of this build", "write auto");
                        }},
                       {"grace", [&](node const& x, path const& at) {
                            duration grace{};
                            yaml_.length(x, at, grace, 0s);
                            if (grace != 0s)
                                yaml_.fail(x, at + " is not part of this build", "write 0s");
                        }}});
              }},
             {"sources",
              [this](node const& v, path const& w) {
                  if (!v.IsSequence() || v.size() != 0)
                      yaml_.fail(v, w + ": sources without Flux are not part of this build", "write []");
              }},
             {"events", [this](node const& v, path const& w) {
                  yaml_.fail(v, w + ": CDEvents are not part of this build", "remove the key");
              }}});
    }

    void check_references(node const& document)
    {
        for (std::size_t i = 0; !yaml_.failed() && i < read_.forges.size(); ++i) {
            auto const& f = read_.forges[i];
            if (!f.credential.empty() && !read_.tokens.contains(f.credential))
                yaml_.fail(document["forges"][i]["credential"],
                           "forges[" + std::to_string(i) + "].credential: there is no credential '" + f.credential
                               + "'",
                           "add it under credentials, or remove the line");
        }
    }

    yaml_reader yaml_;
    configuration read_;
};

}  // namespace

std::string secret_place::describe() const
{
    if (auto const* f = std::get_if<from_file>(&where))
        return "file " + f->path;
    if (auto const* e = std::get_if<from_environment>(&where))
        return "environment variable " + e->name;
    auto const& k = std::get<from_kubernetes>(where);
    return "secret " + k.name + ", key " + k.key;
}

result<configuration> parse_configuration(std::string_view text, std::string const& file)
{
    if (text.size() > max_file)
        return failure(errc::invalid_configuration,
                       file + ": larger than 1 MiB; split it or remove what is not needed");
    try {
        auto const document = YAML::Load(std::string(text));  // the first one
        if (document.IsNull())
            return failure(errc::invalid_configuration,
                           file + ":1:1: the file is empty; write apiVersion: penstock.dev/v1 and kind: Sidecar");
        if (auto const second = second_document(text); !second.is_null())
            return failure(errc::invalid_configuration, file + ":" + std::to_string(second.line + 1) + ":"
                                                            + std::to_string(second.column + 1)
                                                            + ": more than one document; keep the first");
        return configuration_reader(file).read(document);
    } catch (YAML::Exception const& e) {
        auto const& mark = e.mark;
        auto const at =
            mark.is_null() ? file : file + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
        return failure(errc::invalid_configuration,
                       at + ": not valid YAML (" + e.msg + "); see `penstock config defaults`");
    }
}

result<configuration> load_configuration(std::string const& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return failure(errc::invalid_configuration, file + ": cannot be read; check the path and its permissions");
    std::string text(max_file + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad())
        return failure(errc::invalid_configuration, file + ": cannot be read; check the path and its permissions");
    text.resize(static_cast<std::size_t>(in.gcount()));
    return parse_configuration(text, file);
}

}  // namespace penstock::sidecar
