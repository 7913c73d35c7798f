#ifndef PENSTOCK_HTTP_IMPL_SOCKET_FILE_IPP
#define PENSTOCK_HTTP_IMPL_SOCKET_FILE_IPP
#include <penstock/error/result.hpp>
#include <penstock/http/impl/unix_path.ipp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace penstock::http::detail {

/// The file of a listening Unix socket, which is taken away with this object unless somebody has replaced it.
class socket_file
{
public:
    socket_file() = default;
    socket_file(socket_file const&) = delete;
    socket_file& operator=(socket_file const&) = delete;
    ~socket_file() { remove(); }

    /// Removes a socket that is left from before. Not one that somebody listens on, nor any other file.
    static result<void> make_room(std::string const& path)
    {
        struct ::stat found = {};
        if (::lstat(path.c_str(), &found) != 0)
            return {};
        if (!S_ISSOCK(found.st_mode))
            return failure(errc::invalid_configuration, path + ": is there, and no socket; choose another path");
        int const fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        ::sockaddr_un where = {};
        where.sun_family = AF_UNIX;
        std::memcpy(where.sun_path, path.c_str(), path.size() + 1);  // `unix_endpoint` has looked at its length
        bool const dead =
            fd >= 0 && ::connect(fd, reinterpret_cast<::sockaddr*>(&where), sizeof where) != 0 && errno == ECONNREFUSED;
        if (fd >= 0)
            ::close(fd);
        if (!dead)
            return failure(errc::invalid_configuration, path + ": somebody listens on it already");
        ::unlink(path.c_str());
        return {};
    }

    /// Takes charge of a socket that was bound, and sets its mode. False, with errno, if that fails.
    bool take(std::string path, unsigned mode)
    {
        path_ = std::move(path);
        return ::chmod(path_.c_str(), static_cast<::mode_t>(mode)) == 0 && ::lstat(path_.c_str(), &own_) == 0;
    }

    bool taken() const noexcept { return !path_.empty(); }

    void remove() noexcept
    {
        struct ::stat now = {};
        if (own_.st_ino != 0 && ::lstat(path_.c_str(), &now) == 0 && now.st_ino == own_.st_ino
            && now.st_dev == own_.st_dev)
            ::unlink(path_.c_str());
        own_ = {};
    }
private:
    std::string path_;
    struct ::stat own_ = {};
};

/// The TCP endpoint that a generic one is.
inline asio::ip::tcp::endpoint tcp_endpoint(asio::generic::stream_protocol::endpoint const& e)
{
    asio::ip::tcp::endpoint out;
    if (e.size() <= out.capacity()) {
        std::memcpy(out.data(), e.data(), e.size());
        out.resize(e.size());
    }
    return out;
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_SOCKET_FILE_IPP
