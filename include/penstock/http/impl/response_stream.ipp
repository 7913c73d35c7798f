#ifndef PENSTOCK_HTTP_IMPL_RESPONSE_STREAM_IPP
#define PENSTOCK_HTTP_IMPL_RESPONSE_STREAM_IPP
#include <penstock/http/gunzip.hpp>
#include <penstock/http/impl/client_core.ipp>
#include <penstock/http/impl/client_tls.ipp>
#include <penstock/http/repeatable.hpp>
#include <penstock/text/secret.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
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
        return {errc::tls_failed, explain_alert(ec)};
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

/// Sends the body in pieces, and stops early if an answer is known to be there. `sent`: bytes of both that left.
inline awaitable<error_code> send_body(wire& w, std::string_view head, std::string_view body, bool& whole,
                                       std::uint64_t& sent)
{
    constexpr std::size_t piece = 64 * 1024;
    error_code ec;
    sent = co_await w.write(head, body.substr(0, piece), ec);
    for (std::size_t at = piece; at < body.size() && !ec; at += piece) {
        if (w.answered()) {
            whole = false;
            co_return ec;
        }
        sent += co_await w.write(body.substr(at, piece), std::string_view(), ec);
    }
    whole = !ec;
    co_return ec;
}

/// One try on one connection. Everything referred to outlives the call. `how` says what went to and fro.
inline awaitable<result<exchange_result>> try_exchange(std::unique_ptr<link> l, std::string_view head, request const& r,
                                                       std::size_t max_header, progress& p, broken_exchange& how)
{
    exchange_result out;
    how = broken_exchange{l->reused, 0, 0};
    p.doing = "sending the request";
    auto const write_error = co_await send_body(*l->line, head, r.body, out.whole_request, how.sent);
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
        how.received = l->reader.bytes_read() - before;
        if (ec)
            co_return wire_failure(write_error && how.received == 0 ? write_error : ec);
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
    auto const head = encode_request(r, d, self->options);
    if (!head)
        co_return head.error();
    auto l = self->take(d.key(), d.tls);
    for (;;) {
        if (!l) {
            auto made = co_await self->connect(d, deadline, p);
            if (!made)
                co_return made.error();
            l = *std::move(made);
        }
        broken_exchange how;
        auto out = co_await try_exchange(std::move(l), head->reveal(), r, self->options.max_header, p, how);
        l = nullptr;
        bool const broken =
            !out && (out.error().code == errc::connection_failed || out.error().code == errc::truncated);
        if (!broken || !may_repeat(r.method, how))
            co_return out;
        ++self->statistics.retried;
    }
}

inline void give_back(client_impl const& self, std::unique_ptr<link> l, bool whole_request)
{
    auto const& parser = l->reader.parser();
    if (parser.is_done())
        self->keep_session(*l);
    if (whole_request && parser.is_done() && parser.keep_alive() && l->reader.buffered() == 0)
        self->keep(std::move(l));
}

/// What unpacks this answer's body, or none; the fields then speak of the unpacked one.
inline std::optional<gunzip> make_gunzip(client_options const& o, response& head, std::uint64_t max_size)
{
    if (!o.accept_gzip
        || !(iequals(head.fields["Content-Encoding"], "gzip") || iequals(head.fields["Content-Encoding"], "x-gzip")))
        return std::nullopt;
    head.fields.erase("Content-Encoding");
    head.fields.erase("Content-Length");
    gunzip_options g;
    g.max_size = max_size;
    g.max_ratio = o.max_inflation;
    return gunzip(g);
}

/// The next piece of the answer's body, unpacked; empty at its end. What is referred to outlives the call.
inline awaitable<result<void>> next_piece(link& l, std::optional<gunzip>& unpack, std::string& into)
{
    for (auto const before = into.size(); into.size() == before;) {
        std::string_view piece;
        if (auto const ec = co_await l.reader.read_piece(piece)) {
            auto f = wire_failure(ec);
            if (f.code == errc::connection_failed)
                f.code = errc::truncated;
            co_return f;
        }
        if (piece.empty())
            co_return unpack ? unpack->finish() : result<void>();
        if (!unpack)
            secret::append(into, piece);
        else if (auto const r = unpack->put(piece, into); !r)
            co_return r.error();
    }
    co_return result<void>();
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
    bool const empty = l->reader.done();  // HEAD, 204, 304: their fields speak of a body that is not here
    auto unpack = empty ? std::optional<gunzip>() : make_gunzip(self->options, answer, limit);
    while (!empty) {
        auto const before = answer.body.size();
        auto const read = co_await next_piece(*l, unpack, answer.body);
        if (!read)
            co_return read.error();
        if (answer.body.size() > limit)
            co_return failure(errc::too_large, "the answer has more than " + std::to_string(limit) + " bytes");
        if (answer.body.size() == before)
            break;
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
    {
        if (!link_->reader.done())
            unpack_ = make_gunzip(self->options, head_, std::numeric_limits<std::uint64_t>::max());
    }

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
        std::string piece;
        if (link_->reader.done() && !unpack_)
            co_return piece;
        if (auto const r = co_await next_piece(*link_, unpack_, piece); !r)
            co_return r.error();
        co_return piece;
    }

    std::weak_ptr<client::impl> self_;
    destination destination_;
    response head_;
    std::unique_ptr<link> link_;
    std::optional<gunzip> unpack_;
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
