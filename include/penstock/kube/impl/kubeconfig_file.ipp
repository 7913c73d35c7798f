#ifndef PENSTOCK_KUBE_IMPL_KUBECONFIG_FILE_IPP
#define PENSTOCK_KUBE_IMPL_KUBECONFIG_FILE_IPP
#include <penstock/env/small_file.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/connection.hpp>
#include <penstock/kube/impl/kubeconfig_exec.ipp>
#include <penstock/kube/impl/kubeconfig_part.ipp>
#include <penstock/text/secret.hpp>

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <map>
#include <set>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::kube::detail {

/** Overwrites all texts of documents, which are worth nothing afterwards. A node of yaml-cpp gives its text out as
    constant and is none itself. What yaml-cpp copies while it scans is out of reach. */
class yaml_wiper
{
public:
    void wipe(YAML::Node const& node)
    {
        auto& text = const_cast<std::string&>(node.Scalar());
        secret::wipe(text);
        bool const whole = (node.IsSequence() || node.IsMap()) && !seen_.insert(&text).second;
        if (whole)
            return;  // aliases may make a circle
        for (auto const& each : node)
            wipe(node.IsMap() ? each.second : each);
    }
private:
    std::set<std::string const*> seen_;  // each node has a text, be it empty
};

/// Kubeconfig files put together: the first that says something wins. Their texts are overwritten in the end.
class kubeconfig
{
public:
    kubeconfig() = default;
    kubeconfig(kubeconfig const&) = delete;
    kubeconfig& operator=(kubeconfig const&) = delete;
    ~kubeconfig()
    {
        yaml_wiper all;
        for (auto const& each : documents_)
            all.wipe(each);
    }

    result<void> add(std::string const& path)
    {
        auto content = env::read_small_file(path, 4U << 20U);
        if (!content)
            return content.error();
        secret const text(*std::move(content));
        try {
            documents_.push_back(load(text));
            kubeconfig_part const root(path, documents_.back());
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
            if (auto const ok = fill_user(c, cluster->second, user->second, *user_name); !ok)
                return ok.error();
        }
        if (!ns->empty())
            c.default_namespace = *ns;
        c.origin = "context " + name;
        return c;
    }
private:
    /// Reads a text where it lies, without the copies of a string stream.
    static YAML::Node load(secret const& text)
    {
        class bytes final : public std::streambuf
        {
        public:
            explicit bytes(std::string_view from)
            {
                auto* const begin = const_cast<char*>(from.data());  // only ever read
                setg(begin, begin, begin + from.size());
            }
        };
        bytes from(text.reveal());
        std::istream stream(&from);
        return YAML::Load(stream);
    }

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
        auto authorities = cluster.certificate("certificate-authority");
        auto from = cluster.pem_file("certificate-authority");
        auto tls_name = cluster.text("tls-server-name");
        auto proxy = cluster.text("proxy-url");
        for (auto* each : {&server, &authorities, &from, &tls_name, &proxy})
            if (!*each)
                return each->error();
        auto const insecure = cluster.flag("insecure-skip-tls-verify");
        if (!insecure)
            return insecure.error();
        if (!server->starts_with("https://") && !server->starts_with("http://"))
            return cluster.at("server").wrong("server must begin with https:// or http://");
        if (!proxy->empty() && !proxy->starts_with("http://"))
            return cluster.at("proxy-url").wrong("only http:// proxies are supported", errc::unsupported);
        c.server = *std::move(server);
        c.tls.ca_pem = *std::move(authorities);
        c.files.authorities = *std::move(from);
        c.tls.server_name = *std::move(tls_name);
        c.tls.insecure_skip_verify = *insecure == kubeconfig_part::answer::yes;
        if (c.tls.insecure_skip_verify && !c.tls.ca_pem.empty())
            return cluster.wrong("insecure-skip-tls-verify and a certificate-authority exclude each other");
        c.proxy_url = *std::move(proxy);
        return {};
    }

    static result<void> fill_user(connection& c, kubeconfig_part const& cluster, kubeconfig_part const& user,
                                  std::string const& name)
    {
        if (user.has("auth-provider"))
            return user.at("auth-provider")
                .wrong("user \"" + name
                           + "\" uses auth-provider, which Kubernetes has given up; give it exec, a token, a "
                             "tokenFile or a client certificate",
                       errc::unsupported);
        if (user.has("exec")) {
            auto exec = read_exec(c, cluster, user.at("exec"));
            if (!exec)
                return exec.error();
            c.exec = *std::move(exec);
        }
        if (auto const ok = fill_certificate(c, user, name); !ok)
            return ok;
        if (auto const ok = fill_impersonation(c.act_as, user, name); !ok)
            return ok;
        auto token = user.text("token");
        auto token_file = user.path("tokenFile");
        auto login = user.text("username");
        auto password = user.text("password");
        for (auto* each : {&token, &token_file, &login, &password})
            if (!*each)
                return each->error();
        if (!login->empty() && (!token->empty() || !token_file->empty()))
            return user.wrong("user \"" + name + "\" has a token and a password; leave one of them out");
        if (!token->empty() || !token_file->empty() || !login->empty())
            c.exec.reset();  // what the file says itself wins, as in client-go
        if (!token_file->empty())
            c.credential = credential::bearer_file(*token_file, secret(*std::move(token)));
        else if (!token->empty())
            c.credential = credential::bearer(secret(*std::move(token)));
        else if (!login->empty())
            c.credential = credential::basic(*login, secret(*std::move(password)));
        return {};
    }

    static result<void> fill_certificate(connection& c, kubeconfig_part const& user, std::string const& name)
    {
        auto certificate = user.certificate("client-certificate");
        auto certificate_file = user.pem_file("client-certificate");
        auto key = user.pem("client-key");
        auto key_file = user.pem_file("client-key");
        for (auto* each : {&certificate, &certificate_file, &key, &key_file})
            if (!*each)
                return each->error();
        if (certificate->empty() != key->empty())
            return user.wrong("user \"" + name + "\" needs both client-certificate and client-key");
        c.tls.certificate_pem = *std::move(certificate);
        c.tls.private_key_pem = secret(*std::move(key));
        c.files.certificate = *std::move(certificate_file);
        c.files.key = *std::move(key_file);
        return {};
    }

    static result<void> fill_impersonation(impersonation& who, kubeconfig_part const& user, std::string const& name)
    {
        auto as = user.text("as");
        auto uid = user.text("as-uid");
        auto groups = user.texts("as-groups");
        for (auto* each : {&as, &uid})
            if (!*each)
                return each->error();
        if (!groups)
            return groups.error();
        if (user.has("as-user-extra")) {
            auto const extra = user.at("as-user-extra");
            if (!extra.node().IsMap())
                return extra.wrong("as-user-extra must be a map of lists");
            for (auto const& entry : extra.node()) {
                auto const key = entry.first.Scalar();
                auto values = extra.texts(key.c_str());
                if (!values)
                    return values.error();
                who.extra.emplace(key, *std::move(values));
            }
        }
        who.user = *std::move(as);
        who.uid = *std::move(uid);
        who.groups = *std::move(groups);
        if (who.user.empty() && !who.empty())
            return user.wrong("user \"" + name + "\" acts as somebody; name them with \"as\"");
        return {};
    }

    std::vector<YAML::Node> documents_;
    std::string current_;
    kubeconfig_part said_;   // where the current context stands
    kubeconfig_part first_;  // for errors about what stands nowhere
    parts clusters_;
    parts contexts_;
    parts users_;
};

}  // namespace penstock::kube::detail

#endif  // PENSTOCK_KUBE_IMPL_KUBECONFIG_FILE_IPP
