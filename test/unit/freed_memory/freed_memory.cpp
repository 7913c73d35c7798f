// No credential is left behind in memory that was given back: looked for in every block that is freed.
#include <penstock/auth/exec_credential.hpp>
#include <penstock/auth/github_answer.hpp>
#include <penstock/auth/peer_message.hpp>
#include <penstock/auth/token_request.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/http/client.hpp>
#include <penstock/kube/api_answer.hpp>
#include <penstock/kube/api_call.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/kubeconfig.hpp>
#include <penstock/process/child.hpp>
#include <penstock/sync/secret_data.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/scripted_transport.hpp>

#include <penstock/http/impl/destination.ipp>
#include <penstock/http/impl/wire.ipp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <new>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace penstock;

namespace {

constexpr std::string_view marker = "MARKERmarkerMARKERmarker";
bool watching = false;
int found = 0;

void give_back(void* p) noexcept
{
    auto const size = p == nullptr ? 0 : ::malloc_usable_size(p);
    if (watching && size != 0 && ::memmem(p, size, marker.data(), marker.size()) != nullptr) {
        ++found;
        secret::wipe(p, size);  // or who gets the block next would count again
    }
    std::free(p);
}

}  // namespace

void* operator new(std::size_t size)
{
    if (auto* const p = std::malloc(size == 0 ? 1 : size))
        return p;
    throw std::bad_alloc();
}

void* operator new[](std::size_t size)
{
    return operator new(size);
}

void operator delete(void* p) noexcept
{
    give_back(p);
}

void operator delete(void* p, std::size_t) noexcept
{
    give_back(p);
}

void operator delete[](void* p) noexcept
{
    give_back(p);
}

void operator delete[](void* p, std::size_t) noexcept
{
    give_back(p);
}

namespace {

/// Blocks that were freed with the marker in them while `f` ran.
template <class F>
int left_by(F f)
{
    found = 0;
    watching = true;
    f();
    watching = false;
    return found;
}

http::response answer(int status, std::string const& body)
{
    return {status, "application/json", body};
}

std::string const with_marker = "x_" + std::string(marker);
wall_time const now{std::chrono::seconds(1'800'000'000)};

struct folder
{
    folder() { std::filesystem::create_directory(path); }
    ~folder() { std::filesystem::remove_all(path); }
    std::string write(std::string const& text) const
    {
        std::ofstream(path / "config") << text;
        return (path / "config").string();
    }
    std::filesystem::path const path =
        std::filesystem::temp_directory_path() / ("penstock_freed_memory_" + std::to_string(::getpid()));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(freed_memory)

BOOST_AUTO_TEST_CASE(the_search_finds_what_nobody_wiped)
{
    BOOST_TEST(left_by([] { std::string const copy(with_marker); }) == 1);
    BOOST_TEST(left_by([] { secret const kept{std::string(with_marker)}; }) == 0);
    std::string grown = with_marker;
    BOOST_TEST(left_by([&grown] { secret::append(grown, std::string(1000, 'x')); }) == 0);
    BOOST_TEST(grown.size() == with_marker.size() + 1000);
}

BOOST_AUTO_TEST_CASE(of_answers_with_a_token)
{
    auto const grant = answer(201, R"({"token":")" + with_marker + R"(","expires_at":"2036-01-01T00:00:00Z"})");
    auth::installation_key installation;
    installation.id = 1;
    BOOST_TEST(left_by([&] { BOOST_REQUIRE(auth::read_installation_grant(grant, installation, "1", now)); }) == 0);
    auto const requested = answer(201, R"({"kind":"TokenRequest","status":{"token":")" + with_marker
                                           + R"(","expirationTimestamp":"2036-01-01T00:00:00Z"}})");
    auth::service_account_key account;
    account.ns = "a";
    account.name = "b";
    BOOST_TEST(left_by([&] { BOOST_REQUIRE(auth::read_token_request(requested, account, now)); }) == 0);
    auto const refusal = answer(403, R"({"message":"no, ghs_)" + with_marker + R"("})");
    BOOST_TEST(left_by([&] { BOOST_TEST(auth::peer_message(refusal) == " (no, ***)"); }) == 0);
}

BOOST_AUTO_TEST_CASE(of_a_plug_in)
{
    std::string const version = "client.authentication.k8s.io/v1";
    auto const text = R"({"kind":"ExecCredential","apiVersion":")" + version + R"(","status":{"token":")" + with_marker
                      + R"(","clientCertificateData":"a","clientKeyData":")" + with_marker + R"("}})";
    BOOST_TEST(left_by([&] { BOOST_REQUIRE(auth::read_exec_credential(text, version)); }) == 0);
}

BOOST_AUTO_TEST_CASE(of_the_output_of_a_command)
{
    asio::io_context context;
    int const left = left_by([&] {
        process::command what(
            {"/bin/sh", "-c", R"(for i in 1 2 3; do echo "MARKERmarker""MARKERmarker"; sleep 0.02; done)"});
        result<std::string> got;
        asio::co_spawn(
            context,
            [&]() -> awaitable<void> { got = co_await process::run(std::move(what), "", time_point::max(), 1000); },
            asio::detached);
        context.run();
        BOOST_REQUIRE(got);
        BOOST_TEST(got->size() == 3 * (marker.size() + 1));
        secret::wipe(*got);
    });
    BOOST_TEST(left == 0);
}

