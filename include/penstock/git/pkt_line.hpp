#ifndef PENSTOCK_GIT_PKT_LINE_HPP
#define PENSTOCK_GIT_PKT_LINE_HPP
#include <penstock/error/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::git {

/// The longest packet, its four length digits included.
inline constexpr std::size_t max_pkt_line = 65520;

enum class packet_kind : std::uint8_t
{
    data,
    flush,         ///< 0000: the end of a message.
    delim,         ///< 0001: the end of a section.
    response_end,  ///< 0002: the end of an answer to a stateless request.
    end,           ///< Not on the wire: all bytes have been read.
};

/// One packet. `payload` is a view of the bytes that are read, with its line feed if it has one.
struct packet
{
    packet_kind kind = packet_kind::end;
    std::string_view payload;

    /// The payload without a last line feed, which Git allows everywhere and demands nowhere.
    std::string_view line() const noexcept
    {
        return payload.ends_with('\n') ? payload.substr(0, payload.size() - 1) : payload;
    }
};

/** Appends a data packet.
    @return `errc::too_large` for more than 65516 bytes, with `out` unchanged. */
inline result<void> append_line(std::string& out, std::string_view payload)
{
    auto const size = payload.size() + 4;
    if (size > max_pkt_line)
        return failure(errc::too_large, "a pkt-line of " + std::to_string(size) + " bytes");
    constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 12; shift >= 0; shift -= 4)
        out.push_back(digits[(size >> shift) & 0xf]);
    out.append(payload);
    return {};
}

inline void append_flush(std::string& out)
{
    out.append("0000");
}
inline void append_delim(std::string& out)
{
    out.append("0001");
}

/** Reads packets from bytes that are all there. Pure; keeps views, so the bytes outlive it.
    @see https://git-scm.com/docs/gitprotocol-common#_pkt_line_format */
class pkt_reader
{
public:
    explicit pkt_reader(std::string_view bytes) noexcept : rest_(bytes) {}

    /** The next packet; `packet_kind::end` when there are no more bytes.
        @return `errc::malformed` for a length that is none, `errc::truncated` for bytes that are missing. */
    result<packet> next()
    {
        if (rest_.empty())
            return packet{};
        if (rest_.size() < 4)
            return failure(errc::truncated, "a pkt-line without its length");
        std::size_t size = 0;
        for (char const c : rest_.substr(0, 4)) {
            auto const digit = value_of(c);
            if (digit > 15)
                return failure(errc::malformed, "a pkt-line length that is not hexadecimal");
            size = size * 16 + digit;
        }
        if (size < 4) {
            rest_.remove_prefix(4);
            constexpr packet_kind kinds[] = {packet_kind::flush, packet_kind::delim, packet_kind::response_end};
            if (size == 3)
                return failure(errc::malformed, "a pkt-line of length 3");
            return packet{kinds[size], {}};
        }
        if (size > max_pkt_line)
            return failure(errc::malformed, "a pkt-line that is longer than Git allows");
        if (size > rest_.size())
            return failure(errc::truncated, "a pkt-line that ends too early");
        packet const out{packet_kind::data, rest_.substr(4, size - 4)};
        rest_.remove_prefix(size);
        return out;
    }
private:
    static constexpr std::size_t value_of(char c) noexcept
    {
        if (c >= '0' && c <= '9')
            return static_cast<std::size_t>(c - '0');
        if (c >= 'a' && c <= 'f')
            return static_cast<std::size_t>(c - 'a' + 10);
        if (c >= 'A' && c <= 'F')
            return static_cast<std::size_t>(c - 'A' + 10);
        return 16;
    }

    std::string_view rest_;
};

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_PKT_LINE_HPP
