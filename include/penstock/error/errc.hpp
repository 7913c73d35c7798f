#ifndef PENSTOCK_ERROR_ERRC_HPP
#define PENSTOCK_ERROR_ERRC_HPP
#include <penstock/error/condition.hpp>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

#include <string>

namespace penstock {

using error_code = boost::system::error_code;

/// What went wrong, exactly. Programs branch on `condition`, people read these.
enum class errc
{
    invalid_argument = 1,   ///< A value that the caller gave cannot be used.
    invalid_configuration,  ///< A file or an option says something that cannot be done.
    malformed,              ///< Bytes from outside are not in the form that their format demands.
    too_large,              ///< A limit on size or depth was reached.
    truncated,              ///< The peer ended before the message did.
    deadline_exceeded,      ///< The time that was allowed has passed.
    connection_failed,      ///< No connection, or it broke before the answer was complete.
    tls_failed,             ///< The peer could not be trusted, or refused our certificate.
    unauthorized,           ///< 401: the credential was not accepted.
    forbidden,              ///< 403: the credential is not allowed to do this.
    not_found,              ///< 404.
    conflict,               ///< 409: somebody else wrote in between, or it exists already.
    gone,                   ///< 410: the resource version is too old; list again.
    invalid_object,         ///< 400, 422: the peer refused the content.
    quota_exhausted,        ///< 429, or 403 with an empty quota; `retry_after` says when to return.
    unavailable,            ///< 5xx.
    unexpected_status,      ///< Another status than the exchange allows.
    signature_missing,      ///< The header that carries the signature is not there.
    signature_malformed,    ///< The signature is not in the form of its scheme.
    signature_mismatch,     ///< No active secret gives this signature.
    signature_expired,      ///< The signed time lies outside of the tolerance.
    unsupported,            ///< Understood, and not done by this program.
    shutting_down,          ///< The component has been told to stop.
    store_failed,           ///< The store could not read or write.
    exception_thrown,       ///< A bug: something threw where errors are values. `detail` is what it said.
    not_leader,             ///< Another process leads, so this one must not write.
};

/// The category of `errc`: its name is "penstock". Thread-safe.
inline boost::system::error_category const& penstock_category() noexcept;

/// Lets `errc` be used wherever an `error_code` is wanted.
inline error_code make_error_code(errc e) noexcept
{
    return {static_cast<int>(e), penstock_category()};
}

namespace detail {

class errc_category final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "penstock"; }

    std::string message(int value) const override
    {
        switch (static_cast<errc>(value)) {
        case errc::invalid_argument: return "invalid argument";
        case errc::invalid_configuration: return "invalid configuration";
        case errc::malformed: return "malformed input";
        case errc::too_large: return "too large";
        case errc::truncated: return "truncated";
        case errc::deadline_exceeded: return "deadline exceeded";
        case errc::connection_failed: return "connection failed";
        case errc::tls_failed: return "TLS failed";
        case errc::unauthorized: return "unauthorized";
        case errc::forbidden: return "forbidden";
        case errc::not_found: return "not found";
        case errc::conflict: return "conflict";
        case errc::gone: return "gone";
        case errc::invalid_object: return "invalid object";
        case errc::quota_exhausted: return "quota exhausted";
        case errc::unavailable: return "unavailable";
        case errc::unexpected_status: return "unexpected status";
        case errc::signature_missing: return "signature missing";
        case errc::signature_malformed: return "signature malformed";
        case errc::signature_mismatch: return "signature mismatch";
        case errc::signature_expired: return "signature expired";
        case errc::unsupported: return "unsupported";
        case errc::shutting_down: return "shutting down";
        case errc::store_failed: return "store failed";
        case errc::exception_thrown: return "an exception was thrown";
        case errc::not_leader: return "not the leader";
        }
        return "unknown penstock error";
    }

    boost::system::error_condition default_error_condition(int value) const noexcept override
    {
        switch (static_cast<errc>(value)) {
        case errc::truncated:
        case errc::deadline_exceeded:
        case errc::connection_failed:
        case errc::unavailable: return make_error_condition(condition::retryable);
        case errc::unauthorized: return make_error_condition(condition::unauthorized);
        case errc::not_found: return make_error_condition(condition::not_found);
        case errc::conflict: return make_error_condition(condition::conflict);
        case errc::gone: return make_error_condition(condition::gone);
        case errc::quota_exhausted: return make_error_condition(condition::quota_exhausted);
        case errc::signature_missing:
        case errc::signature_malformed:
        case errc::signature_mismatch:
        case errc::signature_expired:
        case errc::forbidden:
        case errc::invalid_object: return make_error_condition(condition::rejected);
        default: return {value, *this};
        }
    }
};

}  // namespace detail

inline boost::system::error_category const& penstock_category() noexcept
{
    static detail::errc_category const category;
    return category;
}

}  // namespace penstock

namespace boost::system {

template <>
struct is_error_code_enum<penstock::errc> : std::true_type
{};

}  // namespace boost::system

#endif  // PENSTOCK_ERROR_ERRC_HPP
