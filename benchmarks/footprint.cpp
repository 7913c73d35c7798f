// Claim: the sidecar is ready within 25 ms of its start and takes at most 10 MB while nothing happens. It is started
// again and again against a Kubernetes API server in this process, asked for /readyz until it says ok, and looked at when
// it has settled.
#include "measure.hpp"
#include "peer_process.hpp"
#include "scratch_directory.hpp"

#include <penstock/clock/unwinding.hpp>
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/embedded/kube_server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <fcntl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
constexpr int sources = 10;

/// An API server on a thread of its own, with sources whose forge is not there.
class cluster
{
public:
    explicit cluster(std::string const& directory)
    {
        server_.start().value();
        for (auto const type : penstock::embedded::kube_flux_types::all)
            server_.seed(type).value();
        server_.seed("apiVersion: v1\nkind: Namespace\nmetadata: {name: flux-system}\n").value();
        for (int i = 0; i < sources; ++i)
            server_
                .seed("apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: app-"
                      + std::to_string(i)
                      + ", namespace: flux-system}\nspec: {interval: 10m, url: 'http://127.0.0.1:9/app-"
                      + std::to_string(i) + ".git', ref: {branch: main}}\n")
                .value();
        std::ofstream(directory + "/kubeconfig") << server_.kubeconfig();
        thread_ = std::thread([this] { context_.run(); });
    }
    cluster(cluster const&) = delete;
    ~cluster()
    {
        boost::asio::co_spawn(context_, penstock::unwinding(stop()), boost::asio::use_future).get();
        work_.reset();
        context_.stop();
        thread_.join();
    }
private:
    penstock::awaitable<int> stop()
    {
        co_await server_.stop(clock_type::now() + 1s);
        co_return 0;
    }

    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = make_work_guard(context_);
    penstock::embedded::kube_server server_{context_.get_executor()};
    std::thread thread_;
};

/// Asks once. @return Whether the answer is 200.
bool ready(std::uint16_t port)
{
    int const s = bench::connected(port);
    if (s < 0)
        return false;
    constexpr std::string_view question = "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    char answer[64];
    bool const yes = ::send(s, question.data(), question.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(question.size())
                     && ::recv(s, answer, sizeof answer, MSG_WAITALL) == static_cast<ssize_t>(sizeof answer)
                     && std::string_view(answer, sizeof answer).starts_with("HTTP/1.1 200 ");
    ::close(s);
    return yes;
}

/// `Name: 123 kB` of a file below /proc, in kB.
std::map<std::string, double> kilobytes(::pid_t pid, std::string const& file)
{
    std::map<std::string, double> all;
    std::ifstream in("/proc/" + std::to_string(pid) + '/' + file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string name;
        double number = 0;
        if (words >> name >> number)
            all[name.substr(0, name.find(':'))] = number;
    }
    return all;
}

struct figures
{
    std::vector<double> listening_ms, ready_ms, rss, pss, anonymous, of_files, threads;
};

void once(std::string const& directory, std::chrono::milliseconds idle, figures& to)
{
    auto const start = clock_type::now();
    bench::peer_process const sidecar([&directory](std::uint16_t port) {
        int const log = ::open((directory + "/log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(log, 2);
        ::execl(PENSTOCK_BINARY, "penstock", "run", "--config", (directory + "/penstock.yaml").c_str(), "--kubeconfig",
                (directory + "/kubeconfig").c_str(), "--hooks-addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0",
                "--health-addr", ("127.0.0.1:" + std::to_string(port)).c_str(), nullptr);
    });
    std::optional<clock_type::duration> listening;
    while (!ready(sidecar.port())) {
        if (!listening && bench::listens(sidecar.port()))
            listening = clock_type::now() - start;
        if (clock_type::now() - start > 20s || !sidecar.runs())
            throw std::runtime_error("the sidecar does not become ready");
        std::this_thread::sleep_for(100us);
    }
    auto const ms = [](clock_type::duration d) { return std::chrono::duration<double, std::milli>(d).count(); };
    to.ready_ms.push_back(ms(clock_type::now() - start));
    to.listening_ms.push_back(listening ? ms(*listening) : to.ready_ms.back());
    std::this_thread::sleep_for(idle);
    auto const status = kilobytes(sidecar.pid(), "status");
    auto const maps = kilobytes(sidecar.pid(), "smaps_rollup");
    to.rss.push_back(status.at("VmRSS"));
    to.anonymous.push_back(status.at("RssAnon"));
    to.of_files.push_back(status.at("RssFile"));
    to.threads.push_back(status.at("Threads"));
    to.pss.push_back(maps.contains("Pss") ? maps.at("Pss") : 0);
}

}  // namespace

int main(int argc, char** argv)
try {
    if (std::string_view(PENSTOCK_BINARY).empty()) {
        std::puts("skipped: the sidecar is not built");
        return 77;
    }
    bench::effort const effort(argc, argv);
    bench::scratch_directory const scratch;
    auto const& directory = scratch.path();
    std::ofstream(directory + "/secret") << "a-secret-of-32-bytes-for-testing\n";
    std::ofstream(directory + "/penstock.yaml")
        << "apiVersion: penstock.dev/v1\nkind: Sidecar\nwebhooks:\n  github: {secrets: [{file: " << directory
        << "/secret}]}\nstore: {sqlite: " << directory << "/store.db}\n";
    cluster const around(directory);
    figures all;
    auto const idle = effort.smoke() ? 10ms : 2500ms;
    for (std::size_t i = 0; i < effort.of(11, 1); ++i)
        once(directory, idle, all);
    auto const mb = [](std::vector<double> const& kb) { return bench::median(kb) / 1024; };
    std::printf("penstock run, with an API server and %d sources%s\n", sources,
                effort.smoke() ? " (smoke: no measurement)" : "");
    std::printf("  listening after %10.1f ms\n", bench::median(all.listening_ms));
    std::printf("  ready after     %10.1f ms   goal <= 25\n", bench::median(all.ready_ms));
    std::printf("  resident        %10.1f MB   goal <= 10\n", mb(all.rss));
    std::printf("    its own       %10.1f MB\n    of files      %10.1f MB, shared with others that use them\n",
                mb(all.anonymous), mb(all.of_files));
    std::printf("    its part      %10.1f MB of what is shared (Pss)\n", mb(all.pss));
    std::printf("  threads         %10.0f\n", bench::median(all.threads));
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
