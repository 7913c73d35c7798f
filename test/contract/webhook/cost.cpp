// What one delivery costs on its way through the real server: counted, so free of noise.
#include <penstock/sync/forge_webhook.hpp>

#include "../../../benchmarks/allocations.hpp"
#include "../../../benchmarks/payload.hpp"
#include "../../../benchmarks/system_calls.hpp"

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/http/server.hpp>
#include <penstock/store/memory_store.hpp>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace penstock;

namespace {

/// The server and its clients in one thread: it runs only when every request has been sent, so nothing is left to
/// chance.
class deliveries
{
public:
    static constexpr std::size_t connections = 16;

    deliveries()
    {
        sync::source s;
        s.kind = "GitRepository";
        s.ns = "flux-system";
        s.name = "app";
        s.version = 1;
        s.ref.branch = "main";
        s.url = "https://github.com/octo-org/widgets";
        intake_.routes().put(s);
        ledger_.observe(s, world_.clock().now());
        std::vector<secret> const secrets{secret(std::string(bench::webhook_secret))};
        BOOST_REQUIRE(webhook_.use(secrets).has_value());
        auto const port = server_.listen().value();
        asio::co_spawn(context_, unwinding(server_.run()), asio::detached);
        for (std::size_t i = 0; i < connections; ++i)
            sockets_.push_back(connected(port));
        for (std::size_t i = 0; i < connections; ++i)
            requests_.push_back(request(bench::push_body(bench::push_commit(i), 8192)));
    }
    deliveries(deliveries const&) = delete;
    ~deliveries()
    {
        for (int const s : sockets_)
            ::close(s);
        context_.stop();
    }

