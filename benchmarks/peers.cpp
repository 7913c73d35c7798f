// Claim: for a signed push this server takes a fraction of the CPU time that usual receivers take, and little more than
// a server that does not look at the body. `./dev peers` gives it the others; alone it measures itself.
//   bench_peers [--smoke] [--peer NAME COMMAND]... [--missing NAME REASON]...
#include "measure.hpp"
#include "payload.hpp"
#include "peer_process.hpp"
#include "push_client.hpp"
#include "push_server.hpp"

#include <penstock/clock/unwinding.hpp>
#include <penstock/http/server.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/store/memory_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = penstock::http;

constexpr std::string_view raw = "raw HTTP";
constexpr std::string_view hashed = "raw + HMAC";
constexpr std::string_view ours = "penstock";

/// How many of a peer's requests ours should do in the same CPU time.
struct goal
{
    std::string_view peer;
    double least;
};
constexpr goal goals[] = {
    {hashed, 0.88}, {"nginx", 0.75}, {"go-typed", 8}, {"go-verify", 3.3}, {"node", 7.5},
};

/// Serves on the port until the process ends.
void serve(std::uint16_t port, http::handler handle)
{
    asio::io_context context{1};
    http::server_options o;
    o.address = "127.0.0.1";
    o.port = port;
    http::server server(context.get_executor(), o, std::move(handle));
    server.listen().value();
    asio::co_spawn(context, penstock::unwinding(server.run()), asio::detached);
    context.run();
}

void serve_hashed(std::uint16_t port)
{
    bench::authenticator work;
    serve(port, [&work](http::exchange& e) { return work.handle(e); });
}

void serve_ours(std::uint16_t port)
{
    penstock::store::memory_store memory;
    bench::receiver<penstock::metrics::none, penstock::store::memory_store> work(memory);
    serve(port, [&work](http::exchange& e) { return work.handle(e); });
}

struct lane
{
    std::string name;
    std::unique_ptr<bench::peer_process> process;
    std::vector<double> cpu_us, per_second, p50_us, p99_us;  // of each round
    bench::client_report paced;
};

/// The process that sends, on a core of its own.
class sender
{
public:
    sender(int core, std::size_t size, std::size_t connections, bool awake)
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipe_) != 0)
            throw std::runtime_error("no socket");
        pid_ = ::fork();
        if (pid_ != 0) {
            ::close(pipe_[1]);
            return;
        }
        ::close(pipe_[0]);
        bench::pin(core);
        bench::push_client(bench::push_requests(size), bench::push_id_mark, connections, awake).serve(pipe_[1]);
        std::_Exit(0);
    }
    sender(sender const&) = delete;
    ~sender()
    {
        ::close(pipe_[0]);
        ::waitpid(pid_, nullptr, 0);
    }

    bench::client_report send(lane const& to, std::size_t requests, std::uint32_t per_second = 0) const
    {
        bench::client_order const order{to.process->port(), static_cast<std::uint32_t>(requests), per_second};
        bench::client_report report;
        if (::write(pipe_[0], &order, sizeof order) != static_cast<ssize_t>(sizeof order)
            || ::recv(pipe_[0], &report, sizeof report, MSG_WAITALL) != static_cast<ssize_t>(sizeof report))
            throw std::runtime_error("the client has ended at " + to.name);
        if (report.accepted != requests)
            throw std::runtime_error(to.name + ": not every request was accepted");
        return report;
    }
private:
    int pipe_[2] = {-1, -1};
    ::pid_t pid_ = -1;
};

class contest
{
public:
    explicit contest(bench::effort const& e)
        : effort_(e), cores_(bench::two_cores()), sender_(cores_.second, 8192, 16, cores_.first != cores_.second)
    {}

    template <class How>
    void add(std::string_view name, How const& how)
    {
        lane made;
        made.name = name;
        made.process = std::make_unique<bench::peer_process>(cores_.first, how);
        if (made.process->wait())
            lanes_.push_back(std::move(made));
        else
            missing(name, "does not start");
    }
    void missing(std::string_view name, std::string_view why) { missing_.emplace_back(name, why); }

    void run()
    {
        for (std::size_t i = 0; i < effort_.of(4, 1); ++i)  // until a compiler at run time has had its say
            for (auto& l : lanes_)
                sender_.send(l, effort_.of(4000, 40));
        for (std::size_t round = 0; round < effort_.rounds(); ++round)
            for (auto& l : lanes_)
                once(l);
        for (auto& l : lanes_)
            l.paced = sender_.send(l, effort_.of(2000, 10), 1000);
    }

