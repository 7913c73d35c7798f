#ifndef PENSTOCK_KUBE_PREDICATE_HPP
#define PENSTOCK_KUBE_PREDICATE_HPP
#include <penstock/kube/object.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

/** Which events wake a key, put together at compile time:
    `any_of<generation_changed, annotation_changed<"reconcile.fluxcd.io/requestedAt">>`. Pure. */
namespace penstock::kube {

/** Keeps of each object what it needs to judge the next event, and judges.

    `passes(before, after)`: a null `before` is an object that appeared, a null `after` one that went away. An object
    that was deleted and made anew under the same name goes away and appears: it passes though nothing else changed. */
template <class P>
concept predicate = std::default_initializable<typename P::value>
                    && requires(boost::json::object const& object, typename P::value const* v) {
                           { P::of(object) } -> std::same_as<typename P::value>;
                           { P::passes(v, v) } -> std::same_as<bool>;
                       };

/// Lets every event pass.
struct everything
{
    struct value
    {};
    static value of(boost::json::object const&) noexcept { return {}; }
    static bool passes(value const*, value const*) noexcept { return true; }
};

namespace detail {

/// Passes what appears and what goes away, and between the two what changes a value.
template <class Value>
struct change_passes
{
    using value = Value;
    static bool passes(value const* before, value const* after)
    {
        return before == nullptr || after == nullptr || !(*before == *after);
    }
};

/// A hash of a map of texts, whatever its order. Two maps with the same hash: one in 2^64, and a change goes unseen.
inline std::uint64_t digest_of(boost::json::object const* texts)
{
    std::uint64_t sum = 0;
    if (texts == nullptr)
        return sum;
    std::hash<std::string_view> const hash;
    for (auto const& member : *texts) {
        auto const* text = member.value().if_string();
        auto const value = text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
        std::uint64_t x = hash(std::string_view(member.key().data(), member.key().size()));
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93U + hash(value);
        x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9U;
        sum += x ^ (x >> 32);
    }
    return sum + texts->size();
}

inline boost::json::object const* metadata_map(boost::json::object const& object, std::string_view key) noexcept
{
    auto const* metadata = object_at(object, "metadata");
    return metadata == nullptr ? nullptr : object_at(*metadata, key);
}

}  // namespace detail

/** Somebody wants something else of it: its `spec` changed, or it is to be deleted. What is written into a status does
    not pass. For kinds that count generations; of others (ConfigMap, Secret) no change passes. */
struct generation_changed : detail::change_passes<std::int64_t>
{
    static value of(boost::json::object const& object)
    {
        auto const* found = member_at(object, {"metadata", "generation"});
        return found != nullptr && found->is_int64() ? found->get_int64() : 0;
    }
};

/// Anything changed at all: what is said again without a change, as a resync does, does not pass.
struct resource_version_changed : detail::change_passes<std::string>
{
    static value of(boost::json::object const& object) { return std::string(resource_version_of(object)); }
};

struct labels_changed : detail::change_passes<std::uint64_t>
{
    static value of(boost::json::object const& object)
    {
        return detail::digest_of(detail::metadata_map(object, "labels"));
    }
};

struct annotations_changed : detail::change_passes<std::uint64_t>
{
    static value of(boost::json::object const& object)
    {
        return detail::digest_of(detail::metadata_map(object, "annotations"));
    }
};

/// A text that can be the argument of a template.
template <std::size_t N>
struct literal
{
    consteval literal(char const (&t)[N])  // NOLINT(google-explicit-constructor, *-avoid-c-arrays)
    {
        for (std::size_t i = 0; i < N; ++i)
            text[i] = t[i];
    }
    constexpr std::string_view view() const noexcept { return {text.data(), N - 1}; }
    std::array<char, N> text{};
};

/// That annotation changed. Absent is not the same as empty.
template <literal Key>
struct annotation_changed : detail::change_passes<std::string>
{
    static value of(boost::json::object const& object)
    {
        auto const* all = detail::metadata_map(object, "annotations");
        auto const present = all != nullptr && all->contains(Key.view());
        return present ? '=' + std::string(annotation_of(object, Key.view())) : std::string();
    }
};

/** Objects of which `Test(object)` is true, a lambda for instance: their appearing, every change of them, their going
    away. What ceases to be so by a change is passed over: to hear of that as of a deletion, watch by a selector. */
template <auto Test>
    requires std::predicate<decltype(Test), boost::json::object const&>
struct when
{
    struct value
    {
        bool holds = false;
    };
    static value of(boost::json::object const& object) { return {Test(object)}; }
    static bool passes(value const* before, value const* after) noexcept
    {
        return after != nullptr ? after->holds : before != nullptr && before->holds;
    }
};

namespace detail {

/// What several predicates keep.
template <predicate... P>
struct predicates
{
    using value = std::tuple<typename P::value...>;
    static value of(boost::json::object const& object) { return value(P::of(object)...); }
protected:
    template <class Combine>
    static bool each(value const* before, value const* after, Combine combine)
    {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return combine(P::passes(before == nullptr ? nullptr : &std::get<I>(*before),
                                     after == nullptr ? nullptr : &std::get<I>(*after))...);
        }(std::index_sequence_for<P...>());
    }
};

}  // namespace detail

template <predicate... P>
struct all_of : detail::predicates<P...>
{
    using value = typename detail::predicates<P...>::value;
    static bool passes(value const* before, value const* after)
    {
        return all_of::each(before, after, [](auto... passed) { return (passed && ...); });
    }
};

template <predicate... P>
struct any_of : detail::predicates<P...>
{
    using value = typename detail::predicates<P...>::value;
    static bool passes(value const* before, value const* after)
    {
        return any_of::each(before, after, [](auto... passed) { return (passed || ...); });
    }
};

/// The contrary, also of appearing and going away.
template <predicate P>
struct not_of
{
    using value = typename P::value;
    static value of(boost::json::object const& object) { return P::of(object); }
    static bool passes(value const* before, value const* after) { return !P::passes(before, after); }
};

/// The predicate as the projection of an informer, which then tells only of changes that pass.
template <predicate P>
struct passing
{
    using value = typename P::value;
    static value of(boost::json::object const& object) { return P::of(object); }
    static bool matters(value const& before, value const& after) { return P::passes(&before, &after); }
};

static_assert(predicate<any_of<everything, generation_changed>> && predicate<not_of<annotation_changed<"a">>>);

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_PREDICATE_HPP
