#include <penstock/clock/steady.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/fault_proxy.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>
#include <resident_memory.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

constexpr int changes_a_second = 500;
constexpr double margin_mib = 8;  // what memory may grow by between the second third of a run and the last

/// An API server that changes all the time, a way to it on which everything goes wrong, and an informer at its end.
struct soak
{
    using world = env::basic_environment<clock::steady, testing::recording_sink>;
    using cluster = kube::api_client<world, http::client>;

    static embedded::kube_server_options two_seconds_of_history()
    {
        embedded::kube_server_options o;
        o.store.history = 2 * changes_a_second;
        return o;
    }

    static kube::informer_options impatient()
    {
        kube::informer_options o;
        o.ns = "default";
        o.page_size = 100;
        o.reflect.first_backoff = 50ms;
        o.reflect.longest_backoff = 500ms;
        o.reflect.longest_retry_after = 1s;
        return o;
    }

    soak()
    {
        BOOST_REQUIRE(server.start().has_value());
        way.emplace(context.get_executor(), port_of(server.url()));
        api.emplace(env, transport, "http://127.0.0.1:" + std::to_string(way->port()));
        it.emplace(env, *api, context.get_executor(), kube::known::config_maps, impatient(),
                   [this](kube::object_event e, boost::json::object const& o) { told(e, o); });
    }

    static std::uint16_t port_of(std::string const& url)
    {
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }

    /// What handlers are promised: `added` first, `deleted` last, and versions that grow in between.
    void told(kube::object_event e, boost::json::object const& o)
    {
        ++events;
        auto const name = kube::name_of(o).name;
        auto const at = view.find(name);
        bool const known = at != view.end();
        if (known == (e == kube::object_event::added))
            ++broken_promises;
        if (e == kube::object_event::deleted) {
            view.erase(name);
            return;
        }
        auto const version = std::stoull(std::string(kube::resource_version_of(o)));
        if (known && version <= at->second)
            ++broken_promises;
        view[name] = version;
    }

    void change_one()
    {
        auto& store = server.store();
        auto const& type = *store.types().find("", "v1", "configmaps");
        auto const name = "map-" + std::to_string(random() % 1000);
        bool const there = store.find("configmaps", "default", name) != nullptr;
        if (there && random() % 4 == 0) {
            BOOST_REQUIRE(store.remove(type, "default", name).has_value());
        } else {
            boost::json::object next{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}};
            next["data"] = {{"n", std::to_string(++changes)}, {"filling", std::string(random() % 600, 'x')}};
            auto const done = there ? store.replace(type, "default", name, std::move(next))
                                    : store.create(type, "default", std::move(next));
            BOOST_REQUIRE(done.has_value());
        }
        ++written;
    }

    awaitable<error_code> churn()
    {
        auto const start = clock::steady::now();
        for (;;) {
            auto const due = (clock::steady::now() - start) / 1ms * changes_a_second / 1000;
            for (; written < due; change_one()) {}
            if (auto const ec = co_await clock::steady::sleep_until(clock::steady::now() + 20ms))
                co_return ec;
        }
    }

    void fail(std::string method, int status, int count)
    {
        embedded::kube_fault f;
        f.method = std::move(method);
        f.path = "configmaps";
        f.status = status;
        f.count = count;
        f.retry_after = status == 429 ? 1 : -1;
        server.faults().add(f);
    }

    void open_way()
    {
        if (closed)
            way->up();
        closed = false;
    }

    awaitable<error_code> trouble()
    {
        for (int n = 0;; ++n) {
            if (auto const ec = co_await clock::steady::sleep_until(clock::steady::now() + 1s))
                co_return ec;
            duration lasts{};
            testing::fault slow;
            embedded::kube_fault cut;
            switch (n % 8) {
            case 0: break;  // the watch alone is cut
            case 1: server.store().history().forget(); break;  // 410 as an event
            case 2: fail("WATCH", 410, 1); break;
            case 3: fail("WATCH", 429, 2); break;
            case 4:
                fail("WATCH", 500, 2);
                fail("GET", 500, 1);
                break;
            case 5:
                way->down();
                closed = true;
                lasts = 700ms;
                break;
            case 6:
                slow.delay = 100ms;
                way->set(slow);
                lasts = 1500ms;
                break;
            case 7:
                cut.method = "WATCH";
                cut.kind = embedded::kube_fault_kind::truncate;
                cut.bytes = 5000;  // inside an event
                server.faults().add(cut);
                break;
            }
            ++troubles;
            server.drop_watches();
            if (lasts == duration::zero())
                continue;
            transport.close_idle();
            if (auto const ec = co_await clock::steady::sleep_until(clock::steady::now() + lasts))
                co_return ec;
            way->set({});
            open_way();
            transport.close_idle();
            server.drop_watches();  // those that are still slow
        }
    }

    awaitable<error_code> sample()
    {
        for (;;) {
            memory.push_back(testing::resident_mib());
            if (auto const ec = co_await clock::steady::sleep_until(clock::steady::now() + 500ms))
                co_return ec;
        }
    }

    /// The highest in the n-th third of the run.
    double third(std::size_t n) const
    {
        auto const size = static_cast<std::ptrdiff_t>(memory.size() / 3);
        auto const from = memory.begin() + static_cast<std::ptrdiff_t>(n) * size;
        return *std::max_element(from, from + size);
    }

    /// Names and versions as a list from the server itself shows them.
    std::map<std::string, std::uint64_t> listed()
    {
        http::client straight(context.get_executor());
        cluster direct(env, straight, server.url());
        auto const all = testing::run_for_real(
            context, direct.list(kube::known::config_maps, "default", {}, clock::steady::now() + 20s));
        BOOST_REQUIRE(all.has_value());
        std::map<std::string, std::uint64_t> out;
        for (auto const& o : all->items)
            out.emplace(kube::name_of(o).name, std::stoull(std::string(kube::resource_version_of(o))));
        return out;
    }

    double ended(char const* how)
    {
        return env.metrics().value(metrics::names::watch_restarts_total, {kube::known::config_maps.qualified(), how});
    }

    asio::io_context context{1};
    world env;
    embedded::kube_server server{context.get_executor(), two_seconds_of_history()};
    std::optional<testing::fault_proxy> way;
    http::client transport{context.get_executor()};
    std::optional<cluster> api;
    std::optional<kube::informer<world, cluster>> it;
    std::mt19937 random{1};
    std::map<std::string, std::uint64_t> view;
    std::vector<double> memory;
    std::int64_t written = 0;
    int changes = 0;
    int events = 0;
    int troubles = 0;
    int broken_promises = 0;
    bool closed = false;  // the way is
};

