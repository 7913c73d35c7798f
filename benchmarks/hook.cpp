// Claim: a signed push of 8 KB that is verified, parsed and queued costs little more than reading and hashing it on
// the same HTTP server.
#include "allocations.hpp"
#include "measure.hpp"
#include "payload.hpp"
#include "push_client.hpp"
#include "scratch_directory.hpp"
#include "system_calls.hpp"

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/http/server.hpp>
#include <penstock/observe/prometheus_sink.hpp>
#include <penstock/reconcile/queue.hpp>
#include <penstock/store/memory_store.hpp>
#include <penstock/store/sqlite_store.hpp>
#include <penstock/sync/forge_webhook.hpp>
#include <penstock/sync/intake.hpp>

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
namespace hook = penstock::hook;
namespace http = penstock::http;
namespace sync = penstock::sync;

std::vector<penstock::secret> secrets()
{
    return {penstock::secret(std::string(bench::webhook_secret))};
}

/// The limit of the server: it reads the body and looks at nothing.
awaitable<void> discard(http::exchange& e)
{
    for (;;) {
        auto const slice = co_await e.read_some();
        if (!slice)
            co_return;
        if (slice->empty())
            break;
    }
    co_await e.respond(http::response(200));
}

/// The limit of the job: every byte is authenticated.
class authenticator
{
public:
    awaitable<void> handle(http::exchange& e)
    {
        auto check = verifier_.begin(e.head().fields, penstock::clock::steady::wall());
        if (!check)
            co_return;
        for (;;) {
            auto const slice = co_await e.read_some();
            if (!slice)
                co_return;
            if (slice->empty())
                break;
            check->update(*slice);
        }
        bool const right = check->finish().has_value();
        co_await e.respond(http::response(right ? 200 : 401));
    }
private:
    hook::verifier<hook::github_sha256> verifier_ = hook::verifier<hook::github_sha256>::make(secrets()).value();
};

/// What the sidecar does with a push, without the reconciler behind the queue.
template <class Sink, class Store>
class receiver
{
    using world = penstock::env::basic_environment<penstock::clock::steady, Sink>;
public:
    explicit receiver(Store& store) : inbox_(store)
    {
        for (int i = 0; i < 100; ++i) {
            sync::source s;
            s.kind = "GitRepository";
            s.ns = "flux-system";
            s.name = "app-" + std::to_string(i);
            s.version = 1;
            s.ref.branch = "main";
            s.url = i == 0 ? "https://github.com/octo-org/widgets" : "https://github.com/octo-org/" + s.name;
            intake_.routes().put(s);
            ledger_.observe(s, world_.clock().now());
        }
        webhook_.use(secrets()).value();
    }
    awaitable<void> handle(http::exchange& e) { return webhook_.handle(e); }
    std::uint64_t queued() const noexcept { return queued_; }
private:
    void wake(std::string const& key)
    {
        ++queued_;
        auto const now = world_.clock().now();
        queue_.add(key, now);
        if (queued_ % 16 == 0)  // a worker comes by
            if (auto const taken = queue_.take(now))
                queue_.done(*taken, now);
    }

    world world_;
    sync::ledger ledger_;
    sync::inbox<Store> inbox_;
    penstock::reconcile::queue<std::string> queue_;
    std::uint64_t queued_ = 0;
    sync::intake<world, Store> intake_{world_, ledger_, inbox_,
                                       [this](std::string const& key, sync::trigger) { wake(key); }};
    sync::forge_webhook<hook::github_sha256, world, Store> webhook_{world_, intake_, {.provider = "github"}};
};

struct lane
{
    std::string name;
    std::unique_ptr<http::server> server;
    std::uint16_t port = 0;
    std::vector<double> per_second, cpu, ratio;  // of each round
    double allocations = 0;
    double in_openssl = 0;
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
        std::printf("  %-36s %9s %9s %10s %8s %8s %8s %10s %9s\n", "", "req/s", "CPU us", "per core", "of raw",
                    "of HMAC", "allocs", "in OpenSSL", "syscalls");
        for (auto const& l : lanes_)
            std::printf("  %-36s %9.0f %9.2f %10.0f %8.3f %8.3f %8.2f %10.2f %9.2f\n", l.name.c_str(),
                        bench::median(l.per_second), bench::median(l.cpu), 1e6 / bench::median(l.cpu),
                        bench::median(l.ratio), bench::median(ratios(l, lanes_[1])), l.allocations, l.in_openssl,
                        l.calls);
        std::printf("  goals: 0.88 of raw + HMAC, 2 allocations, 2.8 calls of recv, send and epoll_wait\n");
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
        l.calls = static_cast<double>(bench::system_calls - called) / n;
    }

    bench::effort effort_;
    asio::io_context context_{1};
    asio::local::stream_protocol::socket client_;
    std::vector<lane> lanes_;
};

std::vector<std::string> prepared_requests(std::size_t size)
{
    std::vector<std::string> all;
    for (std::size_t i = 0; i < 16; ++i) {
        auto const body = bench::push_body(bench::push_commit(i), size);
        all.push_back(
            "POST /webhook/github HTTP/1.1\r\nHost: flux.example.com\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n"
            "Accept: */*\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n"
            "X-GitHub-Hook-ID: 292430182\r\nX-GitHub-Hook-Installation-Target-ID: 79929171\r\n"
            "X-GitHub-Hook-Installation-Target-Type: repository\r\nX-GitHub-Delivery: id-0000000000000000\r\n"
            "X-Hub-Signature-256: "
            + bench::push_signature(body)
            + "\r\n"
              "Content-Length: "
            + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    return all;
}

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
        bench::push_client(prepared_requests(size), "X-GitHub-Delivery: id-", connections).serve(pipe[1]);
        std::_Exit(0);
    }
    ::close(pipe[1]);
    authenticator hashed;
    penstock::store::memory_store memory, other_memory;
    receiver<penstock::metrics::none, penstock::store::memory_store> bare(memory);
    receiver<penstock::observe::prometheus_sink, penstock::store::memory_store> measured(other_memory);
    bench::scratch_directory const scratch;
    auto const disk = penstock::store::sqlite_store::open(scratch.path() + "/inbox.db").value();
    receiver<penstock::metrics::none, penstock::store::sqlite_store> durable(*disk);
    {
        contest c(pipe[0], effort);
        c.add("raw: body read, 200", discard);
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
