#ifndef PENSTOCK_HTTP_IMPL_CONNECTION_IPP
#define PENSTOCK_HTTP_IMPL_CONNECTION_IPP
#include <penstock/http/impl/answer.ipp>
#include <penstock/http/impl/message_reader.ipp>
#include <penstock/http/impl/server_core.ipp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <limits>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http::detail {

/// What a connection waits for; the sweep and the shedding go by it.
enum class phase
{
    idle,      // between two requests
    header,    // a header has begun, or is due after connecting
    body,      // the handler waits for a piece of the body
    working,   // the handler does something else
    writing,   // the client takes an answer in
    lingering  // the answer is out; the rest of a refused body is thrown away
};

/// One client on a server: reads requests, hands itself to the handler as the exchange, writes answers.
class connection final : public exchange
{
public:
    connection(std::shared_ptr<server_core> core, stream_socket socket, std::string peer);

    /// Serves until the connection ends. Never throws.
    awaitable<void> run();

    // What the server needs to know and to do about it, from outside of the coroutine.
    phase at() const noexcept { return phase_; }
    time_point since() const noexcept { return since_; }
    bool streaming() const noexcept { return started_ && !finished_; }
    bool peer_gone() noexcept { return wire_.peer_gone(); }
    /// Bytes a second of the body so far; the most there can be where no body is awaited or it is too early to say.
    double rate(time_point now) const noexcept;
    /// Gives its body up and frees its place among the exchanges; the client gets a 503.
    void shed() noexcept;
    time_point due() const noexcept { return due_; }
    /// Ends the wait for the client that is going on.
    void time_out() noexcept;
    /// Ends it at once, and cancels the handler.
    void stop();
    asio::cancellation_signal& signal() noexcept { return signal_; }

    request_head const& head() const noexcept override { return head_; }
    std::string_view peer() const noexcept override { return client_.empty() ? peer_ : client_; }
    awaitable<result<std::string_view>> read_some() override;
    awaitable<result<std::string>> read_all(std::size_t limit) override;
    awaitable<result<void>> respond(response const& answer) override;
    awaitable<result<void>> start(response answer) override;
    awaitable<result<void>> write(std::string_view piece) override;
    awaitable<result<void>> finish() override;
private:
    void enter(phase p, duration limit) noexcept;
    awaitable<error_code> read_proxy_header();
    awaitable<error_code> handshake();
    void leave_exchange() noexcept;
    awaitable<error_code> read_request();
    /// The status with which the server itself refuses the request; 0 to hand it to the handler.
    int refusal(error_code ec) const;
    awaitable<void> serve();
    /// Whether the body was given up because it came too slowly, and the wire with it: the handler's answer could not
    /// go out any more.
    bool given_up() const noexcept { return timed_out_ && failed_status_ != 0 && !stopped_; }
    awaitable<result<void>> answer_in_place_of_handler();
    awaitable<void> answer_by_itself(int status, std::string_view why = {});
    awaitable<error_code> send(std::string_view first, std::string_view second);
    awaitable<void> linger();
    void reset() noexcept;
    failure read_failure(error_code ec);

    std::shared_ptr<server_core> core_;
    std::shared_ptr<asio::ssl::context> tls_;  // outlives the wire
    wire wire_;
    message_reader<true> reader_;
    std::string peer_;
    std::string client_;  // whom a trusted proxy names
    request_head head_;
    std::string out_;  // header of the answer, reused
    asio::cancellation_signal signal_;
    phase phase_ = phase::header;
    time_point since_;
    time_point due_ = time_point::max();
    std::uint64_t body_bytes_ = 0;
    int failed_status_ = 0;  // how a body failed, for the answer that the handler may leave to us
    int version_ = 11;
    bool keep_alive_ = false;
    bool expects_continue_ = false;
    bool answered_ = false;  // respond or start was called
    bool started_ = false;
    bool finished_ = false;
    bool timed_out_ = false;
    bool stopped_ = false;
    bool shed_ = false;
    bool counted_ = false;  // among the exchanges
};

inline connection::connection(std::shared_ptr<server_core> core, stream_socket socket, std::string peer)
    : core_(std::move(core)), wire_(std::move(socket)), reader_(wire_), peer_(std::move(peer)),
      since_(server_core::now())
{
    enter(phase::header, core_->options.header_timeout);
}

inline void connection::enter(phase p, duration limit) noexcept
{
    phase_ = p;
    since_ = server_core::now();
    due_ = limit == duration::max() ? time_point::max() : since_ + limit;
}

inline void connection::time_out() noexcept
{
    timed_out_ = true;
    due_ = time_point::max();
    wire_.cancel();
}

inline void connection::stop()
{
    if (stopped_)
        return;
    stopped_ = true;
    signal_.emit(asio::cancellation_type::terminal);
    wire_.close();
}

