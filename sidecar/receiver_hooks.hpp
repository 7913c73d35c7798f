#ifndef PENSTOCK_SIDECAR_RECEIVER_HOOKS_HPP
#define PENSTOCK_SIDECAR_RECEIVER_HOOKS_HPP
#include "sync_parts.hpp"

#include <penstock/http/exchange.hpp>
#include <penstock/sync/receiver_flow.hpp>
#include <penstock/sync/receiver_index.hpp>

#include <boost/json/object.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace penstock::sidecar {

/// The objects that Receivers name, in the cluster; a sync that is asked for goes through the intake.
class receiver_objects
{
public:
    receiver_objects(world& env, api_type& api, intake_type& in, sync::ledger const& book)
        : env_(env), api_(api), intake_(in), ledger_(book)
    {}

    awaitable<result<boost::json::value>> get_metadata(kube::resource what, std::string ns, std::string name);
    awaitable<result<std::vector<boost::json::value>>> list_metadata(kube::resource what, std::string ns,
                                                                     std::string selector);
    awaitable<result<void>> request_sync(kube::resource what, std::string ns, std::string name,
                                         std::shared_ptr<hook::push_event const> push);
private:
    /// Names the commit in a wish for this source, where the push is to what it follows.
    void name_commit(sync::wish& w, std::string const& key, hook::push_event const& push) const;

    world& env_;
    api_type& api_;
    intake_type& intake_;
    sync::ledger const& ledger_;
};

/** Serves the paths of the cluster's Receivers. Follows them with `observe`, and reads their tokens: when they change,
    and every 30 s, so that a rotated one is used without a restart. While the API server does not answer, the token
    that was read before stays in use, and is asked for again every 2 s. One thread. */
class receiver_hooks
{
public:
    receiver_hooks(world& env, api_type& api, intake_type& in, sync::ledger const& book, bool no_cross_namespace_refs);

    /// A Receiver is there, has changed, or is gone.
    void observe(bool gone, boost::json::object const& object);

    /// Serves `/hook/…`; every other path is answered as one that no Receiver has.
    awaitable<void> handle(http::exchange& e);

    /// Whether the token of every Receiver that was observed has been asked for.
    bool settled() const noexcept { return stale_.empty() && !reading_; }

    /// Reads tokens until it is cancelled.
    awaitable<void> run(executor ex);
private:
    using name = std::pair<std::string, std::string>;

    awaitable<void> refresh(name which);
    /// Nothing when the API server did not tell, so that nobody knows.
    awaitable<std::optional<sync::receiver_credential>> read(sync::receiver r);

    /// What was read last, and from which Secret.
    struct credential_read
    {
        std::string secret_name;
        sync::receiver_credential credential;
    };

    world& env_;
    api_type& api_;
    receiver_objects objects_;
    sync::receiver_index index_;
    sync::receiver_flow<world, receiver_objects> flow_;
    std::map<name, sync::receiver> known_;
    std::map<name, credential_read> credentials_;
    std::set<name> stale_;
    std::set<name> unread_;  // to be tried again soon, for the API server did not tell
    bool reading_ = false;
    clock::gate* changed_ = nullptr;  // while `run` is under way
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_RECEIVER_HOOKS_HPP