BOOST_AUTO_TEST_CASE(of_header_fields)
{
    for (auto const* name : {"Authorization", "authorization", "Proxy-Authorization", "X-Gitlab-Token", "Cookie"}) {
        http::request r("GET", "https://api.github.com/x");
        r.fields.set(name, with_marker);
        BOOST_TEST(left_by([&r] {
                       http::request const copy(r);
                       http::fields other = copy.fields;
                       for (int i = 0; i < 20; ++i)
                           other.add("X-" + std::to_string(i), "y");  // it grows
                       other = http::fields();
                       other = copy.fields;
                       other.set("authorization", "another");
                       other = copy.fields;
                       other.clear();
                       other.append("X", std::string(1000, 'x'));
                       http::fields const built{{"X-Gitlab-Token", std::string(with_marker)}};
                   }) == 0,
                   name);
    }
}

BOOST_AUTO_TEST_CASE(of_a_short_credential_too)
{
    http::fields f;
    f.add("Authorization", "Basic YTpi");  // in the string itself
    auto const* const place = f.begin()->second.data();
    f.clear();
    BOOST_TEST(std::string_view(place, 10) == std::string_view("\0\0\0\0\0\0\0\0\0\0", 10));
}

BOOST_AUTO_TEST_CASE(of_the_header_on_the_wire)
{
    http::request r("GET", "http://api.test/x");
    r.fields.set("Authorization", "Bearer " + with_marker);
    r.fields.set("X-Long", std::string(3000, 'x'));
    http::client_options o;
    o.http_proxy = "http://me:" + std::string(marker) + "@proxy.test:3128";
    auto const to = http::detail::find_destination(r.url, o);
    BOOST_REQUIRE(to);
    BOOST_TEST(left_by([&] {
                   auto const head = http::detail::encode_request(r, *to, o);
                   BOOST_REQUIRE(head);
                   BOOST_TEST(head->reveal().find(marker) != std::string_view::npos);
               })
               == 0);
}

BOOST_AUTO_TEST_CASE(of_bytes_that_arrived)
{
    BOOST_TEST(left_by([] {
                   http::detail::byte_buffer bytes(64);
                   std::memcpy(bytes.prepare(64).data(), marker.data(), marker.size());
                   bytes.commit(marker.size());
                   static_cast<void>(bytes.prepare(4096));
                   BOOST_TEST(bytes.data() == marker);
                   bytes.consume(marker.size());
                   bytes.shrink(64);
                   std::memcpy(bytes.prepare(64).data(), marker.data(), marker.size());
                   bytes.commit(marker.size());
                   bytes.consume(marker.size());
               })
               == 0);
}

BOOST_AUTO_TEST_CASE(of_a_secret_of_the_cluster)
{
    struct one_answer
    {
        awaitable<result<boost::json::value>> get(kube::resource what, kube::object_name name, time_point)
        {
            auto const call = kube::encode_get(what, name);
            kube::object_parser_options o;
            o.secret = call->secret;
            co_return kube::decode_object("GET", from, o);
        }
        http::response const& from;
    };
    auto const coded = crypto::base64_encode(std::string(3, '-') + std::string(marker));
    auto const expected = "---" + std::string(marker);
    auto const plain = answer(200, R"({"data":{"token":")" + coded + R"("},"x":")" + with_marker + R"("})");
    testing::loop loop;
    one_answer api{plain};
    int const left = left_by([&] {
        auto const keys = loop.run(sync::read_secret_data(api, {"apps", "token"}, loop.clock.now()));
        BOOST_REQUIRE(keys);
        BOOST_TEST(keys->at("token").reveal() == expected);
    });
    BOOST_TEST(left == 0);
    BOOST_TEST(!kube::encode_get(kube::known::config_maps, {"apps", "x"})->secret);
    BOOST_TEST(kube::encode_list(kube::known::secrets, "apps", {})->secret);
}

BOOST_AUTO_TEST_CASE(of_what_a_kubeconfig_holds_but_for_what_yaml_cpp_scans)
{
    folder f;
    auto const text = "{apiVersion: v1, kind: Config, current-context: c,\n"
                      " clusters: [{name: k, cluster: {server: 'https://k.test:6443'}}],\n"
                      " users: [{name: u, user: {token: "
                      + with_marker + "}}],\n contexts: [{name: c, context: {cluster: k, user: u}}]}\n";
    auto const path = f.write(text);
    int const scanned = left_by([&] {
        std::string const copy(text);
        auto const node = YAML::Load(copy);
    });
    kube::connection_options o;
    o.kubeconfig = path;
    int const left = left_by([&] { BOOST_REQUIRE(kube::load_connection(o)); });
    // There the text, and the text of the node, are two more.
    BOOST_TEST(left <= scanned - 2);
    BOOST_TEST_MESSAGE("yaml-cpp alone: " << scanned << ", here: " << left);
}

BOOST_AUTO_TEST_SUITE_END()
