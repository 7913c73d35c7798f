// Claim: reading a verified push costs a fraction of what verifying it costs.
#include "allocations.hpp"
#include "hmac_limit.hpp"
#include "measure.hpp"
#include "payload.hpp"

#include <penstock/hook/event.hpp>

#include <boost/json/parse.hpp>

#include <cstdlib>

int main(int argc, char** argv)
{
    bench::count_openssl();
    bench::effort const effort(argc, argv);
    auto const body = bench::push_body(bench::push_commit(1), 8192);
    bench::race race("a GitHub push of " + std::to_string(body.size()) + " bytes", effort);

    bench::add_hmac_limit(race, body);
    penstock::hook::envelope envelope;
    envelope.provider = penstock::hook::provider::github;
    envelope.event = "push";
    envelope.delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
    penstock::hook::push_event kept;
    race.add(
        "hook::decode_into, as a server does",
        [&](std::size_t times) {
            while (times-- > 0)
                if (!penstock::hook::decode_into(kept, envelope, body))
                    std::abort();
        },
        "<= 0.4");
    auto const abroad = bench::push_body(bench::push_commit(1), 8192, "apps/caf\xc3\xa9.yaml");
    race.add("the same, a path that is not ASCII", [&](std::size_t times) {
        while (times-- > 0)
            if (!penstock::hook::decode_into(kept, envelope, abroad))
                std::abort();
    });
    race.add(
        "hook::decode_github",
        [&](std::size_t times) {
            while (times-- > 0) {
                auto const event = penstock::hook::decode_github("push", "72d3162e-cc78-11e3-81ab-4c9367dc0958", body);
                if (!event || event->kind != penstock::hook::event_kind::push)
                    std::abort();
            }
        },
        "<= 0.4");
    race.add("boost::json::parse, a whole document", [&](std::size_t times) {
        while (times-- > 0)
            bench::keep(boost::json::parse(body));
    });
    race.run(1000);
}
