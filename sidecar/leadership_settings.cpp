#include "leadership_settings.hpp"

#include <penstock/time/go_duration.hpp>

#include <chrono>

namespace penstock::sidecar {

namespace {

result<duration> read(std::string const& flag, std::string const& text)
{
    auto const length = parse_go_duration(text);
    if (!length || *length <= duration::zero())
        return failure(errc::invalid_configuration,
                       flag + ": '" + text + "' is not a length of time; write 35s or 1m30s");
    return length;
}

}  // namespace

result<leadership_settings> leadership_of(run_arguments const& a)
{
    leadership_settings s;
    s.enabled = a.enable_leader_election;
    s.release = a.leader_election_release_on_cancel;
    auto const lease = read("--leader-election-lease-duration", a.leader_election_lease_duration);
    auto const renew = read("--leader-election-renew-deadline", a.leader_election_renew_deadline);
    auto const retry = read("--leader-election-retry-period", a.leader_election_retry_period);
    for (auto const* one : {&lease, &renew, &retry}) {
        if (!*one)
            return one->error();
    }
    s.election.lease = std::chrono::floor<std::chrono::seconds>(*lease);
    s.election.renew_deadline = *renew;
    s.election.retry_period = *retry;
    if (s.election.lease != *lease)
        return failure(errc::invalid_configuration, "--leader-election-lease-duration: '"
                                                        + a.leader_election_lease_duration
                                                        + "' is not a whole number of seconds");
    if (auto const good = kube::check(s.election); !good)
        return failure(
            errc::invalid_configuration,
            "--leader-election-lease-duration must be longer than --leader-election-renew-deadline, and that "
            "longer than 1.2 times --leader-election-retry-period; Flux's values are 35s, 30s and 5s");
    return s;
}

}  // namespace penstock::sidecar
