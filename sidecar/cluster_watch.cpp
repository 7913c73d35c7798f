#include "cluster_watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace penstock::sidecar {

namespace {

std::string not_listed(informer_type const& informer)
{
    auto const& trouble = informer.trouble();
    return informer.what().kind + " objects have not been listed yet"
           + (trouble.code ? ": " + trouble.message() : std::string());
}

/// Receivers that are not installed, or are not our business.
bool is_left_out(informer_type const& informer)
{
    auto const& code = informer.trouble().code;
    return code == errc::not_found || code == errc::forbidden;
}

}  // namespace

cluster_watch::cluster_watch(world& env, api_type& api, executor ex, configuration const& c,
                             informer_type::handler repository, informer_type::handler receiver,
                             std::function<void()> back)
    : env_(env), back_(std::move(back)), tasks_(ex)
{
    auto namespaces = c.namespaces;
    if (namespaces.empty())
        namespaces.emplace_back();  // all of them
    for (auto const& ns : namespaces) {
        kube::informer_options o;
        o.ns = ns;
        o.label_selector = c.label_selector;
        repositories_.push_back(
            std::make_unique<informer_type>(env, api, ex, kube::known::git_repositories, o, repository));
        receivers_.push_back(std::make_unique<informer_type>(env, api, ex, kube::known::receivers, o, receiver));
    }
}

awaitable<result<void>> cluster_watch::run()
{
    for (auto const* informers : {&repositories_, &receivers_})
        for (auto const& informer : *informers)
            tasks_.spawn(watch(*informer));
    tasks_.spawn(notice_return());
    co_await tasks_.join();
    if (failed_.code)
        co_return failed_;
    co_return result<void>();
}

awaitable<void> cluster_watch::watch(informer_type& informer)
{
    auto const ended = co_await informer.run();
    if (ended && ended != asio::error::operation_aborted)
        failed_ = failure(ended, "the watch of " + informer.what().qualified());
}

awaitable<void> cluster_watch::notice_return()
{
    constexpr auto look = std::chrono::milliseconds(500);
    constexpr auto patience = std::chrono::seconds(2);  // a watch may end and begin again
    auto well = env_.clock().now();
    for (;;) {
        if (auto const ec = co_await env_.clock().sleep_until(env_.clock().now() + look))
            co_return;
        auto why = not_watched();
        auto const now = env_.clock().now();
        if (why.empty())
            well = now;
        bool const was_away = !trouble_.empty();
        trouble_ = now - well > patience ? std::move(why) : std::string();
        if (was_away && trouble_.empty())
            back_();
    }
}

bool cluster_watch::repositories_listed() const
{
    return std::all_of(repositories_.begin(), repositories_.end(), [](auto const& i) { return i->synced(); });
}

std::string cluster_watch::unknown_because() const
{
    for (auto const& informer : repositories_)
        if (!informer->synced())
            return not_listed(*informer);
    for (auto const& informer : receivers_) {
        if (!informer->synced() && !is_left_out(*informer))
            return not_listed(*informer);
    }
    return {};
}

std::string cluster_watch::not_watched() const
{
    for (auto const* informers : {&repositories_, &receivers_})
        for (auto const& informer : *informers) {
            if (informer->watching() || (informers == &receivers_ && is_left_out(*informer)))
                continue;
            auto const& why = informer->trouble();
            return why.code ? why.message() : "there is no watch of " + informer->what().qualified();
        }
    return {};
}

}  // namespace penstock::sidecar
