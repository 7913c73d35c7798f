#include "check.hpp"

#include "blocking.hpp"
#include "run.hpp"
#include "sync_parts.hpp"

#include <penstock/kube/kubeconfig.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <iostream>

namespace penstock::sidecar {

namespace {

using namespace std::chrono_literals;

/// One permission that the sync system needs.
struct permission
{
    char const* verb;
    kube::resource what;
    char const* why;
};

class live_check
{
public:
    live_check(world& env, executor ex, kube::connection const& to)
        : env_(env), cluster_(env, ex, to), api_(cluster_.api())
    {}

    awaitable<int> run(configuration c)
    {
        auto namespaces = c.namespaces;
        if (namespaces.empty())
            namespaces.emplace_back();
        for (auto const& ns : namespaces) {
            auto const answers = co_await listed(kube::known::git_repositories, ns);
            if (answers == reach::nobody)
                co_return 1;  // everything else would wait for the same
            co_await listed(kube::known::receivers, ns);
            std::array const needed{
                permission{"watch", kube::known::git_repositories, "to see what is wanted"},
                permission{"patch", kube::known::git_repositories, "to ask Flux for a sync"},
                permission{"watch", kube::known::receivers, "to serve Flux Receivers"},
                permission{"get", kube::known::secrets, "to read tokens and credentials"},
            };
            for (auto const& p : needed)
                co_await allowed(p, ns);
        }
        co_return failures_ == 0 ? 0 : 1;
    }
private:
    static std::string place(std::string const& ns) { return ns.empty() ? "all namespaces" : "namespace " + ns; }

    void say(bool good, std::string const& text)
    {
        std::cerr << (good ? "✔ " : "✗ ") << text << "\n";
        failures_ += good ? 0 : 1;
    }

    enum class reach
    {
        server,
        nobody,
    };

    awaitable<reach> listed(kube::resource what, std::string ns)
    {
        kube::list_options ask;
        ask.limit = 500;
        auto found = co_await api_.list_page(what, ns, ask, env_.clock().now() + 3s);
        if (found)
            say(true, what.qualified() + " in " + place(ns) + ": " + std::to_string(found->items.size())
                          + (found->continue_token.empty() ? "" : " and more"));
        else
            say(false, found.error().message());
        bool const silent =
            !found && (found.error().code == errc::connection_failed || found.error().code == errc::deadline_exceeded);
        co_return silent ? reach::nobody : reach::server;
    }

    awaitable<void> allowed(permission p, std::string ns)
    {
        kube::resource const reviews("authorization.k8s.io", "v1", "selfsubjectaccessreviews",
                                     "SelfSubjectAccessReview", false);
        boost::json::object attributes;
        attributes["verb"] = p.verb;
        attributes["group"] = p.what.group;
        attributes["resource"] = p.what.plural;
        attributes["namespace"] = ns;
        boost::json::object review;
        review["apiVersion"] = reviews.api_version();
        review["kind"] = reviews.kind;
        review["spec"] = boost::json::object{{"resourceAttributes", std::move(attributes)}};
        boost::json::value body(std::move(review));
        kube::write_options plain;
        auto answer = co_await api_.create(reviews, "", std::move(body), plain, env_.clock().now() + 10s);
        auto const text = std::string("may ") + p.verb + " " + p.what.qualified() + " in " + place(ns);
        if (!answer) {
            say(false, text + ": " + answer.error().message());
            co_return;
        }
        auto const* const status = answer->is_object() ? kube::object_at(answer->get_object(), "status") : nullptr;
        auto const* const verdict = status == nullptr ? nullptr : status->if_contains("allowed");
        bool const yes = verdict != nullptr && verdict->is_bool() && verdict->get_bool();
        say(yes, text + (yes ? "" : std::string("; needed ") + p.why));
    }

    world& env_;
    cluster_type cluster_;
    api_type& api_;
    int failures_ = 0;
};

}  // namespace

int run_check(check_arguments const& a, run_arguments const& where)
{
    auto named = where;
    if (!a.file.empty())
        named.config = a.file;
    auto c = configuration_of(named);
    auto usable = c ? check_local_secrets(*c) : result<void>(c.error());
    if (!usable) {
        std::cerr << usable.error().detail << "\n";
        return 2;
    }
    std::cerr << "✔ " << (named.config.empty() ? "no file: the defaults" : named.config) << "\n";
    if (!a.live)
        return 0;
    kube::connection_options o;
    o.kubeconfig = where.kubeconfig;
    o.context = c->kube_context;
    auto const cluster = kube::load_connection(o);
    if (!cluster) {
        std::cerr << cluster.error().detail << "\n";
        return 2;
    }
    std::cerr << "► " << cluster->server << " (" << cluster->origin << ")\n";
    world env = make_world("error", "console");
    asio::io_context context{1};
    live_check check(env, context.get_executor(), *cluster);
    return run_blocking(context, check.run(*c));
}

}  // namespace penstock::sidecar
