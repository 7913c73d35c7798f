#ifndef PENSTOCK_KUBE_WATCH_JOURNAL_HPP
#define PENSTOCK_KUBE_WATCH_JOURNAL_HPP
#include <penstock/env/environment.hpp>
#include <penstock/kube/outage.hpp>
#include <penstock/kube/reflector.hpp>
#include <penstock/metrics/names.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/** What people read of one informer: lines in the log, counters, and what is wrong now.
    @par Thread safety
    One thread. */
template <env::environment Env>
class watch_journal
{
public:
    /// @param env Outlives it.
    watch_journal(Env& env, resource what, std::string ns) : env_(env), what_(std::move(what)), ns_(std::move(ns))
    {
        for (std::size_t i = 0; i < restarts_.size(); ++i) {
            restarts_[i] = env_.metrics().make_counter(metrics::names::watch_restarts_total,
                                                       {what_.qualified(), text_of(static_cast<watch_end>(i))});
        }
    }

    /// A watch ended.
    void ended(watch_end how, failure const& why)
    {
        restarts_[static_cast<std::size_t>(how)].increment();
        if (how == watch_end::failed || how == watch_end::throttled)
            failed("watch", why);
        else
            env_.log().write(observe::level::debug, "kube", "the watch ended",
                             {{"resource", what_.qualified()}, {"how", text_of(how)}, {"error", why.detail}});
    }

    /// One line when the trouble begins or changes; what lasts or comes and goes is for debugging only.
    void failed(std::string_view verb, failure const& f)
    {
        if (f.code == errc::gone)
            return;  // part of normal life
        bool const say = outage_.begins(f, env_.clock().now()) == outage::verdict::say;
        auto const text = words_for(f, verb, what_, ns_);
        env_.log().write(say ? observe::level::error : observe::level::debug, "kube", text,
                         {{"resource", what_.qualified()}, {"error", f.message()}});
    }

    void recovered()
    {
        if (outage_.ends() == outage::verdict::say)
            env_.log().write(observe::level::info, "kube", "in step again", {{"resource", what_.qualified()}});
    }

    /// A list begins to come as a stream.
    void lists(time_point now) noexcept { said_at_ = now; }

    /// It is still coming. One line in ten seconds.
    void still_lists(std::size_t objects, time_point now)
    {
        if (now - said_at_ < std::chrono::seconds(10))
            return;
        said_at_ = now;
        auto const so_far = std::to_string(objects);
        env_.log().write(observe::level::info, "kube", "the list has not come to its end yet",
                         {{"resource", what_.qualified()}, {"objects", so_far}});
    }

    void passed_over(std::string_view kind)
    {
        env_.log().write(observe::level::debug, "kube", "passed over an event of another type",
                         {{"resource", what_.qualified()}, {"kind", kind}});
    }

    void handler_threw(std::exception const& thrown)
    {
        env_.log().write(observe::level::error, "kube", "a handler threw; the others are told all the same",
                         {{"resource", what_.qualified()}, {"error", thrown.what()}});
    }

    /// What is wrong now; a code of zero when nothing is.
    failure const& trouble() const noexcept { return outage_.trouble(); }
    /// Whether it will hardly pass by itself: the resource is not installed, or may not be read.
    bool hopeless() const noexcept { return trouble().code == errc::not_found || trouble().code == errc::forbidden; }
private:
    Env& env_;
    resource what_;
    std::string ns_;
    outage outage_;
    time_point said_at_{};  // that a list is still coming
    std::array<metrics::counter, static_cast<std::size_t>(watch_end::unlisted) + 1> restarts_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_WATCH_JOURNAL_HPP
