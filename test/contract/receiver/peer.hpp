#ifndef PENSTOCK_TEST_CONTRACT_RECEIVER_PEER_HPP
#define PENSTOCK_TEST_CONTRACT_RECEIVER_PEER_HPP
#include <penstock/crypto/hmac.hpp>
#include <penstock/sync/receiver_flow.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/text/hex.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What the acceptance tests of the Receiver are written in: a request, a cluster of a few objects, and the flow.
namespace peer {

using namespace penstock;
using namespace std::chrono_literals;

inline constexpr auto path = "/hook/the-digest-that-flux-told";  // status.webhookPath; the token gives another one

/// A request as a server would hand it over; its body comes in slices.
class request final : public http::exchange
{
public:
    explicit request(std::string body = {}, http::fields fields = {}) : body_(std::move(body))
    {
        head_.method = "POST";
        head_.target = path;
        head_.fields = std::move(fields);
        head_.content_length = body_.size();
    }

    http::request_head& edit() { return head_; }
    bool was_read() const { return read_; }
    void break_off() { broken_ = true; }
    void pause(testing::manual_clock clock, duration wait)
    {
        clock_ = std::move(clock);
        wait_ = wait;
    }

    http::request_head const& head() const noexcept override { return head_; }
    std::string_view peer() const noexcept override { return "192.0.2.1"; }
    awaitable<result<std::string_view>> read_some() override { co_return std::string_view(); }
    awaitable<result<std::string>> read_all(std::size_t limit) override
    {
        read_ = true;
        if (clock_)
            if (auto const ec = co_await clock_->sleep_until(clock_->now() + wait_))
                co_return ec;
        if (broken_)
            co_return failure(errc::truncated);
        if (body_.size() > limit)
            co_return failure(errc::too_large);
        co_return body_;
    }
    awaitable<result<void>> respond(http::response const&) override { co_return result<void>(); }
    awaitable<result<void>> start(http::response) override { co_return result<void>(); }
    awaitable<result<void>> write(std::string_view) override { co_return result<void>(); }
    awaitable<result<void>> finish() override { co_return result<void>(); }
private:
    http::request_head head_;
    std::string body_;
    bool read_ = false;
    bool broken_ = false;
    std::optional<testing::manual_clock> clock_;
    duration wait_{};
};

/// `matchLabels` with one label.
inline std::vector<std::pair<std::string, std::string>> team(std::string color)
{
    std::vector<std::pair<std::string, std::string>> out;
    out.emplace_back("team", std::move(color));
    return out;
}

/// Objects by kind/namespace/name, and what was asked of them.
class cluster
{
public:
    void add(std::string const& kind, std::string const& ns, std::string const& name,
             std::map<std::string, std::string> const& labels = {},
             std::map<std::string, std::string> const& notes = {})
    {
        boost::json::object metadata{{"name", name}, {"namespace", ns}};
        for (auto const& [k, v] : labels)
            metadata["labels"].is_null() ? metadata["labels"] = boost::json::object{{k, v}}
                                         : metadata["labels"].as_object()[k] = v;
        for (auto const& [k, v] : notes)
            metadata["annotations"].is_null() ? metadata["annotations"] = boost::json::object{{k, v}}
                                              : metadata["annotations"].as_object()[k] = v;
        objects_[kind + '/' + ns + '/' + name] = {
            {"kind", kind}, {"metadata", std::move(metadata)}, {"spec", boost::json::object{{"hidden", true}}}};
    }

    awaitable<result<boost::json::value>> get_metadata(kube::resource what, std::string ns, std::string name)
    {
        auto const at = objects_.find(what.kind + '/' + ns + '/' + name);
        if (at == objects_.end())
            co_return failure(errc::not_found);
        co_return at->second;
    }

    awaitable<result<std::vector<boost::json::value>>> list_metadata(kube::resource what, std::string ns,
                                                                     std::string selector)
    {
        std::vector<boost::json::value> out;
        for (auto const& [key, object] : objects_)
            if (key.starts_with(what.kind + '/' + ns + '/') && matches(object, selector))
                out.push_back(object);
        co_return out;
    }

