#ifndef PENSTOCK_KUBE_FAIRNESS_HPP
#define PENSTOCK_KUBE_FAIRNESS_HPP
#include <penstock/http/message.hpp>

#include <string>
#include <string_view>

namespace penstock::kube {

/** How the server ranked a request: a server with priority and fairness says so in every answer, and then holds
    clients back by itself, so that they need no limit of their own.
    @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#debugging */
class fairness
{
public:
    /// What an answer says; empty where it says nothing, as a proxy's own answers do.
    static fairness of(http::response const& answer)
    {
        fairness f;
        f.flow_schema_uid = short_token(answer.fields["X-Kubernetes-PF-FlowSchema-UID"]);
        f.priority_level_uid = short_token(answer.fields["X-Kubernetes-PF-PriorityLevel-UID"]);
        return f;
    }

    bool empty() const noexcept { return flow_schema_uid.empty() && priority_level_uid.empty(); }

    bool operator==(fairness const&) const = default;

    std::string flow_schema_uid;     ///< At most 64 bytes.
    std::string priority_level_uid;  ///< At most 64 bytes.
private:
    static std::string short_token(std::string_view text) { return std::string(text.substr(0, 64)); }
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_FAIRNESS_HPP
