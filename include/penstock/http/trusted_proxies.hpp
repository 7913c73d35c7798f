#ifndef PENSTOCK_HTTP_TRUSTED_PROXIES_HPP
#define PENSTOCK_HTTP_TRUSTED_PROXIES_HPP
#include <penstock/http/fields.hpp>
#include <penstock/http/network_list.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

/// The one header in which the proxies in front of a server say for whom they ask.
enum class forwarded_header
{
    x_forwarded_for,  ///< `X-Forwarded-For: client, proxy`
    forwarded         ///< `Forwarded: for=client;proto=https, for="[2001:db8::1]:4711"` (RFC 7239)
};

/** Finds out who a client is behind proxies that are believed.

    The header is read from its end: each proxy appends the peer it saw, so an entry counts as long as the one who
    wrote it is trusted, and the first address that is not trusted is the client. What that client wrote into the header
    itself lies beyond and is never looked at. Only one kind of header is read: the other could be the client's own.
    Pure. Thread-safe once made.
    @see https://www.rfc-editor.org/rfc/rfc7239 */
class trusted_proxies
{
public:
    static constexpr std::size_t max_hops = 16;  ///< Entries that are looked at, from the end.

    trusted_proxies() = default;
    explicit trusted_proxies(network_list trusted, forwarded_header which = forwarded_header::x_forwarded_for)
        : trusted_(std::move(trusted)), which_(which)
    {}

    bool empty() const noexcept { return trusted_.empty(); }

    /** Who asks.
        @param peer Who is connected: an address, or `unix:`.
        @return An address; `peer` itself if it is not trusted or says nothing that can be read. An entry that cannot be
        read (`unknown`, `_hidden`) ends the search at the last proxy that can. */
    std::string client_of(std::string_view peer, fields const& header) const
    {
        std::string best(peer);
        if (!trusted_.contains(peer))
            return best;
        auto const name = which_ == forwarded_header::forwarded ? "Forwarded" : "X-Forwarded-For";
        std::vector<std::string_view> lines;
        for (auto const& [field, value] : header)
            if (iequals(field, name))
                lines.emplace_back(value);
        std::size_t hops = 0;
        for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
            auto rest = *line;
            for (bool more = true; more && hops < max_hops; ++hops) {
                auto const comma = rest.rfind(',');
                more = comma != std::string_view::npos;
                auto const entry = detail::trim(more ? rest.substr(comma + 1) : rest);
                rest = more ? rest.substr(0, comma) : std::string_view();
                auto const node = read(entry);
                if (!node)
                    return best;
                best = node->to_string();
                if (!trusted_.contains(*node))
                    return best;
            }
        }
        return best;
    }
private:
    using address = boost::asio::ip::address;

    std::optional<address> read(std::string_view entry) const
    {
        if (which_ == forwarded_header::x_forwarded_for)
            return read_node(entry);
        while (!entry.empty()) {
            auto const end = entry.find(';');
            auto pair = detail::trim(entry.substr(0, end));
            entry = end == std::string_view::npos ? std::string_view() : entry.substr(end + 1);
            if (pair.size() < 4 || !iequals(pair.substr(0, 4), "for="))
                continue;
            pair.remove_prefix(4);
            if (pair.size() >= 2 && pair.front() == '"' && pair.back() == '"')
                pair = pair.substr(1, pair.size() - 2);
            return read_node(pair);
        }
        return std::nullopt;
    }

    /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
    static std::optional<address> read_node(std::string_view node)
    {
        if (node.starts_with('[')) {
            auto const end = node.find(']');
            if (end == std::string_view::npos || (end + 1 != node.size() && node[end + 1] != ':'))
                return std::nullopt;
            node = node.substr(1, end - 1);
        } else if (auto const colon = node.find(':'); colon != std::string_view::npos && node.rfind(':') == colon) {
            node = node.substr(0, colon);
        }
        error_code ec;
        auto const found = boost::asio::ip::make_address(std::string(node), ec);
        if (ec)
            return std::nullopt;
        return network_list::unmapped(found);
    }

    network_list trusted_;
    forwarded_header which_ = forwarded_header::x_forwarded_for;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_TRUSTED_PROXIES_HPP
