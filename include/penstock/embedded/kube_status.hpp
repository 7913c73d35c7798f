#ifndef PENSTOCK_EMBEDDED_KUBE_STATUS_HPP
#define PENSTOCK_EMBEDDED_KUBE_STATUS_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_type.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

class kube_registry;

/// What the API server answers instead of an object: the content of a `Status` of failure.
struct kube_error
{
    kube_error() = default;  // no aggregate: a number must not turn into an error

    int code = 500;
    std::string reason;
    std::string message;
    boost::json::object details;
    bool bare = false;   ///< Writes `details` though they are empty, as the parts of the server that route do.
    bool plain = false;  ///< The message alone, as text.

    /// The object `kind: Status` as it goes over the wire.
    PENSTOCK_DECL boost::json::object to_json() const;
};

/// Called by `value()` where there is none; a bug in the caller, so an exception.
[[noreturn]] PENSTOCK_DECL void throw_exception_from_error(kube_error const& e, boost::source_location const& where);

template <class T = void>
using kube_result = boost::system::result<T, kube_error>;

/// One thing that is wrong with an object.
struct kube_cause
{
    std::string reason;   ///< `FieldValueRequired`, `FieldValueInvalid`, …
    std::string field;    ///< A path such as `spec.url`.
    std::string message;  ///< Without the path.
};

/// The same for results that fail with all that is wrong with an object.
[[noreturn]] PENSTOCK_DECL void throw_exception_from_error(std::vector<kube_cause> const& causes,
                                                           boost::source_location const& where);

/// The errors of the Kubernetes API, in its words.
namespace kube_errors {

PENSTOCK_DECL kube_error not_found(kube_type const& type, std::string_view name);
PENSTOCK_DECL kube_error already_exists(kube_type const& type, std::string_view name);
PENSTOCK_DECL kube_error stale(kube_type const& type, std::string_view name);
/// @param what `UID` or `ResourceVersion`.
PENSTOCK_DECL kube_error precondition(kube_type const& type, std::string_view name, std::string_view what,
                                      std::string_view wanted, std::string_view have);
PENSTOCK_DECL kube_error conflict(kube_type const& type, std::string_view name, std::string_view why);
PENSTOCK_DECL kube_error invalid(kube_type const& type, std::string_view name, std::vector<kube_cause> const& causes);
PENSTOCK_DECL kube_error unprocessable(std::string message);
PENSTOCK_DECL kube_error bad_request(std::string message);
/// 400: the body is not an object of that type.
PENSTOCK_DECL kube_error unreadable(kube_type const& type, std::string_view why);
/// 400 for what would be a warning otherwise.
PENSTOCK_DECL kube_error strict(kube_type const& type, std::vector<std::string> const& warnings);
/// 422 about the parameters of a call. @param kind `ListOptions`, `PatchOptions`, ….
PENSTOCK_DECL kube_error bad_options(std::string kind, std::vector<kube_cause> const& causes);
PENSTOCK_DECL kube_error expired(std::string message);
PENSTOCK_DECL kube_error unauthorized();
/// @param verb As in a Role: `list`. @param ns Empty: the whole cluster.
PENSTOCK_DECL kube_error forbidden(kube_type const& type, std::string_view name, std::string_view user,
                                   std::string_view verb, std::string_view subresource, std::string_view ns);
/// 404 for a path below that group: in its own words where no built-in type is of it.
PENSTOCK_DECL kube_error unknown_path(kube_registry const& types, std::string_view group);
PENSTOCK_DECL kube_error no_such_page();
PENSTOCK_DECL kube_error not_acceptable();
/// 405 for a verb that custom resources do not have there.
PENSTOCK_DECL kube_error not_supported(kube_type const& type, std::string_view verb);
PENSTOCK_DECL kube_error method_not_allowed();
PENSTOCK_DECL kube_error unsupported_media_type(std::string_view accepted);
PENSTOCK_DECL kube_error too_large();
/// The resource version has not been reached yet.
PENSTOCK_DECL kube_error not_yet(std::string_view wanted, std::string_view current);
PENSTOCK_DECL kube_error too_many_requests(int retry_after_seconds);

}  // namespace kube_errors

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_status.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_STATUS_HPP
