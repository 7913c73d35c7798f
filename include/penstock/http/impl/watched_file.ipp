#ifndef PENSTOCK_HTTP_IMPL_WATCHED_FILE_IPP
#define PENSTOCK_HTTP_IMPL_WATCHED_FILE_IPP
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace penstock::http::detail {

/// A small file of PEM that somebody may replace: reads it, and tells when what the path leads to is another file or
/// has been written to. Blocks: for local files.
class watched_file
{
public:
    static constexpr std::size_t limit = 1024 * 1024;

    watched_file() = default;
    explicit watched_file(std::string path) : path_(std::move(path)) {}

    bool empty() const noexcept { return path_.empty(); }

    /// Whether the file is not the one that was read. A file that is gone has not changed: it may come back.
    bool changed() const
    {
        struct ::stat now = {};
        return !path_.empty() && ::stat(path_.c_str(), &now) == 0 && stamp(now) != seen_;
    }

    result<secret> read()
    {
        int const fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return cannot("opened");
        struct ::stat now = {};
        std::string bytes(limit + 1, '\0');
        std::size_t size = 0;
        ::ssize_t n = ::fstat(fd, &now) == 0 ? 1 : -1;
        while (n > 0 && size < bytes.size()) {
            n = ::read(fd, bytes.data() + size, bytes.size() - size);
            size += n > 0 ? static_cast<std::size_t>(n) : 0;
        }
        ::close(fd);
        seen_ = stamp(now);
        bytes.resize(size);
        secret content(std::move(bytes));
        if (n < 0)
            return cannot("read");
        if (size > limit)
            return failure(errc::invalid_configuration, path_ + ": longer than 1 MiB");
        return content;
    }
private:
    using stamp_type = std::tuple<::dev_t, ::ino_t, ::off_t, std::int64_t, std::int64_t>;

    static stamp_type stamp(struct ::stat const& s) noexcept
    {
        return {s.st_dev, s.st_ino, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec};
    }

    failure cannot(char const* what) const
    {
        return {errc::invalid_configuration,
                path_ + ": cannot be " + what + ": " + std::system_category().message(errno)};
    }

    std::string path_;
    stamp_type seen_{};
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_WATCHED_FILE_IPP
