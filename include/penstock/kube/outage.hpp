#ifndef PENSTOCK_KUBE_OUTAGE_HPP
#define PENSTOCK_KUBE_OUTAGE_HPP
#include <penstock/error/result.hpp>
#include <penstock/kube/object_ref.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/// What people read of a request that failed and will be made again, and what they can do about it. @param grants The
/// permissions that its kind of work needs.
inline std::string words_for(failure const& f, std::string_view verb, resource const& what, std::string_view ns,
                             std::string_view grants = "get, list and watch")
{
    if (f.code == errc::not_found)
        return "the server does not know " + what.qualified() + ", waiting for it to be installed";
    if (f.code == errc::forbidden)
        return "not allowed to " + std::string(verb) + ' ' + what.qualified() + ": grant " + std::string(grants) + ' '
               + (ns.empty() ? std::string("in all namespaces") : "in namespace " + std::string(ns));
    return "cannot " + std::string(verb) + ' ' + what.qualified() + ", trying on";
}

/** Remembers what is wrong and decides which of it deserves a line in the log. Pure.

    One line when a trouble begins or becomes another one, and one when it is over; none while it lasts, nor when
    the same one comes back within ten minutes. */
class outage
{
public:
    enum class verdict
    {
        say,
        keep_quiet,
    };

    verdict begins(failure f, time_point now)
    {
        bool const lasts = trouble_.code == f.code;
        bool const returns = said_ == f.code && now - said_at_ < std::chrono::minutes(10);
        trouble_ = std::move(f);
        if (lasts || returns)
            return verdict::keep_quiet;
        said_ = trouble_.code;
        said_at_ = now;
        open_ = true;
        return verdict::say;
    }

    verdict ends()
    {
        trouble_ = failure();
        return std::exchange(open_, false) ? verdict::say : verdict::keep_quiet;
    }

    /// What is wrong now; a code of zero when nothing is.
    failure const& trouble() const noexcept { return trouble_; }
private:
    failure trouble_;
    error_code said_;  // the last one that was worth a line
    time_point said_at_{};
    bool open_ = false;  // a line says that it began, none that it is over
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_OUTAGE_HPP
