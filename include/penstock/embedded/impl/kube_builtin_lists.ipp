#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_BUILTIN_LISTS_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_BUILTIN_LISTS_IPP
#include <penstock/embedded/kube_schema.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

/// What the schemas of built-in types say about lists and maps, for server-side apply: the list types and keys of
/// https://kubernetes.io/docs/reference/kubernetes-api/, and the defaults of fields that are keys.
namespace penstock::embedded::kube_builtin_types::kube_detail {

using lists_ptr = std::shared_ptr<kube_schema const>;

inline boost::json::object fields(boost::json::object properties)
{
    boost::json::object out;
    out["properties"] = std::move(properties);
    return out;
}

/// Elements are known by these fields.
inline boost::json::object keyed(std::initializer_list<std::string_view> keys, boost::json::object properties = {})
{
    boost::json::array names;
    for (auto const k : keys)
        names.emplace_back(boost::json::string_view(k.data(), k.size()));
    boost::json::object out;
    out["x-kubernetes-list-type"] = "map";
    out["x-kubernetes-list-map-keys"] = std::move(names);
    out["items"] = fields(std::move(properties));
    return out;
}

/// A map that belongs to one owner as a whole.
inline boost::json::object whole()
{
    return {{"x-kubernetes-map-type", "atomic"}};
}

inline boost::json::object conditions()
{
    return fields({{"conditions", keyed({"type"})}});
}

inline boost::json::object tcp_by_default()
{
    return {{"protocol", boost::json::object{{"default", "TCP"}}}};
}

inline boost::json::object containers()
{
    boost::json::object const source = fields({{"configMapKeyRef", whole()},
                                               {"fieldRef", whole()},
                                               {"resourceFieldRef", whole()},
                                               {"secretKeyRef", whole()}});
    return keyed({"name"}, {{"env", keyed({"name"}, {{"valueFrom", source}})},
                            {"ports", keyed({"containerPort", "protocol"}, tcp_by_default())},
                            {"resources", fields({{"claims", keyed({"name"})}})},
                            {"volumeDevices", keyed({"devicePath"})},
                            {"volumeMounts", keyed({"mountPath"})}});
}

inline boost::json::object pod_spec()
{
    return fields({{"containers", containers()},
                   {"ephemeralContainers", containers()},
                   {"hostAliases", keyed({"ip"})},
                   {"imagePullSecrets", keyed({"name"})},
                   {"initContainers", containers()},
                   {"nodeSelector", whole()},
                   {"resourceClaims", keyed({"name"})},
                   {"schedulingGates", keyed({"name"})},
                   {"topologySpreadConstraints", keyed({"topologyKey", "whenUnsatisfiable"})},
                   {"volumes", keyed({"name"})}});
}

inline lists_ptr lists(boost::json::object properties)
{
    return std::make_shared<kube_schema>(fields(std::move(properties)));
}

inline lists_ptr lists_of_pods()
{
    auto status = conditions();
    status["properties"].as_object()["podIPs"] = keyed({"ip"});
    status["properties"].as_object()["hostIPs"] = keyed({"ip"});
    return lists({{"spec", pod_spec()}, {"status", std::move(status)}});
}

inline lists_ptr lists_of_deployments()
{
    boost::json::object const once{{"default", 1}};
    return lists(
        {{"spec", fields({{"replicas", once}, {"selector", whole()}, {"template", fields({{"spec", pod_spec()}})}})},
         {"status", conditions()}});
}

inline lists_ptr lists_of_services()
{
    return lists({{"spec", fields({{"ports", keyed({"port", "protocol"}, tcp_by_default())}, {"selector", whole()}})},
                  {"status", conditions()}});
}

inline lists_ptr lists_of_accounts()
{
    return lists({{"secrets", keyed({"name"})}});
}

inline lists_ptr lists_of_namespaces()
{
    return lists({{"status", conditions()}});
}

inline lists_ptr lists_of_definitions()
{
    return lists({{"status", conditions()}});
}

inline lists_ptr lists_of_events(bool core)
{
    return lists({{core ? "involvedObject" : "regarding", whole()}, {"related", whole()}});
}

}  // namespace penstock::embedded::kube_builtin_types::kube_detail

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_BUILTIN_LISTS_IPP
