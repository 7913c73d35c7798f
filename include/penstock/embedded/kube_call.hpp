#ifndef PENSTOCK_EMBEDDED_KUBE_CALL_HPP
#define PENSTOCK_EMBEDDED_KUBE_CALL_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_registry.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/http/fields.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::embedded {

/// One request to the API, taken apart.
class kube_call
{
public:
    kube_call() = default;
    /// @param target As in the request line; what cannot be decoded leaves `path` empty.
    PENSTOCK_DECL kube_call(std::string verb, std::string_view target, http::fields header = {},
                            std::string content = {});

    /// The first value of a query parameter; empty where there is none.
    PENSTOCK_DECL std::string_view parameter(std::string_view name) const noexcept;
    PENSTOCK_DECL bool flag(std::string_view name) const noexcept;  ///< `true` or `1`.
    /// The media type of the body, without its parameters.
    PENSTOCK_DECL std::string_view content_type() const noexcept;

    std::string method;
    std::vector<std::string> path;  ///< Decoded segments.
    std::vector<std::pair<std::string, std::string>> query;
    http::fields fields;
    std::string body;
};

/// What a path below /api or /apis stands for.
struct kube_place
{
    kube_type_ptr type;
    std::string ns;    ///< Empty: cluster scope, or all namespaces.
    std::string name;  ///< Empty: the collection.
    std::string subresource;

    /// 404 where there is no such resource.
    PENSTOCK_DECL static kube_result<kube_place> find(kube_registry const& types, std::vector<std::string> const& path);
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_call.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_CALL_HPP
