#ifndef PENSTOCK_TEST_CONTRACT_KUBE_PEER_HPP
#define PENSTOCK_TEST_CONTRACT_KUBE_PEER_HPP
#include <contract/kube/gadgets.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/kube_server.hpp>
#include <penstock/http/client.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace penstock::testing {

using namespace std::chrono_literals;

inline constexpr char const* merge_patch = "application/merge-patch+json";
inline constexpr char const* json_patch = "application/json-patch+json";
inline constexpr char const* strategic_patch = "application/strategic-merge-patch+json";
inline constexpr char const* apply_patch = "application/apply-patch+yaml";

/// What a peer answered, and what stands in it.
struct kube_answer
{
    int status = 0;
    http::fields fields;
    std::string body;

    /// The text at a JSON pointer; other values as JSON, `(none)` where there is nothing.
    std::string operator[](std::string_view pointer) const { return text_at(json(), pointer); }
    boost::json::value json() const
    {
        boost::json::error_code ec;
        auto v = boost::json::parse(body, ec);
        return ec ? boost::json::value() : v;
    }
    bool says(std::string_view text) const { return body.find(text) != std::string::npos; }

    static std::string text_at(boost::json::value const& v, std::string_view pointer)
    {
        boost::json::error_code ec;
        auto const* found = v.find_pointer(boost::json::string_view(pointer.data(), pointer.size()), ec);
        if (!found)
            return "(none)";
        return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(sorted(*found));
    }

    /// The same with all members in the order of their names: servers differ in it.
    static boost::json::value sorted(boost::json::value const& v)
    {
        if (auto const* a = v.if_array()) {
            boost::json::array out;
            for (auto const& e : *a)
                out.push_back(sorted(e));
            return out;
        }
        auto const* o = v.if_object();
        if (!o)
            return v;
        std::map<std::string, boost::json::value> members;
        for (auto const& [name, value] : *o)
            members.emplace(std::string(name), sorted(value));
        boost::json::object out;
        for (auto& [name, value] : members)
            out[name] = std::move(value);
        return out;
    }
};

