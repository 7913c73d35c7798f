#ifndef PENSTOCK_ENV_WATCHED_FILE_HPP
#define PENSTOCK_ENV_WATCHED_FILE_HPP
#include <penstock/config.hpp>
#include <penstock/env/file_mark.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace penstock::env {

/** A small file that somebody replaces, such as one with certificates: reads only what may have changed (`file_mark`),
    and tells when it holds something else.

    What is no file, such as a pipe, is read once. Blocks the calling thread: for local files.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class watched_file
{
public:
    enum class change
    {
        none,
        fresh,  ///< The content is another one than before.
    };

    watched_file() = default;  ///< Of no file: `empty()`.
    explicit watched_file(std::string path, std::size_t limit = 1U << 20U) : path_(std::move(path)), limit_(limit) {}

    bool empty() const noexcept { return path_.empty(); }

    /** Looks whether it has changed. A failure leaves the content as it was.
        @return What `small_file` says. */
    PENSTOCK_DECL result<change> refresh();

    /// What was read last; empty if nothing could be.
    secret const& content() const noexcept { return content_; }
private:
    std::string path_;
    std::size_t limit_ = 0;
    secret content_;
    file_mark mark_;
    bool has_content_ = false;
    bool once_ = false;  // it is no file, and has been read
};

}  // namespace penstock::env

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/env/impl/watched_file.ipp>
#endif

#endif  // PENSTOCK_ENV_WATCHED_FILE_HPP
