#ifndef PENSTOCK_EMBEDDED_IMPL_KUBE_FAULTS_IPP
#define PENSTOCK_EMBEDDED_IMPL_KUBE_FAULTS_IPP
#include <penstock/embedded/kube_faults.hpp>

#include <penstock/embedded/kube_object.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

namespace penstock::embedded {

namespace kube_detail {

inline constexpr std::array<std::pair<std::string_view, kube_fault_kind>, 4> fault_kinds{{
    {"status", kube_fault_kind::status},
    {"delay", kube_fault_kind::delay},
    {"truncate", kube_fault_kind::truncate},
    {"hang", kube_fault_kind::hang},
}};

inline std::int64_t number_at(boost::json::object const& o, std::string_view name, std::int64_t otherwise)
{
    auto const* v = o.if_contains(name);
    return v && v->is_int64() ? v->get_int64() : otherwise;
}

}  // namespace kube_detail

PENSTOCK_DECL kube_fault kube_fault::denied(std::string_view webhook, std::string_view why)
{
    kube_fault out;
    out.status = 400;
    out.message = "admission webhook \"" + std::string(webhook) + "\" denied the request: " + std::string(why);
    return out;
}

PENSTOCK_DECL kube_fault kube_fault::unanswered(std::string_view webhook, std::string_view why)
{
    kube_fault out;
    out.status = 500;
    out.message = "Internal error occurred: failed calling webhook \"" + std::string(webhook)
                  + "\": failed to call webhook: " + std::string(why);
    return out;
}

PENSTOCK_DECL std::optional<kube_fault> kube_faults::take(std::string_view method, std::string_view target, bool watch)
{
    auto const verb = watch ? std::string_view("WATCH") : method;
    for (auto at = rules_.begin(); at != rules_.end(); ++at) {
        if ((!at->method.empty() && at->method != verb) || target.find(at->path) == std::string_view::npos)
            continue;
        auto const out = *at;
        if (at->count > 0 && --at->count == 0)
            rules_.erase(at);
        return out;
    }
    return std::nullopt;
}

PENSTOCK_DECL result<kube_fault> kube_faults::parse(boost::json::object const& rule)
{
    kube_fault out;
    out.method = json_text(rule, {"method"});
    out.path = json_text(rule, {"path"});
    out.count = static_cast<int>(kube_detail::number_at(rule, "count", 1));
    out.status = static_cast<int>(kube_detail::number_at(rule, "status", 500));
    out.retry_after = static_cast<int>(kube_detail::number_at(rule, "retryAfter", -1));
    out.delay = std::chrono::milliseconds(kube_detail::number_at(rule, "delayMs", 0));
    out.reason = json_text(rule, {"reason"});
    out.message = json_text(rule, {"message"});
    auto const bytes = kube_detail::number_at(rule, "bytes", 0);
    auto const kind = json_text(rule, {"kind"});
    bool known = kind.empty();
    for (auto const& [name, value] : kube_detail::fault_kinds)
        if (name == kind) {
            out.kind = value;
            known = true;
        }
    if (!known || bytes < 0 || out.status < 200 || out.status > 599 || out.count == 0)
        return failure(errc::malformed, "fault rule");
    out.bytes = static_cast<std::size_t>(bytes);
    return out;
}

PENSTOCK_DECL boost::json::array kube_faults::to_json() const
{
    boost::json::array all;
    for (auto const& r : rules_) {
        boost::json::object o;
        o["method"] = r.method;
        o["path"] = r.path;
        o["count"] = r.count;
        for (auto const& [name, value] : kube_detail::fault_kinds)
            if (value == r.kind)
                o["kind"] = name;
        o["status"] = r.status;
        o["retryAfter"] = r.retry_after;
        o["delayMs"] = std::chrono::duration_cast<std::chrono::milliseconds>(r.delay).count();
        o["bytes"] = r.bytes;
        o["reason"] = r.reason;
        o["message"] = r.message;
        all.push_back(std::move(o));
    }
    return all;
}

PENSTOCK_DECL kube_error kube_faults::error_of(kube_fault const& fault)
{
    kube_error e;
    switch (fault.status) {
    case 401: e = kube_errors::unauthorized(); break;
    case 409: e.reason = "Conflict"; break;
    case 410: e = kube_errors::expired("The provided resource version is too old."); break;
    case 429: e = kube_errors::too_many_requests(fault.retry_after < 0 ? 1 : fault.retry_after); break;
    case 500: e.reason = "InternalError"; break;
    case 503: e.reason = "ServiceUnavailable"; break;
    default: break;
    }
    e.code = fault.status;
    if (!fault.reason.empty())
        e.reason = fault.reason;
    if (!fault.message.empty())
        e.message = fault.message;
    if (e.message.empty())
        e.message = "a fault that was asked for";
    if (fault.retry_after >= 0)
        e.details["retryAfterSeconds"] = fault.retry_after;
    else
        e.details.erase("retryAfterSeconds");
    return e;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_KUBE_FAULTS_IPP
