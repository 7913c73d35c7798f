#ifndef PENSTOCK_HTTP_IMPL_DESTINATION_IPP
#define PENSTOCK_HTTP_IMPL_DESTINATION_IPP
#include <penstock/error/result.hpp>
#include <penstock/http/client.hpp>
#include <penstock/http/impl/answer.ipp>
#include <penstock/http/impl/unix_path.ipp>
#include <penstock/http/proxy.hpp>
#include <penstock/text/secret.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <openssl/evp.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http::detail {

/// A proxy, taken apart.
struct proxy_address
{
    std::string host;  ///< Empty: none.
    std::string port;
    secret authorization;  ///< The value of Proxy-Authorization; empty for none.
};

/// Where a request goes.
struct destination
{
    bool tls = false;
    std::string host;       ///< Without brackets.
    std::string port;       ///< Decimal, never empty.
    std::string authority;  ///< For Host: the port only if it is not the scheme's.
    std::string target;     ///< Path and query.
    proxy_address proxy;
    std::string endpoint;  ///< `unix:/PATH`, or empty.

    /// Connections with the same key may stand in for each other.
    std::string key() const
    {
        return (tls ? "https " : "http ") + host + ' ' + port + ' ' + proxy.host + ' ' + proxy.port + endpoint;
    }
    /// For people.
    std::string where() const
    {
        if (!endpoint.empty())
            return endpoint;
        return host.find(':') == std::string::npos ? host + ':' + port : '[' + host + "]:" + port;
    }
};

inline std::string basic_credentials(std::string const& user, std::string const& password)
{
    std::string plain = user + ':' + password;
    std::string out("Basic ");
    std::string coded((plain.size() + 2) / 3 * 4 + 1, '\0');
    auto const n =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(coded.data()),
                        reinterpret_cast<unsigned char const*>(plain.data()), static_cast<int>(plain.size()));
    out.append(coded, 0, static_cast<std::size_t>(n));
    secret::wipe(plain);
    secret::wipe(coded);
    return out;
}

inline result<proxy_address> parse_proxy(std::string text)
{
    if (text.find("://") == std::string::npos)
        text.insert(0, "http://");
    auto const url = boost::urls::parse_uri(text);
    if (!url || url->scheme() != "http" || url->encoded_host().empty())
        return failure(errc::invalid_configuration, "a proxy must be given as http://host:port");
    proxy_address p;
    p.host = url->host_address();
    p.port = url->has_port() && !url->port().empty() ? std::string(url->port()) : "80";
    if (p.port.size() > 5 || std::stoul(p.port) > 65535)
        return failure(errc::invalid_configuration, "the port of the proxy");
    if (url->has_userinfo())
        p.authorization = secret(basic_credentials(url->user(), url->password()));
    return p;
}

/// Takes a request's URL apart, and decides about the proxy.
inline result<destination> find_destination(std::string const& text, client_options const& o)
{
    auto const url = boost::urls::parse_uri(text);
    if (!url)
        return failure(errc::invalid_argument, "the URL of the request cannot be read");
    destination d;
    d.tls = url->scheme() == "https";
    if (!d.tls && url->scheme() != "http")
        return failure(errc::invalid_argument, "only http and https URLs can be fetched");
    if (url->has_userinfo())
        return failure(errc::invalid_argument, "a URL with credentials in it");
    d.host = url->host_address();
    if (d.host.empty() || !is_field_value(d.host))
        return failure(errc::invalid_argument, "a URL without a host");
    std::string const usual = d.tls ? "443" : "80";
    d.port = url->has_port() && !url->port().empty() ? std::string(url->port()) : usual;
    if (d.port.size() > 5 || std::stoul(d.port) > 65535)
        return failure(errc::invalid_argument, "the port of the URL");
    d.authority = std::string(url->encoded_host());
    if (d.port != usual)
        d.authority += ':' + d.port;
    d.target = std::string(url->encoded_path());
    if (d.target.empty())
        d.target = "/";
    if (url->has_query())
        d.target += '?' + std::string(url->encoded_query());
    d.endpoint = o.endpoint;
    if (!d.endpoint.empty()) {
        if (!is_unix(d.endpoint))
            return failure(errc::invalid_configuration, "the endpoint '" + d.endpoint + "'; write unix:/PATH");
        return d;
    }
    auto const& proxy = d.tls ? o.https_proxy : o.http_proxy;
    if (!proxy.empty() && !bypasses_proxy(o.no_proxy, d.host, d.port, o.proxy_loopback)) {
        auto p = parse_proxy(proxy);
        if (!p)
            return p.error();
        d.proxy = *std::move(p);
    }
    return d;
}

/// Bytes that the header of a request takes at most: it must not grow while it holds a credential.
inline std::size_t header_size(request const& r, destination const& d, client_options const& o)
{
    std::size_t size = 256 + r.method.size() + d.target.size() + 2 * d.authority.size() + o.user_agent.size()
                       + d.proxy.authorization.size();
    for (auto const& [name, value] : r.fields)
        size += name.size() + value.size() + 4;
    return size;
}

/// The header of a request on the wire. Fails on anything that could end a field and begin another.
inline result<secret> encode_request(request const& r, destination const& d, client_options const& o)
{
    auto const& user_agent = o.user_agent;
    if (!is_token(r.method) || r.method == "CONNECT")
        return failure(errc::invalid_argument, "the method of the request");
    std::string out;
    out.reserve(header_size(r, d, o));
    out += r.method + ' ';
    if (!d.tls && !d.proxy.host.empty())
        out += "http://" + d.authority;
    out += d.target + " HTTP/1.1\r\nHost: " + d.authority + "\r\n";
    bool accept = false;
    bool agent = false;
    bool encoding = false;
    for (auto const& [name, value] : r.fields) {
        if (!is_token(name))
            return failure(errc::invalid_argument, "the name of a header field");
        if (!is_field_value(value))
            return failure(errc::invalid_argument, "the value of the header field '" + name + "'");
    }
    for (auto const& [name, value] : r.fields) {
        if (iequals(name, "Host") || iequals(name, "Content-Length") || iequals(name, "Connection")
            || iequals(name, "Transfer-Encoding") || iequals(name, "Proxy-Authorization"))
            continue;
        accept |= iequals(name, "Accept");
        agent |= iequals(name, "User-Agent");
        encoding |= iequals(name, "Accept-Encoding");
        out.append(name).append(": ").append(value).append("\r\n");
    }
    if (!agent && !user_agent.empty() && is_field_value(user_agent))
        out += "User-Agent: " + user_agent + "\r\n";
    if (!accept)
        out += "Accept: */*\r\n";
    if (o.accept_gzip && !encoding)
        out += "Accept-Encoding: gzip\r\n";
    if (!d.tls && !d.proxy.authorization.empty())
        out.append("Proxy-Authorization: ").append(d.proxy.authorization.reveal()).append("\r\n");
    if (!r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH")
        out += "Content-Length: " + std::to_string(r.body.size()) + "\r\n";
    out += "\r\n";
    return secret(std::move(out));
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_DESTINATION_IPP
