#ifndef PENSTOCK_KUBE_OWN_WRITES_HPP
#define PENSTOCK_KUBE_OWN_WRITES_HPP
#include <penstock/error/result.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/kube/version_order.hpp>
#include <penstock/time/backoff.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::kube {

/// What a cache shows of an object.
struct shown_version
{
    std::string version;
    std::string uid;
};

struct own_writes_options
{
    duration patience = std::chrono::seconds(5);  ///< After which a cache that is behind is checked by a live read.
    duration limit = std::chrono::minutes(1);     ///< After which a key is let through whatever its caches show.
    duration first_look = std::chrono::milliseconds(2);  ///< Then doubled up to half a second.
};

/** Remembers what this process wrote for a key, and holds the key back until the caches show it: so that a reconciler
    never decides by a state that its own last writes have overtaken. Pure.

    A write counts as seen when the cache shows the version that it gave or a later one (`compare_versions`), or another
    object under the name. Where versions have no order, only the same version counts. After `patience` a live read
    decides: an object that has gone, or of which the cache shows the newest version, is waited for no longer, and of
    any other the version that was read is. After `limit` the key is let through, and counted as `overdue`.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class own_writes
{
public:
    enum class verdict : std::uint8_t
    {
        go,
        wait,  ///< Ask again after `step::wait`.
        read,  ///< Read `step::what`, `step::name` live, give the answer to `answered`, and ask again.
    };
    struct step
    {
        verdict kind = verdict::go;
        duration wait{};
        resource what;
        object_name name;
    };

    own_writes() = default;
    explicit own_writes(own_writes_options const& o) : options_(o) {}

    /// What the server answered to a create, replace, patch or apply that was made for `key`.
    void wrote(object_name const& key, resource const& what, boost::json::value const& answer)
    {
        auto const* object = answer.if_object();
        if (object == nullptr || resource_version_of(*object).empty())
            return;
        auto& expected = entry(key, what, name_of(*object));
        expected.version = resource_version_of(*object);
        expected.uid = uid_of(*object);
        expected.gone = false;
    }

    /** What the server answered to a removal: the object that its finalizers still hold, or a Status.
        @param uid Of what was removed; another object of that name is then not waited for. */
    void removed(object_name const& key, resource const& what, object_name const& name, std::string uid,
                 boost::json::value const& answer)
    {
        auto const* object = answer.if_object();
        if (object != nullptr && text_at(*object, "kind") != "Status")
            return wrote(key, what, answer);
        auto& expected = entry(key, what, name);
        expected.uid = std::move(uid);
        expected.gone = true;
    }

    /** Whether `key` may be reconciled now.

        @param shown `shown(what, name)` gives a `std::optional<shown_version>`: what the cache of that resource
        shows, empty where the object is not in it.
        @param watched `watched(what, name)`: whether a cache would show it; what was written elsewhere is not waited
        for. */
    template <class Shown, class Watched>
    step next(object_name const& key, time_point now, Shown shown, Watched watched)
    {
        auto const at = keys_.find(key);
        if (at == keys_.end())
            return {};
        auto& of = at->second;
        std::erase_if(of.expected, [&](expectation const& e) {
            return !watched(e.what, e.name) || is_seen(e, shown(e.what, e.name));
        });
        if (of.expected.empty()) {
            keys_.erase(at);
            return {};
        }
        if (of.looks++ == 0) {
            of.since = now;
            of.read_after = now + options_.patience;
        }
        if (now - of.since >= options_.limit) {
            ++overdue_;
            keys_.erase(at);
            return {};
        }
        auto const& first = of.expected.front();
        if (now >= of.read_after)
            return {verdict::read, {}, first.what, first.name};
        auto const pause = exponential_delay(options_.first_look, std::chrono::milliseconds(500), of.looks - 1);
        return {verdict::wait, std::min(pause, of.read_after - now), {}, {}};
    }

    /// What a live read gave. A read that failed is as if it had not been asked for: it is after another `patience`.
    void answered(object_name const& key, resource const& what, object_name const& name,
                  result<boost::json::value> const& live, time_point now)
    {
        auto const at = keys_.find(key);
        if (at == keys_.end())
            return;
        auto& of = at->second;
        of.read_after = now + options_.patience;
        auto const it = find(of, what, name);
        if (it == of.expected.end() || (!live && live.error().code != errc::not_found))
            return;
        auto const* object = live ? live->if_object() : nullptr;
        if (object == nullptr || uid_of(*object) != it->uid) {
            of.expected.erase(it);  // gone; what is there now was not written by us
            return;
        }
        it->version = resource_version_of(*object);
        it->gone = false;  // a removal that did not happen after all, or has not yet
        std::rotate(of.expected.begin(), it + 1, of.expected.end());  // the next read is of another
    }

    /// The watch of a resource told that an object went away: what was written to it has been seen with that.
    void gone(object_name const& key, resource const& what, object_name const& name, std::string_view uid)
    {
        auto const at = keys_.find(key);
        if (at == keys_.end())
            return;
        auto& of = at->second;
        if (auto const it = find(of, what, name); it != of.expected.end() && it->uid == uid)
            of.expected.erase(it);
        if (of.expected.empty())
            keys_.erase(at);
    }

    /// Forgets what was written for a key: nobody will ask for it again.
    void forget(object_name const& key) { keys_.erase(key); }

    /// Keys that have written and of which not all has been seen yet.
    std::size_t size() const noexcept { return keys_.size(); }
    /// How many keys were let through although their caches were behind. Grows.
    std::uint64_t overdue() const noexcept { return overdue_; }
private:
    struct expectation
    {
        resource what;
        object_name name;
        std::string version;
        std::string uid;
        bool gone = false;
    };
    struct writes
    {
        std::vector<expectation> expected;
        time_point since{};
        time_point read_after{};
        unsigned looks = 0;
    };

    static bool is_seen(expectation const& e, std::optional<shown_version> const& cached)
    {
        if (!cached)
            return e.gone;  // else it has not come yet, or went again: a live read will tell
        if (!e.uid.empty() && cached->uid != e.uid)
            return e.gone || was_replaced(e, *cached);
        if (e.gone)
            return false;
        auto const order = compare_versions(cached->version, e.version);
        return order == std::partial_ordering::equivalent || order == std::partial_ordering::greater;
    }

    /// Another object has the name: made after ours where its version is later, else the one before ours.
    static bool was_replaced(expectation const& e, shown_version const& cached)
    {
        return compare_versions(cached.version, e.version) == std::partial_ordering::greater;
    }

    static std::vector<expectation>::iterator find(writes& of, resource const& what, object_name const& name)
    {
        return std::find_if(of.expected.begin(), of.expected.end(),
                            [&](expectation const& e) { return e.name == name && e.what == what; });
    }

    /// The one expectation of an object; the clock of the key starts anew with each write.
    expectation& entry(object_name const& key, resource const& what, object_name name)
    {
        auto& of = keys_[key];
        of.looks = 0;
        auto it = find(of, what, name);
        if (it == of.expected.end()) {
            of.expected.emplace_back();
            it = of.expected.end() - 1;
            it->what = what;
            it->name = std::move(name);
        }
        return *it;
    }

    own_writes_options options_;
    std::map<object_name, writes> keys_;
    std::uint64_t overdue_ = 0;
};

/// A reconciler whose writes its controller waits for: it has a member `writes`.
template <class R>
concept remembers_writes = requires(R& r) {
    { r.writes } -> std::convertible_to<own_writes&>;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_OWN_WRITES_HPP
