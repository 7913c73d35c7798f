#ifndef PENSTOCK_HTTP_NETWORK_LIST_HPP
#define PENSTOCK_HTTP_NETWORK_LIST_HPP
#include <penstock/error/result.hpp>
#include <penstock/http/proxy.hpp>

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

/** Peers that are believed: networks (`10.0.0.0/8`, `fd00::/8`), addresses (`192.0.2.7`, `::1`), and `unix:` for
    whoever comes through a Unix socket. An IPv4 address that is mapped into IPv6 (RFC 4291, 2.5.5.2) is the IPv4
    address. Thread-safe once made. */
class network_list
{
public:
    /// Nobody.
    network_list() = default;

    /// @return `errc::invalid_configuration` with the first entry that cannot be read.
    static result<network_list> make(std::vector<std::string> const& entries)
    {
        network_list list;
        for (auto const& entry : entries) {
            if (entry == "unix:") {
                list.unix_ = true;
                continue;
            }
            error_code ec;
            auto const base = boost::asio::ip::make_address(entry.substr(0, entry.find('/')), ec);
            auto const whole = entry.find('/') == std::string::npos ? entry + (base.is_v4() ? "/32" : "/128") : entry;
            if (ec || !detail::in_network(whole, base))
                return failure(errc::invalid_configuration,
                               "'" + entry + "' is no network; write an address, a CIDR like 10.0.0.0/8, or unix:");
            list.networks_.push_back(whole);
        }
        return list;
    }

    bool empty() const noexcept { return networks_.empty() && !unix_; }

    /// @param peer An address without brackets and port, or `unix:`.
    bool contains(std::string_view peer) const
    {
        if (peer == "unix:")
            return unix_;
        error_code ec;
        auto const address = boost::asio::ip::make_address(std::string(peer), ec);
        return !ec && contains(address);
    }

    bool contains(boost::asio::ip::address const& peer) const
    {
        auto const plain = unmapped(peer);
        for (auto const& network : networks_)
            if (detail::in_network(network, plain))
                return true;
        return false;
    }

    /// The IPv4 address, if an IPv6 address only wraps one.
    static boost::asio::ip::address unmapped(boost::asio::ip::address const& a)
    {
        namespace ip = boost::asio::ip;
        return a.is_v6() && a.to_v6().is_v4_mapped() ? ip::address(ip::make_address_v4(ip::v4_mapped, a.to_v6())) : a;
    }
private:
    std::vector<std::string> networks_;
    bool unix_ = false;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_NETWORK_LIST_HPP
