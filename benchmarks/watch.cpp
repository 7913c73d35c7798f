// Claim: an informer that keeps metadata holds a tenth of what client-go's holds of the same pods, and reads typed fields
// twenty times as quickly as it does. All watch the same server, one after the other; `./dev peers` gives it the others,
// alone it measures itself.
//   bench_watch [--smoke] [--peer NAME COMMAND]... [--missing NAME REASON]...
#include "list_server.hpp"
#include "measure.hpp"
#include "peer_process.hpp"
#include "scratch_directory.hpp"

#include <penstock/clock/steady.hpp>
#include <penstock/clock/unwinding.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace kube = penstock::kube;
using namespace std::chrono_literals;

kube::resource const pods{"", "v1", "pods", "Pod"};

struct placement
{
    struct value
    {
        std::string node;
        std::string phase;
        std::string address;
        std::int64_t priority = 0;
        bool host_network = false;
        penstock::text_map labels;
        kube::presence deleting;

        bool operator==(value const&) const = default;
    };
    static constexpr auto fields = std::tuple(
        kube::field("spec.nodeName", &value::node), kube::field("status.phase", &value::phase),
        kube::field("status.podIP", &value::address), kube::field("spec.priority", &value::priority),
        kube::field("spec.hostNetwork", &value::host_network), kube::field("metadata.labels", &value::labels),
        kube::field("metadata.deletionTimestamp", &value::deleting));
};

/// An informer in a process of its own.
template <kube::projection P>
int follow(std::string const& port)
{
    using world = penstock::env::basic_environment<penstock::clock::steady>;
    using client = kube::api_client<world, penstock::http::client>;
    asio::io_context context{1};
    world env;
    penstock::http::client transport(context.get_executor());
    client api(env, transport, "http://127.0.0.1:" + port);
    kube::informer<world, client, P> informer(env, api, context.get_executor(), pods, {});
    asio::co_spawn(context, penstock::unwinding(informer.run()), asio::detached);
    context.run();
    return 1;
}

/// MB of a list that are read in a second of CPU time.
template <kube::projection P>
double decoded(std::string_view text, std::size_t rounds)
{
    kube::list_reader<P> warm(pods);
    auto const start = bench::cpu_ns();
    for (std::size_t round = 0; round < rounds; ++round) {
        kube::list_reader<P> reader(pods);
        for (std::size_t at = 0; at < text.size(); at += 64U * 1024U) {  // as it arrives
            auto bytes = text.substr(at, 64U * 1024U);
            while (auto const object = reader.next(bytes))
                if (!*object)
                    throw std::runtime_error(object->error().message());
        }
        bench::keep(reader.finish().value());
    }
    return static_cast<double>(text.size()) * static_cast<double>(rounds) * 1e3 / (bench::cpu_ns() - start);
}

std::string said(std::string const& command)
{
    auto* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
        throw std::runtime_error("cannot run " + command);
    char line[256] = "";
    auto* const got = std::fgets(line, sizeof line, pipe);
    if (::pclose(pipe) != 0 || got == nullptr)
        throw std::runtime_error("no answer from " + command);
    return line;
}

double megabytes(::pid_t pid, std::string_view name)
{
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(name))
            return std::strtod(line.c_str() + name.size() + 1, nullptr) / 1024;
    throw std::runtime_error("a peer has ended");
}

struct figures
{
    double synced_mb = 0;
    double relist_mb = 0;
    double cpu_s = 0;  // of the first list
};

