#ifndef PENSTOCK_KUBE_DISCOVERY_HPP
#define PENSTOCK_KUBE_DISCOVERY_HPP
#include <penstock/clock/gate.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/served_resource.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace penstock::kube {

struct discovery_options
{
    duration max_age = std::chrono::minutes(10);     ///< What is known is asked for again after this.
    duration look_again = std::chrono::seconds(10);  ///< What is missing is asked for again after this, not before.
};

/** Knows what an API server serves: which resource holds a kind, in which version, with which verbs.

    Asks once and remembers; a kind that is missing is looked for again, since it may have been installed
    meanwhile. Where a refresh fails, all who wait for it are told, and what was known stays in use.
    Failures: `errc::not_found` for what is not served; `errc::unavailable` while the server cannot say, because a
    server behind it is down; those of the calls.
    @par Thread safety
    One thread; any number of coroutines share one request. */
template <env::environment Env, class Api>
    requires requires(Api& api, std::string path, time_point deadline) {
        { api.get_document(path, path, deadline) } -> std::same_as<awaitable<result<boost::json::value>>>;
    }
class discovery
{
public:
    /// @param env,client Outlive it.
    discovery(Env& env, Api& client, executor ex, discovery_options options = {})
        : env_(env), client_(client), options_(options), refreshed_(ex)
    {}

    /// The resource of a kind. @param group Empty: the core group. @param version Empty: the preferred one.
    awaitable<result<served_resource>> find_kind(std::string group, std::string version, std::string kind,
                                                 time_point deadline)
    {
        query q;
        q.group = std::move(group);
        q.version = std::move(version);
        q.kind = std::move(kind);
        return look_up(std::move(q), deadline);
    }

    /// As people name it: a plural, singular or short name, with or without `.group`. The first group that has it.
    awaitable<result<served_resource>> find_name(std::string name, time_point deadline)
    {
        query q;
        if (auto const dot = name.find('.'); dot != std::string::npos) {
            q.group = name.substr(dot + 1);
            name.resize(dot);
        }
        q.name = std::move(name);
        return look_up(std::move(q), deadline);
    }

    /// The next question is asked anew.
    void forget() noexcept { fetched_at_.reset(); }
private:
    struct query
    {
        std::optional<std::string> group;  // none: any
        std::string version;
        std::string kind;
        std::string name;

        std::string text() const
        {
            auto out = kind.empty() ? name : kind;
            return group && !group->empty() ? out + '.' + *group : out;
        }
        bool wants(served_version const& v) const
        {
            return (!group || v.group == *group) && (version.empty() || v.version == version);
        }
        bool wants(served_resource const& r) const
        {
            if (!kind.empty())
                return r.what.kind == kind;
            return r.what.plural == name || r.singular == name
                   || std::find(r.short_names.begin(), r.short_names.end(), name) != r.short_names.end();
        }
    };

    awaitable<result<served_resource>> look_up(query q, time_point deadline)
    {
        failure trouble;
        for (auto oldest = options_.max_age;; oldest = options_.look_again) {
            if (auto const fresh = co_await refresh(oldest, deadline); !fresh)
                trouble = fresh.error();
            if (versions_.empty() || trouble.code == asio::error::operation_aborted)
                co_return trouble;
            if (auto const filled = co_await fill(q, deadline); !filled)
                co_return filled.error();
            for (auto const& v : versions_)
                for (auto const& r : v.resources)
                    if (q.wants(v) && q.wants(r))
                        co_return r;
            if (trouble.code)
                co_return trouble;
            if (oldest == options_.look_again || !is_older_than(options_.look_again))
                break;
        }
        for (auto const& v : versions_)
            if (q.wants(v) && !v.known)
                co_return failure(errc::unavailable, "discovery: the server cannot say now what it serves in "
                                                         + resource(v.group, v.version, "", "").api_version());
        co_return failure(errc::not_found, "discovery: the server does not know " + q.text());
    }

    bool is_older_than(duration age) { return !fetched_at_ || env_.clock().now() - *fetched_at_ >= age; }

    /// Asks for everything, unless what is known is younger than that, or somebody else asks already.
    awaitable<result<void>> refresh(duration oldest, time_point deadline)
    {
        while (refreshing_) {
            if (auto const ec = co_await clock::wait_until(env_.clock(), refreshed_, deadline))
                co_return failure(ec);
            if (!refreshing_) {
                refreshed_.notify();  // whoever waits behind us
                if (round_.code)
                    co_return round_;
            } else if (env_.clock().now() >= deadline) {
                co_return failure(errc::deadline_exceeded, "discovery: waiting for what the server serves");
            }
        }
        if (!is_older_than(oldest))
            co_return result<void>();
        refreshing_ = true;
        round_ = failure();
        finished const at_end{this};
        auto all = co_await document("/api", deadline);
        if (!all)
            co_return ended_with(all.error(), deadline);
        auto rest = co_await document("/apis", deadline);
        if (!rest)
            co_return ended_with(rest.error(), deadline);
        std::move(rest->begin(), rest->end(), std::back_inserter(*all));
        versions_ = *std::move(all);
        tried_.clear();
        fetched_at_ = env_.clock().now();
        co_return result<void>();
    }

    /// A failure is told to all who wait, unless it is only that of the one who asked: then the next one asks.
    failure ended_with(failure f, time_point deadline)
    {
        bool const cut = f.code == errc::deadline_exceeded && env_.clock().now() >= deadline;
        if (!cut && f.code != asio::error::operation_aborted)
            round_ = f;
        return f;
    }

    awaitable<result<served_versions>> document(std::string path, time_point deadline)
    {
        auto answer = co_await client_.get_document(std::move(path), std::string(discovery_accept), deadline);
        if (!answer)
            co_return answer.error();
        co_return decode_served_versions(answer->get_object());
    }

    /// Asks for the versions that are wanted and not known yet, each at most once in `look_again`.
    awaitable<result<void>> fill(query q, time_point deadline)
    {
        for (;;) {
            auto const now = env_.clock().now();
            auto const due = [&](served_version const& v) {
                auto const tried = tried_.find(path_to(v));
                return q.wants(v) && !v.known && (tried == tried_.end() || now - tried->second >= options_.look_again);
            };
            auto const at = std::find_if(versions_.begin(), versions_.end(), due);
            if (at == versions_.end())
                co_return result<void>();
            auto const path = path_to(*at);
            tried_[path] = now;
            auto answer = co_await client_.get_document(path, "application/json", deadline);
            if (!answer && answer.error().code == asio::error::operation_aborted)
                co_return answer.error();
            auto const same = [&](served_version const& v) { return path_to(v) == path; };
            auto const into = std::find_if(versions_.begin(), versions_.end(), same);  // others may have refreshed
            if (answer && into != versions_.end())
                static_cast<void>(decode_served_resources(answer->get_object(), *into));
        }
    }

    static std::string path_to(served_version const& v)
    {
        return (v.group.empty() ? "/api/" : "/apis/" + v.group + '/') + v.version;
    }

    struct finished
    {
        discovery* self;
        ~finished()
        {
            self->refreshing_ = false;
            self->refreshed_.notify();
        }
    };

    Env& env_;
    Api& client_;
    discovery_options options_;
    served_versions versions_;
    std::map<std::string, time_point> tried_;  // paths of versions that are not known
    std::optional<time_point> fetched_at_;
    bool refreshing_ = false;
    failure round_;  // of the last refresh, for those who waited for it
    clock::gate refreshed_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_DISCOVERY_HPP
