#ifndef PENSTOCK_EMBEDDED_KUBE_SCHEMA_HPP
#define PENSTOCK_EMBEDDED_KUBE_SCHEMA_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <vector>

namespace penstock::embedded {

/** The structural schema of a custom resource (`openAPIV3Schema`).

    Checks types, required, enum, pattern, lengths, sizes, minimum and maximum, allOf, anyOf, oneOf and not;
    fills in defaults and drops unknown fields. `x-kubernetes-validations` (CEL) and `format` are not looked at.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe (compiled patterns are kept). */
class kube_schema
{
public:
    PENSTOCK_DECL explicit kube_schema(boost::json::object root);
    PENSTOCK_DECL ~kube_schema();
    kube_schema(kube_schema const&) = delete;
    kube_schema& operator=(kube_schema const&) = delete;

    boost::json::object const& root() const noexcept { return root_; }
    PENSTOCK_DECL void set_defaults(boost::json::object& object) const;
    /// @return The paths of the fields that were dropped.
    PENSTOCK_DECL std::vector<std::string> prune(boost::json::object& object) const;
    PENSTOCK_DECL std::vector<kube_cause> validate(boost::json::object const& object) const;
private:
    class checker;
    struct patterns;
    boost::json::object root_;
    std::unique_ptr<patterns> patterns_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_schema.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_SCHEMA_HPP