awaitable<int> stopped(soak& s, clock::task_group& all)
{
    all.cancel();
    co_await all.join();
    co_await s.server.stop(clock::steady::now() + 1s);
    co_return 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_soak, soak)

BOOST_AUTO_TEST_CASE(an_informer_keeps_up_and_its_memory_stays_flat_while_everything_goes_wrong)
{
    auto const* const wanted = std::getenv("PENSTOCK_SOAK_SECONDS");
    auto const lasts = std::chrono::seconds(wanted == nullptr ? 20 : std::max(20, std::atoi(wanted)));
    clock::task_group following(context.get_executor());
    clock::task_group weather(context.get_executor());
    following.spawn(it->run());
    weather.spawn(churn());
    weather.spawn(trouble());
    weather.spawn(sample());
    context.run_for(lasts);

    weather.cancel();
    server.faults().clear();
    context.run_for(100ms);
    way->set({});
    open_way();
    transport.close_idle();
    server.drop_watches();
    auto const now = listed();
    auto const end = clock::steady::now() + 30s;
    while (view != now && clock::steady::now() < end)
        context.run_for(50ms);
    BOOST_TEST(view.size() == now.size());
    BOOST_TEST((view == now));
    BOOST_TEST(it->size() == now.size());
    BOOST_TEST(server.store().count("configmaps") == now.size());

    BOOST_TEST(broken_promises == 0);
    BOOST_TEST(written > lasts.count() * changes_a_second / 2);
    BOOST_TEST(events > written / 20);
    BOOST_TEST(troubles > lasts.count() / 3);
    BOOST_TEST(ended("dropped") > 0.0);
    BOOST_TEST(ended("gone") > 0.0);
    BOOST_TEST(ended("throttled") > 0.0);
    BOOST_TEST(ended("failed") > 0.0);
    BOOST_TEST_MESSAGE(lasts.count() << " s: " << written << " changes, " << events << " events told, " << troubles
                                     << " troubles (watches dropped " << ended("dropped") << ", gone " << ended("gone")
                                     << ", throttled " << ended("throttled") << ", failed " << ended("failed")
                                     << "); resident at most " << third(0) << ", " << third(1) << ", " << third(2)
                                     << " MiB in the three thirds");
    if (!testing::sanitized)
        BOOST_TEST(third(2) < third(1) + margin_mib);
    BOOST_TEST(testing::run_for_real(context, stopped(*this, following)) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
