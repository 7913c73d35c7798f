#ifndef PENSTOCK_TEST_CONFORMANCE_KUBECTL_KUBECTL_HPP
#define PENSTOCK_TEST_CONFORMANCE_KUBECTL_KUBECTL_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/embedded/kube_server.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>

namespace penstock::testing {

using namespace std::chrono_literals;

/// What a command said and how it ended.
struct command_result
{
    int status = 0;
    std::string output;  ///< Both streams.

    bool says(std::string_view text) const { return output.find(text) != std::string::npos; }
};

/// Runs a command of the shell; `timeout` of coreutils ends it after that many seconds.
inline command_result run_command(std::string const& command, int seconds = 30)
{
    command_result out;
    auto* const pipe = ::popen(("timeout " + std::to_string(seconds) + ' ' + command + " 2>&1").c_str(), "r");
    if (!pipe)
        throw std::runtime_error("popen");
    char buffer[4096];
    while (auto const n = std::fread(buffer, 1, sizeof buffer, pipe))
        out.output.append(buffer, n);
    auto const status = ::pclose(pipe);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return out;
}

/// The kubectl to test: PENSTOCK_KUBECTL, or the one in PATH.
inline std::string kubectl_program()
{
    auto const* named = std::getenv("PENSTOCK_KUBECTL");
    return named ? named : "kubectl";
}

/// The minor version of it; 0: there is none.
inline int kubectl_minor()
{
    static int const minor = [] {
        auto const r = run_command(kubectl_program() + " version --client -o json");
        auto const at = r.output.find("\"minor\": \"");
        return r.status == 0 && at != std::string::npos ? std::atoi(r.output.c_str() + at + 10) : 0;
    }();
    return minor;
}

/** An API server and a kubectl that speaks to it: an embedded one on its own thread, or a real one where
    PENSTOCK_KUBE_URL and KUBECONFIG are set, as test/kube/serve.sh does. Every case has a namespace of its own there. */
class kubectl_fixture
{
public:
    kubectl_fixture()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "penstock-kubectl-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("mkdtemp");
        folder_ = pattern;
        if (real()) {
            prepare_real();
            return;
        }
        if (!server_.start())
            throw std::runtime_error("the embedded API server cannot listen");
        for (auto const d : embedded::kube_flux_types::all)
            if (!server_.seed(d))
                throw std::runtime_error("a definition cannot be used");
        file("config", server_.kubeconfig());
        thread_ = std::thread([this] { context_.run(); });
    }

    static bool real() { return std::getenv("PENSTOCK_KUBE_URL") != nullptr; }

    kubectl_fixture(kubectl_fixture const&) = delete;
    kubectl_fixture& operator=(kubectl_fixture const&) = delete;

    ~kubectl_fixture()
    {
        if (real()) {
            std::error_code none;
            std::filesystem::remove_all(folder_, none);
            return;
        }
        asio::post(context_, [this] {
            asio::co_spawn(context_, unwinding(server_.stop(clock::steady::now() + 1s)), asio::detached);
            guard_.reset();
        });
        thread_.join();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    /// Writes a file and gives its name.
    std::string file(std::string const& name, std::string const& text) const
    {
        auto const path = folder_ / name;
        std::ofstream(path) << text;
        return path.string();
    }

    std::string command(std::string const& arguments) const
    {
        return "env KUBECONFIG=" + (folder_ / "config").string() + " HOME=" + folder_.string() + ' ' + kubectl_program()
               + " --cache-dir " + (folder_ / "cache").string() + ' ' + arguments;
    }

    command_result kubectl(std::string const& arguments, int seconds = 30) const
    {
        return run_command(command(arguments), seconds);
    }

    /// Runs it and insists that it succeeds.
    command_result good(std::string const& arguments) const
    {
        auto r = kubectl(arguments);
        BOOST_TEST_REQUIRE(r.status == 0, arguments << ": " << r.output);
        return r;
    }

    /// Does something with the server on its own thread.
    template <class Work>
    auto on_server(Work work) -> decltype(work(std::declval<embedded::kube_server&>()))
    {
        std::packaged_task<decltype(work(server_))()> task([&] { return work(server_); });
        auto done = task.get_future();
        asio::post(context_, [&task] { task(); });
        return done.get();
    }

    /// Waits until somebody watches, at most ten seconds. A real server does not tell: there it takes a second.
    bool until_watched()
    {
        auto const end = std::chrono::steady_clock::now() + (real() ? 1s : 10s);
        while (std::chrono::steady_clock::now() < end) {
            if (!real() && on_server([](embedded::kube_server& s) { return s.handler().watches() != 0; }))
                return true;
            std::this_thread::sleep_for(10ms);  // between two questions to another thread
        }
        return real();
    }

    /// Writes the status of a GitRepository, which old ones of kubectl cannot.
    bool write_status(std::string const& name, boost::json::object status)
    {
        if (real()) {
            auto const patch =
                file("status.json", boost::json::serialize(boost::json::object{{"status", std::move(status)}}));
            return kubectl("patch gitrepo " + name + " --subresource=status --type=merge --patch-file " + patch).status
                   == 0;
        }
        return on_server([&](embedded::kube_server& s) {
            auto const& type = *s.store().types().find_key("gitrepositories.source.toolkit.fluxcd.io");
            auto now = *s.store().find(type.key(), "default", name);
            now["status"] = status;
            embedded::kube_write how;
            how.subresource = "status";
            return s.store().replace(type, "default", name, std::move(now), how).has_value();
        });
    }
private:
    void prepare_real()
    {
        file("config", slurp(std::getenv("KUBECONFIG")));
        std::string types;
        for (auto const d : embedded::kube_flux_types::all)
            types += d;
        good("apply --server-side --force-conflicts -f " + file("types.yaml", types));
        good("wait --for=condition=Established crd --all --timeout=20s");
        static int count = 0;
        auto const ns = "kubectl-" + std::to_string(::getpid()) + '-' + std::to_string(++count);
        good("create namespace " + ns);
        good("config set-context --current --namespace=" + ns);
    }

    static std::string slurp(std::string const& path)
    {
        std::ifstream in(path);
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }

    std::filesystem::path folder_;
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_{context_.get_executor()};
    embedded::kube_server server_{context_.get_executor()};
    std::thread thread_;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONFORMANCE_KUBECTL_KUBECTL_HPP
