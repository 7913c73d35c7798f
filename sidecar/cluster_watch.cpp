#include "cluster_watch.hpp"

#include <algorithm>
#include <utility>

namespace penstock::sidecar {

namespace {

std::string not_listed(informer_type const& informer)
{
    auto const& trouble = informer.trouble();
    return informer.what().kind + " objects have not been listed yet"
           + (trouble.code ? ": " + trouble.message() : std::string());
}

}  // namespace

cluster_watch::cluster_watch(world& env, api_type& api, executor ex, configuration const& c,
                             informer_type::handler repository, informer_type::handler receiver)
    : tasks_(ex)
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
        auto const& code = informer->trouble().code;
        if (!informer->synced() && code != errc::not_found && code != errc::forbidden)
            return not_listed(*informer);
    }
    return {};
}

}  // namespace penstock::sidecar
