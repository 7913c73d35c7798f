#ifndef PENSTOCK_EMBEDDED_KUBE_YAML_HPP
#define PENSTOCK_EMBEDDED_KUBE_YAML_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/value.hpp>

#include <string_view>
#include <vector>

namespace penstock::embedded {

/** All documents of a YAML text (JSON is YAML too), as JSON: `---` begins one; empty ones are left out. Scalars become
    null, booleans, integers and numbers as YAML 1.2's core schema says.
    @return `errc::malformed`; `errc::too_large` for more than 64 levels or a million nodes (aliases count). */
PENSTOCK_DECL result<std::vector<boost::json::value>> parse_yaml(std::string_view text);

/// JSON with the depth that an OpenAPI schema needs. `errc::malformed` for anything else.
PENSTOCK_DECL result<boost::json::value> parse_kube_json(std::string_view text);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_yaml.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_YAML_HPP
