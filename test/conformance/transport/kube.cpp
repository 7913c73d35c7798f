#include <contract/http/raw_peer.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/server.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/informer.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/testing/fault_proxy.hpp>
#include <penstock/testing/loop.hpp>
#include <resident_memory.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

using world = env::basic_environment<clock::steady>;
using cluster = kube::api_client<world, http::client>;

/// `printf %s '{"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a","namespace":"default"}}]}' | gzip -9n | base64`
constexpr char const* packed_list =
    "H4sIAAAAAAACA1WMuw6DMBAE/2VrmpS4pQ0tTURxwgc6JX7Id6Sx/O+YKko3u5rdCsqycFFJEQ7fBwa8JfrOU4q7HDPlp6j1OrCRJyO4isKazrLxbzmiDRDjoHCv+idHCtwN6h83aqbtzp53Oj+G1tZ2AQX2+JeHAAAA";

std::string config_map(std::string const& name, std::string const& version, std::string const& data = "{}")
{
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name
           + R"(","namespace":"default","uid":"u-)" + name + R"(","resourceVersion":")" + version + R"("},"data":)"
           + data + '}';
}

std::string list_of(std::string const& items, std::string const& next = "")
{
    return R"({"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"9","continue":")" + next
           + R"("},"items":[)" + items + "]}";
}

/// An API server on a socket that says what a case wants, and a client of it.
struct wired
{
    wired()
    {
        http::server_options where;
        where.address = "127.0.0.1";
        server.emplace(context.get_executor(), where, [this](http::exchange& x) { return serve(x); });
        port = server->listen().value();
        tasks.spawn(server->run());
    }
    ~wired()
    {
        tasks.cancel();
        context.restart();
        context.run_for(200ms);
    }

    awaitable<void> serve(http::exchange& x)
    {
        asked.push_back(std::string(x.head().fields["Authorization"]));
        co_await answer(x);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }

    result<boost::json::value> get(cluster& api)
    {
        return testing::run_for_real(context,
                                     api.get(kube::known::config_maps, {"default", "a"}, clock::steady::now() + 10s));
    }

    /// Says this to everything.
    void say(http::response r)
    {
        answer = [r](http::exchange& x) -> awaitable<void> { (void)co_await x.respond(r); };
    }

