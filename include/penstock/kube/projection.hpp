#ifndef PENSTOCK_KUBE_PROJECTION_HPP
#define PENSTOCK_KUBE_PROJECTION_HPP
#include <penstock/kube/object.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace penstock::kube {

/** What an informer keeps of each object, decided at compile time; what is not kept wakes nobody.

    `of` takes it out of an object; `matters` says whether a change from one to the other is told. Both are pure. */
template <class P>
concept projection = std::default_initializable<typename P::value>
                     && requires(boost::json::object const& object, typename P::value const& v) {
                            { P::of(object) } -> std::same_as<typename P::value>;
                            { P::matters(v, v) } -> std::convertible_to<bool>;
                        };

/// Keeps nothing: every change is told.
struct names_only
{
    struct value
    {};
    static value of(boost::json::object const&) noexcept { return {}; }
    static bool matters(value const&, value const&) noexcept { return true; }
};
static_assert(projection<names_only>);

/** Keeps what changes when somebody wants something else of an object: its generation, labels, annotations, finalizers
    and whether it is being deleted. What a controller writes into a status is not told. For kinds that count generations:
    those with a subresource `status`, which ConfigMaps and Secrets are not. */
struct metadata_only
{
    struct value
    {
        std::int64_t generation = 0;
        bool deleting = false;
        std::map<std::string, std::string> labels;
        std::map<std::string, std::string> annotations;
        std::vector<std::string> finalizers;

        bool operator==(value const&) const = default;
    };

    static value of(boost::json::object const& object)
    {
        value out;
        auto const* metadata = object_at(object, "metadata");
        if (metadata == nullptr)
            return out;
        auto const* generation = metadata->if_contains("generation");
        if (generation != nullptr && generation->is_int64())
            out.generation = generation->get_int64();
        out.deleting = metadata->contains("deletionTimestamp");
        texts(out.labels, object_at(*metadata, "labels"));
        texts(out.annotations, object_at(*metadata, "annotations"));
        auto const* finalizers = metadata->if_contains("finalizers");
        for (auto const& each :
             finalizers != nullptr && finalizers->is_array() ? finalizers->get_array() : boost::json::array()) {
            if (each.is_string())
                out.finalizers.emplace_back(each.get_string());
        }
        return out;
    }
    static bool matters(value const& before, value const& after) { return before != after; }
private:
    static void texts(std::map<std::string, std::string>& into, boost::json::object const* from)
    {
        if (from == nullptr)
            return;
        for (auto const& member : *from) {
            if (auto const* text = member.value().if_string())
                into.emplace(member.key(), *text);
        }
    }
};
static_assert(projection<metadata_only>);

/// Keeps all of it, for small collections: a DOM takes many times the bytes of its text.
struct whole_object
{
    using value = boost::json::object;
    static value of(boost::json::object const& object) { return object; }
    static bool matters(value const&, value const&) noexcept { return true; }
};
static_assert(projection<whole_object>);

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_PROJECTION_HPP
