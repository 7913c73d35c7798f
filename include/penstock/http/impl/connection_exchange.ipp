#ifndef PENSTOCK_HTTP_IMPL_CONNECTION_EXCHANGE_IPP
#define PENSTOCK_HTTP_IMPL_CONNECTION_EXCHANGE_IPP
#include <penstock/http/impl/connection.ipp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace penstock::http::detail {

inline failure connection::read_failure(error_code ec)
{
    keep_alive_ = false;
    if (stopped_)
        return failure(asio::error::operation_aborted);
    if (shed_) {
        failed_status_ = 503;
        return {errc::unavailable, "the body comes slowly, and others wait"};
    }
    if (timed_out_) {
        failed_status_ = 408;
        return {errc::deadline_exceeded, "the body comes too slowly"};
    }
    if (ec == errc::too_large) {
        failed_status_ = 413;
        return {errc::too_large, "the body of the request"};
    }
    if (ec == errc::truncated || ec == asio::error::connection_reset
        || ec.category() == asio::error::get_ssl_category()) {
        failed_status_ = 400;
        return {errc::truncated, "the body of the request"};
    }
    if (ec == asio::error::operation_aborted)
        return failure(ec);
    failed_status_ = 400;
    return {errc::malformed, "the body of the request: " + ec.message()};
}

inline awaitable<result<std::string_view>> connection::read_some()
{
    if (failed_status_ != 0)
        co_return failure(failed_status_ == 413 ? errc::too_large : errc::truncated);
    if (reader_.done())
        co_return std::string_view();
    if (expects_continue_) {
        expects_continue_ = false;
        if (auto const ec = co_await send("HTTP/1.1 100 Continue\r\n\r\n", std::string_view()))
            co_return read_failure(ec);
    }
    if (body_bytes_ == 0)
        since_ = server_core::now();
    phase_ = phase::body;
    auto const earned = std::chrono::duration<double>(
        static_cast<double>(body_bytes_) / static_cast<double>(std::max<std::size_t>(1, core_->options.min_rate)));
    due_ = since_ + core_->options.body_timeout + std::chrono::duration_cast<duration>(earned);
    std::string_view piece;
    auto const ec = co_await reader_.read_piece(piece);
    phase_ = phase::working;
    due_ = time_point::max();
    if (ec || timed_out_)
        co_return read_failure(ec);
    body_bytes_ += piece.size();
    if (body_bytes_ > core_->options.max_body)
        co_return read_failure(errc::too_large);
    co_return piece;
}

inline awaitable<result<std::string>> connection::read_all(std::size_t limit)
{
    if (head_.content_length && *head_.content_length > limit)
        co_return read_failure(errc::too_large);
    std::string body;
    body.reserve(head_.content_length ? static_cast<std::size_t>(*head_.content_length) : 0);
    for (;;) {
        auto const piece = co_await read_some();
        if (!piece)
            co_return piece.error();
        if (piece->empty())
            co_return body;
        if (piece->size() > limit - body.size())
            co_return read_failure(errc::too_large);
        body.append(*piece);
    }
}

inline awaitable<error_code> connection::send(std::string_view first, std::string_view second)
{
    auto const before = phase_;
    enter(phase::writing, core_->options.write_timeout);
    error_code ec;
    co_await wire_.write(first, second, ec);
    phase_ = before;
    due_ = time_point::max();
    if (timed_out_ && !ec)
        ec = asio::error::operation_aborted;
    if (ec)
        keep_alive_ = false;
    co_return ec;
}

inline awaitable<result<void>> connection::respond(response const& answer)
{
    if (answered_)
        co_return failure(errc::invalid_argument, "a second answer");
    if (given_up())
        co_return co_await answer_in_place_of_handler();
    answered_ = true;
    if (!reader_.done() || core_->draining)
        keep_alive_ = false;
    answer_framing const framing{version_, keep_alive_, answer.body.size()};
    out_.clear();
    append_answer_header(out_, answer, framing, core_->date());
    bool const bodiless = head_.method == "HEAD" || answer.status == 204 || answer.status == 304;
    auto const ec = co_await send(out_, bodiless ? std::string_view() : std::string_view(answer.body));
    if (ec)
        co_return failure(errc::connection_failed, "writing the answer: " + ec.message());
    finished_ = true;
    co_return result<void>();
}

