#ifndef PENSTOCK_KUBE_FINALIZER_HPP
#define PENSTOCK_KUBE_FINALIZER_HPP
#include <penstock/env/environment.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/conflict_backoff.hpp>
#include <penstock/kube/object.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/// What an object asks of whoever has a finalizer.
enum class finalizer_step : std::uint8_t
{
    add,       ///< It lives, and nobody would clean up after it yet.
    live,      ///< It lives, and the finalizer holds it.
    clean_up,  ///< It is to be deleted, and the finalizer holds it.
    none,      ///< It is to be deleted, and that is nothing to this finalizer (any more).
};

inline bool has_finalizer(boost::json::object const& object, std::string_view finalizer) noexcept
{
    auto const* all = member_at(object, {"metadata", "finalizers"});
    if (all == nullptr || !all->is_array())
        return false;
    return std::any_of(all->get_array().begin(), all->get_array().end(), [&](boost::json::value const& each) {
        return each.is_string() && std::string_view(each.get_string().data(), each.get_string().size()) == finalizer;
    });
}

inline bool is_being_deleted(boost::json::object const& object) noexcept
{
    return member_at(object, {"metadata", "deletionTimestamp"}) != nullptr;
}

/// Pure. An object that is being deleted never gets a finalizer: the server would refuse it.
inline finalizer_step next_step(boost::json::object const& object, std::string_view finalizer) noexcept
{
    bool const held = has_finalizer(object, finalizer);
    if (is_being_deleted(object))
        return held ? finalizer_step::clean_up : finalizer_step::none;
    return held ? finalizer_step::live : finalizer_step::add;
}

/** The merge patch that adds a finalizer or takes it away, of this version of the object only: the list goes over the
    wire whole, so whoever else changed it in between must not be overwritten. */
inline boost::json::value finalizer_patch(boost::json::object const& object, std::string_view finalizer, bool present)
{
    boost::json::array wanted;
    if (auto const* all = member_at(object, {"metadata", "finalizers"}); all != nullptr && all->is_array()) {
        for (auto const& each : all->get_array()) {
            if (each != boost::json::value(finalizer))
                wanted.push_back(each);
        }
    }
    if (present)
        wanted.emplace_back(finalizer);
    boost::json::object metadata{{"resourceVersion", resource_version_of(object)}};
    metadata["finalizers"] = std::move(wanted);
    return {{"metadata", std::move(metadata)}};
}

/** Holds objects of one resource until they have been cleaned up after.

    @par Thread safety
    One thread.
    @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/ */
template <env::environment Env, class Api>
class finalizer
{
public:
    /// Cleans up after the object, as it is now. A failure leaves the finalizer where it is.
    using clean_up = std::function<awaitable<result<void>>(boost::json::object const& object)>;

    /// @param env,client Outlive it. @param name `example.com/name`: of everybody else's different.
    finalizer(Env& env, Api& client, resource what, std::string name, std::string field_manager)
        : env_(env), client_(client), what_(std::move(what)), name_(std::move(name)), as_(std::move(field_manager))
    {}

    /** Does what the object asks for. To be called first in each reconcile.

        An object that is being deleted is read anew before it is cleaned up: a cache that is behind does not make it
        happen again. It happens once, and again only after it failed, or where this process ended between it and the
        removal of the finalizer.
        @param object As it is in a cache or was read; `null` for one that does not exist, which asks for nothing.
        @return The object where it lives and is held: go on with it. `null` where there is nothing more to do for
        it: it has gone, or waits for the finalizers of others. */
    awaitable<result<boost::json::value>> apply(boost::json::value object, clean_up clean, time_point deadline)
    {
        boost::json::value const nothing;
        if (!object.is_object())
            co_return nothing;
        auto const step = next_step(object.get_object(), name_);
        if (step == finalizer_step::live)
            co_return object;
        if (step == finalizer_step::none)
            co_return nothing;
        if (step == finalizer_step::add)
            co_return co_await settle(std::move(object), finalizer_step::add, deadline);
        auto const name = name_of(object.get_object());
        std::string const uid(uid_of(object.get_object()));
        auto newest = co_await client_.get(what_, name, deadline);
        if (!newest && newest.error().code == errc::not_found)
            co_return nothing;
        if (!newest)
            co_return newest.error();
        auto const& fields = newest->get_object();
        if (uid_of(fields) != uid || next_step(fields, name_) != finalizer_step::clean_up)
            co_return nothing;  // done, by us or by somebody else
        if (std::find(cleaned_.begin(), cleaned_.end(), uid) == cleaned_.end()) {
            auto const ended = co_await clean(fields);
            if (!ended)
                co_return ended.error();
            remember(uid);
        }
        auto gone = co_await settle(*std::move(newest), finalizer_step::clean_up, deadline);
        if (!gone)
            co_return gone.error();
        std::erase(cleaned_, uid);
        co_return nothing;
    }

    std::string const& name() const noexcept { return name_; }
private:
    static constexpr std::size_t max_cleaned = 1024;

    /// Adds or removes the finalizer, whoever else writes. Null: the object has gone, or it needs it no more.
    awaitable<result<boost::json::value>> settle(boost::json::value object, finalizer_step wanted, time_point deadline)
    {
        boost::json::value const nothing;
        auto const name = name_of(object.get_object());
        std::string const uid(uid_of(object.get_object()));
        conflict_backoff backoff(static_cast<std::uint64_t>(env_.clock().now().time_since_epoch().count()));
        for (;;) {
            auto change = finalizer_patch(object.get_object(), name_, wanted == finalizer_step::add);
            auto written = co_await client_.patch(what_, name, patch_type::merge, std::move(change), as_, deadline);
            if (!written && written.error().code == errc::not_found)
                co_return nothing;
            auto const wait = written ? std::nullopt : backoff.after(written.error());
            if (!wait)
                co_return std::move(written);
            if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + *wait))
                co_return ec;
            auto newest = co_await client_.get(what_, name, deadline);
            if (!newest && newest.error().code == errc::not_found)
                co_return nothing;
            if (!newest)
                co_return newest.error();
            object = *std::move(newest);
            if (uid_of(object.get_object()) != uid)
                co_return nothing;
            auto const now = next_step(object.get_object(), name_);
            if (now == finalizer_step::live && wanted == finalizer_step::add)
                co_return object;
            if (now != wanted)
                co_return nothing;  // it is being deleted by now, or the finalizer has gone
        }
    }

    void remember(std::string const& uid)
    {
        if (cleaned_.size() == max_cleaned)
            cleaned_.pop_front();
        cleaned_.push_back(uid);
    }

    Env& env_;
    Api& client_;
    resource what_;
    std::string name_;
    patch_options as_;
    std::deque<std::string> cleaned_;  // uids of what has been cleaned up and still has the finalizer
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_FINALIZER_HPP
