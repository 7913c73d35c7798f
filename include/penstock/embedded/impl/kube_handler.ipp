#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_HANDLER_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_HANDLER_IPP
#include <penstock/embedded/kube_handler.hpp>

#include <penstock/crypto/digest.hpp>
#include <penstock/embedded/kube_api.hpp>
#include <penstock/embedded/kube_yaml.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

/// Listens to a history as long as it lives.
class listener
{
public:
    listener(kube_history& history, std::function<void()> tell) : history_(&history), id_(history.join(std::move(tell)))
    {}
    listener(listener const&) = delete;
    listener& operator=(listener const&) = delete;
    ~listener() { history_->leave(id_); }
private:
    kube_history* history_;
    std::uint64_t id_;
};

}  // namespace kube_detail

/// An answer that a fault may cut or stop after some bytes.
class kube_handler::stream
{
public:
    stream(http::exchange& x, std::optional<kube_fault> fault) : x_(&x)
    {
        if (fault && (fault->kind == kube_fault_kind::truncate || fault->kind == kube_fault_kind::hang)) {
            limited_ = true;
            left_ = fault->bytes;
            hangs_ = fault->kind == kube_fault_kind::hang;
        }
    }

    http::exchange& x() noexcept { return *x_; }
    bool limited() const noexcept { return limited_; }

    /// Fails where the stream is to be cut; waits for ever where it is to hang.
    awaitable<result<void>> write(std::string_view piece)
    {
        auto const whole = !limited_ || piece.size() < left_;
        auto const sent = co_await x_->write(whole ? piece : piece.substr(0, left_));
        if (!sent)
            co_return sent.error();
        left_ -= std::min(left_, piece.size());
        if (whole)
            co_return result<void>();
        if (hangs_) {
            asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
            error_code ec;
            co_await never.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        }
        co_return failure(errc::truncated);
    }
private:
    http::exchange* x_;
    bool limited_ = false;
    bool hangs_ = false;
    std::size_t left_ = 0;
};

PENSTOCK_DECL kube_handler::kube_handler(kube_store& store, kube_handler_options options)
    : store_(&store), options_(std::move(options))
{}

PENSTOCK_DECL kube_handler::~kube_handler() = default;

PENSTOCK_DECL void kube_handler::drop_watches()
{
    ++drops_;
    store_->history().wake();
}

PENSTOCK_DECL auto kube_handler::who_calls(http::request_head const& head) const -> caller
{
    if (options_.token.empty())
        return caller::known;
    constexpr std::string_view scheme = "Bearer ";
    auto const given = head.fields["Authorization"];
    auto const is = [given, scheme](secret const& token) {
        return given.starts_with(scheme) && !token.empty()
               && crypto::equal_constant_time(given.substr(scheme.size()), token.reveal());
    };
    if (is(options_.token))
        return caller::known;
    auto const path = head.path();
    bool const open = path == "/healthz" || path == "/livez" || path == "/readyz" || path == "/version";
    return is(options_.powerless_token) ? caller::nobody : open ? caller::known : caller::stranger;
}

