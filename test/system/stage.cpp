#include "stage.hpp"

#include "open_definition.hpp"

#include <penstock/clock/steady.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/embedded/source_controller.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/text/hex.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace penstock::system_test {

namespace {

using namespace std::chrono_literals;
namespace known = kube::known;

using environment = env::basic_environment<clock::steady>;
using api = kube::api_client<environment, http::client>;
using flux_type = embedded::source_controller<environment, api, http::client>;

embedded::kube_server_options cluster_options()
{
    embedded::kube_server_options o;
    o.handler.token = secret("cluster-token-5d2a60cbf1f64a50a2");
    return o;
}

embedded::forge_options forge_options_for(std::string const& directory)
{
    embedded::forge_options o;
    o.directory = directory + "/forge";
    return o;
}

time_point in(duration d)
{
    return std::chrono::steady_clock::now() + d;
}

}  // namespace

class stage::impl
{
public:
    impl(asio::io_context& context, std::string const& directory)
        : guard(context.get_executor()), client(context.get_executor()),
          cluster(context.get_executor(), cluster_options()),
          forge(context.get_executor(), forge_options_for(directory))
    {}

    awaitable<int> stop()
    {
        co_await forge.stop(in(2s));
        co_await cluster.stop(in(10ms));  // what is left are watches of a Flux that is gone
        co_return 0;
    }

    environment env;
    asio::executor_work_guard<asio::io_context::executor_type> guard;
    http::client client;
    embedded::kube_server cluster;
    embedded::forge_server forge;
    std::unique_ptr<api> calls;
    std::unique_ptr<flux_type> flux;
    asio::cancellation_signal flux_stop;
    std::future<void> flux_ended;
    std::thread thread;
};

stage::stage() : impl_(std::make_unique<impl>(context_, directory()))
{
    impl_->cluster.start().value();
    impl_->forge.start().value();
    for (auto const type : embedded::kube_flux_types::all)
        impl_->cluster.seed(type).value();
    for (auto const* what : {&known::oci_repositories, &known::buckets, &known::helm_repositories, &known::helm_charts})
        impl_->cluster.seed(open_definition(*what)).value();
    impl_->cluster.seed("apiVersion: v1\nkind: Namespace\nmetadata: {name: flux-system}\n").value();
    impl_->calls = std::make_unique<api>(impl_->env, impl_->client, impl_->cluster.url(),
                                         kube::credential::bearer(cluster_options().handler.token));
    write_file(kubeconfig(), impl_->cluster.kubeconfig());
    impl_->thread = std::thread([this] { context_.run(); });
    start_flux();
}

stage::~stage()
{
    stop_flux();
    run(impl_->stop());
    impl_->guard.reset();
    context_.stop();
    impl_->thread.join();
}

std::string const& stage::cluster_token() const
{
    static std::string const token(cluster_options().handler.token.reveal());
    return token;
}

embedded::kube_server& stage::cluster()
{
    return impl_->cluster;
}

embedded::forge_server& stage::forge()
{
    return impl_->forge;
}

void stage::start_flux()
{
    impl_->flux = std::make_unique<flux_type>(impl_->env, *impl_->calls, impl_->client, context_.get_executor());
    auto ended = std::make_shared<std::promise<void>>();
    impl_->flux_ended = ended->get_future();
    on_loop([this, ended] {
        asio::co_spawn(
            context_, unwinding(impl_->flux->run()),
            asio::bind_cancellation_slot(impl_->flux_stop.slot(), [ended](std::exception_ptr) { ended->set_value(); }));
    });
}

void stage::stop_flux()
{
    if (!impl_->flux)
        return;
    on_loop([this] { impl_->flux_stop.emit(asio::cancellation_type::terminal); });
    if (impl_->flux_ended.wait_for(20s) != std::future_status::ready) {
        std::cerr << "the stand-in for Flux does not end\n";
        std::abort();  // nothing can be torn down in order
    }
    on_loop([this] { impl_->flux.reset(); });
}

void stage::apply(std::string const& documents)
{
    on_loop([this, documents] { impl_->cluster.seed(documents).value(); });
}

