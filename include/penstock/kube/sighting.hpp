#ifndef PENSTOCK_KUBE_SIGHTING_HPP
#define PENSTOCK_KUBE_SIGHTING_HPP
#include <penstock/kube/object_ref.hpp>
#include <penstock/kube/projection.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <type_traits>

namespace penstock::kube {

/// What every object says of itself.
class object_head
{
public:
    std::string kind;  ///< Empty in most lists of built-in kinds.
    object_name name;
    std::string uid;
    std::string version;  ///< `resourceVersion`; opaque.

    /// Keeps the memory.
    void clear() noexcept
    {
        kind.clear();
        name.ns.clear();
        name.name.clear();
        uid.clear();
        version.clear();
    }
};

/** What handlers of a `field_projection` are shown: the name of an object, and what is kept of it.

    Of one that was deleted, what it was at the end, or at last known. It lives for the call. */
template <projection P>
class known_object
{
public:
    object_name const& name;
    typename P::value const& kept;
};

template <projection P>
object_name const& name_of(known_object<P> const& object) noexcept
{
    return object.name;
}

/** What handlers are shown of an object: with a `dom_projection` the object itself, as far as there is one. */
template <projection P>
using shown_object = std::conditional_t<field_projection<P>, known_object<P>, boost::json::object>;

/// One object as it was read.
template <projection P>
class sighting
{
public:
    object_head head;
    typename P::value kept;
    boost::json::object object;  ///< Empty with a `field_projection`.
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_SIGHTING_HPP
