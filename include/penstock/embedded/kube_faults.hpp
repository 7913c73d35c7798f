#ifndef PENSTOCK_EMBEDDED_KUBE_FAULTS_HPP
#define PENSTOCK_EMBEDDED_KUBE_FAULTS_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

enum class kube_fault_kind
{
    status,    ///< Answers with `status` and a Status object.
    delay,     ///< Waits, then serves as usual.
    truncate,  ///< Serves, and cuts the connection after `bytes` of the body.
    hang,      ///< Serves, and says nothing more after `bytes` of the body.
};

/// What goes wrong with the next requests that match.
struct kube_fault
{
    std::string method{};  ///< Empty: any. `WATCH` is a GET with `watch=true`, which `GET` does not match.
    std::string path{};    ///< A part of the request target (path and query); empty: any.
    int count = 1;       ///< How many requests; below 0: all of them.
    kube_fault_kind kind = kube_fault_kind::status;
    int status = 500;
    int retry_after = -1;  ///< Seconds for Retry-After; below 0: none.
    duration delay{};
    std::size_t bytes = 0;
    std::string reason{};   ///< Of the Status; empty: what belongs to `status`.
    std::string message{};  ///< The same.

    /** What the next write that matches gets when an admission webhook denies it: 400, and a message that names both,
        as the webhook does that says no more. @param webhook Its name: `policy.example.com`. */
    PENSTOCK_DECL static kube_fault denied(std::string_view webhook, std::string_view why);
    /// The same where a webhook that must be asked does not answer: 500.
    PENSTOCK_DECL static kube_fault unanswered(std::string_view webhook, std::string_view why);
};

/// The script of a server that misbehaves. The first rule that matches is used up. One thread.
class kube_faults
{
public:
    void add(kube_fault fault) { rules_.push_back(std::move(fault)); }
    void clear() { rules_.clear(); }
    std::size_t size() const noexcept { return rules_.size(); }

    PENSTOCK_DECL std::optional<kube_fault> take(std::string_view method, std::string_view target, bool watch);

    /** `{"method","path","count","kind","status","retryAfter","delayMs","bytes","reason","message"}`; `kind` is the name
        of a `kube_fault_kind`. `errc::malformed` for an unknown kind. */
    PENSTOCK_DECL static result<kube_fault> parse(boost::json::object const& rule);
    PENSTOCK_DECL boost::json::array to_json() const;
    /// The content of a fault of kind `status`.
    PENSTOCK_DECL static kube_error error_of(kube_fault const& fault);
private:
    std::vector<kube_fault> rules_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_faults.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_FAULTS_HPP
