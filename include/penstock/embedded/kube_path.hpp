#ifndef PENSTOCK_EMBEDDED_KUBE_PATH_HPP
#define PENSTOCK_EMBEDDED_KUBE_PATH_HPP
#include <penstock/config.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/** The part of JSONPath that printer columns use: `.a.b`, `.a[0]`, `.a[*].b`, `.a[?(@.type=="Ready")].status`,
    `.a['x.y']` and `.a.x\.y`.

    @return What it finds, in order; nothing for a path that cannot be understood. The pointers live as long as
    `root` stays as it is. */
PENSTOCK_DECL std::vector<boost::json::value const*> find_path(boost::json::value const& root, std::string_view path);
PENSTOCK_DECL std::vector<boost::json::value const*> find_path(boost::json::object const& root, std::string_view path);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_path.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_PATH_HPP
