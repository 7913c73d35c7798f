// Claim: finding the sources that follow a push costs a fraction of what verifying it costs.
#include "hmac_limit.hpp"
#include "measure.hpp"
#include "payload.hpp"

#include <penstock/git/repository_url.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/sync/route.hpp>

#include <cstdlib>
#include <string>

int main(int argc, char** argv)
{
    bench::count_openssl();
    bench::effort const effort(argc, argv);
    auto const body = bench::push_body(bench::push_commit(1), 8192);
    auto const event = penstock::hook::decode_github("push", "72d3162e-cc78-11e3-81ab-4c9367dc0958", body).value();
    bench::race race("the sources of a push, " + std::to_string(event.repository_urls.size())
                         + " URLs in it, 1000 sources known",
                     effort);

    bench::add_hmac_limit(race, body);

    penstock::sync::route_table routes;
    for (int i = 0; i < 1000; ++i) {
        penstock::sync::source s;
        s.kind = "GitRepository";
        s.ns = "flux-system";
        s.name = "app-" + std::to_string(i);
        s.ref.branch = "main";
        s.url = i == 0 ? "https://github.com/octo-org/widgets" : "https://github.com/octo-org/" + s.name;
        routes.put(s);
    }
    race.add("sync::route_table::find", [&](std::size_t times) {
        while (times-- > 0)
            if (routes.find(event).keys.size() != 1)
                std::abort();
    });
    auto moving = event;
    std::size_t number = 0;
    race.add("the same, URLs not seen before", [&](std::size_t times) {
        while (times-- > 0) {
            auto const digits = std::to_string(++number);
            for (auto& url : moving.repository_urls)
                url.assign("https://github.com/octo-org/other-").append(digits);
            moving.repository_urls.back() = event.repository_urls.back();
            if (routes.find(moving).keys.size() != 1)
                std::abort();
        }
    });
    race.add("git::normalise of one URL", [&](std::size_t times) {
        while (times-- > 0)
            bench::keep(penstock::git::normalise("https://github.com/octo-org/widgets.git"));
    });
    race.run(1000);
}
