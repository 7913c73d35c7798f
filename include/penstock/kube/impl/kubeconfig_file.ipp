#ifndef PENSTOCK_KUBE_IMPL_KUBECONFIG_FILE_IPP
#define PENSTOCK_KUBE_IMPL_KUBECONFIG_FILE_IPP
#include <penstock/crypto/base64.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/connection.hpp>
#include <penstock/kube/small_file.hpp>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace penstock::kube::detail {

/// A part of a kubeconfig that knows where it stands, so that errors can say it.
class kubeconfig_part
{
public:
    kubeconfig_part() = default;
    kubeconfig_part(std::string file, YAML::Node node) : file_(std::move(file)), node_(std::move(node)) {}

    bool has(char const* key) const { return node_.IsMap() && node_[key].IsDefined() && !node_[key].IsNull(); }
    kubeconfig_part at(char const* key) const { return {file_, has(key) ? node_[key] : YAML::Node()}; }
    YAML::Node const& node() const { return node_; }

    failure wrong(std::string const& what, errc code = errc::invalid_configuration) const
    {
        auto const line = node_.IsDefined() ? node_.Mark().line : -1;
        return failure(code, file_ + ':' + std::to_string(std::max(line, 0) + 1) + ": " + what);
    }

    /// A scalar, or nothing when it is not there.
    result<std::string> text(char const* key) const
    {
        if (!has(key))
            return std::string();
        if (!node_[key].IsScalar())
            return at(key).wrong(std::string(key) + " must be text");
        return node_[key].Scalar();
    }

    enum class answer : std::uint8_t
    {
        no,
        yes,
    };
    result<answer> flag(char const* key) const
    {
        bool value = false;
        if (has(key) && !YAML::convert<bool>::decode(node_[key], value))
            return at(key).wrong(std::string(key) + " must be true or false");
        return value ? answer::yes : answer::no;
    }

    /// A path, made absolute from the folder of the file.
    result<std::string> path(char const* key) const
    {
        auto value = text(key);
        if (!value || value->empty())
            return value;
        return (std::filesystem::path(file_).parent_path() / *value).string();
    }

    /// What `key-data` holds in base64, or else the file that `key` names; nothing when neither is there.
    result<std::string> pem(std::string const& key) const
    {
        auto const data_key = key + "-data";
        auto const data = text(data_key.c_str());
        if (!data)
            return data;
        if (!data->empty()) {
            auto const ws = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
            std::string compact = *data;
            std::erase_if(compact, ws);
            auto decoded = crypto::base64_decode(compact);
            return decoded ? decoded : at(data_key.c_str()).wrong(data_key + " is not base64");
        }
        auto const name = path(key.c_str());
        if (!name || name->empty())
            return name;
        auto content = read_small_file(*name, 1U << 20U);
        return content ? content : at(key.c_str()).wrong(key + ": " + content.error().detail);
    }
private:
    std::string file_;
    YAML::Node node_;
};

/// Kubeconfig files put together: the first that says something wins.
class kubeconfig
{
public:
    result<void> add(std::string const& path)
    {
        auto const text = read_small_file(path, 4U << 20U);
        if (!text)
            return text.error();
        try {
            kubeconfig_part const root(path, YAML::Load(*text));
            if (!root.node().IsMap())
                return root.wrong("not a kubeconfig");
            if (current_.empty() && root.has("current-context")) {
                current_ = root.node()["current-context"].as<std::string>();
                said_ = root.at("current-context");
            }
            if (!first_.node().IsDefined() || first_.node().IsNull())
                first_ = root;
            if (auto const ok = collect(path, root, "clusters", "cluster", clusters_); !ok)
                return ok;
            if (auto const ok = collect(path, root, "contexts", "context", contexts_); !ok)
                return ok;
            return collect(path, root, "users", "user", users_);
        } catch (YAML::Exception const& e) {
            return failure(errc::invalid_configuration,
                           path + ':' + std::to_string(std::max(e.mark.line, 0) + 1) + ": " + e.msg);
        }
    }