void stage::source(std::string const& name, std::string const& repository, std::string const& spec)
{
    apply("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: " + name
          + ", namespace: flux-system, labels: {team: a}, annotations: {note: kept}}\nspec: {interval: 1h, url: '"
          + url_of(repository) + "', " + spec + "}\n");
}

boost::json::object stage::object(std::string const& key, std::string const& name)
{
    return on_loop([this, key, name] {
        auto const found = impl_->cluster.store().find(key, "flux-system", name);
        return found ? *found : boost::json::object();
    });
}

std::string stage::text(std::string const& key, std::string const& name, std::initializer_list<std::string_view> path)
{
    auto const found = object(key, name);
    return std::string(embedded::json_text(found, path));
}

std::string stage::revision(std::string const& name)
{
    auto const all = text(git_repositories, name, {"status", "artifact", "revision"});
    return all.substr(all.rfind(':') + 1);
}

std::string stage::requested(std::string const& name)
{
    return text(git_repositories, name, {"metadata", "annotations", "reconcile.fluxcd.io/requestedAt"});
}

void stage::fault(embedded::kube_fault f)
{
    on_loop([this, &f] { impl_->cluster.faults().add(std::move(f)); });
}

void stage::clear_faults()
{
    on_loop([this] { impl_->cluster.faults().clear(); });
}

std::size_t stage::requests_with(std::string const& part)
{
    return on_loop([this, part] {
        auto const& all = impl_->cluster.handler().requests();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&part](std::string const& line) { return line.find(part) != std::string::npos; }));
    });
}

std::string stage::url_of(std::string const& repository)
{
    return impl_->forge.url_of(repository);
}

std::string stage::create(std::string const& repository, embedded::forge_access access)
{
    return run(impl_->forge.repositories().create(repository, std::move(access))).value();
}

std::string stage::commit(std::string const& repository, std::string const& branch)
{
    static int count = 0;
    embedded::forge_change change("file", "text " + std::to_string(++count) + "\n");
    change.branch = branch;
    return run(impl_->forge.repositories().commit(repository, std::move(change))).value();
}

std::string stage::prepare_commit(std::string const& repository, std::string const& parent)
{
    static int count = 0;
    std::vector<std::string> words{"-c",
                                   "user.name=a",
                                   "-c",
                                   "user.email=a@example.com",
                                   "commit-tree",
                                   "-p",
                                   parent,
                                   "-m",
                                   "prepared " + std::to_string(++count),
                                   parent + "^{tree}"};
    return run(impl_->forge.repositories().git(repository, std::move(words))).value();
}

void stage::move_branch(std::string const& repository, std::string const& branch, std::string const& commit)
{
    std::vector<std::string> words{"update-ref", "refs/heads/" + branch, commit};
    run(impl_->forge.repositories().git(repository, std::move(words))).value();
}

result<http::response> stage::send(http::request r, duration within)
{
    return run(impl_->client.send(std::move(r), in(within)));
}

http::request github_push(std::string const& url, secret const& key, std::string const& repository_url,
                          std::string const& before, std::string const& after, std::string const& delivery,
                          std::string const& ref)
{
    boost::json::object push;
    push["ref"] = ref;
    push["before"] = before;
    push["after"] = after;
    push["deleted"] = after == std::string(40, '0');
    push["repository"] = {{"clone_url", repository_url}, {"html_url", repository_url}, {"default_branch", "main"}};
    http::request r("POST", url);
    r.body = boost::json::serialize(push);
    crypto::hmac mac{crypto::hmac_key(crypto::algorithm::sha256, key.reveal())};
    mac.update(r.body);
    r.fields.set("Content-Type", "application/json");
    r.fields.set("X-GitHub-Event", "push");
    r.fields.set("X-GitHub-Delivery", delivery);
    r.fields.set("X-Hub-Signature-256", "sha256=" + to_hex(mac.finish().view()));
    return r;
}

double metric(std::string const& page, std::string const& series)
{
    auto const at = ("\n" + page).find("\n" + series + " ");
    return at == std::string::npos ? 0 : std::strtod(page.c_str() + at + series.size() + 1, nullptr);
}

}  // namespace penstock::system_test
