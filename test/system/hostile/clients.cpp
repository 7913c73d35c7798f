#include "system/stage.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

using asio::ip::tcp;

tcp::socket connect(asio::io_context& context, std::uint16_t port)
{
    tcp::socket s(context);
    s.connect({asio::ip::address_v4::loopback(), port});
    return s;
}

/// Clients that each have begun a request and send a byte of it now and then.
class slow_clients
{
public:
    slow_clients(std::uint16_t port, std::size_t count)
    {
        std::string const head = "POST /webhook/github HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: push\r\n"
                                 "X-Hub-Signature-256: sha256="
                                 + std::string(64, 'a') + "\r\n";
        for (std::size_t i = 0; i < count; ++i) {
            sockets_.push_back(connect(context_, port));
            error_code ec;
            if (i % 3 == 0)  // with a header that does not end, with a body that does not, or with nothing
                asio::write(sockets_.back(), asio::buffer(head), ec);
            else if (i % 3 == 1)
                asio::write(sockets_.back(), asio::buffer(head + "Content-Length: 8192\r\n\r\n"), ec);
        }
        drip_ = std::thread([this] {
            while (!over_) {
                for (auto& s : sockets_) {
                    error_code ec;
                    s.send(asio::buffer("x", 1), MSG_DONTWAIT | MSG_NOSIGNAL, ec);
                }
                std::this_thread::sleep_for(50ms);
            }
        });
    }
    ~slow_clients()
    {
        over_ = true;
        drip_.join();
    }
private:
    asio::io_context context_;
    std::vector<tcp::socket> sockets_;
    std::atomic<bool> over_{false};
    std::thread drip_;
};

/// A request that begins like one and goes wrong somewhere, or is nothing at all.
std::string nonsense(std::mt19937& chance)
{
    static std::string const sample =
        "POST /webhook/github HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nTransfer-Encoding: "
        "chunked\r\nX-GitHub-Event: push\r\nX-Hub-Signature-256: sha256=00\r\n\r\nc\r\n{\"ref\":"
        "\"main\"}\r\n0\r\n\r\n";
    auto const below = [&chance](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(chance);
    };
    std::string bytes = below(3) == 0 ? std::string() : sample;
    if (bytes.empty())
        for (auto n = below(600); n > 0; --n)
            bytes.push_back(static_cast<char>(below(256)));
    for (auto n = below(8); n > 0 && !bytes.empty(); --n) {
        auto const at = below(bytes.size());
        switch (below(4)) {
        case 0: bytes[at] = static_cast<char>(below(256)); break;
        case 1: bytes.erase(at, below(20) + 1); break;
        case 2: bytes.insert(at, bytes.substr(below(bytes.size()), below(40))); break;
        default: bytes.insert(at, below(2000), static_cast<char>(below(256)));
        }
    }
    return bytes;
}

duration fuzz_time()
{
    auto const* const set = std::getenv("PENSTOCK_FUZZ_SECONDS");
    return std::chrono::seconds(set == nullptr ? 2 : std::atoi(set));
}

struct attacked : stage
{
    attacked()
    {
        first = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [this] { return revision("app") == first; }));
    }
    std::string first;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_clients, attacked)

BOOST_AUTO_TEST_CASE(a_thousand_slow_clients_do_not_stop_a_webhook)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    BOOST_REQUIRE(limit.rlim_cur >= 1100);
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    slow_clients const slow(it.hooks_port, 1000);
    for (int i = 0; i < 10; ++i) {
        auto const next = commit("acme/app");
        auto const start = std::chrono::steady_clock::now();
        BOOST_TEST(it.push("acme/app", first, next, "d-" + next) == 202);
        auto const took = std::chrono::steady_clock::now() - start;
        BOOST_TEST((took < 1s), std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
        BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
        first = next;
    }
    BOOST_TEST(it.ready());
    BOOST_TEST(it.metric("process_resident_memory_bytes") < 512e6);  // sanitizers take their part
}

BOOST_AUTO_TEST_CASE(large_bodies_that_crawl_do_not_stop_a_webhook)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    asio::io_context context;
    std::vector<tcp::socket> slow;
    for (int i = 0; i < 100; ++i) {
        slow.push_back(connect(context, it.hooks_port));
        asio::write(slow.back(), asio::buffer("POST /webhook/github HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: push\r\n"
                                              "X-Hub-Signature-256: sha256="
                                              + std::string(64, 'a') + "\r\nContent-Length: 25000000\r\n\r\n{"));
    }
    auto const next = commit("acme/app");
    BOOST_TEST(it.push("acme/app", first, next, "small") == 202);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
}

BOOST_AUTO_TEST_CASE(a_body_of_26_mb_is_refused_before_it_comes)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    asio::io_context context;
    for (auto const* path : {"/webhook/github", "/webhook/gitlab", "/hook/aaaa"}) {
        auto s = connect(context, it.hooks_port);
        asio::write(s,
                    asio::buffer("POST " + std::string(path)
                                 + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\n"
                                   "X-Hub-Signature-256: sha256="
                                 + std::string(64, 'a') + "\r\nContent-Length: 27262976\r\n\r\n"));
        std::string answer;
        error_code ec;
        asio::read_until(s, asio::dynamic_buffer(answer), "\r\n\r\n", ec);  // not a byte of the body has been sent
        BOOST_TEST(answer.starts_with("HTTP/1.1 413 "), path << ": " << answer);
    }
    BOOST_TEST(it.metric("process_resident_memory_bytes") < 512e6);
    BOOST_TEST(it.ready());
}

BOOST_AUTO_TEST_CASE(random_bytes_leave_it_healthy)
{
    sidecar it(*this);
    BOOST_REQUIRE(it.wait_ready());
    std::random_device random;
    auto const seed = random();
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 chance(seed);
    asio::io_context context;
    auto const end = std::chrono::steady_clock::now() + fuzz_time();
    std::size_t count = 0;
    for (; std::chrono::steady_clock::now() < end && !it.process().ended(); ++count) {
        auto s = connect(context, it.hooks_port);
        error_code ec;
        asio::write(s, asio::buffer(nonsense(chance)), ec);
        if (count % 2 == 0)
            s.shutdown(tcp::socket::shutdown_send, ec);
        std::array<char, 256> answer{};
        if (count % 4 == 0)
            s.read_some(asio::buffer(answer), ec);
    }
    BOOST_TEST_MESSAGE(count << " connections");
    BOOST_TEST(count > 50U);
    BOOST_TEST(!it.process().ended().has_value(), it.process().err());
    BOOST_TEST(it.ready());
    auto const next = commit("acme/app");
    BOOST_TEST(it.push("acme/app", first, next, "after") == 202);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0, it.process().err());
}

BOOST_AUTO_TEST_SUITE_END()
