#include "trigger.hpp"

#include "blocking.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/standard_webhooks.hpp>
#include <penstock/http/client.hpp>
#include <penstock/text/hex.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

namespace penstock::sidecar {

namespace {

constexpr char const* nobody = "0000000000000000000000000000000000000000";

std::string github_push(trigger_arguments const& a)
{
    boost::json::object repository;
    repository["html_url"] = a.repository;
    repository["clone_url"] = a.repository;
    repository["full_name"] = a.repository;
    repository["default_branch"] = a.branch;
    boost::json::object push;
    push["ref"] = "refs/heads/" + a.branch;
    push["before"] = a.before.empty() ? nobody : a.before;
    push["after"] = a.commit;
    push["repository"] = std::move(repository);
    push["commits"].emplace_array();
    push["pusher"] = {{"name", "penstock"}};
    return boost::json::serialize(push);
}

std::string gitlab_push(trigger_arguments const& a)
{
    boost::json::object project;
    project["web_url"] = a.repository;
    project["git_http_url"] = a.repository;
    project["path_with_namespace"] = a.repository;
    project["default_branch"] = a.branch;
    boost::json::object push;
    push["object_kind"] = "push";
    push["event_name"] = "push";
    push["ref"] = "refs/heads/" + a.branch;
    push["before"] = a.before.empty() ? nobody : a.before;
    push["after"] = a.commit;
    push["checkout_sha"] = a.commit;
    push["project"] = std::move(project);
    push["commits"].emplace_array();
    return boost::json::serialize(push);
}

std::string signature(secret const& key, std::string const& body)
{
    crypto::hmac mac{crypto::hmac_key(crypto::algorithm::sha256, key.reveal())};
    mac.update(body);
    return "sha256=" + to_hex(mac.finish().view());
}

/// As GitLab does with a signing token.
result<void> sign_for_gitlab(http::request& r, secret const& key, std::string const& delivery, wall_time now)
{
    auto const signing = hook::standard_webhooks::prepare(key);
    if (!signing)
        return failure(errc::invalid_argument, "the signing token cannot be used: " + signing.error().detail);
    auto const seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    auto const time = std::to_string(seconds);
    crypto::hmac mac{*signing};
    mac.update(delivery + "." + time + ".");
    mac.update(r.body);
    r.fields.set("webhook-id", delivery);
    r.fields.set("webhook-timestamp", time);
    r.fields.set("webhook-signature", "v1," + crypto::base64_encode(mac.finish().view()));
    return {};
}

result<secret> read_key(trigger_arguments const& a)
{
    if (!a.secret_env.empty()) {
        auto const* const value = std::getenv(a.secret_env.c_str());
        if (value == nullptr || *value == '\0')
            return failure(errc::invalid_argument, "--secret-env: " + a.secret_env + " is not set");
        return secret(std::string(value));
    }
    if (!a.secret_file.empty()) {
        std::ifstream in(a.secret_file, std::ios::binary);
        if (!in)
            return failure(errc::invalid_argument, "--secret-file: " + a.secret_file + " cannot be read");
        std::string value{std::istreambuf_iterator<char>(in), {}};
        while (value.ends_with('\n') || value.ends_with('\r'))
            value.pop_back();
        return secret(std::move(value));
    }
    return secret();
}

std::string new_delivery()
{
    std::random_device random;
    std::string bytes;
    for (int i = 0; i < 16; ++i)
        bytes.push_back(static_cast<char>(random() & 0xffU));
    auto const hex = to_hex(bytes);
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-"
           + hex.substr(20);
}

}  // namespace

result<http::request> make_trigger(trigger_arguments const& a, secret const& key, std::string const& delivery,
                                   wall_time now)
{
    auto const missing = [](std::string what) { return failure(errc::invalid_argument, std::move(what)); };
    bool const forge = a.type == "github" || a.type == "gitlab";
    if (forge && a.repository.empty())
        return missing("--repo is missing: the URL of the repository, as the source has it in spec.url");
    if (forge && a.commit.empty())
        return missing("--sha is missing: the commit that the branch stands at");
    if (!forge && a.path.empty())
        return missing("--path is missing: status.webhookPath of the Receiver");
    if (a.type != "generic" && key.empty())
        return missing("--secret-file or --secret-env is missing: the secret that the hook is signed with");
    http::request r("POST", a.url);
    while (r.url.ends_with('/'))
        r.url.pop_back();
    r.fields.set("Content-Type", "application/json");
    if (a.type == "github") {
        r.url += "/webhook/github";
        r.body = github_push(a);
        r.fields.set("X-GitHub-Event", "push");
        r.fields.set("X-GitHub-Delivery", delivery);
        r.fields.set("X-Hub-Signature-256", signature(key, r.body));
    } else if (a.type == "gitlab") {
        r.url += "/webhook/gitlab";
        r.body = gitlab_push(a);
        r.fields.set("X-Gitlab-Event", "Push Hook");
        if (key.reveal().starts_with(hook::standard_webhooks::key_prefix)) {
            auto const done = sign_for_gitlab(r, key, delivery, now);
            if (!done)
                return done.error();
        } else {
            r.fields.set("Idempotency-Key", delivery);
            r.fields.set("X-Gitlab-Token", std::string(key.reveal()));
        }
    } else {
        r.url += a.path.starts_with('/') ? a.path : "/" + a.path;
        r.body = "{}";
        if (a.type == "generic-hmac")
            r.fields.set("X-Signature", signature(key, r.body));
    }
    return r;
}

int run_trigger(trigger_arguments const& a)
{
    auto const key = read_key(a);
    if (!key) {
        std::cerr << "penstock trigger: " << key.error().detail << "\n";
        return 2;
    }
    auto request = make_trigger(a, *key, new_delivery(), std::chrono::system_clock::now());
    if (!request) {
        std::cerr << "penstock trigger: " << request.error().detail << "\n";
        return 2;
    }
    std::cerr << "► POST " << (a.path.empty() ? request->url : a.url + "/hook/…") << "\n";
    auto const answer = send_blocking(*std::move(request), std::chrono::seconds(30));
    if (!answer) {
        std::cerr << "✗ " << answer.error().message() << "\n";
        return 1;
    }
    bool const good = answer->status >= 200 && answer->status < 300;
    std::cerr << (good ? "✔ " : "✗ ") << answer->status << "\n";
    std::cout << answer->body << (answer->body.empty() || answer->body.ends_with('\n') ? "" : "\n");
    return good ? 0 : 1;
}

}  // namespace penstock::sidecar
