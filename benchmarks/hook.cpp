// Claim: a signed push of 8 KB that is verified, parsed and queued costs little more than reading and hashing it on
// the same HTTP server.
#include "allocations.hpp"
#include "measure.hpp"
#include "payload.hpp"
#include "push_client.hpp"
#include "push_server.hpp"
#include "scratch_directory.hpp"
#include "system_calls.hpp"

#include <penstock/clock/unwinding.hpp>
#include <penstock/http/server.hpp>
#include <penstock/observe/prometheus_sink.hpp>
#include <penstock/store/memory_store.hpp>
#include <penstock/store/sqlite_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <sys/wait.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace asio = boost::asio;
using penstock::awaitable;
namespace http = penstock::http;

struct lane
{
    std::string name;
    std::unique_ptr<http::server> server;
    std::uint16_t port = 0;
    std::vector<double> per_second, cpu, ratio;  // of each round
    double allocations = 0;
    double in_openssl = 0;
    double frames = 0;  // of coroutines, and handlers, that Asio allocated
    double calls = 0;
};

class contest
{
public:
    contest(int pipe, bench::effort const& e) : effort_(e), client_(context_, asio::local::stream_protocol(), pipe) {}

    void add(std::string name, http::handler h)
    {
        http::server_options options;
        options.address = "127.0.0.1";
        lane l;
        l.name = std::move(name);
        l.server = std::make_unique<http::server>(context_.get_executor(), options, std::move(h));
        l.port = l.server->listen().value();
        asio::co_spawn(context_, penstock::unwinding(l.server->run()), asio::detached);
        lanes_.push_back(std::move(l));
    }

    void run()
    {
        std::exception_ptr problem;
        asio::co_spawn(context_, rounds(), [&](std::exception_ptr e) {
            problem = e;
            context_.stop();
        });
        context_.run();
        if (problem)
            std::rethrow_exception(problem);
    }

    void print(std::size_t size, std::size_t connections) const
    {
        std::printf("a signed GitHub push of %zu bytes, %zu keep-alive connections%s\n", size, connections,
                    effort_.smoke() ? " (smoke: no measurement)" : "");
        std::printf("  %-36s %9s %9s %10s %8s %8s %8s %10s %8s %9s\n", "", "req/s", "CPU us", "per core", "of raw",
                    "of HMAC", "new", "in OpenSSL", "frames", "syscalls");
        for (auto const& l : lanes_)
            std::printf("  %-36s %9.0f %9.2f %10.0f %8.3f %8.3f %8.2f %10.2f %8.2f %9.2f\n", l.name.c_str(),
                        bench::median(l.per_second), bench::median(l.cpu), 1e6 / bench::median(l.cpu),
                        bench::median(l.ratio), bench::median(ratios(l, lanes_[1])), l.allocations, l.in_openssl,
                        l.frames, l.calls);
        std::printf("  goals: 0.88 of raw + HMAC, 2 allocations in all, 2.8 calls of recv, send and epoll_wait\n");
    }
private:
    static std::vector<double> ratios(lane const& l, lane const& limit)
    {
        std::vector<double> all;
        for (std::size_t i = 0; i < l.cpu.size(); ++i)
            all.push_back(limit.cpu[i] / l.cpu[i]);
        return all;
    }

    awaitable<void> rounds()
    {
        for (auto& l : lanes_)
            co_await once(l, false);
        for (std::size_t round = 0; round < effort_.rounds(); ++round) {
            for (auto& l : lanes_) {
                co_await once(l, true);
                l.ratio.push_back(lanes_.front().cpu.back() / l.cpu.back());
            }
        }
        bench::client_order const end;
        co_await asio::async_write(client_, asio::buffer(&end, sizeof end), asio::use_awaitable);
    }

    awaitable<void> once(lane& l, bool counts)
    {
        auto const requests = effort_.of(5000, 40);
        bench::client_order const order{l.port, static_cast<std::uint32_t>(requests)};
        bench::client_report report;
        auto const allocated = bench::counted;
        auto const called = bench::system_calls;
        auto const start = bench::cpu_ns();
        co_await asio::async_write(client_, asio::buffer(&order, sizeof order), asio::use_awaitable);
        co_await asio::async_read(client_, asio::buffer(&report, sizeof report), asio::use_awaitable);
        auto const cpu = bench::cpu_ns() - start;
        if (report.accepted != requests)
            throw std::runtime_error(l.name + ": not every request was accepted");
        if (!counts)
            co_return;
        auto const n = static_cast<double>(requests);
        l.cpu.push_back(cpu / n / 1000);
        l.per_second.push_back(n / static_cast<double>(report.ns) * 1e9);
        l.allocations = static_cast<double>(bench::counted.number - allocated.number) / n;
        l.in_openssl = static_cast<double>(bench::counted.in_openssl - allocated.in_openssl) / n;
        l.frames = static_cast<double>(bench::counted.aligned - allocated.aligned) / n;
        l.calls = static_cast<double>(bench::system_calls - called) / n;
    }

    bench::effort effort_;
    asio::io_context context_{1};
    asio::local::stream_protocol::socket client_;
    std::vector<lane> lanes_;
};

}  // namespace

int main(int argc, char** argv)
{
    constexpr std::size_t size = 8192;
    constexpr std::size_t connections = 16;
    bench::count_openssl();
    bench::effort const effort(argc, argv);
    int pipe[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pipe) != 0)
        return 1;
    auto const child = ::fork();
    if (child == 0) {
        ::close(pipe[0]);
        bench::push_client(bench::push_requests(size), bench::push_id_mark, connections).serve(pipe[1]);
        std::_Exit(0);
    }
    ::close(pipe[1]);
    bench::authenticator hashed;
    penstock::store::memory_store memory, other_memory;
    bench::receiver<penstock::metrics::none, penstock::store::memory_store> bare(memory);
    bench::receiver<penstock::observe::prometheus_sink, penstock::store::memory_store> measured(other_memory);
    bench::scratch_directory const scratch;
    auto const disk = penstock::store::sqlite_store::open(scratch.path() + "/inbox.db").value();
    bench::receiver<penstock::metrics::none, penstock::store::sqlite_store> durable(*disk);
    {
        contest c(pipe[0], effort);
        c.add("raw: body read, 200", bench::discard);
        c.add("raw + HMAC", [&](http::exchange& e) { return hashed.handle(e); });
        c.add("verified, parsed, queued", [&](http::exchange& e) { return bare.handle(e); });
        c.add("the same with Prometheus metrics", [&](http::exchange& e) { return measured.handle(e); });
        c.add("verified, parsed, on the disk", [&](http::exchange& e) { return durable.handle(e); });
        c.run();
        c.print(size, connections);
        std::printf("  transactions a delivery that is on the disk: %.2f\n",
                    static_cast<double>(disk->commits()) / static_cast<double>(durable.queued()));
    }
    if (bare.queued() == 0 || measured.queued() == 0 || durable.queued() == 0)
        return 1;
    int status = 0;
    return ::waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}
