// A program of somebody else: it serves one hook, sends it a signed delivery and a forged one, and ends.
#include <penstock/clock/deadline.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>
#include <penstock/http/server.hpp>
#include <penstock/text/hex.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <iterator>
#include <string>

using namespace penstock;

using verifier = hook::verifier<hook::github_sha256>;

static std::string const key = "correct horse battery staple";
static std::string const body = R"({"ref": "refs/heads/main"})";

static awaitable<void> serve(verifier& hooks, http::exchange& x)
{
    int status = 400;
    if (auto check = hooks.begin(x.head().method, x.head().fields, std::chrono::system_clock::now())) {
        auto const content = co_await x.read_all(1024);
        if (content)
            check->update(*content);
        status = content && check->finish() ? 202 : 401;
    }
    http::response answer(status, "text/plain", "\n");
    (void)co_await x.respond(answer);
}

static awaitable<std::string> post(std::uint16_t port, std::string signature)
{
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    asio::ip::tcp::endpoint const server(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(server, asio::use_awaitable);
    std::string const request = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: sha256=" + signature
                                + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
    std::string answer;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(answer), "\r\n", asio::use_awaitable);
    co_return answer.substr(9, 3);
}

int main()
{
    asio::io_context context(1);
    secret const shared(key);
    auto hooks = verifier::make({shared});
    http::server_options options;
    options.address = "127.0.0.1";
    http::server server(context.get_executor(), options, [&](http::exchange& x) { return serve(*hooks, x); });
    auto const port = server.listen();
    if (!hooks || !port)
        return 1;
    asio::co_spawn(context, unwinding(server.run()), asio::detached);

    crypto::hmac mac(crypto::hmac_key(crypto::algorithm::sha256, key));
    mac.update(body);
    auto const good = to_hex(mac.finish().view());
    bool ok = false;
    auto const play = [&]() -> awaitable<void> {
        auto const accepted = co_await post(*port, good);
        auto const refused = co_await post(*port, std::string(64, '0'));
        std::cout << "signed: " << accepted << ", forged: " << refused << '\n';
        ok = accepted == "202" && refused == "401";
        context.stop();
    };
    asio::co_spawn(context, play(), asio::detached);
    context.run_for(std::chrono::seconds(20));
    return ok ? 0 : 1;
}
