#ifndef PENSTOCK_TEST_UNIT_KUBE_SCRIPTED_TRANSPORT_HPP
#define PENSTOCK_TEST_UNIT_KUBE_SCRIPTED_TRANSPORT_HPP
#include <penstock/http/transport.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/testing/manual_clock.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// An API server that says what the test wrote down.
namespace kube_test {

using namespace penstock;

/// One thing that a stream does.
struct piece
{
    enum class kind
    {
        bytes,
        broken,  // the read fails
        hang,    // nothing comes, ever
    };
    piece(std::string text, duration wait = duration::zero()) : bytes(std::move(text)), after(wait) {}
    piece(char const* text) : bytes(text) {}
    piece(failure f, duration wait = duration::zero()) : what(kind::broken), error(std::move(f)), after(wait) {}
    static piece end_after(duration wait) { return {std::string(), wait}; }
    static piece silence()
    {
        piece p{std::string()};
        p.what = kind::hang;
        return p;
    }

    kind what = kind::bytes;
    std::string bytes;
    failure error;
    duration after{};
};

/// One answer: a response, a stream behind its header, or no answer.
struct answer
{
    answer(int status, std::string body) : head(status, "application/json", std::move(body)) {}
    answer(failure f) : error(std::move(f)) {}
    answer(std::vector<piece> pieces) : head(200), stream(pieces.begin(), pieces.end()) {}
    answer&& with(std::string name, std::string value) &&
    {
        head.fields.add(std::move(name), std::move(value));
        return std::move(*this);
    }

    http::response head;
    failure error;
    std::deque<piece> stream;
};

/// Waits for the deadline, as a peer that says nothing makes a transport do.
inline awaitable<failure> nothing_comes(testing::manual_clock clock, time_point deadline)
{
    if (auto const ec = co_await clock.sleep_until(deadline))
        co_return failure(ec);
    co_return failure(errc::deadline_exceeded);
}

class scripted_stream final : public http::incoming
{
public:
    scripted_stream(testing::manual_clock clock, answer a) : clock_(std::move(clock)), answer_(std::move(a))
    {
        if (!answer_.head.body.empty())
            answer_.stream.emplace_front(std::exchange(answer_.head.body, std::string()));
    }

    http::response const& head() const noexcept override { return answer_.head; }

    awaitable<result<std::string>> read(time_point deadline) override
    {
        if (answer_.stream.empty())
            co_return std::string();
        auto next = std::move(answer_.stream.front());
        answer_.stream.pop_front();
        auto const due = clock_.now() + next.after;
        if (next.what == piece::kind::hang || due > deadline) {
            auto late = co_await nothing_comes(clock_, deadline);
            co_return late;
        }
        if (auto const ec = co_await clock_.sleep_until(due))
            co_return failure(ec);
        if (next.what == piece::kind::broken)
            co_return next.error;
        co_return std::move(next.bytes);
    }
private:
    testing::manual_clock clock_;
    answer answer_;
};

/// Gives the answers in turn, those to watches from a queue of their own; then none comes any more. Lists may be read
/// whole or as they come.
class scripted_transport
{
public:
    explicit scripted_transport(testing::manual_clock clock) : clock_(std::move(clock)) {}

    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        requests.push_back(r);
        times.push_back(clock_.now());
        if (answers.empty()) {
            auto late = co_await nothing_comes(clock_, deadline);
            co_return late;
        }
        auto next = std::move(answers.front());
        answers.pop_front();
        if (next.error.code)
            co_return next.error;
        co_return std::move(next.head);
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        requests.push_back(r);
        times.push_back(clock_.now());
        auto& queue = r.url.find("watch=true") == std::string::npos ? answers : watches;
        if (queue.empty()) {
            auto late = co_await nothing_comes(clock_, deadline);
            co_return late;
        }
        auto next = std::move(queue.front());
        queue.pop_front();
        if (next.error.code)
            co_return next.error;
        std::unique_ptr<http::incoming> stream = std::make_unique<scripted_stream>(clock_, std::move(next));
        co_return std::move(stream);
    }

    std::deque<answer> answers;
    std::deque<answer> watches;
    std::vector<http::request> requests;
    std::vector<time_point> times;  // of the requests
private:
    testing::manual_clock clock_;
};
static_assert(http::transport<scripted_transport>);

/// A GitRepository as a server sends it.
inline std::string repository(std::string const& name, std::string const& version, std::string const& uid = "u")
{
    return R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","metadata":{"name":")" + name
           + R"(","namespace":"flux-system","uid":")" + uid + R"(","resourceVersion":")" + version
           + R"(","managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}]},"spec":{"url":"https://example.com"}})";
}

inline std::string list_of(std::vector<std::string> const& items, std::string const& version,
                           std::string const& next = {})
{
    std::string text =
        R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepositoryList","metadata":{"resourceVersion":")"
        + version + R"(","continue":")" + next + R"("},"items":[)";
    for (auto const& item : items)
        text += (&item == items.data() ? "" : ",") + item;
    return text + "]}";
}

inline std::string event(std::string const& type, std::string const& object)
{
    return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

inline std::string bookmark(std::string const& version)
{
    return event("BOOKMARK",
                 R"({"kind":"GitRepository","apiVersion":"source.toolkit.fluxcd.io/v1","metadata":{"resourceVersion":")"
                     + version + R"("}})");
}

inline std::string status(int code, std::string const& reason, std::string const& message)
{
    return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":")" + message
           + R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}";
}

}  // namespace kube_test

#endif  // PENSTOCK_TEST_UNIT_KUBE_SCRIPTED_TRANSPORT_HPP
