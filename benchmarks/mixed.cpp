// How long small requests wait while one client sends bodies of 24 MB: the longest a slice of a body holds up the loop.
#include "measure.hpp"
#include "payload.hpp"
#include "peer_process.hpp"
#include "push_server.hpp"

#include <penstock/clock/unwinding.hpp>
#include <penstock/http/server.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/store/memory_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace http = penstock::http;
namespace asio = boost::asio;
using clock_type = std::chrono::steady_clock;

namespace {

void demand(bool holds, char const* what)
{
    if (holds)
        return;
    std::perror(what);
    std::_Exit(1);
}

int connect_to(std::uint16_t port)
{
    int const s = bench::connected(port);
    demand(s >= 0, "connect");
    int const on = 1;
    ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return s;
}

/// Sends a delivery with an id that none had before, and takes the answer.
void exchange(int s, std::string& words)
{
    static std::atomic<unsigned long long> ids = 0;
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", ++ids);
    words.replace(words.find(bench::push_id_mark) + bench::push_id_mark.size(), 16, digits.data(), 16);
    for (std::size_t done = 0; done < words.size();) {
        auto const n = ::send(s, words.data() + done, words.size() - done, MSG_NOSIGNAL);
        demand(n > 0, "send");
        done += static_cast<std::size_t>(n);
    }
    std::array<char, 4096> answer{};
    demand(::recv(s, answer.data(), answer.size(), 0) > 0, "recv");
    demand(std::string_view(answer.data()).starts_with("HTTP/1.1 202"), "answer");
}

void measure(char const* what, std::uint16_t port, std::size_t count, bool smoke, std::atomic<int> const& bodies)
{
    auto small = bench::push_request(bench::push_body(bench::push_commit(1), 8192));
    int const s = connect_to(port);
    for (int i = 0; i < 20; ++i)
        exchange(s, small);
    std::vector<double> us;
    us.reserve(count);
    int const before = bodies;
    auto const start = clock_type::now();
    while (us.size() < count || (!smoke && clock_type::now() - start < std::chrono::seconds(2))) {
        auto const begin = clock_type::now();
        exchange(s, small);
        us.push_back(std::chrono::duration<double, std::micro>(clock_type::now() - begin).count());
        std::this_thread::sleep_for(std::chrono::microseconds(200));  // comes while the loop is in a slice, or not
    }
    ::close(s);
    std::sort(us.begin(), us.end());
    auto const at = [&us](double share) {
        return us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
    };
    std::printf("  %-28s p50 %7.0f us   p99 %7.0f us   max %7.0f us   (%zu requests, %d large ones)\n", what, at(0.5),
                at(0.99), us.back(), us.size(), bodies.load() - before);
}

}  // namespace

int main(int argc, char** argv)
{
    bench::effort const effort(argc, argv);
    bool const smoke = effort.smoke();
    auto const count = effort.of(2000, 20);
    auto const cores = bench::two_cores();
    bench::pin(cores.second);
    asio::io_context context{1};
    penstock::store::memory_store memory;
    bench::receiver<penstock::metrics::none, penstock::store::memory_store> work(memory);
    http::server_options o;
    o.address = "127.0.0.1";
    http::server server(context.get_executor(), o, [&work](http::exchange& e) { return work.handle(e); });
    auto const port = server.listen().value();
    asio::co_spawn(context, penstock::unwinding(server.run()), asio::detached);
    std::thread loop([&context, core = cores.first] {
        bench::pin(core);
        context.run();
    });

    std::atomic<int> bodies = 0;
    std::printf("signed pushes of 8 kB beside others of 24 MB%s; goal p99 <= 1000 us\n",
                smoke ? " (smoke: no measurement)" : "");
    measure("alone", port, count, smoke, bodies);
    auto const beside = [&](char const* what, std::string body) {
        std::atomic<bool> ended = false;
        bodies = 0;
        std::thread sender([&] {
            auto large = bench::push_request(body);
            int const s = connect_to(port);
            while (!ended) {
                exchange(s, large);
                ++bodies;
            }
            ::close(s);
        });
        while (bodies == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        measure(what, port, count, smoke, bodies);
        ended = true;
        sender.join();
    };
    constexpr std::size_t large = 24'000'000;
    beside("beside one long message", bench::push_body(bench::push_commit(2), large));
    beside("beside 2000 commits", bench::push_body_of_commits(bench::push_commit(3), large));
    context.stop();
    loop.join();
}
