#ifndef PENSTOCK_HTTP_IMPL_UNIX_PATH_IPP
#define PENSTOCK_HTTP_IMPL_UNIX_PATH_IPP
#include <penstock/error/result.hpp>

#include <boost/asio/local/stream_protocol.hpp>

#include <string>
#include <string_view>
#include <sys/un.h>

namespace penstock::http::detail {

inline bool is_unix(std::string_view address) noexcept
{
    return address.starts_with("unix:");
}

/// Where `unix:/run/penstock.sock` leads. A path has at most 107 bytes, and no zero byte.
inline result<boost::asio::local::stream_protocol::endpoint> unix_endpoint(std::string const& address)
{
    auto const path = address.substr(5);
    if (path.empty() || path.size() >= sizeof(::sockaddr_un::sun_path) || path.find('\0') != std::string::npos)
        return failure(errc::invalid_configuration,
                       "'" + address + "' is no Unix socket; write unix:/PATH with a path of 1 to 107 bytes");
    return boost::asio::local::stream_protocol::endpoint(path);
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_UNIX_PATH_IPP