    /// @param wanted A context; empty takes the current one.
    result<connection> choose(std::string const& wanted) const
    {
        auto const& name = wanted.empty() ? current_ : wanted;
        if (name.empty())
            return first_.wrong("no current-context, and no context was named");
        auto const context = contexts_.find(name);
        if (context == contexts_.end())
            return (wanted.empty() ? said_ : first_).wrong("there is no context \"" + name + '"');
        auto const cluster_name = context->second.text("cluster");
        auto const user_name = context->second.text("user");
        auto const ns = context->second.text("namespace");
        for (auto const* each : {&cluster_name, &user_name, &ns})
            if (!*each)
                return each->error();
        auto const cluster = clusters_.find(*cluster_name);
        if (cluster == clusters_.end())
            return context->second.wrong("context \"" + name + "\" names the cluster \"" + *cluster_name
                                         + "\", which is not there");
        connection c;
        if (auto const ok = fill_cluster(c, cluster->second); !ok)
            return ok.error();
        if (!user_name->empty()) {
            auto const user = users_.find(*user_name);
            if (user == users_.end())
                return context->second.wrong("context \"" + name + "\" names the user \"" + *user_name
                                             + "\", which is not there");
            if (auto const ok = fill_user(c, user->second, *user_name); !ok)
                return ok.error();
        }
        if (!ns->empty())
            c.default_namespace = *ns;
        c.origin = "context " + name;
        return c;
    }
private:
    using parts = std::map<std::string, kubeconfig_part>;

    static result<void> collect(std::string const& path, kubeconfig_part const& root, char const* list,
                                char const* member, parts& into)
    {
        if (!root.has(list))
            return {};
        auto const& entries = root.node()[list];
        if (!entries.IsSequence())
            return root.at(list).wrong(std::string(list) + " must be a list");
        for (auto const& node : entries) {
            kubeconfig_part const entry(path, node);
            auto name = entry.text("name");
            if (!name)
                return name.error();
            if (name->empty())
                return entry.wrong("an entry of " + std::string(list) + " has no name");
            // An entry without its member stands for an empty one, at the place of the entry.
            into.emplace(*std::move(name), entry.has(member) ? entry.at(member) : entry);
        }
        return {};
    }

    static result<void> fill_cluster(connection& c, kubeconfig_part const& cluster)
    {
        auto server = cluster.text("server");
        auto authorities = cluster.pem("certificate-authority");
        auto tls_name = cluster.text("tls-server-name");
        auto proxy = cluster.text("proxy-url");
        for (auto* each : {&server, &authorities, &tls_name, &proxy})
            if (!*each)
                return each->error();
        auto const insecure = cluster.flag("insecure-skip-tls-verify");
        if (!insecure)
            return insecure.error();
        if (!server->starts_with("https://") && !server->starts_with("http://"))
            return cluster.at("server").wrong("server must begin with https:// or http://");
        if (!proxy->empty() && !proxy->starts_with("http://") && !proxy->starts_with("https://"))
            return cluster.at("proxy-url").wrong("only http and https proxies are supported", errc::unsupported);
        c.server = *std::move(server);
        c.tls.ca_pem = *std::move(authorities);
        c.tls.server_name = *std::move(tls_name);
        c.tls.insecure_skip_verify = *insecure == kubeconfig_part::answer::yes;
        if (c.tls.insecure_skip_verify && !c.tls.ca_pem.empty())
            return cluster.wrong("insecure-skip-tls-verify and a certificate-authority exclude each other");
        c.proxy_url = *std::move(proxy);
        return {};
    }

    static result<void> fill_user(connection& c, kubeconfig_part const& user, std::string const& name)
    {
        for (auto const* program : {"exec", "auth-provider", "as", "as-uid", "as-groups"}) {
            if (user.has(program))
                return user.at(program).wrong("user \"" + name + "\" uses " + program
                                                  + "; give it a token, a tokenFile or a client certificate",
                                              errc::unsupported);
        }
        auto certificate = user.pem("client-certificate");
        auto key = user.pem("client-key");
        auto token = user.text("token");
        auto token_file = user.path("tokenFile");
        auto login = user.text("username");
        auto password = user.text("password");
        for (auto* each : {&certificate, &key, &token, &token_file, &login, &password})
            if (!*each)
                return each->error();
        if (certificate->empty() != key->empty())
            return user.wrong("user \"" + name + "\" needs both client-certificate and client-key");
        if (!login->empty() && (!token->empty() || !token_file->empty()))
            return user.wrong("user \"" + name + "\" has a token and a password; leave one of them out");
        c.tls.certificate_pem = *std::move(certificate);
        c.tls.private_key_pem = secret(*std::move(key));
        if (!token_file->empty())
            c.credential = credential::bearer_file(*token_file, secret(*std::move(token)));
        else if (!token->empty())
            c.credential = credential::bearer(secret(*std::move(token)));
        else if (!login->empty())
            c.credential = credential::basic(*login, secret(*std::move(password)));
        return {};
    }

    std::string current_;
    kubeconfig_part said_;   // where the current context stands
    kubeconfig_part first_;  // for errors about what stands nowhere
    parts clusters_;
    parts contexts_;
    parts users_;
};

}  // namespace penstock::kube::detail

#endif  // PENSTOCK_KUBE_IMPL_KUBECONFIG_FILE_IPP
