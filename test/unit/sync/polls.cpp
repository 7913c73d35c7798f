#include <penstock/sync/polls.hpp>

#include <penstock/store/memory_store.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<testing::manual_clock>;

/// Remotes that cannot be reached with one Secret, and stand where they are for everybody else.
struct plain_remote
{
    awaitable<result<git::chosen_head>> ask(sync::source s, time_point)
    {
        ++asked[s.name];
        if (s.secret_name == broken)
            co_return failure(errc::connection_failed, "the API of the App");
        git::chosen_head h;
        h.id = std::string(40, 'a');
        co_return h;
    }

    std::map<std::string, int> asked;
    std::string broken = "broken";
};

struct fixture : testing::loop
{
    fixture() { asio::co_spawn(context, unwinding(run_all()), asio::detached); }
    ~fixture()
    {
        polled.stop();
        settle();
    }

    static sync::polls_options minutes()
    {
        sync::polls_options o;
        o.interval = 1min;
        o.fleet.cadence.max_interval = 1min;
        o.fleet.cadence.jitter_percent = 0;
        return o;
    }

    void see(std::string const& name, std::string const& provider, std::string const& secret_name)
    {
        sync::source s;
        s.kind = "GitRepository";
        s.ns = "flux-system";
        s.name = name;
        s.url = "https://forge.test/acme/" + name;
        s.ref.branch = "main";
        s.revision = "main@sha1:" + std::string(40, 'a');
        s.provider = provider;
        s.secret_name = secret_name;
        s.version = ++versions;
        book.watched(s, clock.now());
        polled.observe("GitRepository/flux-system/" + name, s);
    }

    awaitable<void> run_all()
    {
        auto const ended = co_await polled.run();
        BOOST_TEST(ended.has_value());
    }

    store::memory_store store;
    sync::ledger book;
    sync::inbox<store::memory_store> box{store};
    sync::intake<world, store::memory_store> in{env, book, box, [](std::string const&, sync::trigger) {}};
    plain_remote remote;
    sync::polls<world, plain_remote, store::memory_store> polled{env,      context.get_executor(), book, in, remote,
                                                                 minutes()};
    std::uint64_t versions = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sync_polls, fixture)

BOOST_AUTO_TEST_CASE(a_broken_app_does_not_end_the_polls_of_other_credentials_at_the_same_host)
{
    for (int i = 0; i < 8; ++i)
        see("broken" + std::to_string(i), "github", "broken");
    see("app", "github", "good");
    see("public", "", "");
    advance(1s);
    BOOST_TEST(remote.asked["broken0"] == 1);
    advance(30min);
    BOOST_TEST(remote.asked["app"] >= 25);
    BOOST_TEST(remote.asked["public"] >= 25);
}

BOOST_AUTO_TEST_CASE(a_host_that_is_down_is_left_alone_with_all_sources_that_share_their_credential)
{
    for (int i = 0; i < 8; ++i)
        see("broken" + std::to_string(i), "", "broken");
    advance(30min);
    int sum = 0;
    for (auto const& [name, n] : remote.asked)
        sum += n;
    BOOST_TEST(sum < 60);  // and not 8 times 30
}

BOOST_AUTO_TEST_CASE(a_source_that_gets_another_secret_is_polled_at_once)
{
    see("app", "github", "old");
    advance(1s);
    BOOST_TEST(remote.asked["app"] == 1);
    see("app", "github", "old");  // changed in some other way
    advance(1s);
    BOOST_TEST(remote.asked["app"] == 1);
    see("app", "github", "fresh");
    advance(1s);
    BOOST_TEST(remote.asked["app"] == 2);
}

BOOST_AUTO_TEST_SUITE_END()
