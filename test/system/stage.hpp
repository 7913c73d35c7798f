#ifndef PENSTOCK_TEST_SYSTEM_STAGE_HPP
#define PENSTOCK_TEST_SYSTEM_STAGE_HPP
#include "child.hpp"

#include <penstock/clock/deadline.hpp>
#include <penstock/embedded/forge_server.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/message.hpp>
#include <penstock/text/secret.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace penstock::system_test {

/// `gitrepositories.source.toolkit.fluxcd.io` and so on, as the store names them.
inline constexpr char const* git_repositories = "gitrepositories.source.toolkit.fluxcd.io";
inline constexpr char const* receivers = "receivers.notification.toolkit.fluxcd.io";

/** What a sidecar lives among: a cluster, a forge and a stand-in for Flux, on a thread of their own, and a directory.

    All objects are in the namespace `flux-system`. The forge announces nothing by itself: tests send what they want
    to be sent. */
class stage
{
public:
    stage();
    ~stage();
    stage(stage const&) = delete;
    stage& operator=(stage const&) = delete;

    std::string const& directory() const { return directory_.path(); }
    std::string kubeconfig() const { return directory() + "/kubeconfig"; }
    /// The bearer token of the cluster; in no log.
    std::string const& cluster_token() const;

    /// Runs on the thread of the servers, and waits.
    template <class F>
    auto on_loop(F f)
    {
        return asio::post(context_, std::packaged_task<decltype(f())()>(std::move(f))).get();
    }
    template <class T>
    T run(awaitable<T> work)
    {
        return asio::co_spawn(context_, unwinding(std::move(work)), asio::use_future).get();
    }

    /// Of the servers' thread.
    executor get_executor() { return context_.get_executor(); }
    embedded::kube_server& cluster();
    embedded::forge_server& forge();
    void start_flux();
    void stop_flux();

    // The cluster.
    void apply(std::string const& documents);
    /// A GitRepository of a repository of the forge. @param spec More of `spec`, as a flow mapping's inside.
    void source(std::string const& name, std::string const& repository,
                std::string const& spec = "ref: {branch: main}");
    boost::json::object object(std::string const& key, std::string const& name);
    /// The text at the end of a path in an object; empty where there is none.
    std::string text(std::string const& key, std::string const& name, std::initializer_list<std::string_view> path);
    std::string revision(std::string const& name);
    std::string requested(std::string const& name);
    void fault(embedded::kube_fault f);
    void clear_faults();
    /// How many requests the API server got that contain this.
    std::size_t requests_with(std::string const& part);

    // The forge.
    std::string url_of(std::string const& repository);
    std::string create(std::string const& repository, embedded::forge_access access = {});
    std::string commit(std::string const& repository, std::string const& branch = "main");
    /// A commit that no branch shows yet, on top of `parent`.
    std::string prepare_commit(std::string const& repository, std::string const& parent);
    void move_branch(std::string const& repository, std::string const& branch, std::string const& commit);

    result<http::response> send(http::request r, duration within = std::chrono::seconds(10));
private:
    class impl;

    scratch directory_;
    asio::io_context context_{1};
    std::unique_ptr<impl> impl_;
};

/// A push event of GitHub for this repository, signed.
http::request github_push(std::string const& url, secret const& key, std::string const& repository_url,
                          std::string const& before, std::string const& after, std::string const& delivery,
                          std::string const& ref = "refs/heads/main");

/// The value of a series on a page of metrics; 0 where it is not.
double metric(std::string const& page, std::string const& series);

struct sidecar_options
{
    std::string more;                     ///< Appended to the configuration file.
    std::string poll = "{interval: 1h, max: 1h}";
    std::vector<std::string> arguments;   ///< Added to the command line.
    std::vector<std::string> environment;
    std::string level = "debug";
    std::string name;  ///< Tells its files from those of another sidecar of the same stage.
};

/// `penstock run` in front of a stage, with ports that the system chose.
class sidecar
{
public:
    /// Starts it and waits for its ports. Throws what it said when it ends before.
    explicit sidecar(stage& around, sidecar_options o = {});

    bool ready();
    /// Waits until it is ready.
    bool wait_ready(duration within = std::chrono::seconds(10));

    child& process() { return *process_; }
    std::string hooks_url() const { return url_of(hooks_port); }
    std::string metrics_url() const { return url_of(metrics_port); }
    std::string health_url() const { return url_of(health_port); }
    std::string metrics();
    double metric(std::string const& series) { return system_test::metric(metrics(), series); }
    /// What `/explain` says about a source.
    boost::json::object explain(std::string const& name);
    /// Sends a signed push event of GitHub. @return The status of the answer; 0 when there was none.
    int push(std::string const& repository, std::string const& before, std::string const& after,
             std::string const& delivery, std::string const& ref = "refs/heads/main");

    std::uint16_t hooks_port = 0;
    std::uint16_t metrics_port = 0;
    std::uint16_t health_port = 0;
    std::string last_answer;  ///< The body of the answer to the last `push`.

    static std::string config_path(stage const& around, std::string const& name = {})
    {
        return around.directory() + "/penstock" + name + ".yaml";
    }
    static secret const& github_secret();
    static secret const& gitlab_token();
    static secret const& gitlab_signing_token();
    /// Writes the configuration file and the files of the secrets.
    static void configure(stage const& around, sidecar_options const& o);
    static std::vector<std::string> command(stage const& around, sidecar_options const& o);
private:
    static std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }
    bool find_ports();

    stage& stage_;
    std::unique_ptr<child> process_;
};

}  // namespace penstock::system_test

#endif  // PENSTOCK_TEST_SYSTEM_STAGE_HPP
