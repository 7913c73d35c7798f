#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/test/unit_test.hpp>

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// A network of this process alone, whose one cable can be pulled: no end of a connection learns of it.
class cable
{
public:
    cable()
    {
        // Root may; others may where a user can be root of a namespace of his own.
        if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
            std::cerr << "skipped: a process may not have a network of its own here: " << std::strerror(errno) << '\n';
            std::_Exit(77);  // Boost.Test has no word for a module that could not run
        }
        plug(true);
    }
    static void plug(bool in)
    {
        int const fd = ::socket(AF_INET, SOCK_DGRAM, 0);
        ifreq request{};
        std::strcpy(request.ifr_name, "lo");
        BOOST_TEST_REQUIRE(::ioctl(fd, SIOCGIFFLAGS, &request) == 0);
        request.ifr_flags = static_cast<short>(in ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
        BOOST_TEST_REQUIRE(::ioctl(fd, SIOCSIFFLAGS, &request) == 0);
        ::close(fd);
    }
};

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;

boost::json::object settings(std::string const& name)
{
    return {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}, {"namespace", "default"}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conformance_half_open)

BOOST_AUTO_TEST_CASE(a_watch_whose_connection_died_without_a_word_goes_on_within_45_seconds)
{
    cable const lo;
    asio::io_context context(1);
    embedded::kube_server server(context.get_executor());
    server.start().value();
    server.store().seed(settings("a")).value();
    world env;
    http::client transport(context.get_executor());
    cluster api(env, transport, server.url());
    std::string told;
    kube::informer_options options;
    options.ns = "default";
    kube::informer it(env, api, context.get_executor(), kube::known::config_maps, options,
                      [&](kube::object_event, boost::json::object const& o) { told += kube::name_of(o).name + ' '; });
    asio::cancellation_signal stop;
    bool ended = false;
    asio::co_spawn(context, unwinding(it.run()),
                   asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr, error_code) { ended = true; }));
    auto const run_until = [&](duration limit, auto condition) {
        auto const end = clock::steady::now() + limit;
        context.restart();
        while (!condition() && clock::steady::now() < end)
            context.run_one_for(100ms);
        return condition();
    };
    BOOST_TEST_REQUIRE(run_until(20s, [&] { return told == "a " && it.watching(); }));

    cable::plug(false);
    auto const pulled = clock::steady::now();
    server.store().seed(settings("b")).value();  // the server writes it into the connection
    BOOST_TEST(run_until(45s, [&] { return !it.watching(); }));
    BOOST_TEST_MESSAGE("noticed after " << std::chrono::duration<double>(clock::steady::now() - pulled).count()
                                        << " s");
    BOOST_TEST(told == "a ");

    cable::plug(true);
    BOOST_TEST(run_until(60s, [&] { return told == "a b "; }));
    stop.emit(asio::cancellation_type::terminal);
    BOOST_TEST(run_until(10s, [&] { return ended; }));
}

BOOST_AUTO_TEST_SUITE_END()
