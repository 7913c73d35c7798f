#include <penstock/http/client.hpp>

#include "certificates.hpp"
#include "served.hpp"

#include <fstream>

using namespace penstock;
using namespace penstock::testing;

namespace {

/// Writes a file beside and puts it in place, as one who rotates certificates does.
void put(std::filesystem::path const& path, std::string const& content)
{
    auto const fresh = path.string() + ".new";
    std::ofstream(fresh) << content;
    std::filesystem::rename(fresh, path);
}

/// A server and a client whose certificates lie in files.
struct files
{
    authority ca;
    std::filesystem::path server_pem = ca.directory() / "server.pem";
    std::filesystem::path server_key = ca.directory() / "server.key";
    std::filesystem::path client_pem = ca.directory() / "client.pem";
    std::filesystem::path client_key = ca.directory() / "client.key";
    std::filesystem::path trusted = ca.directory() / "trusted.pem";

    files()
    {
        put_server(ca.issue("IP:127.0.0.1"));
        put_client(ca.issue("DNS:client"));
        put(trusted, ca.ca_pem);
    }
    void put_server(certificate const& c) const
    {
        put(server_pem, c.chain_pem);
        put(server_key, c.key_pem);
    }
    void put_client(certificate const& c) const
    {
        put(client_pem, c.chain_pem);
        put(client_key, c.key_pem);
    }
    http::server_options server() const
    {
        http::server_options o;
        o.certificate_file = server_pem;
        o.private_key_file = server_key;
        return o;
    }
    http::client_options client() const
    {
        http::client_options o;
        o.tls.ca_file = trusted;
        return o;
    }
};

struct secure : served
{
    secure(files const& f, http::server_options o, http::client_options c)
        : served(hello, std::move(o), c), certificates(f)
    {}
    result<http::response> ask(http::client& c)
    {
        http::request r("GET", "https://127.0.0.1:" + std::to_string(server.port()) + "/x");
        return run(c.send(std::move(r), in(5s)));
    }
    result<http::response> ask() { return ask(client); }
    /// A client that has no session and no connection yet.
    result<http::response> ask_anew(http::client_options o)
    {
        http::client fresh(context.get_executor(), std::move(o));
        return ask(fresh);
    }
    files const& certificates;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_tls_files)

BOOST_AUTO_TEST_CASE(the_server_takes_a_new_certificate_and_drops_no_connection)
{
    files const f;
    secure s(f, f.server(), f.client());
    BOOST_REQUIRE(s.ask());
    authority const other("another authority");
    f.put_server(other.issue("IP:127.0.0.1"));
    s.turn(1100ms);
    http::client_options trusting_other;
    trusting_other.tls.ca_pem = other.ca_pem;
    auto const fresh = s.ask_anew(trusting_other);
    BOOST_REQUIRE_MESSAGE(fresh, fresh.error().message());
    BOOST_TEST(s.server.statistics().tls_reloads == 1U);
    BOOST_TEST((s.ask_anew(f.client()).error().code == errc::tls_failed));  // the old one is gone
    BOOST_TEST(s.ask().value().status == 200);  // the open connection is not
    BOOST_TEST(s.client.statistics().connections == 1U);
}

BOOST_AUTO_TEST_CASE(sees_a_new_certificate_that_is_as_long_and_as_old_as_the_last)
{
    files const f;
    authority const other("another authority");
    auto const replace = [](std::filesystem::path const& path, std::string const& text) {
        auto const time = std::filesystem::last_write_time(path);
        put(path, text + std::string(4000 - text.size(), '\n'));
        std::filesystem::last_write_time(path, time);
    };
    auto const old = f.ca.issue("IP:127.0.0.1");
    replace(f.server_pem, old.chain_pem);
    replace(f.server_key, old.key_pem);
    secure s(f, f.server(), f.client());
    BOOST_REQUIRE(s.ask_anew(f.client()));
    auto const fresh = other.issue("IP:127.0.0.1");
    replace(f.server_pem, fresh.chain_pem);
    replace(f.server_key, fresh.key_pem);
    s.turn(1100ms);
    http::client_options trusting_other;
    trusting_other.tls.ca_pem = other.ca_pem;
    auto const got = s.ask_anew(trusting_other);
    BOOST_TEST(got.has_value(), (got ? "" : got.error().message()));
}

BOOST_AUTO_TEST_CASE(the_server_keeps_its_certificate_when_the_new_one_cannot_be_used)
{
    files const f;
    secure s(f, f.server(), f.client());
    BOOST_REQUIRE(s.ask());
    put(f.server_pem, "half a certif");
    s.turn(1100ms);
    BOOST_TEST(s.ask_anew(f.client()).value().status == 200);
    BOOST_TEST(s.server.statistics().tls_reload_failures == 1U);
    auto const good = f.ca.issue("IP:127.0.0.1");
    put(f.server_pem, good.chain_pem);  // without its key
    s.turn(1100ms);
    BOOST_TEST(s.ask_anew(f.client()).value().status == 200);
    BOOST_TEST(s.server.statistics().tls_reload_failures == 2U);
    put(f.server_key, good.key_pem);
    s.turn(1100ms);
    BOOST_TEST(s.ask_anew(f.client()).value().status == 200);
    BOOST_TEST(s.server.statistics().tls_reloads == 1U);
    std::filesystem::remove(f.server_pem);
    s.turn(1100ms);
    BOOST_TEST(s.ask_anew(f.client()).value().status == 200);
    BOOST_TEST(s.server.statistics().tls_reload_failures == 2U);
}

BOOST_AUTO_TEST_CASE(clients_show_their_certificate_from_a_file_and_change_it)
{
    files const f;
    auto so = f.server();
    so.client_ca_file = f.trusted;
    auto co = f.client();
    co.tls.certificate_file = f.client_pem;
    co.tls.private_key_file = f.client_key;
    secure s(f, so, co);
    BOOST_REQUIRE(s.ask());
    BOOST_TEST(!s.ask_anew(f.client()));  // none shown
    authority const other("another authority");
    f.put_client(other.issue("DNS:client"));
    s.turn(1100ms);
    auto const refused = s.ask();
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == errc::tls_failed), refused.error().message());
    BOOST_TEST(s.client.statistics().tls_reloads == 1U);
    put(f.trusted, other.ca_pem + f.ca.ca_pem);  // both sides read this one
    s.turn(1100ms);
    auto const again = s.ask();
    BOOST_REQUIRE_MESSAGE(again, again.error().message());
    BOOST_TEST(s.client.statistics().tls_reloads == 2U);
    BOOST_TEST(s.server.statistics().tls_reloads == 1U);
}

