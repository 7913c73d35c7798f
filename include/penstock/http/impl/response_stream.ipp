#ifndef PENSTOCK_HTTP_IMPL_RESPONSE_STREAM_IPP
#define PENSTOCK_HTTP_IMPL_RESPONSE_STREAM_IPP
#include <penstock/http/impl/client_core.ipp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http::detail {

using client_impl = std::shared_ptr<client::impl>;

/// What broke while bytes went to and fro, as a failure that carries no detail yet.
inline failure wire_failure(error_code ec)
{
    if (ec == asio::error::operation_aborted || ec.category() == penstock_category())
        return failure(ec);
    if (ec.category() == beast::http::make_error_code(beast::http::error::bad_method).category())
        return {errc::malformed, "the answer: " + ec.message()};
    if (ec == asio::error::eof)
        return {errc::connection_failed, "the peer closed the connection without an answer"};
    if (ec == asio::ssl::error::stream_truncated)
        return failure(errc::truncated);
    if (ec.category() == asio::error::get_ssl_category())
        return {errc::tls_failed, ec.message()};
    return {errc::connection_failed, ec.message()};
}

/// Adds host and what was going on.
inline failure locate(failure f, destination const& d, progress const& p)
{
    if (f.code == asio::error::operation_aborted)
        return f;
    std::string text = d.where() + ", " + p.doing;
    if (!f.detail.empty())
        text += ": " + f.detail;
    f.detail = std::move(text);
    return f;
}

/// A connection on which the header of the answer has been read into `head`.
struct exchange_result
{
    std::unique_ptr<link> connection;
    response head;
    bool whole_request = true;  ///< All of the request went out; else the connection is good for nothing more.
};

/// Sends the body in pieces, and stops early if the answer is already there.
inline awaitable<error_code> send_body(wire& w, std::string_view head, std::string_view body, bool& whole)
{
    constexpr std::size_t piece = 64 * 1024;
    error_code ec;
    co_await w.write(head, body.substr(0, piece), ec);
    for (std::size_t at = piece; at < body.size() && !ec; at += piece) {
        if (w.readable()) {
            whole = false;
            co_return ec;
        }
        co_await w.write(body.substr(at, piece), std::string_view(), ec);
    }
    whole = !ec;
    co_return ec;
}

/// One try on one connection. Everything referred to outlives the call. `unanswered`: not one byte came back.
inline awaitable<result<exchange_result>> try_exchange(std::unique_ptr<link> l, std::string const& head,
                                                       request const& r, std::size_t max_header, progress& p,
                                                       bool& unanswered)
{
    exchange_result out;
    unanswered = true;
    p.doing = "sending the request";
    auto const write_error = co_await send_body(*l->line, head, r.body, out.whole_request);
    if (write_error == asio::error::operation_aborted)
        co_return failure(write_error);
    p.doing = "waiting for the answer";
    auto const before = l->reader.bytes_read();
    for (;;) {
        out.head.fields.clear();
        l->reader.begin(nullptr, nullptr, out.head.fields);
        if (r.method == "HEAD")
            l->reader.parser().skip(true);
        auto const ec = co_await l->reader.read_header(max_header);
        unanswered = l->reader.bytes_read() == before;
        if (ec)
            co_return wire_failure(write_error && unanswered ? write_error : ec);
        out.head.status = l->reader.parser().status();
        if (out.head.status / 100 != 1)
            break;
        if (out.head.status == 101)
            co_return failure(errc::malformed, "the peer wants another protocol");
    }
    out.connection = std::move(l);
    co_return out;
}

/// Finds a connection, sends, reads the header; once more if an idle connection was dead.
inline awaitable<result<exchange_result>> exchange_on_any(client_impl self, destination const& d, request const& r,
                                                          time_point deadline, progress& p)
{
    ++self->statistics.requests;
    auto const head = encode_request(r, d, self->options.user_agent);
    if (!head)
        co_return head.error();
    auto l = self->take(d.key());
    for (;;) {
        if (!l) {
            auto made = co_await self->connect(d, deadline, p);
            if (!made)
                co_return made.error();
            l = *std::move(made);
        }
        bool const reused = l->reused;
        bool unanswered = true;
        auto out = co_await try_exchange(std::move(l), *head, r, self->options.max_header, p, unanswered);
        l = nullptr;
        bool const broken =
            !out && (out.error().code == errc::connection_failed || out.error().code == errc::truncated);
        if (!broken || !reused || !unanswered || !is_idempotent(r.method))
            co_return out;
        ++self->statistics.retried;
    }
}

