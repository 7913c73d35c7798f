#ifndef PENSTOCK_EMBEDDED_KUBE_DUPLICATES_HPP
#define PENSTOCK_EMBEDDED_KUBE_DUPLICATES_HPP
#include <penstock/config.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/** The fields that stand more than once in their object, as the server warns of them:
    `duplicate field "spec.parts[0].name"`. Of a value that is there twice the last one counts.
    @return Nothing for a text that is not JSON. */
PENSTOCK_DECL std::vector<std::string> duplicate_fields(std::string_view json);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_duplicates.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_DUPLICATES_HPP
