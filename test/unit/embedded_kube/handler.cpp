#include <penstock/embedded/kube_handler.hpp>

#include <unit/embedded_kube/fixture.hpp>

#include <penstock/testing/loop.hpp>

#include <boost/json/serialize.hpp>

using namespace penstock;
using namespace penstock::embedded;
using namespace std::chrono_literals;

namespace {

/// An exchange that keeps what it is told.
class recorded_exchange final : public http::exchange
{
public:
    recorded_exchange(std::string method, std::string target, std::string content = "", http::fields sent = {})
        : body_(std::move(content))
    {
        head_.method = std::move(method);
        head_.target = std::move(target);
        head_.fields = std::move(sent);
    }

    http::request_head const& head() const noexcept override { return head_; }
    std::string_view peer() const noexcept override { return "127.0.0.1"; }
    awaitable<result<std::string_view>> read_some() override { co_return std::string_view(); }
    awaitable<result<std::string>> read_all(std::size_t limit) override
    {
        if (body_.size() > limit)
            co_return errc::too_large;
        co_return body_;
    }
    awaitable<result<void>> respond(http::response const& answer) override
    {
        status = answer.status;
        fields = answer.fields;
        body = answer.body;
        finished = true;
        co_return result<void>();
    }
    awaitable<result<void>> start(http::response answer) override
    {
        status = answer.status;
        co_return result<void>();
    }
    awaitable<result<void>> write(std::string_view piece) override
    {
        body += piece;
        co_return result<void>();
    }
    awaitable<result<void>> finish() override
    {
        finished = true;
        co_return result<void>();
    }

    int status = 0;
    http::fields fields;
    std::string body;
    bool finished = false;
private:
    http::request_head head_;
    std::string body_;
};

awaitable<int> handled(kube_handler& handler, http::exchange& x)
{
    co_await handler.handle(x);
    co_return 0;
}

struct handled_store : stocked_store, testing::loop
{
    kube_handler_options handling()
    {
        kube_handler_options o;
        o.faults_over_http = true;
        o.max_body = 1000;
        return o;
    }

    recorded_exchange exchange(std::string method, std::string target, std::string body = "")
    {
        recorded_exchange x(std::move(method), std::move(target), std::move(body));
        run(handled(handler, x));
        return x;
    }

    kube_handler handler{store, handling()};
    std::string const repositories = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(embedded_kube_handler, handled_store)

BOOST_AUTO_TEST_CASE(streams_changes_as_they_happen)
{
    recorded_exchange x("GET", repositories + "?watch=true");
    auto serving = start(handled(handler, x));
    BOOST_TEST(handler.watches() == 1U);
    BOOST_TEST(x.body.empty());
    add("a");
    settle();
    BOOST_TEST(x.body.find(R"("type":"ADDED")") != std::string::npos);
    BOOST_TEST(!serving.done());
    serving.cancel();
    BOOST_TEST(serving.done());
    BOOST_TEST(!x.finished);
    BOOST_TEST(handler.watches() == 0U);
}

BOOST_AUTO_TEST_CASE(ends_a_watch_after_its_error)
{
    add("a");
    add("b");
    store.history().forget();
    auto const x = exchange("GET", repositories + "?watch=true&resourceVersion=1");
    BOOST_TEST(x.status == 200);
    BOOST_TEST(x.finished);
    BOOST_TEST(x.body.find("\"code\":410") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(drops_watches_when_told_to)
{
    recorded_exchange x("GET", repositories + "?watch=true");
    auto serving = start(handled(handler, x));
    handler.drop_watches();
    BOOST_TEST(serving.done());
    BOOST_TEST(!x.finished);
}

BOOST_AUTO_TEST_CASE(fails_as_its_script_says)
{
    handler.faults().add({.method = "GET", .path = "gitrepositories", .count = 2, .status = 429, .retry_after = 3});
    for (int i = 0; i < 2; ++i) {
        auto const x = exchange("GET", repositories);
        BOOST_TEST(x.status == 429);
        BOOST_TEST(x.fields["Retry-After"] == "3");
    }
    BOOST_TEST(exchange("GET", repositories).status == 200);
    BOOST_TEST(exchange("POST", "/__faults", R"([{"status":410},{"kind":"truncate","bytes":10}])").status == 200);
    BOOST_TEST(handler.faults().size() == 2U);
    BOOST_TEST(exchange("GET", repositories).status == 410);
    auto const cut = exchange("GET", repositories);
    BOOST_TEST(cut.status == 200);
    BOOST_TEST(cut.body.size() == 10U);
    BOOST_TEST(!cut.finished);
    BOOST_TEST(exchange("POST", "/__faults", R"({"kind":"other"})").status == 400);
    BOOST_TEST(exchange("POST", "/__faults", R"({"status":500,"count":-1})").status == 200);
    BOOST_TEST(exchange("DELETE", "/__faults").body == "[]");
}

BOOST_AUTO_TEST_CASE(cuts_or_stops_a_watch_after_some_bytes)
{
    add("a");
    handler.faults().add({.method = "WATCH", .kind = kube_fault_kind::truncate, .bytes = 25});
    auto const cut = exchange("GET", repositories + "?watch=true");
    BOOST_TEST(cut.body.size() == 25U);
    BOOST_TEST(!cut.finished);
    handler.faults().add({.method = "WATCH", .kind = kube_fault_kind::hang, .bytes = 25});
    recorded_exchange x("GET", repositories + "?watch=true");
    auto serving = start(handled(handler, x));
    add("b");
    settle();
    BOOST_TEST(x.body.size() == 25U);
    BOOST_TEST(!serving.done());
    serving.cancel();
    BOOST_TEST(serving.done());
}

BOOST_AUTO_TEST_CASE(asks_for_the_token_that_it_was_given)
{
    auto options = handling();
    options.token = secret("let-me-in");
    kube_handler guarded(store, options);
    recorded_exchange without("GET", repositories);
    run(handled(guarded, without));
    BOOST_TEST(without.status == 401);
    BOOST_TEST(json_text(json(without.body), {"reason"}) == "Unauthorized");
    recorded_exchange with("GET", repositories, "", {{"Authorization", "Bearer let-me-in"}});
    run(handled(guarded, with));
    BOOST_TEST(with.status == 200);
    recorded_exchange wrong("GET", repositories, "", {{"Authorization", "Bearer let-me-im"}});
    run(handled(guarded, wrong));
    BOOST_TEST(wrong.status == 401);
    recorded_exchange probe("GET", "/readyz");
    run(handled(guarded, probe));
    BOOST_TEST(probe.status == 200);
}

BOOST_AUTO_TEST_CASE(refuses_a_body_that_is_too_large)
{
    BOOST_TEST(exchange("POST", repositories, std::string(2000, ' ')).status == 413);
    BOOST_TEST(handler.requests().back() == "POST " + repositories);
}

BOOST_AUTO_TEST_SUITE_END()
