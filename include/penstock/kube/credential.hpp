#ifndef PENSTOCK_KUBE_CREDENTIAL_HPP
#define PENSTOCK_KUBE_CREDENTIAL_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace penstock::kube {

/// Where a credential comes from that takes time to get: a program, another server. One thread.
class credential_source
{
public:
    credential_source() = default;
    credential_source(credential_source const&) = delete;
    credential_source& operator=(credential_source const&) = delete;
    virtual ~credential_source() = default;

    /// The value of the `Authorization` field; empty for none (a certificate may do instead).
    virtual awaitable<result<secret>> authorization(time_point deadline) = 0;
    /// As `credential::rejected`.
    virtual bool rejected(time_point started) = 0;
};

/** What goes into the `Authorization` field: nothing, a token, a token in a file that somebody replaces, a user
    with a password, or what a `credential_source` gives. A client certificate is part of the connection instead.

    A file is read again after 50 seconds (a minute less 10 seconds of leeway) on the calling thread; it is
    expected on a local file system, as the kubelet mounts it. While it cannot be read the old token is kept
    and the file is tried again every 10 seconds. Pure but for the reader. */
class credential
{
public:
    /// Gives the content of a file. The default reads at most 64 KiB.
    using reader = std::function<result<std::string>(std::string const& path)>;

    static constexpr duration refresh_after = std::chrono::seconds(50);
    static constexpr duration retry_after = std::chrono::seconds(10);

    credential() = default;  ///< Anonymous.

    static credential bearer(secret token);
    /// `initial` is used until the file could be read.
    static credential bearer_file(std::string path, secret initial = secret(), reader read = nullptr);
    static credential from(std::shared_ptr<credential_source> source);
    static credential basic(std::string const& user, secret const& password);

    /// The value of the field, from wherever it comes. Failures: those below and those of the source.
    awaitable<result<secret>> fetch(time_point now, time_point deadline);

    /** The value of the field; empty for none, and where a source has it.
        @return `errc::invalid_configuration` when there is no usable token; the detail names the file. */
    result<secret> authorization(time_point now);

    /** Takes note that the server did not accept a request.

        @param started When that request was made: a token that was read later is not to blame.
        @return Whether the next `authorization` may give another token, so that one more try makes sense. */
    bool rejected(time_point started);
private:
    std::shared_ptr<credential_source> source_;
    std::string path_;  // empty unless from a file
    reader read_;
    secret value_;  // as it goes into the field
    time_point fetched_ = time_point::min();
    time_point next_read_ = time_point::min();
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/credential.ipp>
#endif
#endif  // PENSTOCK_KUBE_CREDENTIAL_HPP
