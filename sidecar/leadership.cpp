#include "leadership.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <random>

namespace penstock::sidecar {

std::string identity_of_this_process()
{
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        host.front() = '\0';
    std::string name = host.front() == '\0' ? "penstock" : host.data();
    name += '_';
    std::random_device chance;
    for (int i = 0; i < 32; ++i)
        name += "0123456789abcdef"[chance() % 16];
    return name;
}

leadership::leadership(world& env, api_type& api, executor const& ex, std::string own_namespace,
                       leadership_settings const& s)
    : env_(env), tolerance_(s.tolerance)
{
    if (!s.enabled)
        return;
    kube::elector_options o;
    o.election = s.election;
    o.release = s.release;
    o.release_within = std::chrono::seconds(1);  // after the drain: a stop takes 8 s at most
    auto const me = identity_of_this_process();
    o.election.seed = std::hash<std::string>()(me);
    elector_.emplace(env, api, ex, "penstock", me,
                     kube::object_name(std::move(own_namespace), "penstock-leader-election"), std::move(o));
}

awaitable<void> leadership::run(work what)
{
    if (!elector_) {
        co_await what();
        co_return;
    }
    // Who lost the lease stands for election again: hooks are served all the time, whoever leads.
    for (bool again = true; again;) {
        work lead = [this, &what] { return perform(what); };
        auto const ended = co_await elector_->run(std::move(lead));
        again = !ended && ended.error().code == errc::not_leader;
    }
}

awaitable<void> leadership::perform(work what)
{
    struct under_way
    {
        explicit under_way(bool& f) : flag(f) { flag = true; }
        ~under_way() { flag = false; }
        bool& flag;
    } const guard(working_);
    co_await what();
}

std::string leadership::unhealthy_because() const
{
    if (!working_ || !elector_ || elector_->state().healthy(env_.clock().now(), tolerance_))
        return {};
    return "the work of the leader goes on although its lease has run out";
}

bool leadership::leads() const
{
    return !elector_ || elector_->state().leads(env_.clock().now());
}

std::string leadership::describe() const
{
    if (!elector_)
        return "ok: leader election is off";
    auto const& state = elector_->state();
    if (leads())
        return "ok: " + state.identity() + " leads";
    return state.identity() + " follows " + (state.holder().empty() || state.holds() ? "nobody yet" : state.holder());
}

}  // namespace penstock::sidecar
