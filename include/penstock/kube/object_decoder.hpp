#ifndef PENSTOCK_KUBE_OBJECT_DECODER_HPP
#define PENSTOCK_KUBE_OBJECT_DECODER_HPP
#include <penstock/kube/field_tree.hpp>
#include <penstock/kube/object_parser.hpp>
#include <penstock/kube/sighting.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace penstock::kube {

namespace detail {

inline constexpr std::array<std::string_view, 5> head_places{"kind", "metadata.name", "metadata.namespace",
                                                             "metadata.uid", "metadata.resourceVersion"};

inline std::string& part_of(object_head& head, std::size_t place) noexcept
{
    switch (place) {
    case 0: return head.kind;
    case 1: return head.name.name;
    case 2: return head.name.ns;
    case 3: return head.uid;
    default: return head.version;
    }
}

}  // namespace detail

/** Reads the text of one object into what a projection keeps of it.

    With a `field_projection` there is no DOM, and nothing is allocated once the strings of the sighting are as long as
    they need to be; `managedFields` is passed over, as all is that has no place in the table. With a `dom_projection`
    the DOM has no `managedFields`.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
template <projection P>
class object_decoder
{
public:
    explicit object_decoder(object_parser_options options = {}) : options_(options) {}

    /** @param text Valid until `read` returns.
        @return `errc::malformed` or `errc::too_large`; the detail says what is at fault and where. The head is then
        what had been read of it. An object without a name is no error here. */
    result<void> read(std::string_view text)
    {
        seen_.head.clear();
        if constexpr (field_projection<P>)
            return read_fields(text);
        else
            return read_dom(text);
    }

    /// What was read; valid until the next one is.
    sighting<P>& seen() noexcept { return seen_; }
private:
    result<void> read_fields(std::string_view text)
    {
        static field_tree const tree = make_tree();
        each_field([this](auto const& f) {
            using member = typename std::remove_cvref_t<decltype(f)>::member_type;
            field_value<member>::clear(seen_.kept.*(f.member));
        });
        return tree.read(text, scratch_, &object_decoder::take, this);
    }

    result<void> read_dom(std::string_view text)
    {
        auto document = parse_object(text, options_);
        if (!document)
            return document.error();
        if (!document->is_object())
            return failure(errc::malformed, "something else than an object");
        seen_.object = std::move(document->get_object());
        seen_.head.kind = text_at(seen_.object, "kind");
        seen_.head.name = name_of(seen_.object);
        seen_.head.uid = uid_of(seen_.object);
        seen_.head.version = resource_version_of(seen_.object);
        return {};
    }

    template <class F>
    static void each_field(F f)
    {
        if constexpr (field_projection<P>)
            std::apply([&f](auto const&... each) { (f(each), ...); }, P::fields);
    }

    static field_tree make_tree()
    {
        std::vector<std::string_view> places(detail::head_places.begin(), detail::head_places.end());
        each_field([&places](auto const& f) { places.push_back(f.path); });
        return field_tree(places);
    }

    static bool take(void* to, std::size_t place, json::reader& in, std::string_view& wanted)
    {
        auto& self = *static_cast<object_decoder*>(to);
        if (place < detail::head_places.size()) {
            wanted = field_value<std::string>::wanted;
            return field_value<std::string>::read(in, detail::part_of(self.seen_.head, place));
        }
        auto at = detail::head_places.size();
        bool read = false;
        each_field([&](auto const& f) {
            if (at++ != place)
                return;
            using value = field_value<typename std::remove_cvref_t<decltype(f)>::member_type>;
            auto& member = self.seen_.kept.*(f.member);
            wanted = value::wanted;
            read = value::read(in, member);
        });
        return read;
    }

    object_parser_options options_;
    sighting<P> seen_;
    std::string scratch_;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_OBJECT_DECODER_HPP
