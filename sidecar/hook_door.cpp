#include "hook_door.hpp"

#include "patience.hpp"

#include <penstock/sync/hook_answer.hpp>

namespace penstock::sidecar {

using namespace std::chrono_literals;

hook_door::hook_door(world& env, configuration const& settings, cluster_watch const& watches,
                     secret_keeper const& secrets, forge_hooks& forges, receiver_hooks& receivers)
    : env_(env), settings_(settings), watches_(watches), secrets_(secrets), forges_(forges), receivers_(receivers)
{}

std::string hook_door::unknown_because() const
{
    auto why = watches_.unknown_because();
    return why.empty() && !receivers_.settled() ? "the tokens of Receivers have not been read yet" : why;
}

bool hook_door::is_open(std::string_view path) const
{
    return routable_ && (!path.starts_with("/webhook/") || secrets_.asked(path.substr(9)));
}

awaitable<void> hook_door::serve(http::exchange& e)
{
    auto const path = e.head().path();
    auto const end = env_.clock().now() + 5s;
    while (!is_open(path)) {
        error_code stopped;
        bool const late = env_.clock().now() >= end;
        if (!late)
            stopped = co_await env_.clock().sleep_until(env_.clock().now() + 20ms);
        if (late || stopped) {
            auto const why = failure(errc::unavailable, "starting", 5s);
            auto const sent = co_await e.respond(sync::hook_refusal(why, ""));
            static_cast<void>(sent);
            co_return;
        }
    }
    if (forge_hooks::serves(path, settings_))
        co_await forges_.handle(e);
    else
        co_await receivers_.handle(e);
}

awaitable<void> hook_door::open()
{
    for (patience p(env_); !unknown_because().empty();)
        if (auto const ec = co_await p.wait())
            co_return;
    routable_ = true;
}

std::string hook_door::closed_because() const
{
    if (!routable_) {
        auto why = unknown_because();
        return why.empty() ? "what is in the cluster is being taken in" : why;
    }
    for (std::string_view const forge : {"github", "gitlab", "gitea"}) {
        if (!secrets_.asked(forge))
            return "the secrets of webhooks have not been read yet";
    }
    return {};
}

}  // namespace penstock::sidecar
