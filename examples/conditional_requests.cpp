// Asks a forge the same thing four times. Only the first answer costs quota: the others are 304s, even after the token
// has been replaced, because the ETag under the new token is computed from the body that was kept.
//
// Prints:
//   token one: ["main"]   token one: ["main"]   token two: ["main"]   token two: ["main"]
//   1 counted, 3 free
#include <penstock/http/conditional.hpp>
#include <penstock/http/governed.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

int main()
{
    testing::loop loop;
    testing::scripted_transport forge(loop.clock);  // a program has an http::client
    int counted = 0;
    int free = 0;
    auto const answer = [&](http::request const& r) {
        std::string const body = R"(["main"])";
        auto const tag = http::github_etag({"", r.fields["Authorization"], ""}, "Authorization", body);
        bool const same = r.fields["If-None-Match"] == '"' + tag + '"';
        ++(same ? free : counted);
        http::response out(same ? 304 : 200);
        out.fields.add("ETag", '"' + tag + '"');
        out.fields.add("Vary", "Authorization");
        out.body = same ? "" : body;
        return out;
    };
    forge.on([](http::request const&) { return true; }, answer);

    http::governed within_quota(loop.env, forge);
    auto const polls = within_quota.as(rate::priority::poll, "installation 17");
    http::conditional forge_api(loop.env, polls);

    for (auto const* token : {"one", "one", "two", "two"}) {
        http::request branches("GET", "https://api.forge.test/branches");
        branches.fields.add("Authorization", std::string("Bearer ") + token);
        auto const got = loop.run(forge_api.send(branches, loop.clock.now() + 10s));
        if (!got || got->status != 200)
            return 1;
        std::cout << "token " << token << ": " << got->body << "   ";
    }
    std::cout << '\n' << counted << " counted, " << free << " free\n";
    return counted == 1 && free == 3 ? 0 : 1;
}
