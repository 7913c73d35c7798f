#ifndef PENSTOCK_KUBE_API_STATUS_HPP
#define PENSTOCK_KUBE_API_STATUS_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::kube {

/// One reason of a refusal: a field that is wrong, or one that somebody else owns.
class status_cause
{
public:
    bool operator==(status_cause const&) const = default;

    std::string reason;   ///< `FieldValueInvalid`, `FieldValueRequired`, `FieldManagerConflict`, …
    std::string message;  ///< One line, for people.
    std::string field;    ///< `.spec.replicas` after an apply, `spec.interval` from a schema.
};

/// A field that an apply wanted to set and another manager owns.
class field_conflict
{
public:
    bool operator==(field_conflict const&) const = default;

    std::string manager;
    std::string field;
};

/** What a Kubernetes `Status` says, beyond the sentence in `failure::detail`: the note of every failure that a
    server explained with one. Credentials in its texts are hidden (`redact`); texts are cut to one
    line of 512 bytes, causes to the first 64.
    @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
class api_status final : public failure_note
{
public:
    /// Managers and fields of an apply that would have taken something away; nothing for other refusals.
    PENSTOCK_DECL std::vector<field_conflict> conflicts() const;

    int code = 0;        ///< The status of the answer.
    std::string reason;  ///< `AlreadyExists`, `Conflict`, `Expired`, `Invalid`, …
    std::string message;
    std::string group;  ///< What it is about, as far as the server says it.
    std::string kind;   ///< The plural, or the kind where the content is at fault.
    std::string name;
    std::string uid;
    std::vector<status_cause> causes;
    duration retry_after{};      ///< `retryAfterSeconds`, at most a day; zero for none.
    std::string continue_token;  ///< Of an expired list: goes on from here, at another version.
};

/// @param code Taken where the object does not say one.
PENSTOCK_DECL api_status decode_status(boost::json::object const& status, int code);

/// What the server said, or null where there was no answer or another one. Lives as long as the failure.
inline api_status const* status_of(failure const& f) noexcept
{
    return dynamic_cast<api_status const*>(f.note.get());
}

/// Whether the server gave this reason.
inline bool has_reason(failure const& f, std::string_view reason) noexcept
{
    auto const* status = status_of(f);
    return status != nullptr && status->reason == reason;
}

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/api_status.ipp>
#endif
#endif  // PENSTOCK_KUBE_API_STATUS_HPP
