#ifndef PENSTOCK_ENV_SMALL_FILE_HPP
#define PENSTOCK_ENV_SMALL_FILE_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace penstock::env {

/** A credential or configuration file that was opened to be read whole.

    Blocks the calling thread: for local files that the kubelet or the user put there. Failures are
    `errc::invalid_configuration` when it cannot be read and `errc::too_large`; the detail names the path.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class small_file
{
public:
    /// Whether what is no regular file may be read: `/dev/fd/63` of a shell, a named pipe.
    enum class pipes
    {
        wait,    ///< Yes, and it is waited for.
        refuse,  ///< No: it could hang, or be another thing each time.
    };

    /// Tells a version of a file from the others, where they are not written within a tick of the file system's clock:
    /// see `file_mark`.
    struct print
    {
        std::uint64_t device = 0, inode = 0, size = 0;
        std::int64_t modified = 0, changed = 0;  ///< Nanoseconds since 1970.
        bool regular = false;  ///< No pipe, folder or device.
        friend bool operator==(print const&, print const&) = default;
    };

    PENSTOCK_DECL static result<small_file> open(std::string path, pipes what = pipes::wait);

    small_file() = default;  ///< Nothing is open; may only be assigned to.
    small_file(small_file&& other) noexcept
        : path_(std::move(other.path_)), print_(other.print_), fd_(std::exchange(other.fd_, -1))
    {}
    small_file& operator=(small_file&& other) noexcept
    {
        path_.swap(other.path_);
        std::swap(print_, other.print_);
        std::swap(fd_, other.fd_);
        return *this;
    }
    PENSTOCK_DECL ~small_file();

    /// As it was when it was opened; the size of what is no regular file is 0.
    print const& seen() const noexcept { return print_; }

    /// Its content, once. What is not given to the caller is wiped.
    PENSTOCK_DECL result<std::string> read(std::size_t limit);
private:
    std::string path_;
    print print_;
    int fd_ = -1;
};

/// The content of a file; `errc::too_large` above `limit` bytes.
inline result<std::string> read_small_file(std::string path, std::size_t limit)
{
    auto file = small_file::open(std::move(path));
    if (!file)
        return file.error();
    return file->read(limit);
}

}  // namespace penstock::env

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/env/impl/small_file.ipp>
#endif

#endif  // PENSTOCK_ENV_SMALL_FILE_HPP
