#ifndef PENSTOCK_TEST_CONTRACT_KUBE_CLIENT_PEER_HPP
#define PENSTOCK_TEST_CONTRACT_KUBE_CLIENT_PEER_HPP
#include <contract/kube/peer.hpp>
#include <penstock/embedded/kube_yaml.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/api_status.hpp>
#include <penstock/kube/discovery.hpp>
#include <penstock/kube/known.hpp>

#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::testing {

/// A kind with the subresources `status` and `scale`, and lists of both sorts.
inline constexpr std::string_view valve_definition = R"yaml(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: valves.client.example.com}
spec:
  group: client.example.com
  scope: Namespaced
  names: {kind: Valve, listKind: ValveList, plural: valves, singular: valve, shortNames: [vlv]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.count, statusReplicasPath: .status.count, labelSelectorPath: .status.selector}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, minimum: 1}
              count: {type: integer}
              colour: {type: string}
          status:
            type: object
            properties:
              count: {type: integer}
              selector: {type: string}
              observedGeneration: {type: integer}
              conditions:
                type: array
                items:
                  type: object
                  properties:
                    type: {type: string}
                    status: {type: string}
                    reason: {type: string}
                    message: {type: string}
                    lastTransitionTime: {type: string, format: date-time}
                    observedGeneration: {type: integer, format: int64}
)yaml";

/// The client of this project against the API server, embedded or real, in a namespace of its own.
struct with_client : kube_peer
{
    using world = env::basic_environment<clock::steady>;

    with_client()
    {
        auto const definition = embedded::parse_yaml(valve_definition).value().front();
        keep(run(api.create(kube::known::custom_resource_definitions, "", definition, write, soon())));
        boost::json::value const space = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", own}}}};
        keep(run(api.create(kube::known::namespaces, "", space, write, soon())));
        auto const end = clock::steady::now() + 30s;
        for (;;) {
            auto listed = run(api.list(valves, own, kube::list_options(), soon()));
            if (listed.has_value())
                break;
            BOOST_REQUIRE_MESSAGE(clock::steady::now() < end, said(listed));
            run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 50ms));
        }
    }
    ~with_client()
    {
        static_cast<void>(run(api.remove(kube::known::namespaces, kube::object_name("", own), away, soon())));
    }

    template <class T>
    static std::string said(result<T> const& r)
    {
        return r.has_value() ? std::string() : r.error().message();
    }

    /// It may be there from another case.
    static void keep(result<boost::json::value> const& made)
    {
        bool const there = made.has_value() || kube::has_reason(made.error(), "AlreadyExists");
        BOOST_REQUIRE_MESSAGE(there, said(made));
    }

    template <class T>
    result<T> run(awaitable<result<T>> work)
    {
        return run_for_real(context, std::move(work));
    }
    static time_point soon() { return clock::steady::now() + 20s; }

    boost::json::value valve(std::string const& name, boost::json::object spec = {{"size", 1}}) const
    {
        return {{"apiVersion", "client.example.com/v1"},
                {"kind", "Valve"},
                {"metadata", {{"name", name}, {"namespace", own}}},
                {"spec", std::move(spec)}};
    }
    kube::object_name named(std::string name) const { return {own, std::move(name)}; }

    /// What was written, or the test ends.
    boost::json::value must(result<boost::json::value> r) const
    {
        BOOST_REQUIRE_MESSAGE(r.has_value(), said(r));
        return *std::move(r);
    }
    static std::string text(boost::json::value const& v, std::string_view pointer)
    {
        boost::json::error_code ec;
        auto const* found = v.find_pointer(boost::json::string_view(pointer.data(), pointer.size()), ec);
        if (found == nullptr)
            return "(none)";
        return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
    }

    world env;
    kube::api_client<world, http::client> api{env, client, url, kube::credential::bearer(secret(token))};
    kube::resource const valves{"client.example.com", "v1", "valves", "Valve"};
    std::string const own = "client-" + std::to_string(std::random_device()() % 1'000'000'000U);
    kube::write_options const write{"contract"};
    kube::patch_options const apply{"contract"};
    kube::remove_options const away;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONTRACT_KUBE_CLIENT_PEER_HPP