BOOST_AUTO_TEST_CASE(the_client_keeps_what_it_has_when_the_new_file_cannot_be_used)
{
    files const f;
    secure s(f, f.server(), f.client());
    BOOST_REQUIRE(s.ask());
    put(f.trusted, "nonsense");
    s.turn(1100ms);
    BOOST_TEST(s.ask().value().status == 200);
    BOOST_TEST(s.client.statistics().tls_reload_failures == 1U);
    BOOST_TEST(s.client.statistics().connections == 1U);
    auto const fresh = s.ask_anew(f.client());
    BOOST_TEST((fresh.error().code == errc::invalid_configuration));
    auto missing = f.client();
    missing.tls.ca_file = "/no/such/file.pem";
    auto const refused = s.ask_anew(missing);
    BOOST_TEST((refused.error().code == errc::invalid_configuration));
    BOOST_TEST(refused.error().detail.find("/no/such/file.pem") != std::string::npos, refused.error().detail);
}

BOOST_AUTO_TEST_CASE(a_certificate_of_a_client_may_be_optional_but_not_bad)
{
    files const f;
    auto so = f.server();
    so.client_ca_file = f.trusted;
    so.client_certificate_required = false;
    secure s(f, so, f.client());
    BOOST_TEST(s.ask().value().status == 200);
    authority const other("another authority");
    auto const bad = other.issue("DNS:client");
    auto co = f.client();
    co.tls.certificate_pem = bad.chain_pem;
    co.tls.private_key_pem = bad.key();
    BOOST_TEST((s.ask_anew(co).error().code == errc::tls_failed));
    auto const good = f.ca.issue("DNS:client");
    co.tls.certificate_pem = good.chain_pem;
    co.tls.private_key_pem = good.key();
    BOOST_TEST(s.ask_anew(co).value().status == 200);
}

BOOST_AUTO_TEST_CASE(refuses_a_key_that_is_not_that_of_the_certificate)
{
    files const f;
    secure s(f, f.server(), f.client());
    auto const one = f.ca.issue("IP:127.0.0.1");
    for (auto const& key : {f.ca.issue("IP:127.0.0.1").key_pem, f.ca.rsa_key()}) {
        http::server_options so;
        so.certificate_pem = one.chain_pem;
        so.private_key_pem = secret(std::string(key));
        http::server server(s.context.get_executor(), on_loopback(so), hello);
        auto const listening = server.listen();
        BOOST_REQUIRE(!listening);
        BOOST_TEST((listening.error().code == errc::invalid_configuration));
        auto co = f.client();
        co.tls.certificate_pem = one.chain_pem;
        co.tls.private_key_pem = secret(std::string(key));
        auto const refused = s.ask_anew(co);
        BOOST_REQUIRE(!refused);
        BOOST_TEST((refused.error().code == errc::invalid_configuration));
        BOOST_TEST(refused.error().detail.find("private key") != std::string::npos, refused.error().detail);
    }
}

BOOST_AUTO_TEST_CASE(a_new_key_of_another_type_leaves_the_old_one_in_force)
{
    files const f;
    secure s(f, f.server(), f.client());
    BOOST_REQUIRE(s.ask());
    put(f.server_key, f.ca.rsa_key());
    s.turn(1100ms);
    BOOST_TEST(s.ask_anew(f.client()).value().status == 200);
    BOOST_TEST(s.server.statistics().tls_reload_failures == 1U);
    BOOST_TEST(s.server.statistics().tls_reloads == 0U);
}

BOOST_AUTO_TEST_CASE(says_which_file_is_missing)
{
    files const f;
    real_loop loop;
    for (int i = 0; i < 3; ++i) {
        auto o = f.server();
        (i == 0 ? o.certificate_file : i == 1 ? o.private_key_file : o.client_ca_file) = "/no/such/file.pem";
        http::server server(loop.context.get_executor(), on_loopback(o), hello);
        auto const listening = server.listen();
        BOOST_REQUIRE(!listening);
        BOOST_TEST((listening.error().code == errc::invalid_configuration));
        BOOST_TEST(listening.error().detail.find("/no/such/file.pem") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
