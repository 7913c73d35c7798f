#ifndef PENSTOCK_TEST_CONTRACT_KUBE_PEER_HPP
#define PENSTOCK_TEST_CONTRACT_KUBE_PEER_HPP
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_flux_types.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/embedded/kube_yaml.hpp>
#include <penstock/http/client.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace penstock::testing {

using namespace std::chrono_literals;

/** The API server that a contract is tested on: the embedded one, or a real one at PENSTOCK_KUBE_URL (with
    PENSTOCK_KUBE_TOKEN and PENSTOCK_KUBE_CA, the name of a file). */
struct kube_peer
{
    static std::string variable(char const* name)
    {
        auto const* v = std::getenv(name);
        return v ? v : "";
    }

    static http::client_options trust()
    {
        http::client_options o;
        if (auto const ca = variable("PENSTOCK_KUBE_CA"); !ca.empty()) {
            std::ifstream file(ca);
            std::stringstream text;
            text << file.rdbuf();
            o.tls.ca_pem = text.str();
        }
        return o;
    }

    kube_peer()
    {
        if (url.empty()) {
            embedded::kube_server_options o;
            o.handler.faults_over_http = true;
            o.handler.bookmark_period = 50ms;
            server.emplace(context.get_executor(), std::move(o));
            BOOST_REQUIRE(server->start().has_value());
            url = server->url();
        }
        auto definition = embedded::parse_yaml(embedded::kube_flux_types::git_repository).value().front();
        auto const made =
            call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", boost::json::serialize(definition));
        BOOST_REQUIRE(made.status == 201 || made.status == 409);
        for (int i = 0; i < 600 && call("GET", repositories).status != 200; ++i)
            run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 50ms));
        call("DELETE", repositories);
    }

    ~kube_peer()
    {
        if (!server)
            return;
        run_for_real(context, stopped());
    }

    awaitable<int> stopped()
    {
        co_await server->stop(clock::steady::now() + 1s);
        co_return 0;
    }

    http::request request(std::string method, std::string const& path, std::string body = "",
                          std::string type = "application/json") const
    {
        http::request r(std::move(method), url + path);
        if (!token.empty())
            r.fields.add("Authorization", "Bearer " + token);
        r.fields.add("Accept", "application/json");
        if (!body.empty())
            r.fields.add("Content-Type", std::move(type));
        r.body = std::move(body);
        return r;
    }

    http::response call(std::string method, std::string const& path, std::string body = "",
                        std::string type = "application/json")
    {
        auto r = request(std::move(method), path, std::move(body), std::move(type));
        return run_for_real(context, client.send(std::move(r), clock::steady::now() + 10s)).value();
    }

    static boost::json::value json(std::string const& text) { return boost::json::parse(text); }

    static std::string repository(std::string const& name, std::string const& interval = "1m")
    {
        return R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":{"name":")" + name
               + R"("},"spec":{"url":"https://example.com/a.git","interval":")" + interval + "\"}}";
    }

    /// The version of the list as it is now.
    std::string version()
    {
        return std::string(json(call("GET", repositories).body).at("metadata").at("resourceVersion").as_string());
    }

    asio::io_context context{1};
    std::string url = variable("PENSTOCK_KUBE_URL");
    std::string token = variable("PENSTOCK_KUBE_TOKEN");
    std::optional<embedded::kube_server> server;
    http::client client{context.get_executor(), trust()};
    std::string const repositories = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories";
};

/// An open watch, read event by event.
class kube_stream
{
public:
    kube_stream(kube_peer& peer, std::string const& path) : peer_(&peer)
    {
        auto r = peer.request("GET", path);
        in_ = run_for_real(peer.context, peer.client.open(std::move(r), clock::steady::now() + 10s)).value();
    }

    http::response const& head() const { return in_->head(); }

    /// The next event, or nothing at the end of the stream; `failed` says whether it was cut.
    std::optional<boost::json::object> next()
    {
        while (true) {
            if (auto const end = text_.find('\n'); end != std::string::npos) {
                auto const line = text_.substr(0, end);
                text_.erase(0, end + 1);
                return boost::json::parse(line).as_object();
            }
            auto const more = run_for_real(peer_->context, in_->read(clock::steady::now() + 10s));
            if (!more)
                failed = more.error().code;
            if (!more || more->empty())
                return std::nullopt;
            text_ += *more;
        }
    }

    /// `ADDED name`.
    std::string next_line()
    {
        auto const e = next();
        return e ? std::string(e->at("type").as_string()) + ' '
                       + std::string(embedded::name_of(e->at("object").as_object()))
                 : "end";
    }

    error_code failed;
private:
    kube_peer* peer_;
    std::unique_ptr<http::incoming> in_;
    std::string text_;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONTRACT_KUBE_PEER_HPP
