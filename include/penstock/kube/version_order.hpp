#ifndef PENSTOCK_KUBE_VERSION_ORDER_HPP
#define PENSTOCK_KUBE_VERSION_ORDER_HPP
#include <algorithm>
#include <compare>
#include <string_view>

namespace penstock::kube {

/// Whether a text is a resource version that has an order: a decimal number, not zero, without leading zeros.
constexpr bool is_ordered_version(std::string_view v) noexcept
{
    return !v.empty() && v.front() != '0'
           && std::all_of(v.begin(), v.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/** Which of two resource versions of the same resource is the later one.

    Kubernetes says so since 1.35 (every server kept to it before) of what it serves itself, and of resources that a
    CustomResourceDefinition defines. An aggregated API server may count otherwise: versions that are not numbers are
    the same or not, and have no order.
    @see https://www.kubernetes.dev/resources/keps/5504/ */
constexpr std::partial_ordering compare_versions(std::string_view a, std::string_view b) noexcept
{
    if (a == b)
        return std::partial_ordering::equivalent;
    if (!is_ordered_version(a) || !is_ordered_version(b))
        return std::partial_ordering::unordered;
    if (a.size() != b.size())
        return a.size() <=> b.size();  // as long as they like: they need not fit into 64 bits
    return a < b ? std::partial_ordering::less : std::partial_ordering::greater;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_VERSION_ORDER_HPP