/// What one of them takes for as many pods.
figures measured(std::int64_t count, std::string const& command, std::chrono::milliseconds settle)
{
    auto const [here, there] = bench::two_cores();
    bench::peer_process const server(here, [count](std::uint16_t port) { bench::list_server(count).serve(port); });
    if (!server.wait())
        throw std::runtime_error("the server does not come up");
    bench::peer_process const peer(there, "env PORT=" + std::to_string(server.port()) + ' ' + command);
    auto const wait = [&](std::string const& state) {
        for (int i = 0; bench::asked(server.port(), "/state") != state; ++i) {
            if (i > 12'000 || !peer.runs())
                throw std::runtime_error("does not come in step: " + command);
            std::this_thread::sleep_for(10ms);
        }
    };
    figures f;
    wait("1 1");
    std::this_thread::sleep_for(settle);
    f.cpu_s = peer.cpu_ns() / 1e9;
    f.synced_mb = megabytes(peer.pid(), "VmRSS");
    std::ofstream("/proc/" + std::to_string(peer.pid()) + "/clear_refs") << "5\n";  // the peak begins anew
    bench::asked(server.port(), "/relist");
    wait("2 1");
    std::this_thread::sleep_for(settle);
    f.relist_mb = megabytes(peer.pid(), "VmHWM");
    return f;
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc == 2 && std::string_view(argv[1]) == "--metadata")
        return follow<kube::metadata_only>(std::getenv("PORT"));
    if (argc == 2 && std::string_view(argv[1]) == "--typed")
        return follow<placement>(std::getenv("PORT"));
    bool smoke = false;
    std::vector<std::pair<std::string, std::string>> peers{
        {"penstock metadata", std::string("/proc/self/exe") + " --metadata"},
        {"penstock typed", std::string("/proc/self/exe") + " --typed"}};
    std::vector<std::pair<std::string, std::string>> missing;
    for (int i = 1; i < argc; ++i) {
        std::string_view const word = argv[i];
        smoke = smoke || word == "--smoke";
        if ((word == "--peer" || word == "--missing") && i + 2 < argc) {
            (word == "--peer" ? peers : missing).emplace_back(argv[i + 1], argv[i + 2]);
            i += 2;
        }
    }
    char self[4096];
    auto const length = ::readlink("/proc/self/exe", self, sizeof self);
    for (auto& [name, command] : peers)
        if (command.starts_with("/proc/self/exe"))
            command.replace(0, 14, '\'' + std::string(self, static_cast<std::size_t>(length)) + '\'');

    std::int64_t const count = smoke ? 200 : 50'000;
    std::map<std::string, figures> of;
    std::printf("%lld pods of %zu bytes, %zu with metadata alone%s\n", static_cast<long long>(count),
                bench::pod(0).size(), bench::partial_pod(0).size(), smoke ? " (smoke: no measurement)" : "");
    std::printf("  %-24s %12s %14s %16s %14s\n", "", "resident MB", "KB an object", "peak in relist", "CPU s of list");
    for (auto const& [name, command] : peers) {
        auto const f = of[name] = measured(count, command, smoke ? 50ms : 3000ms);
        std::printf("  %-24s %12.1f %14.3f %13.1f MB %14.2f\n", name.c_str(), f.synced_mb,
                    f.synced_mb * 1024 / static_cast<double>(count), f.relist_mb, f.cpu_s);
        std::fflush(stdout);
    }

    bench::scratch_directory const scratch;
    std::map<std::string, double> rate;
    std::vector<std::string> lines;
    for (bool const partial : {false, true}) {
        auto const file = scratch.path() + (partial ? "/partial" : "/pods");
        auto const text = bench::pod_list(smoke ? 20 : 4000, partial);
        std::ofstream(file) << text;
        std::map<std::string, std::vector<double>> seen;
        for (int round = 0; round < (smoke ? 1 : 5); ++round) {
            std::size_t const rounds = smoke ? 1 : 40;
            if (!partial)
                seen["penstock DOM"].push_back(decoded<kube::passing_object>(text, smoke ? 1 : 4));
            if (partial)
                seen["penstock metadata"].push_back(decoded<kube::metadata_only>(text, rounds));
            else
                seen["penstock typed"].push_back(decoded<placement>(text, rounds));
            auto const wanted = partial ? "client-go metadata" : "client-go typed";
            for (auto const& [name, command] : peers)
                if (name == wanted)
                    seen[name].push_back(
                        std::strtod(said(command + " --decode '" + file + "' --rounds 3").c_str(), nullptr));
        }
        for (auto const& [name, all] : seen)
            rate[name] = bench::median(all);
    }
    std::printf("  decoded, MB of text in a second of CPU time\n");
    for (auto const& [name, mb] : rate)
        std::printf("  %-24s %12.1f MB/s%s\n", name.c_str(), mb, name == "penstock typed" ? "   goal >= 600" : "");
    auto const ratio = [](char const* what, double ours, double theirs, char const* goal) {
        if (ours > 0 && theirs > 0)
            std::printf("  %-44s %8.3f   goal %s\n", what, ours / theirs, goal);
    };
    ratio("resident, metadata: ours / client-go", of["penstock metadata"].synced_mb, of["client-go metadata"].synced_mb,
          "<= 0.1");
    ratio("resident, typed: ours / client-go", of["penstock typed"].synced_mb, of["client-go typed"].synced_mb,
          "<= 0.1");
    ratio("peak in a relist, metadata: ours / client-go", of["penstock metadata"].relist_mb,
          of["client-go metadata"].relist_mb, "<= 0.1");
    ratio("peak in a relist, typed: ours / client-go", of["penstock typed"].relist_mb, of["client-go typed"].relist_mb,
          "<= 0.1");
    ratio("decode, typed: ours / client-go", rate["penstock typed"], rate["client-go typed"], ">= 20");
    for (auto const& [name, reason] : missing)
        std::printf("  %-24s missing: %s\n", name.c_str(), reason.c_str());
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
