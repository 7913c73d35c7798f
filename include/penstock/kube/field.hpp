#ifndef PENSTOCK_KUBE_FIELD_HPP
#define PENSTOCK_KUBE_FIELD_HPP
#include <stdexcept>
#include <string_view>

namespace penstock::kube {

/** A member of a struct and where it stands in an object, for the table of a projection:
    @code
    static constexpr auto fields = std::tuple(kube::field("spec.nodeName", &value::node),
                                              kube::field("metadata.labels", &value::labels));
    @endcode
    `field_tree` says what a path is, `field_value` what a member may be. A path with an empty key does not compile. */
template <class V, class M>
class field
{
public:
    using member_type = M;

    constexpr field(std::string_view at, M V::* into) : path(at), member(into)
    {
        if (at.empty() || at.front() == '.' || at.back() == '.' || at.find("..") != at.npos)
            throw std::invalid_argument("a path with an empty key");
    }

    std::string_view path;
    M V::* member;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_FIELD_HPP