    asio::io_context context{1};
    world env;
    clock::task_group tasks{context.get_executor()};
    std::optional<http::server> server;
    std::uint16_t port = 0;
    http::handler answer;
    std::vector<std::string> asked;  // with which credential
    http::client transport{context.get_executor()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(conformance_transport, wired)

BOOST_AUTO_TEST_CASE(a_token_rotated_under_way_fails_nothing_and_the_next_request_takes_the_new_one)
{
    auto const path = std::filesystem::temp_directory_path() / ("penstock-token-" + std::to_string(getpid()));
    std::ofstream(path) << "old";
    std::string good = "Bearer old";
    answer = [&](http::exchange& x) -> awaitable<void> {
        bool const known = x.head().fields["Authorization"] == good;
        if (asked.size() == 1) {  // under way: the token changes, on disk and for the server
            std::ofstream(path) << "new";
            good = "Bearer new";
            (void)co_await clock::steady::sleep_until(clock::steady::now() + 50ms);
        }
        http::response const r(known ? 200 : 401, "application/json",
                               known ? config_map("a", "1") : R"({"kind":"Status","code":401})");
        (void)co_await x.respond(r);
    };
    cluster api(env, transport, url(), kube::credential::bearer_file(path.string()));
    BOOST_TEST(get(api).has_value());
    BOOST_TEST(get(api).has_value());
    BOOST_TEST(asked == (std::vector<std::string>{"Bearer old", "Bearer old", "Bearer new"}),
               boost::test_tools::per_element());
    std::filesystem::remove(path);
}

BOOST_AUTO_TEST_CASE(a_server_that_says_connection_close_gets_no_further_request_on_that_connection)
{
    // GOAWAY belongs to HTTP/2, which this client does not speak. This server leaves the closing to the client.
    testing::real_loop loop;
    bool leaving = true;
    testing::raw_peer peer(loop, [&](testing::tcp::socket& s, int) -> awaitable<void> {
        for (;;) {
            auto const head = co_await testing::raw_peer::read_header(s);
            if (head.empty())
                co_return;
            auto const body = config_map("a", "1");
            std::string text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
            text += leaving ? "Connection: close\r\n" : "";
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
            co_await testing::raw_peer::say(s, text);
        }
    });
    http::client client(loop.context.get_executor());
    cluster api(env, client, "http://127.0.0.1:" + std::to_string(peer.port()));
    auto const ask = [&] {
        return loop.run(api.get(kube::known::config_maps, {"default", "a"}, testing::in(10s))).has_value();
    };
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(ask());
    BOOST_TEST(peer.connections() == 3);
    BOOST_TEST(client.statistics().retried == 0U);
    leaving = false;
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(ask());
    BOOST_TEST(peer.connections() == 4);  // one that stays
}

BOOST_AUTO_TEST_CASE(a_chunk_may_end_inside_a_token_of_json)
{
    std::string const event =
        R"({"type":"ADDED","object":)" + config_map("a", "11", R"({"k":"\u00e9\u20ac true 12.5e3"})") + "}\n";
    answer = [&](http::exchange& x) -> awaitable<void> {
        if (x.head().query().find("watch=true") == std::string_view::npos) {
            http::response const page(200, "application/json", list_of(""));
            (void)co_await x.respond(page);
            co_return;
        }
        http::response head(200);
        head.fields.add("Content-Type", "application/json");
        (void)co_await x.start(std::move(head));
        for (char const c : event) {  // each byte a chunk
            if (auto const done = co_await x.write(std::string_view(&c, 1)); !done)
                co_return;
        }
        (void)co_await clock::steady::sleep_until(clock::steady::now() + 20s);
    };
    cluster api(env, transport, url());
    std::string data;
    kube::informer_options pages;
    pages.reflect.stream_lists = false;
    kube::informer it(
        env, api, context.get_executor(), kube::known::config_maps, pages,
        [&](kube::object_event, boost::json::object const& o) { data = kube::text_at(o, {"data", "k"}); });
    clock::task_group watching(context.get_executor());
    watching.spawn(it.run());
    auto const end = clock::steady::now() + 10s;
    while (data.empty() && clock::steady::now() < end)
        context.run_for(10ms);
    BOOST_TEST(data == "é€ true 12.5e3");
    watching.cancel();  // the informer must not go before its run has ended
    context.run_for(200ms);
}

BOOST_AUTO_TEST_CASE(answers_may_come_packed)
{
    auto packed = http::response(200, "application/json", crypto::base64_decode(packed_list).value());
    packed.fields.add("Content-Encoding", "gzip");
    say(packed);
    http::client_options o;
    o.accept_gzip = true;
    http::client unpacking(context.get_executor(), o);
    cluster api(env, unpacking, url());
    auto const all =
        testing::run_for_real(context, api.list(kube::known::config_maps, "default", {}, clock::steady::now() + 10s));
    BOOST_REQUIRE(all.has_value());
    BOOST_TEST(all->items.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_429_with_retry_after_is_waited_for_and_one_without_is_told)
{
    auto busy = http::response(429, "application/json", R"({"kind":"Status","reason":"TooManyRequests","code":429})");
    say(busy);
    cluster api(env, transport, url());
    auto const refused = get(api);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == condition::quota_exhausted));
    BOOST_TEST(asked.size() == 1U);

    busy.fields.add("Retry-After", "1");
    answer = [&](http::exchange& x) -> awaitable<void> {
        http::response const fine(200, "application/json", config_map("a", "1"));
        (void)co_await x.respond(asked.size() == 2 ? busy : fine);
    };
    auto const before = clock::steady::now();
    BOOST_TEST(get(api).has_value());
    BOOST_TEST(asked.size() == 3U);
    BOOST_TEST((clock::steady::now() - before >= 1s));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf_8_are_refused_and_harm_nothing)
{
    say(http::response(200, "application/json", config_map("a", "1", "{\"k\":\"\xff\xfe\"}")));
    cluster api(env, transport, url());
    auto const bad = get(api);
    BOOST_REQUIRE(!bad.has_value());
    BOOST_TEST((bad.error().code == errc::malformed), bad.error().message());
    say(http::response(200, "application/json", config_map("a", "1")));
    BOOST_TEST(get(api).has_value());
    say(http::response(500, "text/plain", "\xff\xfe\n"));
    BOOST_TEST((get(api).error().code == condition::retryable));
}

BOOST_AUTO_TEST_CASE(a_list_of_100_mb_takes_the_memory_of_a_page)
{
    constexpr int pages = 50;
    std::string items;
    for (int i = 0; i < 500; ++i)
        items += (i == 0 ? "" : ",")
                 + config_map("m" + std::to_string(i), "1", R"({"k":")" + std::string(4000, 'x') + "\"}");
    std::size_t sent = 0;
    answer = [&](http::exchange& x) -> awaitable<void> {
        auto const at = x.head().query().find("continue=");
        int const page = at == std::string_view::npos ? 1 : std::stoi(std::string(x.head().query().substr(at + 9)));
        http::response const r(200, "application/json", list_of(items, page < pages ? std::to_string(page + 1) : ""));
        sent += r.body.size();
        (void)co_await x.respond(r);
    };
    cluster api(env, transport, url());
    std::size_t seen = 0;
    double most = 0;
    cluster::page_visitor count = [&](kube::object_list& page, bool) {
        seen += page.items.size();
        most = std::max(most, testing::resident_mib());
        return result<void>();
    };
    auto const before = testing::resident_mib();
    auto const version = testing::run_for_real(
        context, api.for_each_page(kube::known::config_maps, "", {}, count, clock::steady::now() + 100s), 100s);
    BOOST_REQUIRE(version.has_value());
    BOOST_TEST(sent > 100U * 1000 * 1000);
    BOOST_TEST(seen == 500U * pages);
    BOOST_TEST_MESSAGE(sent / 1000000 << " MB in " << pages << " pages took " << most - before << " MiB");
    BOOST_TEST((testing::sanitized || most - before < 40.0));
}

BOOST_AUTO_TEST_SUITE_END()
