#ifndef PENSTOCK_HTTP_PROXY_PROTOCOL_HPP
#define PENSTOCK_HTTP_PROXY_PROTOCOL_HPP
#include <penstock/error/errc.hpp>
#include <penstock/text/ascii.hpp>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::http {

/** Reads the header of the PROXY protocol, version 1 or 2, with which a load balancer says for whom it connects.

    Never takes a byte that follows the header: feed it exactly what it wants. Pure.
    @see https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt */
class proxy_protocol
{
public:
    static constexpr std::size_t max_line = 107;      ///< Bytes of a header of version 1.
    static constexpr std::size_t max_binary = 2048;   ///< Bytes behind the first 16 of version 2.
    static constexpr std::string_view signature{"\r\n\r\n\0\r\nQUIT\n", 12};

    /// How many bytes it can take at once; 0 when the header is complete.
    std::size_t wanted() const noexcept
    {
        if (done_)
            return 0;
        if (bytes_.size() < signature.size())
            return signature.size() - bytes_.size();
        if (bytes_[0] == 'P')
            return 1;
        return (bytes_.size() < 16 ? 16 : 16 + length()) - bytes_.size();
    }

    /** Takes bytes in.
        @param bytes At most `wanted()` of them.
        @return `errc::malformed` when this is no such header, `errc::too_large` beyond the limits. */
    error_code feed(std::string_view bytes)
    {
        bytes_.append(bytes);
        if (bytes_.size() < signature.size())
            return {};
        if (bytes_.starts_with("PROXY "))
            return feed_line();
        if (!bytes_.starts_with(signature))
            return errc::malformed;
        if (bytes_.size() < 16)
            return {};
        if (length() > max_binary)
            return errc::too_large;
        if (bytes_.size() < 16 + length())
            return {};
        done_ = true;
        return read_binary();
    }

    bool done() const noexcept { return done_; }

    /// The client; none for the balancer's own connections (LOCAL, health checks) and where it does not know.
    std::optional<boost::asio::ip::address> const& source() const noexcept { return source_; }
private:
    std::size_t length() const noexcept { return number(14); }

    std::size_t number(std::size_t at) const noexcept
    {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes_[at])) * 256
               + static_cast<unsigned char>(bytes_[at + 1]);
    }

    error_code feed_line()
    {
        auto const end = bytes_.find("\r\n");
        if (end == std::string::npos)
            return bytes_.size() >= max_line ? make_error_code(errc::too_large) : error_code();
        done_ = true;
        std::string_view rest(bytes_);
        rest = rest.substr(6, end - 6);
        if (rest == "UNKNOWN" || rest.starts_with("UNKNOWN "))
            return {};
        std::array<std::string_view, 5> words;
        for (std::size_t i = 0; i < words.size(); ++i) {
            auto const space = rest.find(' ');
            if ((space == std::string_view::npos) != (i + 1 == words.size()))
                return errc::malformed;
            words[i] = rest.substr(0, space);
            rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
        }
        error_code ec;
        auto const from = boost::asio::ip::make_address(std::string(words[1]), ec);
        if (ec)
            return errc::malformed;
        auto const to = boost::asio::ip::make_address(std::string(words[2]), ec);
        bool const known = words[0] == "TCP4" || words[0] == "TCP6";
        if (ec || !known || from.is_v4() != (words[0] == "TCP4") || to.is_v4() != from.is_v4() || !is_port(words[3])
            || !is_port(words[4]))
            return errc::malformed;
        source_ = from;
        return {};
    }

    error_code read_binary()
    {
        auto const version_and_command = static_cast<unsigned char>(bytes_[12]);
        if (version_and_command == 0x20)  // LOCAL
            return {};
        if (version_and_command != 0x21)
            return errc::malformed;
        auto const family = static_cast<unsigned char>(bytes_[13]) >> 4U;
        if (family == 1) {
            if (length() < 12)
                return errc::malformed;
            source_ = boost::asio::ip::address_v4(take<4>());
        } else if (family == 2) {
            if (length() < 36)
                return errc::malformed;
            source_ = boost::asio::ip::address_v6(take<16>());
        } else if (family > 3) {
            return errc::malformed;
        }
        return {};
    }

    template <std::size_t N>
    std::array<unsigned char, N> take() const
    {
        std::array<unsigned char, N> out;
        std::transform(bytes_.begin() + 16, bytes_.begin() + 16 + N, out.begin(),
                       [](char c) { return static_cast<unsigned char>(c); });
        return out;
    }

    static bool is_port(std::string_view s) noexcept
    {
        unsigned value = 0;
        for (char const c : s)
            value = penstock::detail::is_digit(c) ? value * 10 + static_cast<unsigned>(c - '0') : 100'000;
        return !s.empty() && s.size() <= 5 && value <= 65535;
    }

    std::string bytes_;
    bool done_ = false;
    std::optional<boost::asio::ip::address> source_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_PROXY_PROTOCOL_HPP
