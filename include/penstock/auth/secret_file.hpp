#ifndef PENSTOCK_AUTH_SECRET_FILE_HPP
#define PENSTOCK_AUTH_SECRET_FILE_HPP
#include <penstock/config.hpp>
#include <penstock/env/file_mark.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace penstock::auth {

/** A secret in a file that somebody replaces: a mounted Secret, a key that is rotated.

    It looks at what the path leads to (inode, size, times), through the symlinks that a mounted Secret swaps, and reads
    only what has changed. White space at the end is not part of it. While the file cannot be read the last value is
    kept. Blocks the calling thread: for local files.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class secret_file
{
public:
    enum class change
    {
        none,
        fresh,  ///< The value is another one than before.
    };

    explicit secret_file(std::string path, std::size_t limit = 64U * 1024U) : path_(std::move(path)), limit_(limit) {}

    /// Looks whether it has changed. @return `errc::invalid_configuration` or `errc::too_large` that names the path.
    PENSTOCK_DECL result<change> refresh();

    /// What was read last; empty if nothing could be.
    secret const& value() const noexcept { return value_; }
    std::string const& path() const noexcept { return path_; }
private:
    std::string path_;
    std::size_t limit_;
    secret value_;
    env::file_mark mark_;
};

}  // namespace penstock::auth

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/auth/impl/secret_file.ipp>
#endif

#endif  // PENSTOCK_AUTH_SECRET_FILE_HPP
