#ifndef PENSTOCK_KUBE_API_CALL_HPP
#define PENSTOCK_KUBE_API_CALL_HPP
#include <penstock/config.hpp>
#include <penstock/kube/api.hpp>

#include <boost/json/value.hpp>

#include <string>

/** Encoding: a call on the API as a pure value. Every function gives `errc::invalid_argument` for names that
    cannot stand in a path. */
namespace penstock::kube {

/// One request before it has a host and a credential.
class api_call
{
public:
    api_call() = default;

    std::string method;
    std::string target;  ///< Path and query, percent-encoded.
    std::string accept = "application/json";
    std::string content_type;
    std::string body;
    std::string subject;  ///< For people: `GET gitrepositories.source.toolkit.fluxcd.io flux-system/podinfo`.
    bool secret = false;  ///< Body and answer hold secrets: whoever holds them wipes them.
};

/// @param path What is no resource, `/apis` for instance; begins with a slash.
PENSTOCK_DECL result<api_call> encode_document(std::string const& path, std::string accept);
/// @param subresource Empty for the object itself.
PENSTOCK_DECL result<api_call> encode_get(resource const& what, object_name const& name,
                                          std::string const& subresource = {});
PENSTOCK_DECL result<api_call> encode_list(resource const& what, std::string const& ns, list_options const& options);
PENSTOCK_DECL result<api_call> encode_watch(resource const& what, std::string const& ns, watch_options const& options);
PENSTOCK_DECL result<api_call> encode_create(resource const& what, std::string const& ns,
                                             boost::json::value const& object, write_options const& options);
PENSTOCK_DECL result<api_call> encode_replace(resource const& what, object_name const& name,
                                              boost::json::value const& object, write_options const& options);
/// Also `errc::invalid_argument` for an apply without a field manager.
PENSTOCK_DECL result<api_call> encode_patch(resource const& what, object_name const& name, patch_type type,
                                            boost::json::value const& body, patch_options const& options);
PENSTOCK_DECL result<api_call> encode_remove(resource const& what, object_name const& name,
                                             remove_options const& options);
/// A collection without a namespace is that of all of them: `errc::invalid_argument` for a namespaced resource.
PENSTOCK_DECL result<api_call> encode_remove_collection(resource const& what, std::string const& ns,
                                                        list_options const& which, remove_options const& options);

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/api_call.ipp>
#endif
#endif  // PENSTOCK_KUBE_API_CALL_HPP