inline void give_back(client_impl const& self, std::unique_ptr<link> l, bool whole_request)
{
    auto const& parser = l->reader.parser();
    if (whole_request && parser.is_done() && parser.keep_alive() && l->reader.buffered() == 0)
        self->keep(std::move(l));
}

inline awaitable<result<response>> whole_answer(client_impl self, destination const& d, request const& r,
                                                time_point deadline, progress& p)
{
    auto opened = co_await exchange_on_any(self, d, r, deadline, p);
    if (!opened)
        co_return opened.error();
    auto l = std::move(opened->connection);
    response answer = std::move(opened->head);
    auto const limit = self->options.max_body;
    p.doing = "reading the answer";
    if (!l->reader.done()) {
        if (auto const n = l->reader.parser().content_length()) {
            if (*n > limit)
                co_return failure(errc::too_large, "the answer has " + std::to_string(*n) + " bytes");
            answer.body.reserve(static_cast<std::size_t>(*n));
        }
    }
    while (!l->reader.done()) {
        std::string_view piece;
        if (auto const ec = co_await l->reader.read_piece(piece)) {
            auto f = wire_failure(ec);
            if (f.code == errc::connection_failed)
                f.code = errc::truncated;
            co_return f;
        }
        if (piece.size() > limit - answer.body.size())
            co_return failure(errc::too_large, "the answer has more than " + std::to_string(limit) + " bytes");
        answer.body.append(piece);
    }
    give_back(self, std::move(l), opened->whole_request);
    co_return answer;
}

inline awaitable<result<response>> send_request(client_impl self, request r, time_point deadline)
{
    auto const d = find_destination(r.url, self->options);
    if (!d)
        co_return d.error();
    progress p;
    clock::steady clock;
    auto work = whole_answer(self, *d, r, deadline, p);
    auto answer = co_await with_deadline(clock, deadline, std::move(work));
    if (!answer)
        co_return locate(answer.error(), *d, p);
    co_return answer;
}

/// The stream that `open` gives.
class response_stream final : public incoming
{
public:
    response_stream(client_impl const& self, destination d, exchange_result e)
        : self_(self), destination_(std::move(d)), head_(std::move(e.head)), link_(std::move(e.connection)),
          whole_request_(e.whole_request)
    {}

    response const& head() const noexcept override { return head_; }

    awaitable<result<std::string>> read(time_point deadline) override
    {
        if (!link_)
            co_return ended_ ? result<std::string>(std::string())
                             : failure(errc::connection_failed, "the stream is broken");
        progress p{"reading the answer"};
        clock::steady clock;
        auto work = next();
        auto piece = co_await with_deadline(clock, deadline, std::move(work));
        if (!piece) {
            link_ = nullptr;
            co_return locate(piece.error(), destination_, p);
        }
        if (piece->empty()) {
            ended_ = true;
            if (auto const self = self_.lock())
                give_back(self, std::move(link_), whole_request_);
            link_ = nullptr;
        }
        co_return piece;
    }
private:
    awaitable<result<std::string>> next()
    {
        std::string_view piece;
        if (auto const ec = co_await link_->reader.read_piece(piece)) {
            auto f = wire_failure(ec);
            if (f.code == errc::connection_failed)
                f.code = errc::truncated;
            co_return f;
        }
        co_return std::string(piece);
    }

    std::weak_ptr<client::impl> self_;
    destination destination_;
    response head_;
    std::unique_ptr<link> link_;
    bool whole_request_;
    bool ended_ = false;
};

inline awaitable<result<std::unique_ptr<incoming>>> open_request(client_impl self, request r, time_point deadline)
{
    auto d = find_destination(r.url, self->options);
    if (!d)
        co_return d.error();
    progress p;
    clock::steady clock;
    auto work = exchange_on_any(self, *d, r, deadline, p);
    auto opened = co_await with_deadline(clock, deadline, std::move(work));
    if (!opened)
        co_return locate(opened.error(), *d, p);
    std::unique_ptr<incoming> stream = std::make_unique<response_stream>(self, *std::move(d), *std::move(opened));
    co_return stream;
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_RESPONSE_STREAM_IPP
