#ifndef PENSTOCK_KUBE_LEASE_RECORD_HPP
#define PENSTOCK_KUBE_LEASE_RECORD_HPP
#include <penstock/kube/object.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace penstock::kube {

/** What a Lease says about who leads. The times are what their writer's clock showed, and are for people: they are
    kept as they were written and never compared with a clock.
    @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
class lease_record
{
public:
    lease_record() = default;

    std::string holder;             ///< Empty when nobody leads.
    std::chrono::seconds length{};  ///< For so long after its last change nobody else takes it.
    std::string acquired;           ///< RFC 3339 with microseconds.
    std::string renewed;
    std::int64_t transitions = 0;  ///< How often it went from one holder to another.

    friend bool operator==(lease_record const&, lease_record const&) = default;
};

/// Reads the `spec` of a Lease. What is missing or of another type reads as nothing.
inline lease_record record_of(boost::json::object const& lease)
{
    lease_record record;
    auto const* spec = object_at(lease, "spec");
    if (spec == nullptr)
        return record;
    auto const number = [spec](char const* key) {
        auto const* member = spec->if_contains(key);
        auto const* value = member == nullptr ? nullptr : member->if_int64();
        return value == nullptr ? std::int64_t() : *value;
    };
    record.holder = text_at(*spec, "holderIdentity");
    record.length = std::chrono::seconds(number("leaseDurationSeconds"));
    record.acquired = text_at(*spec, "acquireTime");
    record.renewed = text_at(*spec, "renewTime");
    record.transitions = number("leaseTransitions");
    return record;
}

/// Puts a record into a Lease; what else its `spec` holds stays.
inline void set_record(boost::json::object& lease, lease_record const& record)
{
    auto& spec = lease["spec"];
    if (!spec.is_object())
        spec.emplace_object();
    auto& fields = spec.get_object();
    fields["holderIdentity"] = record.holder;
    fields["leaseDurationSeconds"] = record.length.count();
    fields["acquireTime"] = record.acquired;
    fields["renewTime"] = record.renewed;
    fields["leaseTransitions"] = record.transitions;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_LEASE_RECORD_HPP