    void print() const
    {
        std::printf("a signed GitHub push of 8192 bytes, 16 keep-alive connections, %s%s\n",
                    cores_.first == cores_.second ? "server and client on the SAME core"
                                                  : "server and client on a core each",
                    effort_.smoke() ? " (smoke: no measurement)" : "");
        std::printf("  %-12s %8s %10s %8s %9s %9s %9s %9s   %s\n", "", "CPU us", "per core", "of raw", "req/s",
                    "p50 us", "p99 us", "p50 us*", "p99 us*");
        for (auto const& l : lanes_)
            std::printf("  %-12s %8.2f %10.0f %8.3f %9.0f %9.0f %9.0f %9.0f %9.0f\n", l.name.c_str(),
                        bench::median(l.cpu_us), 1e6 / bench::median(l.cpu_us), ratio(*find(raw), l),
                        bench::median(l.per_second), bench::median(l.p50_us), bench::median(l.p99_us),
                        static_cast<double>(l.paced.p50_ns) / 1000, static_cast<double>(l.paced.p99_ns) / 1000);
        std::printf("  * at 1000 requests a second, one at a time\n\n");
        for (auto const& g : goals)
            judge(g);
        for (auto const& [name, why] : missing_)
            std::printf("  %-12s is missing: %s\n", name.c_str(), why.c_str());
    }
private:
    void once(lane& l)
    {
        auto const requests = effort_.of(4000, 40);
        auto const before = l.process->cpu_ns();
        auto const report = sender_.send(l, requests);
        auto const n = static_cast<double>(requests);
        l.cpu_us.push_back((l.process->cpu_ns() - before) / n / 1000);
        l.per_second.push_back(n / static_cast<double>(report.ns) * 1e9);
        l.p50_us.push_back(static_cast<double>(report.p50_ns) / 1000);
        l.p99_us.push_back(static_cast<double>(report.p99_ns) / 1000);
    }

    lane const* find(std::string_view name) const
    {
        for (auto const& l : lanes_)
            if (l.name == name)
                return &l;
        return nullptr;
    }

    /// How many requests `of` does in the time in which `to` does one: the median of all rounds.
    static double ratio(lane const& to, lane const& of)
    {
        std::vector<double> all;
        for (std::size_t i = 0; i < of.cpu_us.size(); ++i)
            all.push_back(to.cpu_us[i] / of.cpu_us[i]);
        return bench::median(all);
    }

    void judge(goal const& g) const
    {
        auto const* const peer = find(g.peer);
        if (peer == nullptr)
            return;
        auto const reached = ratio(*peer, *find(ours));
        std::printf("  goal: at least %4.2f of %-11s %5.2f  %s\n", g.least, (std::string(g.peer) + ":").c_str(),
                    reached,
                    effort_.smoke()      ? ""
                    : reached >= g.least ? "met"
                                         : "NOT MET");
    }

    bench::effort effort_;
    std::pair<int, int> cores_;
    sender sender_;
    std::vector<lane> lanes_;
    std::vector<std::pair<std::string, std::string>> missing_;
};

}  // namespace

int main(int argc, char** argv)
try {
    bench::effort const effort(argc, argv);
    ::setenv("WEBHOOK_SECRET", std::string(bench::webhook_secret).c_str(), 1);
    contest c(effort);
    c.add(raw, [](std::uint16_t port) { serve(port, bench::discard); });
    c.add(hashed, serve_hashed);
    c.add(ours, serve_ours);
    bool any = false;
    for (int i = effort.smoke() ? 2 : 1; i < argc; i += 3) {
        std::string_view const what(argv[i]);
        if (i + 2 >= argc || (what != "--peer" && what != "--missing"))
            throw std::runtime_error(
                "usage: bench_peers [--smoke] [--peer NAME COMMAND]... [--missing NAME REASON]...");
        any = true;
        if (what == "--peer")
            c.add(argv[i + 1], std::string(argv[i + 2]));
        else
            c.missing(argv[i + 1], argv[i + 2]);
    }
    if (!any)
        c.missing("every peer", "./dev peers brings them");
    c.run();
    c.print();
} catch (std::exception const& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
