// What a large delivery does to the small ones beside it.
#include <penstock/sync/forge_webhook.hpp>

#include "../../../benchmarks/push_server.hpp"

#include <penstock/clock/unwinding.hpp>
#include <penstock/http/server.hpp>
#include <penstock/store/memory_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

using namespace penstock;

namespace {

/// Another exchange, which notes the end of its body.
class watched : public http::exchange
{
public:
    watched(http::exchange& e, bool& ended) : e_(e), ended_(ended) {}
    http::request_head const& head() const noexcept override { return e_.head(); }
    std::string_view peer() const noexcept override { return e_.peer(); }
    awaitable<result<std::string_view>> read_some() override
    {
        auto slice = co_await e_.read_some();
        ended_ = ended_ || (slice && slice->empty());
        co_return slice;
    }
    awaitable<result<std::string>> read_all(std::size_t limit) override { return e_.read_all(limit); }
    awaitable<result<void>> respond(http::response answer) override { return e_.respond(std::move(answer)); }
    awaitable<result<void>> start(http::response answer) override { return e_.start(std::move(answer)); }
    awaitable<result<void>> write(std::string_view piece) override { return e_.write(piece); }
    awaitable<result<void>> finish() override { return e_.finish(); }
private:
    http::exchange& e_;
    bool& ended_;
};

/// A receiver and its clients in one thread: the loop turns only when the test says so.
class receiving
{
public:
    receiving()
    {
        server_.listen().value();
        asio::co_spawn(context_, unwinding(server_.run()), asio::detached);
    }
    receiving(receiving const&) = delete;
    ~receiving() { context_.stop(); }

    int connect()
    {
        ::sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(server_.port());
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int const s = ::socket(AF_INET, SOCK_STREAM, 0);
        BOOST_REQUIRE(::connect(s, reinterpret_cast<::sockaddr*>(&where), sizeof where) == 0);
        return s;
    }

    /// Sends all of it, and lets the loop turn until the body has been taken in, but no longer.
    void send(int to, std::string_view words)
    {
        ended_ = false;
        for (int turns = 0; turns < 1'000'000 && !ended_; ++turns) {
            auto const n = ::send(to, words.data(), words.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            words.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
            context_.poll_one();
        }
        BOOST_REQUIRE(ended_);
    }

    /// What has come back so far.
    static std::string answer(int from)
    {
        std::array<char, 4096> some{};
        auto const n = ::recv(from, some.data(), some.size(), MSG_DONTWAIT);
        return {some.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
    }

    /// Lets the loop turn until there is an answer.
    std::string await_answer(int from)
    {
        std::string text;
        for (int turns = 0; turns < 100'000 && text.empty(); ++turns) {
            context_.poll_one();
            text = answer(from);
        }
        return text;
    }
private:
    static http::server_options local()
    {
        http::server_options o;
        o.address = "127.0.0.1";
        return o;
    }

    awaitable<void> handle(http::exchange& e)
    {
        watched here(e, ended_);
        co_await webhook_.handle(here);
    }

    bool ended_ = false;
    asio::io_context context_{1};
    store::memory_store store_;
    bench::receiver<metrics::none, store::memory_store> webhook_{store_};
    http::server server_{context_.get_executor(), local(), [this](http::exchange& e) { return handle(e); }};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_large)

BOOST_AUTO_TEST_CASE(a_small_delivery_is_answered_while_a_large_one_is_read)
{
    receiving here;
    int const far = here.connect();
    int const near = here.connect();
    here.send(far, bench::push_request(bench::push_body(bench::push_commit(1), 8'000'000)));
    auto small = bench::push_request(bench::push_body(bench::push_commit(2), 8192));
    small.replace(small.find(bench::push_id_mark) + bench::push_id_mark.size(), 1, "1");
    here.send(near, small);
    BOOST_TEST(here.await_answer(near).starts_with("HTTP/1.1 202 "));
    BOOST_TEST(receiving::answer(far) == "");  // a turn for each 64 KiB: it is not half read yet
    BOOST_TEST(here.await_answer(far).starts_with("HTTP/1.1 202 "));
    ::close(far);
    ::close(near);
}

BOOST_AUTO_TEST_CASE(a_large_one_that_is_no_json_is_refused)
{
    receiving here;
    int const s = here.connect();
    auto body = bench::push_body(bench::push_commit(1), 1'000'000);
    body.back() = ']';
    here.send(s, bench::push_request(body));
    BOOST_TEST(here.await_answer(s).starts_with("HTTP/1.1 400 "));
    ::close(s);
}

BOOST_AUTO_TEST_SUITE_END()
