// Serves HTTP on a Unix socket and asks it with a client: what a program needs to talk to its neighbours in a pod, or
// to stand behind a proxy. The proxy is trusted, so the handler sees whom it speaks for.
//
// Prints:
//   hello 192.0.2.7
#include <penstock/clock/steady.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/router.hpp>
#include <penstock/http/server.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

awaitable<void> hello(http::exchange& x)
{
    http::response answer(200, "text/plain", "hello " + std::string(x.peer()) + "\n");
    co_await x.respond(answer);
}

awaitable<int> ask(std::string address, http::server& server)
{
    auto const deadline = clock::steady::now() + 10s;
    http::client_options options;
    options.endpoint = address;  // the host of the URL is only said
    http::client client(co_await asio::this_coro::executor, options);
    http::request r("GET", "http://neighbour/hello");
    r.fields.add("X-Forwarded-For", "192.0.2.7");  // as a proxy would
    auto const answer = co_await client.send(std::move(r), deadline);
    std::cout << (answer ? answer->body : answer.error().message() + "\n");
    client.close_idle();
    co_await server.drain(deadline);
    co_return answer && answer->body == "hello 192.0.2.7\n" ? 0 : 1;
}

int main()
{
    std::string directory = (std::filesystem::temp_directory_path() / "penstock-example-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr)
        return 1;
    asio::io_context context(1);
    http::router routes;
    routes.exact("/hello", hello);
    http::server_options options;
    options.address = "unix:" + directory + "/socket";
    options.unix_mode = 0600;
    options.trusted_proxies = {"unix:"};
    http::server server(context.get_executor(), options, routes);
    int status = 1;
    if (auto const listening = server.listen(); !listening) {
        std::cerr << listening.error().message() << '\n';
    } else {
        asio::co_spawn(context, unwinding(server.run()), asio::detached);
        status = testing::run_for_real(context, ask(options.address, server));
    }
    std::filesystem::remove_all(directory);
    return status;
}
