#ifndef PENSTOCK_BENCHMARKS_PODS_HPP
#define PENSTOCK_BENCHMARKS_PODS_HPP
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

/// Pods as a cluster has them: about 5 KB each, a good third of it `managedFields`.
namespace bench {

inline std::string pod_metadata(std::int64_t n)
{
    char uid[40];
    std::snprintf(uid, sizeof uid, "5f0c3a1e-7b3d-4c52-9d43-%012lld", static_cast<long long>(n));
    auto const number = std::to_string(n);
    std::string text = R"("metadata":{"name":"checkout-7d9f6c5b8-)" + number
                       + R"(","generateName":"checkout-7d9f6c5b8-","namespace":"team-)" + std::to_string(n % 40)
                       + R"(","uid":")" + uid + R"(","resourceVersion":")" + std::to_string(100'000 + n);
    text +=
        R"(","generation":1,"creationTimestamp":"2026-02-03T10:11:12Z","labels":{"app.kubernetes.io/name":"checkout",)"
        R"("app.kubernetes.io/part-of":"shop","pod-template-hash":"7d9f6c5b8"},"annotations":{"prometheus.io/port":)"
        R"("9797","prometheus.io/scrape":"true","kubectl.kubernetes.io/restartedAt":"2026-02-03T10:11:11Z"},)"
        R"("ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"checkout-7d9f6c5b8","uid":)"
        R"("e1f4d6b0-6e0f-4a55-8d6a-3f0f4b9b3d11","controller":true,"blockOwnerDeletion":true}],"managedFields":[)"
        R"({"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-02-03T10:11:12Z",)"
        R"("fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:prometheus.io/port":{},)"
        R"("f:prometheus.io/scrape":{}},"f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/name":{},)"
        R"("f:app.kubernetes.io/part-of":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},)"
        R"("k:{\"uid\":\"e1f4d6b0-6e0f-4a55-8d6a-3f0f4b9b3d11\"}":{}}},"f:spec":{"f:affinity":{},"f:containers":{)"
        R"("k:{\"name\":\"checkout\"}":{".":{},"f:command":{},"f:env":{".":{},"k:{\"name\":\"LOG_LEVEL\"}":{".":{},)"
        R"("f:name":{},"f:value":{}},"k:{\"name\":\"REDIS_URL\"}":{".":{},"f:name":{},"f:value":{}}},"f:image":{},)"
        R"("f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},)"
        R"("f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},)"
        R"("f:ports":{".":{},"k:{\"containerPort\":9797,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":)"
        R"({},"f:protocol":{}}},"f:resources":{".":{},"f:limits":{".":{},"f:cpu":{},"f:memory":{}},"f:requests":{)"
        R"(".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},)"
        R"("f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},)"
        R"("f:terminationGracePeriodSeconds":{}}}},{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":)"
        R"("2026-02-03T10:11:20Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{)"
        R"("k:{\"type\":\"ContainersReady\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},)"
        R"("f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},)"
        R"("f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},)"
        R"("k:{\"ip\":\"10.42.3.17\"}":{".":{},"f:ip":{}}},"f:startTime":{}}},"subresource":"status"}]})";
    return text;
}

inline std::string pod_rest(std::int64_t n)
{
    return R"("spec":{"volumes":[{"name":"data","emptyDir":{}},{"name":"kube-api-access-x7k2p","projected":{"sources":[)"
           R"({"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt",)"
           R"("items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{)"
           R"("apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],"containers":[{"name":"checkout",)"
           R"("image":"registry.example.com/shop/checkout:6.5.4@sha256:0f5d2f3a3f1d5a5f54b1f1d9d6a2f5f8c4a1f0e9d8c7b6a5948372615f4e3d2c",)"
           R"("command":["./checkout","--port=9797","--level=info"],"ports":[{"name":"http","containerPort":9797,"protocol":)"
           R"("TCP"}],"env":[{"name":"LOG_LEVEL","value":"info"},{"name":"REDIS_URL","value":"tcp://cache.shop.svc:6379"}],)"
           R"("resources":{"limits":{"cpu":"2","memory":"512Mi"},"requests":{"cpu":"100m","memory":"64Mi"}},"volumeMounts":)"
           R"([{"name":"data","mountPath":"/data"},{"name":"kube-api-access-x7k2p","readOnly":true,"mountPath":)"
           R"("/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{"path":"/healthz","port":9797,)"
           R"("scheme":"HTTP"},"timeoutSeconds":5,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},)"
           R"("terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":)"
           R"("IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",)"
           R"("serviceAccountName":"default","serviceAccount":"default","nodeName":"ip-10-0-3-)"
           + std::to_string(n % 200)
           + R"(.eu-central-1.compute.internal","securityContext":{},"schedulerName":"default-scheduler","tolerations":[)"
             R"({"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},)"
             R"({"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],)"
             R"("priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":)"
             R"("Running","conditions":[{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":)"
             R"("2026-02-03T10:11:12Z"},{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":)"
             R"("2026-02-03T10:11:20Z"}],"hostIP":"10.0.3.17","podIP":"10.42.3.17","podIPs":[{"ip":"10.42.3.17"}],)"
             R"("startTime":"2026-02-03T10:11:12Z","containerStatuses":[{"name":"checkout","state":{"running":{"startedAt":)"
             R"("2026-02-03T10:11:19Z"}},"lastState":{},"ready":true,"restartCount":0,"image":)"
             R"("registry.example.com/shop/checkout:6.5.4","imageID":"registry.example.com/shop/checkout@sha256:0f5d2f3a",)"
             R"("containerID":"containerd://9b1f6c3a5d7e8f","started":true}],"qosClass":"Burstable"})";
}

/// As an element of a list.
inline std::string pod(std::int64_t n)
{
    return '{' + pod_metadata(n) + ',' + pod_rest(n) + '}';
}

/// As a server gives it who is asked for metadata alone.
inline std::string partial_pod(std::int64_t n)
{
    return R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",)" + pod_metadata(n) + '}';
}

inline std::string list_head(bool partial)
{
    return partial
               ? R"({"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"900000"},"items":[)"
               : R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"900000"},"items":[)";
}

inline std::string pod_list(std::int64_t pods, bool partial = false)
{
    auto text = list_head(partial);
    for (std::int64_t n = 0; n < pods; ++n) {
        text += n == 0 ? "" : ",";
        text += partial ? partial_pod(n) : pod(n);
    }
    return text + "]}";
}

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_PODS_HPP
