#ifndef PENSTOCK_TESTING_SCRIPTED_TRANSPORT_HPP
#define PENSTOCK_TESTING_SCRIPTED_TRANSPORT_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/testing/manual_clock.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::testing {

/** A body that the test sends piece by piece. Copies are the same body. One thread. */
class scripted_stream
{
public:
    explicit scripted_stream(executor ex) : state_(std::make_shared<shared>(std::move(ex))) {}

    void push(std::string piece)
    {
        state_->pieces.push_back(std::move(piece));
        state_->changed.notify();
    }
    void end()
    {
        state_->ended = true;
        state_->changed.notify();
    }
    /// What the reader gets when it has read what was pushed before.
    void fail(failure f)
    {
        state_->broken = std::make_unique<failure>(std::move(f));
        state_->changed.notify();
    }
    /// Whether the reader has gone away.
    bool dropped() const noexcept { return state_->dropped; }
    /// Pieces that nobody has read yet.
    std::size_t unread() const noexcept { return state_->pieces.size(); }
private:
    friend class scripted_transport;
    struct shared
    {
        explicit shared(executor ex) : changed(std::move(ex)) {}
        clock::gate changed;
        std::list<std::string> pieces;
        std::unique_ptr<failure> broken;
        bool ended = false;
        bool dropped = false;
    };
    class reader final : public http::incoming
    {
    public:
        reader(std::shared_ptr<shared> s, http::response h, manual_clock c)
            : state_(std::move(s)), head_(std::move(h)), clock_(std::move(c))
        {}
        ~reader() override { state_->dropped = true; }
        http::response const& head() const noexcept override { return head_; }
        awaitable<result<std::string>> read(time_point deadline) override
        {
            auto work = next(state_);
            co_return co_await with_deadline(clock_, deadline, std::move(work));
        }
    private:
        static awaitable<result<std::string>> next(std::shared_ptr<shared> s)
        {
            while (s->pieces.empty()) {
                if (s->broken)
                    co_return *s->broken;
                if (s->ended)
                    co_return std::string();
                if (auto const ec = co_await s->changed.wait())
                    co_return failure(ec);
            }
            auto piece = std::move(s->pieces.front());
            s->pieces.pop_front();
            co_return piece;
        }
        std::shared_ptr<shared> state_;
        http::response head_;
        manual_clock clock_;
    };
    std::shared_ptr<shared> state_;
};

/** A transport that answers from a script, and remembers what it was asked. Rules are tried newest first, so a
    test can put a special case over a general one; a request without a rule fails with `errc::connection_failed`.
    Copies are the same script. One thread. */
class scripted_transport
{
public:
    using predicate = std::function<bool(http::request const&)>;
    using answer = std::function<result<http::response>(http::request const&)>;

    explicit scripted_transport(manual_clock c = {}) : state_(std::make_shared<shared>())
    {
        state_->clock = std::move(c);
    }

    /// A rule in full. `uses` is how often it holds; negative: always.
    scripted_transport& on(predicate when, answer then, int uses = -1)
    {
        state_->rules.push_front({std::move(when), std::move(then), nullptr, {}, uses});
        return *this;
    }
    /// For one method and a URL that is `url`, or begins with it if it ends in '*'.
    scripted_transport& on(std::string method, std::string url, result<http::response> then, int uses = -1)
    {
        return on(matches(std::move(method), std::move(url)), [then](http::request const&) { return then; }, uses);
    }
    /// Such a request gets this head (`open` only) and then what the test pushes into the stream.
    scripted_transport& stream(std::string method, std::string url, http::response head, scripted_stream const& body,
                               int uses = -1)
    {
        state_->rules.push_front({matches(std::move(method), std::move(url)), {}, body.state_, std::move(head), uses});
        return *this;
    }
    /// Such a request waits until its deadline or until it is cancelled.
    scripted_transport& hang(std::string method, std::string url, int uses = -1)
    {
        state_->rules.push_front({matches(std::move(method), std::move(url)), {}, nullptr, {}, uses});
        return *this;
    }

    std::vector<http::request> const& requests() const noexcept { return state_->requests; }
    std::size_t count(std::string_view method, std::string_view url) const
    {
        auto const wanted = matches(std::string(method), std::string(url));
        return static_cast<std::size_t>(std::count_if(state_->requests.begin(), state_->requests.end(), wanted));
    }

    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        auto const state = state_;
        auto* const found = state->find(r);
        state->requests.push_back(r);
        if (found == nullptr)
            co_return failure(errc::connection_failed, "nothing is scripted for " + r.method + ' ' + r.url);
        auto const rule = state->use(found);
        if (rule.then)
            co_return rule.then(r);
        if (rule.body) {
            scripted_stream::reader reader(rule.body, rule.head, state->clock);
            auto whole = rule.head;
            for (;;) {
                auto piece = co_await reader.read(deadline);
                if (!piece)
                    co_return piece.error();
                if (piece->empty())
                    co_return whole;
                whole.body += *piece;
            }
        }
        auto const ec = co_await state->clock.sleep_until(deadline);
        co_return ec ? failure(ec) : failure(errc::deadline_exceeded, "a peer that does not answer");
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request r, time_point deadline)
    {
        auto const state = state_;
        if (auto* const found = state->find(r); found != nullptr && found->body) {
            state->requests.push_back(r);
            auto const rule = state->use(found);
            std::unique_ptr<http::incoming> stream =
                std::make_unique<scripted_stream::reader>(rule.body, rule.head, state->clock);
            co_return stream;
        }
        auto got = co_await send(std::move(r), deadline);
        if (!got)
            co_return got.error();
        scripted_stream body(co_await asio::this_coro::executor);
        if (!got->body.empty())
            body.push(std::exchange(got->body, {}));
        body.end();
        std::unique_ptr<http::incoming> stream =
            std::make_unique<scripted_stream::reader>(body.state_, *std::move(got), state->clock);
        co_return stream;
    }
private:
    struct entry
    {
        predicate when;
        answer then;  // empty: a stream, or a peer that hangs
        std::shared_ptr<scripted_stream::shared> body;
        http::response head;
        int uses;
    };
    struct shared
    {
        entry* find(http::request const& r)
        {
            for (auto& candidate : rules)
                if (candidate.uses != 0 && candidate.when(r))
                    return &candidate;
            return nullptr;
        }
        static entry use(entry* r)
        {
            if (r->uses > 0)
                --r->uses;
            return *r;
        }
        std::list<entry> rules;
        std::vector<http::request> requests;
        manual_clock clock;
    };

    static predicate matches(std::string method, std::string url)
    {
        return [method = std::move(method), url = std::move(url)](http::request const& r) {
            bool const prefix = url.ends_with('*');
            return r.method == method
                   && (prefix ? std::string_view(r.url).starts_with(std::string_view(url).substr(0, url.size() - 1))
                              : r.url == url);
        };
    }

    std::shared_ptr<shared> state_;
};
static_assert(http::transport<scripted_transport>);

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_SCRIPTED_TRANSPORT_HPP