    /// One delivery on each connection.
    void round()
    {
        for (std::size_t i = 0; i < connections; ++i)
            send(sockets_[i], requests_[i]);
        auto const allocated = bench::counted;
        auto const called = bench::system_calls;
        for (int turns = 0; turns < 1000 && !all_answered(); ++turns)
            context_.poll();
        allocations += bench::counted.number - allocated.number;
        frames += bench::counted.aligned - allocated.aligned;
        calls += bench::system_calls - called;
        std::array<char, 4096> answer{};
        for (int const s : sockets_) {
            auto const size = ::read(s, answer.data(), answer.size());
            std::string_view const text(answer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
            queued += is_accepted(text) ? 1U : 0U;
        }
    }

    /// One delivery after the other on each connection; a client sends the next one as soon as it has its answer.
    void quickly(std::size_t number)
    {
        for (std::size_t i = 0; i < connections; ++i)
            send(sockets_[i], requests_[i]);
        auto const called = bench::system_calls;
        std::uint64_t answered = 0;
        std::array<char, 4096> answer{};
        for (int idle = 0; answered < number && idle < 10'000; ++idle) {
            if (context_.poll_one() != 0)
                idle = 0;
            for (std::size_t i = 0; i < connections; ++i) {
                auto const size = ::read(sockets_[i], answer.data(), answer.size());
                if (size <= 0)  // they do not block
                    continue;
                queued += is_accepted({answer.data(), static_cast<std::size_t>(size)}) ? 1U : 0U;
                if (++answered + connections <= number)
                    send(sockets_[i], requests_[i]);
            }
        }
        calls += bench::system_calls - called;
    }

    void do_not_block()
    {
        for (int const s : sockets_)
            BOOST_REQUIRE(::fcntl(s, F_SETFL, O_NONBLOCK) == 0);
    }

    std::uint64_t allocations = 0;
    std::uint64_t frames = 0;  // of coroutines, and handlers, that Asio had no memory kept for
    std::uint64_t calls = 0;
    std::uint64_t queued = 0;
    std::uint64_t woken = 0;
private:
    using world = env::basic_environment<clock::steady>;
    using inbox = sync::inbox<store::memory_store>;

    static bool is_accepted(std::string_view answer) { return answer.starts_with("HTTP/1.1 202 "); }

    static int connected(std::uint16_t port)
    {
        ::sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int const s = ::socket(AF_INET, SOCK_STREAM, 0);
        BOOST_REQUIRE(::connect(s, reinterpret_cast<::sockaddr*>(&where), sizeof where) == 0);
        return s;
    }

    static std::string request(std::string const& body)
    {
        return "POST /webhook/github HTTP/1.1\r\nHost: flux.example.com\r\nContent-Type: application/json\r\n"
               "X-GitHub-Event: push\r\nX-GitHub-Hook-ID: 292430182\r\nX-GitHub-Delivery: id-0000000000000000\r\n"
               "X-Hub-Signature-256: "
               + bench::push_signature(body) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    void send(int to, std::string& text)
    {
        std::array<char, 17> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(++sent_));
        text.replace(text.find("id-") + 3, 16, digits.data(), 16);
        BOOST_REQUIRE(::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }

    bool all_answered()
    {
        std::array<::pollfd, connections> all{};
        for (std::size_t i = 0; i < connections; ++i)
            all[i] = {sockets_[i], POLLIN, 0};
        return ::poll(all.data(), connections, 0) == static_cast<int>(connections);
    }

    static http::server_options local()
    {
        http::server_options o;
        o.address = "127.0.0.1";
        return o;
    }

    asio::io_context context_{1};
    world world_;
    sync::ledger ledger_;
    store::memory_store store_;
    inbox inbox_{store_};
    sync::intake<world, store::memory_store> intake_{world_, ledger_, inbox_,
                                                     [this](std::string const&, sync::trigger) { ++woken; }};
    sync::forge_webhook<hook::github_sha256, world, store::memory_store> webhook_{
        world_, intake_, {.provider = "github"}};
    http::server server_{context_.get_executor(), local(), [this](http::exchange& e) { return webhook_.handle(e); }};
    std::vector<int> sockets_;
    std::vector<std::string> requests_;
    std::uint64_t sent_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_cost)

BOOST_AUTO_TEST_CASE(a_delivery_takes_few_allocations_and_system_calls_once_warm)
{
    deliveries some;
    for (int i = 0; i < 4; ++i)
        some.round();
    some.allocations = some.frames = some.calls = some.queued = some.woken = 0;
    constexpr std::uint64_t rounds = 16, number = rounds * deliveries::connections;
    for (std::uint64_t i = 0; i < rounds; ++i)
        some.round();
    BOOST_TEST(some.queued == number);
    BOOST_TEST(some.woken == number);
    auto const each = [](std::uint64_t sum) { return static_cast<double>(sum) / static_cast<double>(number); };
    BOOST_TEST_MESSAGE("allocations: " << each(some.allocations) << ", frames: " << each(some.frames)
                                       << ", system calls: " << each(some.calls));
    // Here each connection is asked for more before there is any, which is one recv in vain for each request: Asio asks
    // before it waits, and says only to itself that there is nothing left.
    BOOST_TEST(each(some.allocations) <= 1.1);
    BOOST_TEST(each(some.frames) >= 1);  // else they are not counted any more
    BOOST_TEST(each(some.frames) <= 15.5);
    BOOST_TEST(each(some.calls) <= 3.2);
}

BOOST_AUTO_TEST_CASE(a_delivery_of_a_quick_client_takes_no_more_than_one_recv_and_one_send)
{
    deliveries some;
    for (int i = 0; i < 4; ++i)
        some.round();
    some.calls = some.queued = 0;
    some.do_not_block();
    constexpr std::uint64_t number = 32 * deliveries::connections;
    some.quickly(number);
    BOOST_TEST(some.queued == number);
    auto const each = static_cast<double>(some.calls) / static_cast<double>(number);
    BOOST_TEST_MESSAGE("system calls: " << each);
    BOOST_TEST(each <= 2.8);
}

BOOST_AUTO_TEST_SUITE_END()
