#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_HOOKS_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_HOOKS_IPP
#include <penstock/embedded/forge_hooks.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/http/client.hpp>
#include <penstock/text/hex.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

namespace penstock::embedded {
namespace detail {

/// A random UUID, version 4.
inline std::string random_guid()
{
    std::random_device device;
    std::string bytes;
    for (int i = 0; i < 16; ++i)
        bytes.push_back(static_cast<char>(device() & 0xff));
    bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
    auto out = to_hex(bytes);
    for (std::size_t const at : {8U, 13U, 18U, 23U})
        out.insert(at, 1, '-');
    return out;
}

inline http::client_options hook_client_options()
{
    http::client_options out;
    out.user_agent = "GitHub-Hookshot/penstock";
    out.max_body = 64 * 1024;
    return out;
}

}  // namespace detail

class forge_hooks::impl
{
public:
    impl(executor ex, std::size_t max) : client(std::move(ex), detail::hook_client_options()), max_deliveries(max) {}

    awaitable<int> attempt(forge_delivery delivery)
    {
        http::request request("POST", hooks.at(delivery.hook).url);
        request.fields.add("Content-Type", "application/json");
        request.fields.add("X-GitHub-Event", delivery.event);
        request.fields.add("X-GitHub-Delivery", delivery.id);
        request.fields.add("X-GitHub-Hook-ID", std::to_string(delivery.hook + 1));
        if (auto const& token = hooks[delivery.hook].token; !token.empty())
            request.fields.add("X-Hub-Signature-256",
                               "sha256="
                                   + to_hex(crypto::hmac_of(crypto::algorithm::sha256, token.reveal(), delivery.body)));
        request.body = delivery.body;
        auto const deadline = clock::steady::now() + std::chrono::seconds(10);
        auto const answer = co_await client.send(std::move(request), deadline);
        delivery.at = clock::steady::wall();
        delivery.status = answer ? answer->status : 0;
        delivery.error = answer ? std::string() : answer.error().message();
        int const status = delivery.status;
        deliveries.push_back(std::move(delivery));
        if (deliveries.size() > max_deliveries)
            deliveries.pop_front();
        ++attempts;
        co_return status;
    }

    http::client client;
    std::size_t max_deliveries;
    std::vector<forge_hook> hooks;
    std::deque<forge_delivery> deliveries;
    std::size_t attempts = 0;
};

PENSTOCK_DECL forge_hooks::forge_hooks(executor ex, std::size_t max_deliveries)
    : impl_(std::make_unique<impl>(std::move(ex), max_deliveries))
{}
PENSTOCK_DECL forge_hooks::~forge_hooks() = default;

PENSTOCK_DECL std::size_t forge_hooks::add(forge_hook hook)
{
    impl_->hooks.push_back(std::move(hook));
    return impl_->hooks.size() - 1;
}

PENSTOCK_DECL void forge_hooks::clear()
{
    for (auto& hook : impl_->hooks)
        hook = forge_hook();  // the numbers of the others stay
}

PENSTOCK_DECL awaitable<void> forge_hooks::send(std::string event, std::string repository, std::string ref,
                                                std::string after, std::string body)
{
    auto const count = impl_->hooks.size();
    for (std::size_t i = 0; i < count; ++i) {
        auto const& hook = impl_->hooks[i];
        if (hook.url.empty() || (!hook.repository.empty() && hook.repository != repository))
            continue;
        forge_delivery delivery;
        delivery.id = detail::random_guid();
        delivery.event = event;
        delivery.repository = repository;
        delivery.ref = ref;
        delivery.after = after;
        delivery.hook = i;
        delivery.body = body;
        co_await impl_->attempt(std::move(delivery));
    }
}

PENSTOCK_DECL awaitable<result<int>> forge_hooks::redeliver(std::string id)
{
    auto const& kept = impl_->deliveries;
    auto const at = std::find_if(kept.begin(), kept.end(), [&](forge_delivery const& d) { return d.id == id; });
    if (at == kept.end() || impl_->hooks[at->hook].url.empty())
        co_return failure(errc::not_found, "delivery " + id);
    forge_delivery again = *at;
    again.redelivery = true;
    int const status = co_await impl_->attempt(std::move(again));
    co_return status;
}

PENSTOCK_DECL std::deque<forge_delivery> const& forge_hooks::deliveries() const noexcept
{
    return impl_->deliveries;
}

PENSTOCK_DECL awaitable<error_code> forge_hooks::wait_for(std::size_t count, time_point deadline)
{
    while (impl_->attempts < count) {
        auto const now = clock::steady::now();
        if (now >= deadline)
            co_return make_error_code(errc::deadline_exceeded);
        if (auto const ec = co_await clock::steady::sleep_until(now + std::chrono::milliseconds(5)))
            co_return ec;
    }
    co_return error_code();
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_HOOKS_IPP
