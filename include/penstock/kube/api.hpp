#ifndef PENSTOCK_KUBE_API_HPP
#define PENSTOCK_KUBE_API_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/kube/object_ref.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::kube {

// These have a constructor, so that a temporary of them may stand next to `co_await` under GCC 12.

class list_options
{
public:
    list_options() = default;
    explicit list_options(std::string labels) : label_selector(std::move(labels)) {}

    std::string label_selector;
    std::string field_selector;
    std::string resource_version;  ///< "0": any version the server has at hand; empty: the newest there is.
    std::string resource_version_match;  ///< `Exact` or `NotOlderThan`; empty: as the version implies.
    std::string continue_token;          ///< From the page before; the version is then left out.
    std::int64_t limit = 0;        ///< Objects per page; 0 is the server's choice, that is all of them.
};

/// A page, or all pages, of a collection.
class object_list
{
public:
    object_list() = default;
    std::vector<boost::json::object> items;  ///< With `apiVersion` and `kind`, also where the server leaves them out.
    std::string resource_version;  ///< A watch from here misses nothing.
    std::string continue_token;  ///< Empty on the last page.
};

/// What the server does about fields that the type does not have.
enum class field_validation : std::uint8_t
{
    server_default,
    ignore,
    warn,  ///< Drops them and warns; the client logs it.
    strict,  ///< `errc::invalid_object`.
};

/// For create and replace.
class write_options
{
public:
    write_options() = default;
    explicit write_options(std::string manager) : field_manager(std::move(manager)) {}

    std::string field_manager;
    std::string subresource;  ///< `status`, for instance.
    bool dry_run = false;  ///< The server does everything but store.
    field_validation validation = field_validation::server_default;
};

enum class patch_type : std::uint8_t
{
    merge,  ///< RFC 7396.
    json,  ///< RFC 6902; the body is an array.
    apply,  ///< Server-side apply; needs a field manager.
    strategic,  ///< Lists merge by their keys; built-in kinds only.
};

class patch_options
{
public:
    patch_options() = default;
    explicit patch_options(std::string manager) : field_manager(std::move(manager)) {}

    std::string field_manager;
    std::string subresource;
    bool dry_run = false;
    bool force = false;  ///< Server-side apply only: takes fields away from other managers.
    field_validation validation = field_validation::server_default;
};

enum class propagation : std::uint8_t
{
    server_default,
    background,
    foreground,
    orphan,
};

class remove_options
{
public:
    remove_options() = default;
    std::string uid;  ///< If set, only the object with this uid is removed, else `errc::conflict`.
    std::string resource_version;  ///< If set, only this version of it.
    kube::propagation propagation = kube::propagation::server_default;
    std::optional<std::chrono::seconds> grace_period;
    bool dry_run = false;
};

class watch_options
{
public:
    watch_options() = default;
    std::string label_selector;
    std::string field_selector;
    std::string resource_version;  ///< Of the list that came before.
    std::chrono::seconds timeout{};  ///< After which the server ends the watch; 0 is the server's choice.
    bool bookmarks = true;
    bool initial_events = false;  ///< All objects come first, as ADDED, and then a bookmark (`ends_initial_events`).
};

/// What an informer needs of an API server. `api_client` is the model; tests bring their own.
template <class A>
concept api = requires(A& a, resource what, std::string ns, list_options l, watch_options w, time_point deadline) {
    { a.list_page(what, ns, l, deadline) } -> std::same_as<awaitable<result<object_list>>>;
    { a.open_list(what, ns, l, deadline) } -> std::same_as<awaitable<result<std::unique_ptr<http::incoming>>>>;
    { a.open_watch(what, ns, w, deadline) } -> std::same_as<awaitable<result<std::unique_ptr<http::incoming>>>>;
};

/// What electing a leader needs of an API server. `api_client` is the model.
template <class A>
concept lease_api =
    requires(A& a, resource what, object_name name, boost::json::value object, write_options w, time_point deadline) {
        { a.get(what, name, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
        { a.create(what, name.ns, object, w, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
        { a.replace(what, name, object, w, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
    };

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_API_HPP
