#include <penstock/sync/forge_webhook.hpp>

#include <penstock/clock/gate.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/store/memory_store.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/testing/recording_sink.hpp>
#include <penstock/text/hex.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <utility>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

/// A delivery whose body comes when the test says so.
class slow_exchange final : public http::exchange
{
public:
    /// @param key What it is signed with.
    slow_exchange(executor ex, std::string body, std::string_view key) : arrived_(std::move(ex)), body_(std::move(body))
    {
        crypto::hmac mac{crypto::hmac_key(crypto::algorithm::sha256, key)};
        mac.update(body_);
        head_.method = "POST";
        head_.target = "/webhook/github";
        head_.content_length = body_.size();
        head_.fields.add("X-GitHub-Event", "push");
        head_.fields.add("X-GitHub-Delivery", "d-1");
        head_.fields.add("X-Hub-Signature-256", "sha256=" + to_hex(mac.finish().view()));
    }

    void arrive()
    {
        here_ = true;
        arrived_.notify();
    }

    http::request_head const& head() const noexcept override { return head_; }
    std::string_view peer() const noexcept override { return "192.0.2.1"; }
    awaitable<result<std::string_view>> read_some() override
    {
        while (!here_)
            if (auto const ec = co_await arrived_.wait())
                co_return failure(ec);
        auto const all = std::string_view(body_).substr(read_);
        read_ = body_.size();
        co_return all;
    }
    awaitable<result<std::string>> read_all(std::size_t) override { co_return body_; }
    awaitable<result<void>> respond(http::response const& answer) override
    {
        status = answer.status;
        said = answer.body;
        co_return result<void>();
    }
    awaitable<result<void>> start(http::response) override { co_return result<void>(); }
    awaitable<result<void>> write(std::string_view) override { co_return result<void>(); }
    awaitable<result<void>> finish() override { co_return result<void>(); }

    int status = 0;
    std::string said;
private:
    http::request_head head_;
    clock::gate arrived_;
    std::string body_;
    std::size_t read_ = 0;
    bool here_ = false;
};

/// A store that throws while it is told to.
struct throwing_store
{
    awaitable<result<std::optional<store::item>>> get(std::string_view key) { return inner.get(key); }
    awaitable<result<std::uint64_t>> put(std::string_view key, std::string_view value, store::precondition when,
                                         std::optional<wall_time> expires)
    {
        if (throws)
            throw std::runtime_error("a bug");
        return inner.put(key, value, when, expires);
    }
    awaitable<result<void>> erase(std::string_view key, store::precondition when) { return inner.erase(key, when); }
    awaitable<result<std::vector<store::entry>>> scan(std::string_view prefix, std::string_view after,
                                                      std::size_t limit)
    {
        return inner.scan(prefix, after, limit);
    }

    store::memory_store inner;
    bool throws = false;
};
static_assert(store::item_store<throwing_store>);

struct fixture : testing::loop
{
    using world = env::basic_environment<testing::manual_clock, testing::recording_sink>;
    static constexpr std::string_view old_key = "the-secret-of-last-year";
    static constexpr std::string_view new_key = "the-secret-of-this-year";

    fixture()
    {
        sync::source s;
        s.kind = "GitRepository";
        s.ns = "flux-system";
        s.name = "app";
        s.url = "https://forge.test/acme/app";
        s.ref.branch = "main";
        s.version = 1;
        book.watched(s, clock.now());
        in.routes().put(s);
    }

    void use(std::vector<std::pair<std::string_view, std::string>> const& all)
    {
        std::vector<secret> secrets;
        std::vector<std::string> names;
        for (auto const& [key, name] : all) {
            secrets.emplace_back(std::string(key));
            names.push_back(name);
        }
        BOOST_REQUIRE(webhook.use(secrets, names).has_value());
    }

    awaitable<int> handled(http::exchange& e)
    {
        co_await webhook.handle(e);
        co_return 0;
    }

