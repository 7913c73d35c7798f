// Reads from GitHub's API as an App: tokens are minted, shared, and renewed by a cache.
//
// GitHub is a peer in this process here, which knows the public half of the App's key; a program uses
// `http::client` in place of it, and `clock::steady` in place of manual time. Prints the status and how many tokens
// were minted so far:
//   0 s later: 200, minted 1    …    1800 s later: 200, minted 1    1800 s later: 200, minted 2
#include <penstock/auth/bearer.hpp>
#include <penstock/auth/github_app.hpp>
#include <penstock/embedded/forge_app.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <iostream>
#include <memory>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

/// A key as GitHub gives one to download.
static secret make_private_key()
{
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(EVP_RSA_gen(2048), &EVP_PKEY_free);
    std::unique_ptr<BIO, decltype(&BIO_free)> const out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    auto const size = BIO_get_mem_data(out.get(), &text);
    return secret(std::string(text, static_cast<std::size_t>(size)));
}

int main()
{
    testing::loop loop;
    auto const pem = make_private_key();
    embedded::forge_app forge("12345", crypto::rsa_key::from_pem(pem).value().public_pem());
    forge.installations = {7};
    testing::scripted_transport peer(loop.clock);
    peer.on([](auto const&) { return true; },
            [&](http::request const& r) -> result<http::response> {
                http::request_head head;
                head.method = r.method;
                head.target = r.url.substr(std::string("https://ghe.test").size());
                head.fields = r.fields;
                if (forge.is_for(head.path()))
                    return forge.answer(head, r.body, loop.clock.wall());
                return http::response(forge.admits(7, r.fields["Authorization"], loop.clock.wall()) ? 200 : 401);
            });

    auth::github_app_options options;
    options.id = "12345";
    options.keys.emplace_back(pem);
    options.api_url = "https://ghe.test/api/v3";
    auth::token_cache cache(loop.env, loop.context.get_executor(),
                            auth::github_app(loop.env, peer, std::move(options)));
    auth::installation_key fleet;
    fleet.id = 7;
    fleet.permissions = {{"contents", "read"}};  // the token may do no more than this
    auth::bearer<decltype(cache), testing::scripted_transport, decltype(loop.env)> api(loop.env, cache, fleet,
                                                                                       "https://ghe.test/api/v3", peer);
    bool good = true;
    for (auto const pause : {0s, 0s, 1800s, 1800s}) {
        loop.advance(pause);
        http::request r("GET", "https://ghe.test/api/v3/repos/acme/fleet");
        auto const answer = loop.run(api.send(r, loop.clock.now() + 20s));
        good = good && answer && answer->status == 200;
        std::cout << pause.count() << " s later: " << (answer ? answer->status : 0) << ", minted "
                  << forge.asked().size() << '\n';
    }
    return good && forge.asked().size() == 2 ? 0 : 1;
}
