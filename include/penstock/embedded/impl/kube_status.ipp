#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_STATUS_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_STATUS_IPP
#include <penstock/embedded/kube_registry.hpp>
#include <penstock/embedded/kube_status.hpp>

#include <boost/json/array.hpp>
#include <boost/throw_exception.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace penstock::embedded {

PENSTOCK_DECL boost::json::object kube_error::to_json() const
{
    boost::json::object o;
    o["kind"] = "Status";
    o["apiVersion"] = "v1";
    o["metadata"] = boost::json::object();
    o["status"] = "Failure";
    o["message"] = message;
    if (!reason.empty())
        o["reason"] = reason;
    if (!details.empty() || bare)
        o["details"] = details;
    o["code"] = code;
    return o;
}

PENSTOCK_DECL void throw_exception_from_error(kube_error const& e, boost::source_location const& where)
{
    boost::throw_exception(std::runtime_error(e.message), where);
}

PENSTOCK_DECL void throw_exception_from_error(std::vector<kube_cause> const& causes,
                                              boost::source_location const& where)
{
    auto const text = causes.empty() ? std::string("no cause") : causes.front().field + ": " + causes.front().message;
    boost::throw_exception(std::runtime_error(text), where);
}

namespace kube_errors {

namespace kube_detail {

inline kube_error make(int code, std::string reason, std::string message)
{
    kube_error e;
    e.code = code;
    e.reason = std::move(reason);
    e.message = std::move(message);
    return e;
}

inline kube_error about(kube_type const& type, std::string_view name, int code, std::string reason, std::string message)
{
    auto e = make(code, std::move(reason), std::move(message));
    e.details["name"] = name;
    if (!type.group.empty())
        e.details["group"] = type.group;
    e.details["kind"] = type.plural;
    return e;
}

inline std::string quoted(std::string_view name)
{
    return '"' + std::string(name) + '"';
}

}  // namespace kube_detail

PENSTOCK_DECL kube_error not_found(kube_type const& type, std::string_view name)
{
    return kube_detail::about(type, name, 404, "NotFound", type.key() + ' ' + kube_detail::quoted(name) + " not found");
}

PENSTOCK_DECL kube_error already_exists(kube_type const& type, std::string_view name)
{
    return kube_detail::about(type, name, 409, "AlreadyExists",
                              type.key() + ' ' + kube_detail::quoted(name) + " already exists");
}

PENSTOCK_DECL kube_error conflict(kube_type const& type, std::string_view name, std::string_view why)
{
    return kube_detail::about(type, name, 409, "Conflict",
                              "Operation cannot be fulfilled on " + type.key() + ' ' + kube_detail::quoted(name) + ": "
                                  + std::string(why));
}

PENSTOCK_DECL kube_error precondition(kube_type const& type, std::string_view name, std::string_view what,
                                      std::string_view wanted, std::string_view have)
{
    bool const by_uid = what == "UID";
    auto const s = std::string(what);
    auto e =
        kube_detail::about(type, name, 409, "Conflict",
                           "Operation cannot be fulfilled on " + type.qualified_kind() + ' ' + kube_detail::quoted(name)
                               + ": the " + s + " in the precondition (" + std::string(wanted) + ") does not match the "
                               + s + " in record (" + std::string(have) + "). The object might have been "
                               + (by_uid ? "deleted and then recreated" : "modified"));
    e.details["kind"] = type.kind;
    return e;
}

PENSTOCK_DECL kube_error stale(kube_type const& type, std::string_view name)
{
    return conflict(type, name,
                    "the object has been modified; please apply your changes to the latest version and try again");
}

PENSTOCK_DECL kube_error invalid(kube_type const& type, std::string_view name, std::vector<kube_cause> const& causes)
{
    std::string list;
    boost::json::array items;
    for (auto const& c : causes) {
        list += (list.empty() ? "" : ", ") + c.field + ": " + c.message;
        items.push_back(boost::json::object{{"reason", c.reason}, {"message", c.message}, {"field", c.field}});
    }
    if (causes.size() > 1)
        list = '[' + list + ']';
    auto e = kube_detail::about(type, name, 422, "Invalid",
                                type.qualified_kind() + ' ' + kube_detail::quoted(name) + " is invalid: " + list);
    e.details["kind"] = type.kind;
    e.details["causes"] = std::move(items);
    if (name.empty())
        e.details.erase("name");
    return e;
}

PENSTOCK_DECL kube_error unprocessable(std::string message)
{
    return kube_detail::make(422, "Invalid", std::move(message));
}

PENSTOCK_DECL kube_error bad_request(std::string message)
{
    return kube_detail::make(400, "BadRequest", std::move(message));
}

PENSTOCK_DECL kube_error unreadable(kube_type const& type, std::string_view why)
{
    return bad_request(type.kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind + ": "
                       + std::string(why));
}

PENSTOCK_DECL kube_error strict(kube_type const& type, std::vector<std::string> const& warnings)
{
    std::string all;
    for (auto const& w : warnings)
        all += (all.empty() ? "" : ", ") + w;
    return unreadable(type, "strict decoding error: " + all);
}

PENSTOCK_DECL kube_error expired(std::string message)
{
    return kube_detail::make(410, "Expired", std::move(message));
}

PENSTOCK_DECL kube_error unauthorized()
{
    return kube_detail::make(401, "Unauthorized", "Unauthorized");
}

PENSTOCK_DECL kube_error forbidden(kube_type const& type, std::string_view name, std::string_view user,
                                   std::string_view verb, std::string_view subresource, std::string_view ns)
{
    auto const resource = type.plural + (subresource.empty() ? "" : '/' + std::string(subresource));
    auto const where = ns.empty() ? "at the cluster scope" : "in the namespace " + kube_detail::quoted(ns);
    auto e = kube_detail::about(type, name, 403, "Forbidden",
                                type.key() + (name.empty() ? "" : ' ' + kube_detail::quoted(name))
                                    + " is forbidden: User " + kube_detail::quoted(user) + " cannot "
                                    + std::string(verb) + " resource " + kube_detail::quoted(resource)
                                    + " in API group " + kube_detail::quoted(type.group) + ' ' + where);
    if (name.empty())
        e.details.erase("name");
    return e;
}

PENSTOCK_DECL kube_error unknown_path(kube_registry const& types, std::string_view group)
{
    // Custom resources, and groups that nobody knows, are served by other parts of the server than built-in ones.
    auto const builtin = [group](auto const& t) { return t->group == group && !t->custom; };
    if (std::none_of(types.all().begin(), types.all().end(), builtin))
        return no_such_page();
    auto e = kube_detail::make(404, "NotFound", "the server could not find the requested resource");
    e.bare = true;
    return e;
}

PENSTOCK_DECL kube_error no_such_page()
{
    auto e = kube_detail::make(404, "NotFound", "404 page not found");
    e.plain = true;
    return e;
}

PENSTOCK_DECL kube_error not_acceptable()
{
    auto e =
        kube_detail::make(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: application/json");
    e.bare = true;
    return e;
}

PENSTOCK_DECL kube_error bad_options(std::string kind, std::vector<kube_cause> const& causes)
{
    kube_type options;
    options.group = "meta.k8s.io";
    options.kind = std::move(kind);
    auto e = invalid(options, "", causes);
    e.details.erase("name");
    return e;
}

PENSTOCK_DECL kube_error method_not_allowed()
{
    auto e =
        kube_detail::make(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    e.bare = true;
    return e;
}

PENSTOCK_DECL kube_error not_supported(kube_type const& type, std::string_view verb)
{
    auto e = kube_detail::about(type, "", 405, "MethodNotAllowed",
                                std::string(verb) + " is not supported on resources of kind "
                                    + kube_detail::quoted(type.key()));
    e.details.erase("name");
    return e;
}

PENSTOCK_DECL kube_error unsupported_media_type(std::string_view accepted)
{
    return kube_detail::make(415, "UnsupportedMediaType",
                             "the body of the request was in an unknown format - accepted media types include: "
                                 + std::string(accepted));
}

PENSTOCK_DECL kube_error too_large()
{
    return kube_detail::make(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728");
}

PENSTOCK_DECL kube_error not_yet(std::string_view wanted, std::string_view current)
{
    auto e = kube_detail::make(504, "Timeout",
                               "Timeout: Too large resource version: " + std::string(wanted)
                                   + ", current: " + std::string(current));
    e.details["causes"] = boost::json::array{
        boost::json::object{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}};
    e.details["retryAfterSeconds"] = 1;
    return e;
}

PENSTOCK_DECL kube_error too_many_requests(int retry_after_seconds)
{
    auto e = kube_detail::make(429, "TooManyRequests", "Too many requests, please try again later.");
    e.details["retryAfterSeconds"] = retry_after_seconds;
    return e;
}

}  // namespace kube_errors

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_STATUS_IPP
