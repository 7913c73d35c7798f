#include "receiver_hooks.hpp"

#include <penstock/clock/deadline.hpp>
#include <penstock/crypto/base64.hpp>

#include <algorithm>
#include <chrono>

namespace penstock::sidecar {

namespace {

using namespace std::chrono_literals;

constexpr duration retry_after = 2s;  // of a token that could not be read

sync::receiver_flow_options flow_options(bool no_cross_namespace_refs)
{
    sync::receiver_flow_options o;
    o.plan.no_cross_namespace_refs = no_cross_namespace_refs;
    return o;
}

awaitable<result<void>> changed(clock::gate& gate)
{
    if (auto const ec = co_await gate.wait())
        co_return ec;
    co_return result<void>();
}

}  // namespace

awaitable<result<boost::json::value>> receiver_objects::get_metadata(kube::resource what, std::string ns,
                                                                     std::string name)
{
    return api_.get(std::move(what), kube::object_name(std::move(ns), std::move(name)), env_.clock().now() + 10s);
}

awaitable<result<std::vector<boost::json::value>>> receiver_objects::list_metadata(kube::resource what, std::string ns,
                                                                                   std::string selector)
{
    auto listed = co_await api_.list(std::move(what), std::move(ns), kube::list_options(std::move(selector)),
                                     env_.clock().now() + 15s);
    if (!listed)
        co_return listed.error();
    std::vector<boost::json::value> all;
    for (auto& object : listed->items)
        all.emplace_back(std::move(object));
    co_return all;
}

awaitable<result<void>> receiver_objects::request_sync(kube::resource what, std::string ns, std::string name,
                                                       std::shared_ptr<hook::push_event const> push)
{
    sync::wish w;
    w.by = sync::trigger::receiver;
    std::vector<std::string> keys{sync::make_key(what.kind, ns, name)};
    if (push)
        name_commit(w, keys.front(), *push);
    return intake_.want(std::move(w), std::move(keys));
}

void receiver_objects::name_commit(sync::wish& w, std::string const& key, hook::push_event const& push) const
{
    w.delivery = push.delivery;
    auto const follows = intake_.routes().find(push).keys;
    if (!push.ref.starts_with("refs/heads/") || std::find(follows.begin(), follows.end(), key) == follows.end())
        return;
    auto const* const known = ledger_.find(key);
    bool const there =
        known != nullptr && known->now.observed && sync::revision_id(known->now.observed->revision) == push.after;
    if (there)
        return;  // a Receiver writes its annotation in any case, as Flux's does
    w.id = push.after;
    w.before = push.before;
}

receiver_hooks::receiver_hooks(world& env, api_type& api, intake_type& in, sync::ledger const& book,
                               bool no_cross_namespace_refs)
    : env_(env), api_(api), objects_(env, api, in, book),
      flow_(env, index_, objects_, flow_options(no_cross_namespace_refs))
{}

void receiver_hooks::observe(bool gone, boost::json::object const& object)
{
    auto decoded = sync::decode_receiver(object);
    if (!decoded)
        return;
    name const which(decoded->ns, decoded->name);
    if (gone) {
        known_.erase(which);
        stale_.erase(which);
        unread_.erase(which);
        credentials_.erase(which);
        index_.erase(which.first, which.second);
        return;
    }
    known_.insert_or_assign(which, *std::move(decoded));
    stale_.insert(which);
    if (changed_ != nullptr)
        changed_->notify();
}

awaitable<void> receiver_hooks::handle(http::exchange& e)
{
    auto answer = co_await flow_.serve(e);
    auto const sent = co_await e.respond(answer);
    if (!sent && env_.log().enabled(observe::level::debug))
        env_.log().write(observe::level::debug, "receiver", "the answer could not be sent",
                         {{"error", sent.error().message()}});
}

awaitable<void> receiver_hooks::run(executor ex)
{
    clock::gate gate(std::move(ex));
    changed_ = &gate;
    auto all_again = env_.clock().now() + 30s;
    for (;;) {
        while (!stale_.empty()) {
            auto const which = *stale_.begin();
            stale_.erase(stale_.begin());
            reading_ = true;
            co_await refresh(which);
            reading_ = false;
        }
        auto const due = unread_.empty() ? all_again : std::min(all_again, env_.clock().now() + retry_after);
        auto const woken = co_await with_deadline(env_.clock(), due, changed(gate));
        if (!woken && woken.error().code == asio::error::operation_aborted)
            break;
        stale_.insert(unread_.begin(), unread_.end());
        if (!woken && due == all_again) {
            for (auto const& [which, r] : known_)
                stale_.insert(which);
            all_again = env_.clock().now() + 30s;
        }
    }
    changed_ = nullptr;
}

awaitable<void> receiver_hooks::refresh(name which)
{
    auto const before = known_.find(which);
    if (before == known_.end())
        co_return;
    auto fresh = co_await read(before->second);
    auto const now = known_.find(which);  // it may have changed or gone while its Secret was read
    if (now == known_.end() || stale_.contains(which))
        co_return;
    if (fresh) {
        unread_.erase(which);
        if (fresh->token)
            redact_from_logs(*fresh->token);
        credentials_.insert_or_assign(which, credential_read{now->second.secret_name, *std::move(fresh)});
    } else {
        unread_.insert(which);
    }
    auto const last = credentials_.find(which);
    bool const usable = last != credentials_.end() && last->second.secret_name == now->second.secret_name;
    index_.put(now->second, usable ? last->second.credential : sync::receiver_credential());
    for (auto const& [ns, other] : index_.collisions())
        env_.log().write(observe::level::error, "receiver", "shares its path with another Receiver; change its token",
                         {{"controllerKind", "Receiver"}, {"name", other}, {"namespace", ns}});
}

awaitable<std::optional<sync::receiver_credential>> receiver_hooks::read(sync::receiver r)
{
    sync::receiver_credential c;
    if (r.secret_name.empty())
        co_return c;
    auto object =
        co_await api_.get(kube::known::secrets, kube::object_name(r.ns, r.secret_name), env_.clock().now() + 10s);
    if (!object) {
        bool const again = unread_.contains(name(r.ns, r.name));
        if (!again || env_.log().enabled(observe::level::debug))
            env_.log().write(observe::level::error, "receiver", "the token cannot be read",
                             {{"controllerKind", "Receiver"},
                              {"name", r.name},
                              {"namespace", r.ns},
                              {"error", object.error().message()}});
        if (object.error().code == condition::not_found)
            co_return c;
        co_return std::nullopt;
    }
    auto const* const data = object->is_object() ? kube::object_at(object->get_object(), "data") : nullptr;
    if (data == nullptr)
        co_return c;
    c.has_email = data->contains("email");
    c.has_audience = data->contains("audience");
    auto const* const token = data->if_contains("token");
    if (token == nullptr || !token->is_string())
        co_return c;
    if (auto decoded = crypto::base64_decode(token->get_string()))
        c.token = secret(*std::move(decoded));
    co_return c;
}

}  // namespace penstock::sidecar