/// What the real server puts on every answer.
PENSTOCK_DECL void kube_handler::stamp(http::response& response)
{
    char id[37];
    static_cast<void>(std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012llx", ++audited_));
    response.fields.add("Audit-Id", id);
    response.fields.add("Cache-Control", "no-cache, private");
    response.fields.add("X-Kubernetes-Pf-Flowschema-Uid", "00000000-0000-4000-9000-000000000001");
    response.fields.add("X-Kubernetes-Pf-Prioritylevel-Uid", "00000000-0000-4000-9000-000000000002");
}

PENSTOCK_DECL awaitable<void> kube_handler::answer(stream& out, http::response response)
{
    stamp(response);
    if (!out.limited()) {
        static_cast<void>(co_await out.x().respond(response));
        co_return;
    }
    auto const body = std::move(response.body);
    auto const started = co_await out.x().start(std::move(response));
    if (!started)
        co_return;
    auto const sent = co_await out.write(body);
    if (sent)
        static_cast<void>(co_await out.x().finish());
}

PENSTOCK_DECL awaitable<void> kube_handler::watch(stream& out, kube_watch cursor)
{
    using steady = asio::steady_timer;
    steady wake(co_await asio::this_coro::executor);
    kube_detail::listener const listens(store_->history(), [&wake] { wake.cancel(); });
    auto const drops = drops_;
    http::response head(200);
    head.fields.add("Content-Type", "application/json");
    stamp(head);
    auto const started = co_await out.x().start(std::move(head));
    if (!started)
        co_return;
    auto const end = steady::clock_type::now() + cursor.options().timeout;
    auto next_bookmark = steady::clock_type::now() + options_.bookmark_period;
    while (drops == drops_) {
        auto lines = cursor.take();
        auto const now = steady::clock_type::now();
        if (lines.empty() && now >= next_bookmark) {
            lines = cursor.bookmark();
            next_bookmark = now + options_.bookmark_period;
        }
        if (!lines.empty()) {
            auto const sent = co_await out.write(lines);
            if (!sent)
                co_return;
        }
        if (cursor.ended() || now >= end) {
            static_cast<void>(co_await out.x().finish());
            co_return;
        }
        if (!lines.empty())
            continue;  // something may have happened meanwhile
        wake.expires_at(std::min<steady::time_point>(end, next_bookmark));
        error_code ec;
        co_await wake.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
    }
}

/// /__faults: POST adds one rule or an array of them, GET lists, DELETE clears.
PENSTOCK_DECL awaitable<void> kube_handler::script(http::exchange& x, std::string body)
{
    auto const method = x.head().method;
    std::string wrong;
    if (method == "DELETE")
        faults_.clear();
    else if (method == "POST") {
        auto const parsed = parse_kube_json(body);
        boost::json::array rules;
        if (parsed && parsed->is_array())
            rules = parsed->get_array();
        else if (parsed)
            rules.push_back(*parsed);
        for (auto const& r : rules) {
            auto rule = r.is_object() ? kube_faults::parse(r.get_object()) : result<kube_fault>(errc::malformed);
            if (rule)
                faults_.add(*std::move(rule));
            else
                wrong = rule.error().message();
        }
        if (!parsed)
            wrong = parsed.error().message();
    }
    auto response = wrong.empty() ? http::response(200, "application/json", boost::json::serialize(faults_.to_json()))
                                  : kube_api::error_response(kube_errors::bad_request(wrong));
    static_cast<void>(co_await x.respond(response));
}

PENSTOCK_DECL awaitable<void> kube_handler::handle(http::exchange& x)
{
    auto const& head = x.head();
    requests_.push_back(head.method + ' ' + head.target);
    if (requests_.size() > options_.remembered)
        requests_.pop_front();
    auto const who = who_calls(head);
    if (who == caller::stranger) {
        auto refused = kube_api::error_response(kube_errors::unauthorized());
        static_cast<void>(co_await x.respond(refused));
        co_return;
    }
    std::string body;
    if (head.method != "GET" && head.method != "HEAD") {
        auto read = co_await x.read_all(options_.max_body);
        if (!read) {
            auto refused = kube_api::error_response(read.error().code == errc::too_large
                                                        ? kube_errors::too_large()
                                                        : kube_errors::bad_request(read.error().message()));
            static_cast<void>(co_await x.respond(refused));
            co_return;
        }
        body = *std::move(read);
    }
    if (options_.faults_over_http && head.path() == "/__faults") {
        co_await script(x, std::move(body));
        co_return;
    }
    kube_call const call(head.method, head.target, head.fields, std::move(body));
    auto const fault = faults_.take(head.method, head.target, call.flag("watch"));
    if (fault && fault->delay > duration()) {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(fault->delay));
        error_code ec;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
    if (fault && fault->kind == kube_fault_kind::status) {
        auto response = kube_api::error_response(kube_faults::error_of(*fault));
        static_cast<void>(co_await x.respond(response));
        co_return;
    }
    stream out(x, fault);
    kube_api api(*store_, options_.watch_list);
    auto served = who == caller::nobody ? api.refuse(call, "nobody") : api.serve(call);
    if (auto* response = std::get_if<http::response>(&served))
        co_await answer(out, std::move(*response));
    else
        co_await watch(out, std::move(std::get<kube_watch>(served)));
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_HANDLER_IPP
