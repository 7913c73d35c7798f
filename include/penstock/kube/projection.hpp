#ifndef PENSTOCK_KUBE_PROJECTION_HPP
#define PENSTOCK_KUBE_PROJECTION_HPP
#include <penstock/kube/field.hpp>
#include <penstock/kube/field_value.hpp>
#include <penstock/kube/object.hpp>

#include <boost/json/object.hpp>

#include <concepts>
#include <cstdint>
#include <tuple>
#include <type_traits>

namespace penstock::kube {

/** A projection that is a table of fields: objects are read from their text straight into a `value`, and nothing is
    made of the rest of them. A change is told when the values differ, unless `matters` says otherwise.

    @code
    struct placement
    {
        struct value
        {
            std::string node;
            penstock::text_map labels;
            bool operator==(value const&) const = default;
        };
        static constexpr auto fields = std::tuple(kube::field("spec.nodeName", &value::node),
                                                  kube::field("metadata.labels", &value::labels));
    };
    @endcode */
template <class P>
concept field_projection = std::default_initializable<typename P::value> && std::copyable<typename P::value>
                           && requires { std::tuple_size<std::remove_cvref_t<decltype(P::fields)>>::value; };

/// A projection that takes what it keeps out of a DOM: slower by a factor of ten, and as free as C++ is.
template <class P>
concept dom_projection = std::default_initializable<typename P::value> && requires(boost::json::object const& object) {
    { P::of(object) } -> std::same_as<typename P::value>;
};

/** What an informer keeps of each object, decided at compile time; what is not kept wakes nobody.

    `matters(before, after)` says whether a change from one to the other is told; it is pure. */
template <class P>
concept projection = (field_projection<P> && std::equality_comparable<typename P::value>)
                     || ((field_projection<P> || dom_projection<P>) && requires(typename P::value const& v) {
                            { P::matters(v, v) } -> std::convertible_to<bool>;
                        });

/// Whether a projection has a `matters` of its own, so that values may differ by what is not told.
template <class P>
inline constexpr bool says_what_matters = requires(typename P::value const& v) { P::matters(v, v); };

/// Whether a change from one value to the other is told.
template <projection P>
bool matters(typename P::value const& before, typename P::value const& after)
{
    if constexpr (says_what_matters<P>)
        return P::matters(before, after);
    else
        return !(before == after);
}

/// Keeps nothing: every change is told.
struct names_only
{
    struct value
    {};
    static constexpr std::tuple<> fields{};
    static bool matters(value const&, value const&) noexcept { return true; }
};
static_assert(projection<names_only> && field_projection<names_only>);

/** Keeps what changes when somebody wants something else of an object: its generation, labels, finalizers, whether it is
    being deleted, and of its annotations whether they changed. What a controller writes into a status is not told. For
    kinds that count generations: those with a subresource `status`, which ConfigMaps and Secrets are not. */
struct metadata_only
{
    struct value
    {
        std::int64_t generation = 0;
        presence deleting;
        digest annotations;
        text_map labels;
        text_list finalizers;

        bool operator==(value const&) const = default;
    };
    static constexpr auto fields = std::tuple(
        field("metadata.generation", &value::generation), field("metadata.deletionTimestamp", &value::deleting),
        field("metadata.annotations", &value::annotations), field("metadata.labels", &value::labels),
        field("metadata.finalizers", &value::finalizers));
};
static_assert(projection<metadata_only> && field_projection<metadata_only>);

/// Shows handlers whole objects as they come, and keeps nothing of them.
struct passing_object
{
    struct value
    {};
    static value of(boost::json::object const&) noexcept { return {}; }
    static bool matters(value const&, value const&) noexcept { return true; }
};
static_assert(projection<passing_object>);

/// Keeps all of it but `managedFields`, for small collections: a DOM takes many times the bytes of its text.
struct whole_object
{
    using value = boost::json::object;
    static value of(boost::json::object const& object) { return object; }
    static bool matters(value const&, value const&) noexcept { return true; }
};
static_assert(projection<whole_object>);

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_PROJECTION_HPP