inline void connection::reset() noexcept
{
    head_.method.clear();  // of the request before: it must not shape the answer to what cannot be read
    head_.target.clear();
    head_.fields.clear();
    head_.content_length.reset();
    body_bytes_ = 0;
    failed_status_ = 0;
    version_ = 11;
    keep_alive_ = expects_continue_ = answered_ = started_ = finished_ = false;
}

inline double connection::rate(time_point now) const noexcept
{
    auto const time = std::chrono::duration<double>(now - since_).count();
    return phase_ != phase::body || shed_ || time < 1 ? std::numeric_limits<double>::max()
                                                      : static_cast<double>(body_bytes_) / time;
}

inline void connection::shed() noexcept
{
    shed_ = true;
    ++core_->statistics.shed;
    leave_exchange();
    time_out();
}

inline void connection::leave_exchange() noexcept
{
    if (std::exchange(counted_, false))
        --core_->statistics.exchanges;
}

inline awaitable<error_code> connection::read_request()
{
    reset();
    reader_.begin(&head_.method, &head_.target, head_.fields);
    auto const ec = co_await reader_.read_header(core_->options.max_header);
    version_ = reader_.parser().version() == 10 ? 10 : 11;
    if (ec)
        co_return ec;
    ++core_->statistics.requests;
    if (auto const n = reader_.parser().content_length())
        head_.content_length = *n;
    keep_alive_ = reader_.parser().keep_alive();
    if (!core_->proxies.empty())
        client_ = core_->proxies.client_of(peer_, head_.fields);
    expects_continue_ = version_ == 11 && iequals(head_.fields["Expect"], "100-continue") && !reader_.done();
    co_return error_code();
}

inline int connection::refusal(error_code ec) const
{
    if (ec == errc::too_large)
        return 431;
    if (ec)
        return ec.category() == beast::http::make_error_code(beast::http::error::bad_method).category() ? 400 : 0;
    auto const coding = head_.fields["Transfer-Encoding"];
    auto const codings = head_.fields.count("Transfer-Encoding");
    if (codings == 1 && !iequals(coding, "chunked"))
        return 501;
    // What another server in front may have understood in another way (RFC 9112, sections 5.2, 6.1 and 6.3).
    if (codings > 1 || (codings == 1 && version_ == 10) || head_.fields.count("Content-Length") > 1
        || head_.fields["Content-Length"].find(',') != std::string_view::npos || reader_.folded())
        return 400;
    auto const hosts = head_.fields.count("Host");
    if (hosts > 1 || (hosts == 0 && version_ == 11))
        return 400;
    if (head_.fields.contains("Expect") && version_ == 11 && !iequals(head_.fields["Expect"], "100-continue"))
        return 417;
    if (head_.content_length && *head_.content_length > core_->options.max_body)
        return 413;
    bool const full = core_->statistics.exchanges >= core_->options.max_exchanges;
    return full && !(core_->make_room_for_exchange && core_->make_room_for_exchange()) ? 503 : 0;
}

inline awaitable<void> connection::run()
{
    if (core_->proxy_protocol_from.contains(peer_)) {
        auto const ec = co_await read_proxy_header();
        if (ec && (core_->tls || (ec != errc::malformed && ec != errc::too_large)))
            co_return;
        if (ec) {
            co_await answer_by_itself(400, "The header of the PROXY protocol is missing or cannot be read.\n");
            co_await linger();
            co_return;
        }
    }
    if (core_->tls)
        if (auto const ec = co_await handshake())
            co_return;
    for (bool first = true; !stopped_; first = false) {
        if (!first) {
            if (reader_.buffered() == 0) {
                if (core_->draining)
                    break;
                enter(phase::idle, core_->options.idle_timeout);
                auto const ec = co_await reader_.wait_for_bytes();
                if (ec || timed_out_ || stopped_)
                    break;
            }
            enter(phase::header, core_->options.header_timeout);
        }
        auto const ec = co_await read_request();
        if (stopped_ || timed_out_)
            break;
        due_ = time_point::max();
        if (int const status = refusal(ec)) {
            bool const balancer = first && ec && reader_.starts_with_proxy_header();
            co_await answer_by_itself(status,
                                      balancer ? "The PROXY protocol is not expected from this address.\n" : "");
            break;
        }
        if (ec)
            break;
        co_await serve();
        if (stopped_ || timed_out_ || !finished_ || !keep_alive_)
            break;
    }
    if (!stopped_ && finished_ && !timed_out_)
        co_await linger();
    else if (started_ && !finished_)
        wire_.reset();  // an end in good order would look like the end of the answer
    core_->statistics.bytes_read += reader_.bytes_read();
}

inline awaitable<void> connection::serve()
{
    enter(phase::working, duration::max());
    ++core_->statistics.exchanges;
    counted_ = true;
    bool threw = false;
    try {
        co_await core_->handle(*this);
    } catch (...) {
        threw = true;
    }
    leave_exchange();
    if (!answered_ && !stopped_)
        co_await answer_by_itself(threw || failed_status_ == 0 ? 500 : failed_status_);
    if (threw)
        keep_alive_ = false;
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_CONNECTION_IPP
