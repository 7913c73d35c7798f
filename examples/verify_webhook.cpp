// Verifies GitHub's signature while the body of a webhook arrives, before anything looks into it.
//
// A server and a client talk over the loopback. Prints, for a genuine delivery and for one whose body was changed:
//   200 signed with secret 1
//   401 the signature does not match
#include <penstock/clock/steady.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/detached.hpp>

#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

class receiver
{
public:
    explicit receiver(std::vector<secret> secrets) : verifier_(decltype(verifier_)::make(secrets).value()) {}

    awaitable<void> handle(http::exchange& e)
    {
        auto check = verifier_.begin(e.head().method, e.head().fields, clock::steady::wall());
        if (!check) {  // decided from the header: the body is not even read
            co_await e.respond(http::response(401, "text/plain", check.error().message()));
            co_return;
        }
        for (;;) {
            auto const slice = co_await e.read_some();
            if (!slice)
                co_return;  // the server answers
            if (slice->empty())
                break;
            check->update(*slice);
        }
        auto const place = check->finish();
        http::response answer(200, "text/plain", "signed with secret ");
        if (place)
            answer.body += std::to_string(*place + 1);
        else
            answer = http::response(401, "text/plain", "the signature does not match");
        co_await e.respond(answer);
    }
private:
    hook::verifier<hook::github_sha256> verifier_;
};

int main()
{
    asio::io_context context(1);
    std::string const key = "32 random bytes, from a Secret..";
    receiver hook({secret(key)});
    http::server_options options;
    options.address = "127.0.0.1";
    http::server server(context.get_executor(), options, [&](http::exchange& e) { return hook.handle(e); });
    auto const port = server.listen().value();
    asio::co_spawn(context, unwinding(server.run()), asio::detached);

    http::client client(context.get_executor());
    std::string const body = R"({"ref":"refs/heads/main"})";
    auto const mac = crypto::hmac_of(crypto::algorithm::sha256, key, body);
    for (auto const& sent : {body, R"({"ref":"refs/heads/evil"})" + std::string()}) {
        http::request push("POST", "http://127.0.0.1:" + std::to_string(port) + "/");
        push.fields.add("X-Hub-Signature-256", "sha256=" + to_hex(mac));
        push.body = sent;
        auto answer = testing::run_for_real(context, client.send(std::move(push), clock::steady::now() + 5s)).value();
        std::cout << answer.status << ' ' << answer.body << '\n';
        if (answer.status != (sent == body ? 200 : 401))
            return 1;
    }
}
