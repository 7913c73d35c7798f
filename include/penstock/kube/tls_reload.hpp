#ifndef PENSTOCK_KUBE_TLS_RELOAD_HPP
#define PENSTOCK_KUBE_TLS_RELOAD_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/tls_options.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace penstock::kube {

/// Where parts of `http::tls_options` were read from; empty for a part that is from no file.
class tls_files
{
public:
    bool empty() const noexcept { return authorities.empty() && certificate.empty() && key.empty(); }

    std::string authorities;
    std::string certificate;
    std::string key;
};

/** Keeps TLS options in step with their files, which somebody replaces while the program runs.

    The files are looked at again every 10 seconds at most, on the calling thread. What was read counts only if it is
    whole: authorities that can be read, a certificate and a key that belong together. Else the old ones stay, and
    `trouble` says why. Pure but for the reader. */
class tls_reload
{
public:
    /// Gives the content of a file. The default reads at most 1 MiB, and only what may have changed (`env::watched_file`).
    using reader = std::function<result<std::string>(std::string const& path)>;

    static constexpr duration look_every = std::chrono::seconds(10);

    /// @param options As they were read from the files at first.
    PENSTOCK_DECL tls_reload(http::tls_options options, tls_files files, reader read = nullptr);

    /// Looks at the files if it is time to. @return Whether the options are others now.
    enum class verdict : std::uint8_t
    {
        same,
        changed,
    };
    PENSTOCK_DECL verdict refresh(time_point now);

    /// The next `refresh` looks at the files, whenever it is: the peer did not like what we have.
    void doubt() noexcept { next_look_ = time_point::min(); }

    /// Takes a certificate from elsewhere (a plug-in); it wins over that of a file from then on.
    PENSTOCK_DECL result<verdict> use(std::string certificate_pem, secret private_key_pem);

    http::tls_options const& options() const noexcept { return options_; }
    /// Why the files were not taken when they were looked at last; a code of zero if they were.
    failure const& trouble() const noexcept { return trouble_; }
private:
    result<http::tls_options> look() const;

    http::tls_options options_;
    tls_files files_;
    reader read_;
    time_point next_look_ = time_point::min();
    failure trouble_;
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/tls_reload.ipp>
#endif
#endif  // PENSTOCK_KUBE_TLS_RELOAD_HPP
