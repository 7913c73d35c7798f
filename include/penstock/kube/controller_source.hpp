#ifndef PENSTOCK_KUBE_CONTROLLER_SOURCE_HPP
#define PENSTOCK_KUBE_CONTROLLER_SOURCE_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/own_writes.hpp>
#include <penstock/kube/owner_reference.hpp>
#include <penstock/kube/predicate.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/** What a controller watches: `for_kind`, `owns` and `watches`, as `controller` takes them. */
namespace penstock::kube {

/// How urgent a key is that only the first list or a resync has named: live events go before it.
inline constexpr int low_priority = -100;

/// Which keys an object concerns. Pure.
template <class M>
concept key_mapping = requires(M const& map, boost::json::object const& object) {
    { map(object) } -> std::same_as<std::vector<object_name>>;
};

/// The object itself.
struct own_name
{
    std::vector<object_name> operator()(boost::json::object const& object) const { return {name_of(object)}; }
};

/// The controller of the object, by its `ownerReferences`, where that is of the kind that is reconciled.
struct owner_name
{
    resource of;  ///< Set by the controller: the resource of its `for_kind`.

    std::vector<object_name> operator()(boost::json::object const& object) const
    {
        auto found = controller_of(object);
        if (!found || !found->is(of))
            return {};
        if (!of.namespaced)
            found->name.ns.clear();
        return {std::move(found->name)};
    }
};

/// A resource to watch, which of its events count, and whom they wake. Made by `for_kind`, `owns` and `watches`.
template <predicate P, key_mapping Map>
struct source_of
{
    using predicate_type = P;
    using mapping_type = Map;
    resource what;
    informer_options options;
    Map map;
};

/// The resource whose objects are reconciled; a controller has one.
template <predicate P = everything>
source_of<P, own_name> for_kind(resource what, informer_options options = {})
{
    return {std::move(what), std::move(options), {}};
}

/** A resource of which the reconciled objects own some: what happens to one wakes its controller, before and after a change
    of hands. */
template <predicate P = everything>
source_of<P, owner_name> owns(resource what, informer_options options = {})
{
    return {std::move(what), std::move(options), {}};
}

/** Any resource; `map` says which keys an object of it concerns. Those that it concerned before wake too.
    @param map Pure: `(boost::json::object const&) -> std::vector<object_name>`. */
template <predicate P = everything, key_mapping Map>
source_of<P, Map> watches(resource what, Map map, informer_options options = {})
{
    return {std::move(what), std::move(options), std::move(map)};
}

/// What those three give.
template <class S>
concept source_description = predicate<typename S::predicate_type> && key_mapping<typename S::mapping_type>;

namespace detail {

/// What a source keeps of each object: what its predicate needs, whose it is, and what a gate asks for.
template <predicate P, bool Owned, bool Gated>
struct kept_by_source
{
    struct no_owner
    {};
    struct no_version
    {};
    struct value
    {
        [[no_unique_address]] typename P::value judged;
        [[no_unique_address]] std::conditional_t<Owned, std::size_t, no_owner> owner{};  // a hash of its uid
        [[no_unique_address]] std::conditional_t<Gated, shown_version, no_version> shown;
    };

    static value of(boost::json::object const& object)
    {
        value out;
        out.judged = P::of(object);
        if constexpr (Owned) {
            if (auto const found = controller_of(object))
                out.owner = std::hash<std::string>()(found->uid);
        }
        if constexpr (Gated)
            out.shown = {std::string(resource_version_of(object)), std::string(uid_of(object))};
        return out;
    }

    static bool matters(value const& before, value const& after)
    {
        if constexpr (Owned) {
            if (before.owner != after.owner)
                return true;
        }
        return P::passes(&before.judged, &after.judged);
    }
};

/// An informer that turns what it hears into keys.
template <env::environment Env, api Api, source_description Of, bool Gated>
class controller_source
{
    using predicate_type = typename Of::predicate_type;
    using mapping_type = typename Of::mapping_type;
    static constexpr bool is_own = std::same_as<mapping_type, own_name>;
    static constexpr bool is_owned = std::same_as<mapping_type, owner_name>;
    using kept = kept_by_source<predicate_type, is_owned, Gated>;
public:
    using sink = std::function<void(object_name const& key, int priority)>;
    using last_seen = std::function<void(object_name const& key, object_name const& name, std::string_view uid)>;