inline awaitable<result<void>> connection::start(response answer)
{
    if (answered_)
        co_return failure(errc::invalid_argument, "a second answer");
    if (given_up())
        co_return co_await answer_in_place_of_handler();
    answered_ = started_ = true;
    if (!reader_.done() || core_->draining || version_ == 10)
        keep_alive_ = false;
    answer_framing const framing{version_, keep_alive_, std::nullopt};
    out_.clear();
    append_answer_header(out_, answer, framing, core_->date());
    if (auto const ec = co_await send(out_, std::string_view()))
        co_return failure(errc::connection_failed, "writing the answer: " + ec.message());
    co_return result<void>();
}

inline awaitable<result<void>> connection::write(std::string_view piece)
{
    if (!started_ || finished_)
        co_return failure(errc::invalid_argument, "a piece outside of an answer that was started");
    if (piece.empty() || head_.method == "HEAD")
        co_return result<void>();
    error_code ec;
    if (version_ == 10) {
        ec = co_await send(piece, std::string_view());
    } else {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, piece.size(), 16).ptr;
        out_.assign(digits, end);
        out_ += "\r\n";
        if (piece.size() <= 16 * 1024) {
            out_ += piece;
            out_ += "\r\n";
            ec = co_await send(out_, std::string_view());
        } else {
            ec = co_await send(out_, piece);
            if (!ec)
                ec = co_await send("\r\n", std::string_view());
        }
    }
    if (ec)
        co_return failure(errc::connection_failed, "writing the answer: " + ec.message());
    co_return result<void>();
}

inline awaitable<result<void>> connection::finish()
{
    if (!started_ || finished_)
        co_return failure(errc::invalid_argument, "the end of an answer that was not started");
    if (version_ != 10 && head_.method != "HEAD")
        if (auto const ec = co_await send("0\r\n\r\n", std::string_view()))
            co_return failure(errc::connection_failed, "writing the answer: " + ec.message());
    finished_ = true;
    co_return result<void>();
}

inline awaitable<result<void>> connection::answer_in_place_of_handler()
{
    int const status = failed_status_;
    co_await answer_by_itself(status);
    co_return failure(shed_ ? errc::unavailable : errc::deadline_exceeded,
                      "the body came too slowly, and the client was told so with a " + std::to_string(status));
}

inline awaitable<void> connection::answer_by_itself(int status, std::string_view why)
{
    keep_alive_ = false;
    response answer(status, "text/plain; charset=utf-8", {});
    auto const reason = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
    answer.body.append(reason.data(), reason.size()).append("\n").append(why);
    if (status == 503) {
        ++core_->statistics.refused;
        answer.fields.add("Retry-After",
                          std::to_string(std::chrono::ceil<std::chrono::seconds>(core_->options.retry_after).count()));
    }
    timed_out_ = false;  // a slow body is told so
    wire_.resume();
    answer_framing const framing{version_, false, answer.body.size()};
    out_.clear();
    append_answer_header(out_, answer, framing, core_->date());
    answered_ = true;
    auto const ec = co_await send(out_, head_.method == "HEAD" ? std::string_view() : std::string_view(answer.body));
    finished_ = !ec;
}

inline awaitable<void> connection::linger()
{
    // The peer may still be sending what was refused. Closing now would reset the connection, and the peer might
    // lose the answer: say that nothing more comes, and throw away what arrives, for a while.
    enter(phase::lingering, core_->options.linger);
    error_code ec;
    if (wire_.tls() != nullptr)
        co_await wire_.tls()->async_shutdown(asio::redirect_error(asio::use_awaitable, ec));
    wire_.socket().shutdown(stream_socket::shutdown_send, ec);
    std::string waste(16 * 1024, '\0');
    std::size_t rest = core_->options.linger_bytes;
    while (rest != 0 && !timed_out_ && !stopped_) {
        auto const n = co_await wire_.socket().async_read_some(asio::buffer(waste.data(), std::min(rest, waste.size())),
                                                               asio::redirect_error(asio::use_awaitable, ec));
        core_->statistics.bytes_read += n;
        if (ec)
            break;
        rest -= n;
    }
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_CONNECTION_EXCHANGE_IPP
