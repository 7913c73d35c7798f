#ifndef PENSTOCK_HTTP_GUNZIP_HPP
#define PENSTOCK_HTTP_GUNZIP_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::http {

struct gunzip_options  // at namespace scope; every field works by default
{
    std::uint64_t max_size = std::numeric_limits<std::uint64_t>::max();  ///< Bytes that come out.
    std::uint64_t max_ratio = 200;           ///< Bytes that come out for each that went in; DEFLATE reaches 1032.
    std::uint64_t free_size = 1024 * 1024;  ///< The ratio is not looked at before so many have come out.
};

/** Unpacks gzip (RFC 1952) piece by piece, and stops what would grow beyond its bounds while it grows.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class gunzip
{
public:
    PENSTOCK_DECL explicit gunzip(gunzip_options const& o = gunzip_options());
    PENSTOCK_DECL gunzip(gunzip&&) noexcept;
    PENSTOCK_DECL gunzip& operator=(gunzip&&) noexcept;
    PENSTOCK_DECL ~gunzip();

    /** Appends to `out` what a piece of the packed bytes gives.
        @return `errc::malformed` (also for a checksum that is wrong), `errc::too_large` for a bomb. After a failure
        the object is good for nothing more. */
    PENSTOCK_DECL result<void> put(std::string_view piece, std::string& out);

    /// Called at the end of the packed bytes: `errc::truncated` if something is missing.
    PENSTOCK_DECL result<void> finish() const;
private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace penstock::http

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/http/impl/gunzip.ipp>
#endif

#endif  // PENSTOCK_HTTP_GUNZIP_HPP
