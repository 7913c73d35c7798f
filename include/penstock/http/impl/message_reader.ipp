#ifndef PENSTOCK_HTTP_IMPL_MESSAGE_READER_IPP
#define PENSTOCK_HTTP_IMPL_MESSAGE_READER_IPP
#include <penstock/http/impl/message_parser.ipp>
#include <penstock/http/impl/wire.ipp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::http::detail {

/** Reads one message after the other from a wire through one buffer, which lives as long as the connection.

    Errors: `asio::error::eof` when the peer closed before the first byte, `errc::truncated` after it,
    `errc::too_large`, Beast's own for what is malformed, and those of the wire. */
template <bool IsRequest>
class message_reader
{
public:
    static constexpr std::size_t initial_capacity = 16 * 1024;
    static constexpr std::size_t slice = 64 * 1024;

    explicit message_reader(wire& w) : wire_(&w), buffer_(initial_capacity) {}

    /// Whether what was refused is a header of the PROXY protocol.
    bool starts_with_proxy_header() const noexcept { return proxied_; }

    /// Makes ready for the next message; the arguments outlive its reading.
    void begin(std::string* method, std::string* target, http::fields& fields)
    {
        parser_.emplace(method, target, fields);
        header_bytes_ = 0;
        folded_ = proxied_ = false;
        capacity_ = initial_capacity;
        buffer_.shrink(initial_capacity);
    }

    message_parser<IsRequest>& parser() noexcept { return *parser_; }
    message_parser<IsRequest> const& parser() const noexcept { return *parser_; }
    bool has_bytes() const noexcept { return buffer_.size() != 0 || header_bytes_ != 0; }
    std::size_t buffered() const noexcept { return buffer_.size(); }
    std::uint64_t bytes_read() const noexcept { return bytes_read_; }
    /// Whether a line of the header went on in the next one, which some read as a field of its own.
    bool folded() const noexcept { return folded_; }
    bool done() const noexcept { return parser_->is_done(); }

    /// Waits until something is in the buffer. For the time between two requests.
    awaitable<error_code> wait_for_bytes()
    {
        error_code ec;
        if (buffer_.size() == 0)
            co_await fill(ec);
        co_return ec;
    }

    awaitable<error_code> read_header(std::size_t limit)
    {
        error_code ec;
        for (;;) {
            if (buffer_.size() != 0) {
                auto const before = buffer_.data();
                if constexpr (IsRequest)
                    proxied_ = proxied_ || (header_bytes_ == 0 && looks_proxied(before));
                auto const n = put(ec);
                header_bytes_ += n;
                if constexpr (IsRequest)
                    folded_ = folded_ || has_fold(before.substr(0, n));
                if (ec && ec != beast::http::error::need_more)
                    co_return ec;
                if (header_bytes_ > limit)
                    co_return errc::too_large;
                if (parser_->is_header_done())
                    co_return error_code();
            }
            if (header_bytes_ + buffer_.size() > limit)
                co_return errc::too_large;
            if (buffer_.size() == buffer_.capacity())
                capacity_ = buffer_.capacity() * 2;
            co_await fill(ec);
            if (ec)
                co_return ec == asio::error::eof&& has_bytes() ? make_error_code(errc::truncated) : ec;
        }
    }

    /** The next piece of the body; empty at its end. It lives until the next call. `piece` outlives the call. */
    awaitable<error_code> read_piece(std::string_view& piece)
    {
        error_code ec;
        piece = {};
        while (!parser_->is_done()) {
            if (buffer_.size() != 0) {
                put(ec);
                if (!ec) {
                    piece = parser_->take_piece();
                    if (!piece.empty())
                        co_return ec;
                    continue;
                }
                if (ec != beast::http::error::need_more)
                    co_return ec;
                if (buffer_.size() == buffer_.capacity())
                    co_return errc::too_large;  // the header of a chunk, or a trailer, without end
            } else if (auto const rest = parser_->content_length_remaining()) {
                capacity_ = *rest > initial_capacity ? slice : initial_capacity;
            }
            co_await fill(ec);
            if (ec == asio::error::eof) {
                if (!parser_->need_eof())
                    co_return errc::truncated;
                parser_->put_eof(ec);
                co_return ec;
            }
            if (ec)
                co_return ec;
        }
        co_return error_code();
    }
private:
    std::size_t put(error_code& ec)
    {
        auto const bytes = buffer_.data();
        auto const n = parser_->put(asio::const_buffer(bytes.data(), bytes.size()), ec);
        buffer_.consume(n);
        return n;
    }

    static bool looks_proxied(std::string_view bytes) noexcept
    {
        constexpr std::string_view binary("\r\n\r\n\0\r\nQUIT\n", 12);
        return bytes.starts_with("PROXY ") || bytes.starts_with(binary);
    }

    /// The parser takes all fields in at once, so that a fold is never cut.
    static bool has_fold(std::string_view lines) noexcept
    {
        for (auto at = lines.find('\n'); at != std::string_view::npos && at + 1 < lines.size();
             at = lines.find('\n', at + 1))
            if (lines[at + 1] == ' ' || lines[at + 1] == '\t')
                return true;
        return false;
    }

    awaitable<void> fill(error_code& ec)
    {
        auto const n = co_await wire_->read_some(buffer_.prepare(capacity_), ec);
        buffer_.commit(n);
        bytes_read_ += n;
    }

    wire* wire_;
    byte_buffer buffer_;
    std::optional<message_parser<IsRequest>> parser_;
    std::size_t header_bytes_ = 0;
    std::size_t capacity_ = initial_capacity;
    std::uint64_t bytes_read_ = 0;
    bool folded_ = false;
    bool proxied_ = false;
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_MESSAGE_READER_IPP
