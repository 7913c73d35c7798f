#ifndef PENSTOCK_TEST_CONTRACT_HTTP_SERVED_HPP
#define PENSTOCK_TEST_CONTRACT_HTTP_SERVED_HPP
#include <penstock/clock/steady.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace penstock::testing {

using tcp = asio::ip::tcp;
using namespace std::chrono_literals;

inline time_point in(duration d)
{
    return clock::steady::now() + d;
}

inline http::server_options on_loopback(http::server_options o = {})
{
    o.address = "127.0.0.1";
    o.sweep = 10ms;
    return o;
}

inline awaitable<void> hello(http::exchange& x)
{
    http::response answer(200, "text/plain", "hello " + x.head().target);
    co_await x.respond(answer);
}

inline awaitable<void> echo(http::exchange& x)
{
    auto body = co_await x.read_all(64 * 1024 * 1024);
    if (!body)
        co_return;
    http::response answer(200, "application/octet-stream", *std::move(body));
    co_await x.respond(answer);
}

/// A loop with real time. Whatever `attach` is given runs until the fixture ends, and is cancelled then.
struct real_loop
{
    asio::io_context context{1};
    std::vector<std::shared_ptr<asio::cancellation_signal>> signals;
    int running = 0;

    void attach(awaitable<void> work)
    {
        signals.push_back(std::make_shared<asio::cancellation_signal>());
        ++running;
        asio::co_spawn(context, unwinding(std::move(work)),
                       asio::bind_cancellation_slot(signals.back()->slot(), [this](std::exception_ptr) { --running; }));
    }

    template <class T>
    T run(awaitable<T> work, duration limit = 20s)
    {
        return run_for_real(context, std::move(work), limit);
    }

    void turn(duration d)
    {
        context.restart();
        context.run_for(d);
    }

    void stop_all()
    {
        for (auto const& s : signals)
            s->emit(asio::cancellation_type::terminal);
        auto const end = clock::steady::now() + 5s;
        context.restart();
        while (running != 0 && clock::steady::now() < end)
            context.run_one_for(100ms);
        BOOST_TEST(running == 0);
    }

    ~real_loop() { stop_all(); }
};

/// A server on loopback and a client for it.
struct served : real_loop
{
    http::server server;
    http::client client;

    explicit served(http::handler h = hello, http::server_options o = {}, http::client_options c = {})
        : server(context.get_executor(), on_loopback(std::move(o)), std::move(h)),
          client(context.get_executor(), std::move(c))
    {
        BOOST_REQUIRE(server.listen());
        attach(server.run());
    }
    ~served() { stop_all(); }

    std::string url(std::string const& target) const
    {
        return "http://127.0.0.1:" + std::to_string(server.port()) + target;
    }
    result<http::response> get(std::string const& target) { return send(http::request("GET", url(target))); }
    result<http::response> send(http::request r, duration limit = 10s)
    {
        return run(client.send(std::move(r), in(limit)));
    }

    /// Says something byte for byte, and gives everything that comes back until the end or until it is quiet.
    std::string talk(std::string words, duration quiet = 300ms)
    {
        return run(talk_to(server.port(), std::move(words), quiet));
    }

    static awaitable<std::string> talk_to(std::uint16_t port, std::string words, duration quiet)
    {
        tcp::socket socket(co_await asio::this_coro::executor);
        error_code ec;
        co_await socket.async_connect(tcp::endpoint(asio::ip::address_v4::loopback(), port),
                                      asio::redirect_error(asio::use_awaitable, ec));
        co_await asio::async_write(socket, asio::buffer(words), asio::redirect_error(asio::use_awaitable, ec));
        std::string all;
        clock::steady clock;
        for (;;) {
            auto read = read_piece(socket);
            auto const piece = co_await with_deadline(clock, in(quiet), std::move(read));
            if (!piece || piece->empty())
                co_return all;
            all += *piece;
        }
    }

    static awaitable<result<std::string>> read_piece(tcp::socket& socket)
    {
        std::string some(65536, '\0');
        error_code ec;
        auto const n =
            co_await socket.async_read_some(asio::buffer(some), asio::redirect_error(asio::use_awaitable, ec));
        if (ec && ec != asio::error::eof)
            co_return failure(ec);
        some.resize(n);
        co_return some;
    }
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONTRACT_HTTP_SERVED_HPP