    double matches(std::string_view name) const
    {
        return sink.value(metrics::names::webhook_secret_matches_total, {"github", name});
    }

    std::string const body = R"({"ref":"refs/heads/main","before":")" + std::string(40, 'a') + R"(","after":")"
                             + std::string(40, 'b')
                             + R"(","repository":{"full_name":"acme/app","clone_url":"https://forge.test/acme/app"}})";
    testing::recording_sink sink;
    world env{clock, sink, {}};
    throwing_store disk;
    sync::ledger book;
    sync::inbox<throwing_store> box{disk};
    sync::intake<world, throwing_store> in{env, book, box, [](std::string const&, sync::trigger) {}};
    sync::forge_webhook<hook::github_sha256, world, throwing_store> webhook{env, in, {.provider = "github"}};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sync_forge_webhook, fixture)

BOOST_AUTO_TEST_CASE(a_match_with_a_list_of_secrets_that_has_been_replaced_counts_for_nobody)
{
    use({{old_key, "last-year"}});
    slow_exchange slow(context.get_executor(), body, old_key);
    auto serving = start(handled(slow));
    BOOST_TEST(!serving.done());
    use({{new_key, "this-year"}, {old_key, "last-year"}});  // the old one has another place now
    slow.arrive();
    BOOST_TEST(serving.get() == 0);
    BOOST_TEST(slow.status == 202);
    BOOST_TEST(matches("this-year") == 0);
    BOOST_TEST(matches("last-year") == 0);

    slow_exchange next(context.get_executor(), body, old_key);
    next.arrive();
    BOOST_TEST(run(handled(next)) == 0);
    BOOST_TEST(matches("this-year") == 0);
    BOOST_TEST(matches("last-year") == 1);
}

BOOST_AUTO_TEST_CASE(a_delivery_that_an_exception_ended_may_be_sent_again)
{
    use({{new_key, "this-year"}});
    disk.throws = true;
    slow_exchange first(context.get_executor(), body, new_key);
    first.arrive();
    BOOST_CHECK_THROW(run(handled(first)), std::runtime_error);  // which the server answers with 500
    disk.throws = false;
    BOOST_TEST(box.size() == 0U);  // nor does it take a place among those that wait
    slow_exchange again(context.get_executor(), body, new_key);
    again.arrive();
    BOOST_TEST(run(handled(again)) == 0);
    BOOST_TEST(again.status == 202);  // not 200 "duplicate": nothing of it is kept yet
    BOOST_TEST(run(disk.inner.scan("inbox/", "", 10)).value().size() == 1U);
    slow_exchange third(context.get_executor(), body, new_key);
    third.arrive();
    BOOST_TEST(run(handled(third)) == 0);
    BOOST_TEST(third.status == 200);
}

BOOST_AUTO_TEST_CASE(a_document_that_goes_beyond_a_limit_is_not_called_too_large_a_body)
{
    use({{new_key, "this-year"}});
    auto const with = [this](std::string const& more) { return body.substr(0, body.size() - 1) + more + "}"; };
    auto const deep = with(R"(,"x":)" + std::string(100, '[') + std::string(100, ']'));
    auto const path = with(R"(,"commits":[{"id":"1","added":[")" + std::string(9000, 'p') + "\"]}]");
    for (auto const& [text, why] : {std::pair(deep, "nested too deep"), std::pair(path, "a value is too long")}) {
        slow_exchange e(context.get_executor(), text, new_key);
        e.arrive();
        BOOST_TEST(run(handled(e)) == 0);
        BOOST_TEST(e.status == 400);
        BOOST_TEST(e.said.find(why) != std::string::npos, e.said);
    }
    BOOST_TEST(sink.value(metrics::names::webhook_deliveries_total, {"github", "refused"}) == 2);
    BOOST_TEST(sink.value(metrics::names::webhook_deliveries_total, {"github", "too_large"}) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