    awaitable<result<void>> request_sync(kube::resource what, std::string ns, std::string name,
                                         std::shared_ptr<hook::push_event const> push)
    {
        if (stuck) {
            if (auto const ec = co_await stuck->sleep_until(time_point::max()))
                co_return ec;
        }
        if (std::exchange(failures_left, failures_left > 0 ? failures_left - 1 : 0) > 0)
            co_return failure(errc::unavailable);
        asked.push_back(what.kind + '/' + ns + '/' + name);
        pushed.push_back(push ? push->after : "");
        co_return result<void>();
    }

    std::vector<std::string> asked;
    std::vector<std::string> pushed;  ///< With each of them: the commit that the sender named.
    int failures_left = 0;
    std::optional<testing::manual_clock> stuck;
private:
    static bool matches(boost::json::value const& object, std::string_view selector)
    {
        auto const* labels = object.as_object().at("metadata").as_object().if_contains("labels");
        while (!selector.empty()) {
            auto const term = selector.substr(0, selector.find(','));
            selector.remove_prefix(std::min(selector.size(), term.size() + 1));
            auto const equals = term.find('=');
            auto const* v = labels == nullptr ? nullptr : labels->as_object().if_contains(term.substr(0, equals));
            if (v == nullptr || std::string_view(v->as_string()) != term.substr(equals + 1))
                return false;
        }
        return true;
    }

    std::map<std::string, boost::json::value> objects_;
};
static_assert(sync::receiver_cluster<cluster>);

/// A loop, a cluster with one GitRepository `flux-system/app`, and a flow over an index.
struct stage : testing::loop
{
    using flow_type = sync::receiver_flow<env::basic_environment<testing::manual_clock>, cluster>;

    stage() { objects.add("GitRepository", "flux-system", "app", {{"team", "red"}}, {{"tag", "v1"}}); }

    static sync::receiver receiver(sync::receiver_type type)
    {
        sync::receiver r;
        r.ns = "flux-system";
        r.name = "hook";
        r.type = type;
        r.ready = true;
        r.webhook_path = path;
        r.resources = {{"", "GitRepository", "app", "", std::nullopt, ""}};
        return r;
    }

    void serve(sync::receiver r, std::optional<std::string> token = "token")
    {
        sync::receiver_credential c;
        if (token)
            c.token = secret(*token);
        index.put(std::move(r), std::move(c));
    }

    http::response send(request& r)
    {
        if (!flow)
            flow.emplace(env, index, objects, options);
        return run(flow->serve(r));
    }

    int status(request r) { return send(r).status; }

    std::size_t asked() const { return objects.asked.size(); }

    sync::receiver_index index;
    cluster objects;
    sync::receiver_flow_options options;
    std::optional<flow_type> flow;
};

inline std::string sign(crypto::algorithm a, std::string_view body, std::string_view key = "token")
{
    return to_hex(crypto::hmac_of(a, key, body));
}

inline std::string sha256(std::string_view body)
{
    return "sha256=" + sign(crypto::algorithm::sha256, body);
}

inline constexpr auto json_type = "application/json";

inline request github(std::string const& body, std::string const& event = "push", std::string const& id = "")
{
    request r(body, {{"Content-Type", json_type}, {"X-GitHub-Event", event}, {"X-Hub-Signature-256", sha256(body)}});
    if (!id.empty())
        r.edit().fields.add("X-GitHub-Delivery", id);
    return r;
}

inline std::string cdevent(std::string const& type = "dev.cdevents.change.merged.0.2.0")
{
    return R"({"context":{"version":"0.4.1","id":"1","source":"/ci","type":")" + type
           + R"(","timestamp":"2024-01-01T00:00:00Z"},"subject":{"id":"c1","type":"change","content":{}}})";
}

}  // namespace peer

#endif  // PENSTOCK_TEST_CONTRACT_RECEIVER_PEER_HPP
