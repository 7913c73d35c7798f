#ifndef PENSTOCK_HTTP_FORGE_ACCOUNT_HPP
#define PENSTOCK_HTTP_FORGE_ACCOUNT_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/http/governed_options.hpp>
#include <penstock/http/lowest_quota.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/rate/priority.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/rate/token_bucket.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http::detail {

/// What all accounts of one host report together.
struct forge_host
{
    lowest_quota lowest;
    std::map<std::string_view, metrics::gauge> left;  // by window; the names are those of `forge_call`, which last
};

/// What a forge counts together, and who is inside and waits.
struct forge_account
{
    template <class Env>
    forge_account(Env& env, governed_options const& o, std::string name, std::shared_ptr<forge_host> of, executor ex)
        : host(std::move(name)), together(std::move(of)), quota(quota_of(o, host)), points(o.points), writes(o.writes),
          writes_of_an_hour(o.writes_of_an_hour), left(std::move(ex)),
          counted(env.metrics().make_counter(metrics::names::forge_requests_total, {host, "yes"})),
          free(env.metrics().make_counter(metrics::names::forge_requests_total, {host, "no"}))
    {}
    forge_account(forge_account const&) = delete;
    forge_account& operator=(forge_account const&) = delete;
    ~forge_account() { together->lowest.forget(this); }

    static rate::quota_options quota_of(governed_options const& o, std::string const& host)
    {
        auto out = o.quota;
        if (auto const own = o.reserves.find(host); own != o.reserves.end())
            out.reserve = own->second;
        return out;
    }

    /// When a call may start by the limits that no header tells of.
    time_point paced(bool write, time_point now) const noexcept
    {
        auto const start = points.peek(now);
        return write ? std::max({start, writes.peek(now), writes_of_an_hour.peek(now)}) : start;
    }

    void spend(bool write, time_point now) noexcept
    {
        for (int i = 0; i < (write ? 5 : 1); ++i)
            points.reserve(now);
        if (write) {
            writes.reserve(now);
            writes_of_an_hour.reserve(now);
        }
    }

    /// Publishes what is left of a window to that credential of the host that has least. `resource` lasts.
    template <class Env>
    void report(Env& env, std::string_view resource, time_point now)
    {
        auto const ours = quota.remaining(resource);
        auto const until = quota.reset(resource);
        if (!ours || !until)
            return;
        together->lowest.note(this, resource, *ours, *until);
        auto at = together->left.find(resource);
        if (at == together->left.end())
            at = together->left
                     .emplace(resource,
                              env.metrics().make_gauge(metrics::names::forge_quota_remaining, {host, resource}))
                     .first;
        at->second.set(static_cast<double>(together->lowest.least(resource, now).value_or(*ours)));
    }

    /// Whether somebody more urgent waits.
    bool behind_others(rate::priority p) const
    {
        return std::any_of(waiting.begin() + 1 + static_cast<std::ptrdiff_t>(p), waiting.end(),
                           [](int n) { return n > 0; });
    }

    std::string host;
    std::shared_ptr<forge_host> together;
    rate::quota quota;
    rate::token_bucket points;
    rate::token_bucket writes;
    rate::token_bucket writes_of_an_hour;
    clock::gate left;  // somebody has left, or waits no more
    int inside = 0;
    std::array<int, rate::priority_count> waiting{};
    metrics::counter counted;
    metrics::counter free;
};

/// Counts as one of those inside for as long as it lives.
class forge_place
{
public:
    explicit forge_place(forge_account& a) : account_(a) {}
    forge_place(forge_place const&) = delete;
    ~forge_place()
    {
        --account_.inside;
        account_.left.notify();
    }
private:
    forge_account& account_;
};

/// Counts as one of those who wait for as long as it lives.
class forge_line
{
public:
    forge_line(forge_account& a, rate::priority p) : account_(a), count_(a.waiting[static_cast<std::size_t>(p)])
    {
        ++count_;
    }
    forge_line(forge_line const&) = delete;
    ~forge_line()
    {
        if (--count_ == 0)
            account_.left.notify();
    }
private:
    forge_account& account_;
    int& count_;
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_FORGE_ACCOUNT_HPP
