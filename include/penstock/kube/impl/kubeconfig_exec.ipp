#ifndef PENSTOCK_KUBE_IMPL_KUBECONFIG_EXEC_IPP
#define PENSTOCK_KUBE_IMPL_KUBECONFIG_EXEC_IPP
#include <penstock/auth/exec_source.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/kube/connection.hpp>
#include <penstock/kube/impl/kubeconfig_part.ipp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace penstock::kube::detail {

/// A node as JSON; quoted scalars stay text. What is nested deeper than 32 levels becomes null.
inline boost::json::value json_of(YAML::Node const& node, int depth = 0)
{
    if (depth > 32)
        return nullptr;
    if (node.IsMap()) {
        boost::json::object out;
        for (auto const& entry : node)
            out[entry.first.Scalar()] = json_of(entry.second, depth + 1);
        return out;
    }
    if (node.IsSequence()) {
        boost::json::array out;
        for (auto const& entry : node)
            out.push_back(json_of(entry, depth + 1));
        return out;
    }
    if (!node.IsScalar())
        return nullptr;
    bool const quoted = node.Tag() == "!";
    bool flag = false;
    std::int64_t number = 0;
    double fraction = 0;
    if (!quoted && YAML::convert<bool>::decode(node, flag))
        return flag;
    if (!quoted && YAML::convert<std::int64_t>::decode(node, number))
        return number;
    if (!quoted && YAML::convert<double>::decode(node, fraction))
        return fraction;
    return boost::json::value(node.Scalar());
}

/// `spec.cluster` of what a plug-in is told.
inline std::string cluster_info(connection const& c, kubeconfig_part const& cluster)
{
    boost::json::object info;
    info["server"] = c.server;
    if (!c.tls.server_name.empty())
        info["tls-server-name"] = c.tls.server_name;
    if (c.tls.insecure_skip_verify)
        info["insecure-skip-tls-verify"] = true;
    if (!c.tls.ca_pem.empty())
        info["certificate-authority-data"] = crypto::base64_encode(c.tls.ca_pem);
    if (!c.proxy_url.empty())
        info["proxy-url"] = c.proxy_url;
    if (cluster.has("extensions") && cluster.node()["extensions"].IsSequence()) {
        for (auto const& entry : cluster.node()["extensions"]) {
            bool const ours = entry.IsMap() && entry["name"].IsDefined() && entry["name"].IsScalar()
                              && entry["name"].Scalar() == "client.authentication.k8s.io/exec";
            if (ours && entry["extension"].IsDefined())
                info["config"] = json_of(entry["extension"]);
        }
    }
    return boost::json::serialize(info);
}

inline result<void> fill_variables(auth::exec_options& into, kubeconfig_part const& exec)
{
    if (!exec.has("env"))
        return {};
    auto const list = exec.at("env");
    if (!list.node().IsSequence())
        return list.wrong("env must be a list");
    for (auto const& entry : list.node()) {
        bool const usable =
            entry.IsMap() && entry["name"].IsDefined() && entry["name"].IsScalar() && !entry["name"].Scalar().empty();
        if (!usable || !entry["value"].IsDefined() || !entry["value"].IsScalar())
            return list.wrong("each entry of env needs a name and a value");
        into.environment.emplace_back(entry["name"].Scalar(), entry["value"].Scalar());
    }
    return {};
}

/** Reads `users[].user.exec`.
    @param c Its cluster is known already. */
inline result<auth::exec_options> read_exec(connection const& c, kubeconfig_part const& cluster,
                                            kubeconfig_part const& exec)
{
    auth::exec_options out;
    auto version = exec.text("apiVersion");
    auto command = exec.text("command");
    auto mode = exec.text("interactiveMode");
    auto hint = exec.text("installHint");
    for (auto* each : {&version, &command, &mode, &hint})
        if (!*each)
            return each->error();
    auto arguments = exec.texts("args");
    auto const tells_cluster = exec.flag("provideClusterInfo");
    if (!arguments)
        return arguments.error();
    if (!tells_cluster)
        return tells_cluster.error();
    std::string const group = "client.authentication.k8s.io/";
    if (*version != group + "v1" && *version != group + "v1beta1")
        return exec.wrong("exec needs the apiVersion " + group + "v1 or " + group + "v1beta1");
    if (command->empty())
        return exec.wrong("exec names no command");
    if (*mode == "Always")
        return exec.wrong("exec asks a person at a terminal (interactiveMode: Always), and there is none",
                          errc::unsupported);
    bool const older = version->ends_with("v1beta1");
    if (*mode != "Never" && *mode != "IfAvailable" && !(mode->empty() && older))
        return exec.wrong("exec needs an interactiveMode: Never or IfAvailable");
    if (command->find('/') != std::string::npos)
        *command = (exec.folder() / *command).lexically_normal().string();
    out.command.push_back(*std::move(command));
    for (auto& each : *arguments)
        out.command.push_back(std::move(each));
    out.api_version = *std::move(version);
    out.install_hint = *std::move(hint);
    if (*tells_cluster == kubeconfig_part::answer::yes)
        out.cluster = cluster_info(c, cluster);
    if (auto const ok = fill_variables(out, exec); !ok)
        return ok.error();
    return out;
}

}  // namespace penstock::kube::detail

#endif  // PENSTOCK_KUBE_IMPL_KUBECONFIG_EXEC_IPP
