#include "system/stage.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <signal.h>

#include <ostream>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

/// What needs the Secret that the API server takes a minute to show.
struct reader
{
    char const* name;
    std::string more;     ///< Of the configuration.
    std::string objects;  ///< In the cluster.
    bool ready;           ///< Whether the sidecar is of use without it.
};

std::ostream& operator<<(std::ostream& os, reader const& r)
{
    return os << r.name;
}

std::vector<reader> const readers{
    {"a credential of the configuration",
     "forges: [{host: github.com, type: github, credential: bot}]\n"
     "credentials: {bot: {token: {secret: slow, key: token}}}\n",
     "", true},
    {"a source", "",
     "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
     "metadata: {name: private, namespace: flux-system}\n"
     "spec: {interval: 1h, url: 'http://127.0.0.1:1/a', secretRef: {name: slow}, ref: {branch: main}}\n",
     true},
    {"a Receiver", "",
     "---\napiVersion: notification.toolkit.fluxcd.io/v1\nkind: Receiver\n"
     "metadata: {name: hook, namespace: flux-system}\n"
     "spec: {type: generic, secretRef: {name: slow}, resources: [{kind: GitRepository, name: app}]}\n",
     false},
};

struct slow : stage
{
    slow()
    {
        first = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [this] { return revision("app") == first; }));
        stop_flux();  // it reads Secrets too
        apply("apiVersion: v1\nkind: Secret\nmetadata: {name: slow, namespace: flux-system}\ndata: {token: YQ==}\n");
        embedded::kube_fault f;
        f.path = "/secrets/slow";
        f.count = -1;
        f.kind = embedded::kube_fault_kind::delay;
        f.delay = 60s;
        fault(f);
    }
    std::string first;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_slow_secret, slow)

BOOST_DATA_TEST_CASE_F(slow, sigterm_does_not_wait_for_it, boost::unit_test::data::make(readers), who)
{
    if (!who.objects.empty())
        apply(who.objects);
    sidecar_options o;
    o.more = who.more;
    sidecar it(*this, o);
    BOOST_REQUIRE(until(10s, [&] { return requests_with("/secrets/slow") != 0; }));
    if (who.ready) {
        BOOST_TEST(it.wait_ready(5s));
        auto const next = commit("acme/app");
        BOOST_TEST(it.push("acme/app", first, next, "d-1") == 202);
        auto const before = requested("app");
        BOOST_TEST(until(5s, [&] { return requested("app") != ""; }), before);
    }
    auto const start = std::chrono::steady_clock::now();
    it.process().signal(SIGTERM);
    BOOST_TEST(it.process().wait(12s).value_or(-1) == 0);
    BOOST_TEST((std::chrono::steady_clock::now() - start < 8s));
}

BOOST_AUTO_TEST_SUITE_END()