    /// All that a source needs besides what it watches; so that a tuple can make it in place.
    struct parts
    {
        Env& env;
        Api& client;
        executor ex;
        Of of;
        sink wake;
        last_seen gone;  ///< An object that concerned a key is no more; for a gate.
    };

    explicit controller_source(parts p)
        : env_(p.env), map_(std::move(p.of.map)), wake_(std::move(p.wake)), gone_(std::move(p.gone)),
          selective_(!p.of.options.label_selector.empty() || !p.of.options.field_selector.empty()),
          ns_(p.of.options.ns),
          informer_(p.env, p.client, std::move(p.ex), std::move(p.of.what), std::move(p.of.options),
                    [this](object_event how, boost::json::object const& object) { hear(how, object); })
    {}

    awaitable<error_code> run() { return informer_.run(); }

    /// Waits until the first list has been heard; `errc::deadline_exceeded` with what is in the way where it is not by then.
    awaitable<result<void>> synced_by(time_point end)
    {
        while (!informer_.synced()) {
            auto const heard = co_await with_deadline(env_.clock(), end, informer_.wait_synced());
            if (heard)
                break;
            if (heard.error().code == asio::error::operation_aborted)
                co_return heard.error();
            if (env_.clock().now() >= end) {
                auto const& why = informer_.trouble();
                co_return failure(errc::deadline_exceeded, "the cache of " + informer_.what().qualified()
                                                               + " did not sync in time"
                                                               + (why.code ? ": " + why.message() : std::string()));
            }
            auto const again = std::min(env_.clock().now() + std::chrono::seconds(1), end);
            if (auto const ec = co_await env_.clock().sleep_until(again))
                co_return ec;
        }
        co_return result<void>();
    }

    bool synced() const noexcept { return informer_.synced(); }
    std::string trouble() const { return informer_.trouble().code ? informer_.trouble().message() : std::string(); }

    /// Wakes every key that there is; for sources of the reconciled kind.
    void wake_all()
    {
        if constexpr (is_own)
            informer_.objects().for_each([this](object_name const& name, auto const&) { wake_(name, low_priority); });
    }

    /// Whether the cache would show that object.
    bool shows(resource const& what, object_name const& name) const
    {
        return !selective_ && what == informer_.what() && (ns_.empty() || ns_ == name.ns);
    }

    std::optional<shown_version> shown(object_name const& name) const
        requires Gated
    {
        auto const* found = informer_.objects().find(name);
        return found == nullptr ? std::nullopt : std::optional<shown_version>(found->shown);
    }
private:
    void hear(object_event how, boost::json::object const& object)
    {
        bool const unseen = how == object_event::deleted && uid_of(object).empty();  // nothing is known but its name
        auto keys = unseen && !is_own ? std::vector<object_name>() : map_(object);
        if constexpr (!is_own)
            exchange(how, name_of(object), keys);
        if constexpr (Gated) {
            for (auto const& key : keys) {
                if (how == object_event::deleted)
                    gone_(key, name_of(object), uid_of(object));
            }
        }
        if (!unseen && !passes(how, object))
            return;
        int const priority = informer_.synced() ? 0 : low_priority;
        for (auto const& key : keys)
            wake_(key, priority);
    }

    /// Whether an appearance or an end counts; of changes the informer tells only those that do.
    static bool passes(object_event how, boost::json::object const& object)
    {
        if (how == object_event::modified)
            return true;
        auto const judged = predicate_type::of(object);
        return how == object_event::added ? predicate_type::passes(nullptr, &judged)
                                          : predicate_type::passes(&judged, nullptr);
    }

    /// Adds those that the object concerned before, and remembers those of now.
    void exchange(object_event how, object_name const& name, std::vector<object_name>& keys)
    {
        auto const had = concerned_.find(name);
        auto before = had == concerned_.end() ? std::vector<object_name>() : std::move(had->second);
        if (how != object_event::deleted && !keys.empty())
            concerned_.insert_or_assign(name, keys);
        else if (had != concerned_.end())
            concerned_.erase(had);
        keys.insert(keys.end(), std::move_iterator(before.begin()), std::move_iterator(before.end()));
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    }

    Env& env_;
    mapping_type map_;
    sink wake_;
    last_seen gone_;
    bool selective_;
    std::string ns_;
    std::map<object_name, std::vector<object_name>> concerned_;  // of objects that concern any
    informer<Env, Api, kept> informer_;
};

}  // namespace detail

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_CONTROLLER_SOURCE_HPP
