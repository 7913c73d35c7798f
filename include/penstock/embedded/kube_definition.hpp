#ifndef PENSTOCK_EMBEDDED_KUBE_DEFINITION_HPP
#define PENSTOCK_EMBEDDED_KUBE_DEFINITION_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <boost/json/object.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/** The served versions of a CustomResourceDefinition, the one to store first.
    @return What is wrong with it, as causes of a 422. */
PENSTOCK_DECL boost::system::result<std::vector<std::shared_ptr<kube_type const>>, std::vector<kube_cause>>
read_definition(boost::json::object const& definition);

/** Fills in what the real server adds to a CustomResourceDefinition: `names.singular` and `listKind`,
    `conversion`, and a status that says Established. */
PENSTOCK_DECL void complete_definition(boost::json::object& definition, std::string_view now);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_definition.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_DEFINITION_HPP
