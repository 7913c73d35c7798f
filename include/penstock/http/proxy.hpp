#ifndef PENSTOCK_HTTP_PROXY_HPP
#define PENSTOCK_HTTP_PROXY_HPP
#include <penstock/error/errc.hpp>
#include <penstock/http/fields.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace penstock::http {

/// Through whom to reach the world.
struct proxy_settings
{
    std::string http_proxy;   ///< `http://[user:password@]host[:port]`; empty for none.
    std::string https_proxy;  ///< The same, for https URLs.
    std::string no_proxy;     ///< Who is reached directly.
};

/** Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY; the spelling in lower case goes first. HTTP_PROXY in upper case is
    not read where REQUEST_METHOD is set: there a client could have set it (httpoxy). */
inline proxy_settings environment_proxies()
{
    auto const get = [](char const* lower, char const* upper) -> std::string {
        char const* value = std::getenv(lower);
        if ((value == nullptr || *value == '\0') && upper != nullptr)
            value = std::getenv(upper);
        return value == nullptr ? std::string() : std::string(value);
    };
    char const* const upper = std::getenv("REQUEST_METHOD") == nullptr ? "HTTP_PROXY" : nullptr;
    return {get("http_proxy", upper), get("https_proxy", "HTTPS_PROXY"), get("no_proxy", "NO_PROXY")};
}

namespace detail {

inline std::string_view trim(std::string_view s) noexcept
{
    auto const first = s.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : s.substr(first, s.find_last_not_of(" \t") + 1 - first);
}

/// Whether `host` lies in a network like 10.0.0.0/8 or fd00::/8.
inline bool in_network(std::string_view cidr, boost::asio::ip::address const& host)
{
    namespace ip = boost::asio::ip;
    auto const slash = cidr.find('/');
    error_code ec;
    auto const base = ip::make_address(std::string(cidr.substr(0, slash)), ec);
    unsigned bits = 0;
    auto const number = cidr.substr(slash + 1);
    auto const [end, problem] = std::from_chars(number.data(), number.data() + number.size(), bits);
    if (ec || problem != std::errc() || end != number.data() + number.size() || base.is_v4() != host.is_v4()
        || bits > (base.is_v4() ? 32U : 128U))
        return false;
    auto const length = static_cast<unsigned short>(bits);
    if (base.is_v4())
        return ip::make_network_v4(base.to_v4(), length).canonical()
               == ip::make_network_v4(host.to_v4(), length).canonical();
    return ip::make_network_v6(base.to_v6(), length).canonical()
           == ip::make_network_v6(host.to_v6(), length).canonical();
}

}  // namespace detail

/** Whether a host is reached directly. Entries are separated by commas: `*`; a host, which stands for what lies
    below it too (`example.org`, `.example.org`, `*.example.org` for only what lies below in the last two); an
    address; a CIDR; each may end in `:port`. Loopback is direct, as in Go's clients.
    @param host Without brackets.
    @param port Decimal.
    @param loopback_too Loopback is direct only where `no_proxy` says so. */
inline bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::string_view port,
                           bool loopback_too = false)
{
    error_code ec;
    auto const address = boost::asio::ip::make_address(std::string(host), ec);
    bool const is_address = !ec;
    if (!loopback_too && (iequals(host, "localhost") || (is_address && address.is_loopback())))
        return true;
    while (!no_proxy.empty()) {
        auto const comma = no_proxy.find(',');
        auto entry = detail::trim(no_proxy.substr(0, comma));
        no_proxy = comma == std::string_view::npos ? std::string_view() : no_proxy.substr(comma + 1);
        if (entry.empty())
            continue;
        if (entry == "*")
            return true;
        if (entry.find('/') != std::string_view::npos) {
            if (is_address && detail::in_network(entry, address))
                return true;
            continue;
        }
        bool const bracketed = entry.front() == '[';
        auto const colon = entry.rfind(':');
        bool const has_port =
            colon != std::string_view::npos && (bracketed ? colon > entry.find(']') : entry.find(':') == colon);
        if (has_port) {
            if (entry.substr(colon + 1) != port)
                continue;
            entry = entry.substr(0, colon);
        }
        if (bracketed && entry.size() > 2)
            entry = entry.substr(1, entry.size() - 2);
        if (is_address) {
            if (auto const other = boost::asio::ip::make_address(std::string(entry), ec); !ec && other == address)
                return true;
            continue;
        }
        if (entry.starts_with("*."))
            entry.remove_prefix(1);
        bool const only_below = entry.starts_with('.');
        if (!only_below && iequals(entry, host))
            return true;
        auto const suffix = only_below ? std::string(entry) : '.' + std::string(entry);
        if (host.size() > suffix.size() && iequals(host.substr(host.size() - suffix.size()), suffix))
            return true;
    }
    return false;
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_PROXY_HPP