/** The API server that a contract is tested on: the embedded one, or a real one at PENSTOCK_KUBE_URL (with
    PENSTOCK_KUBE_TOKEN, PENSTOCK_KUBE_NOBODY and PENSTOCK_KUBE_CA, the name of a file) as test/kube/serve.sh gives it.
    Every case has a namespace of its own. */
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
        o.tls.ca_file = variable("PENSTOCK_KUBE_CA");
        return o;
    }

    static embedded::kube_server_options as_the_real_one()
    {
        embedded::kube_server_options o;
        o.handler.faults_over_http = true;
        o.handler.token = secret("contract-administrator");
        o.handler.powerless_token = secret("contract-nobody");
        o.store.namespaces_must_exist = true;
        return o;
    }

    explicit kube_peer(embedded::kube_server_options o = as_the_real_one())
    {
        if (url.empty()) {
            token = o.handler.token.reveal();
            nobody = o.handler.powerless_token.reveal();
            server.emplace(context.get_executor(), std::move(o));
            BOOST_REQUIRE(server->start().has_value());
            url = server->url();
        }
        define(gadget_definition());
        await([this] { return call("GET", "/apis/contract.example.com/v1beta1/gadgets").status == 200; });
        static std::string const run = std::to_string(std::random_device()() % 100000);
        static int count = 0;
        ns = "case-" + run + '-' + std::to_string(++count);
        auto const made = call("POST", "/api/v1/namespaces",
                               R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":")" + ns + "\"}}");
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.body);
        gadgets = "/apis/contract.example.com/v1/namespaces/" + ns + "/gadgets";
    }

    ~kube_peer()
    {
        if (server)
            run_for_real(context, stopped());
    }

    awaitable<int> stopped()
    {
        co_await server->stop(clock::steady::now() + 1s);
        co_return 0;
    }

    /// Posts a definition, or takes it that it is there already.
    void define(boost::json::value const& definition)
    {
        auto const made =
            call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", boost::json::serialize(definition));
        BOOST_REQUIRE_MESSAGE(made.status == 201 || made.status == 409, made.body);
    }

    /// Asks again and again, for half a minute at most.
    template <class Question>
    void await(Question holds)
    {
        auto const end = clock::steady::now() + 30s;
        while (!holds()) {
            BOOST_REQUIRE(clock::steady::now() < end);
            run_for_real(context, clock::steady::sleep_until(clock::steady::now() + 20ms));
        }
    }

    http::request request(std::string method, std::string const& path, std::string body = "",
                          std::string type = "application/json", std::string accept = "application/json") const
    {
        http::request r(std::move(method), url + path);
        if (!token.empty())
            r.fields.add("Authorization", "Bearer " + token);
        r.fields.add("Accept", std::move(accept));
        r.fields.add("User-Agent", "contract/1");
        if (!body.empty() && !type.empty())
            r.fields.add("Content-Type", std::move(type));
        r.body = std::move(body);
        return r;
    }

    kube_answer send(http::request r)
    {
        auto answer = run_for_real(context, client.send(std::move(r), clock::steady::now() + 10s)).value();
        return {answer.status, std::move(answer.fields), std::move(answer.body)};
    }

    kube_answer call(std::string method, std::string const& path, std::string body = "",
                     std::string type = "application/json")
    {
        return send(request(std::move(method), path, std::move(body), std::move(type)));
    }

    kube_answer get_as(std::string const& path, std::string accept)
    {
        return send(request("GET", path, "", "", std::move(accept)));
    }

    kube_answer merge(std::string const& path, std::string body)
    {
        return call("PATCH", path, std::move(body), merge_patch);
    }

    kube_answer apply(std::string const& path, std::string const& manager, std::string body,
                      std::string const& more = "")
    {
        return call("PATCH", path + "?fieldManager=" + manager + more, std::move(body), apply_patch);
    }

    /// A Gadget. @param spec What is in `spec` besides the title, from a comma on. @param meta Of `metadata`, likewise.
    static std::string gadget(std::string const& name, std::string const& spec = "", std::string const& meta = "")
    {
        return R"({"apiVersion":"contract.example.com/v1","kind":"Gadget","metadata":{"name":")" + name + '"' + meta
               + R"(},"spec":{"title":"thing")" + spec + "}}";
    }

    kube_answer make(std::string const& name, std::string const& spec = "", std::string const& meta = "")
    {
        auto made = call("POST", gadgets, gadget(name, spec, meta));
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.body);
        return made;
    }

    /// The names in a list, with commas.
    std::string names(std::string const& path)
    {
        auto const r = call("GET", path);
        BOOST_REQUIRE_MESSAGE(r.status == 200, r.body);
        std::string all;
        auto const list = r.json();
        for (auto const& o : list.at("items").as_array())
            all += (all.empty() ? "" : ",") + kube_answer::text_at(o, "/metadata/name");
        return all;
    }

    /// The version of the list as it is now.
    std::string version() { return call("GET", gadgets)["/metadata/resourceVersion"]; }

    /// A path of this case's namespace in the core group.
    std::string core(std::string const& rest) const { return "/api/v1/namespaces/" + ns + '/' + rest; }

    asio::io_context context{1};
    std::string url = variable("PENSTOCK_KUBE_URL");
    std::string token = variable("PENSTOCK_KUBE_TOKEN");
    std::string nobody = variable("PENSTOCK_KUBE_NOBODY");
    std::optional<embedded::kube_server> server;
    http::client client{context.get_executor(), trust()};
    std::string ns;
    std::string gadgets;
};

/// An open watch, read event by event.
class kube_stream
{
public:
    kube_stream(kube_peer& peer, std::string const& path, std::string accept = "application/json") : peer_(&peer)
    {
        auto r = peer.request("GET", path, "", "", std::move(accept));
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
