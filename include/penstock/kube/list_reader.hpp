#ifndef PENSTOCK_KUBE_LIST_READER_HPP
#define PENSTOCK_KUBE_LIST_READER_HPP
#include <penstock/json/splitter.hpp>
#include <penstock/kube/object_decoder.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/// What a page of a list says beside its objects.
class list_end
{
public:
    std::string resource_version;  ///< A watch from here misses nothing.
    std::string continue_token;    ///< Empty on the last page.
};

/** Reads a page of a list while it arrives, one object after the other, and of each what a projection keeps. Pure.

    Slices may end anywhere; no more than one object is held, however long the page is.
    @see object_decoder, json::splitter */
template <projection P>
class list_reader
{
public:
    explicit list_reader(resource what, object_parser_options options = {})
        : what_(std::move(what)), objects_("items", limits_of(options)), decoder_(options)
    {}

    /** The next object in `bytes`; `seen` is it.

        @param bytes What was read; what has been used is removed from its front.
        @return Nothing when all bytes are used and no further object is whole. `errc::malformed` for what is no list, an
        object without a name, or a value of another type than the projection wants, or `errc::too_large`; the detail
        names the list, the object and what is at fault. Nothing more is to be read then. */
    std::optional<result<void>> next(std::string_view& bytes)
    {
        auto const piece = objects_.next(bytes);
        if (!piece)
            return std::nullopt;
        if (!*piece)
            return about(failure(piece->error().code, "answer with " + piece->error().detail));
        ++count_;
        auto const read = decoder_.read(**piece);
        auto& seen = decoder_.seen();
        if (!read)
            return about(failure(read.error().code, which() + " with " + read.error().detail));
        if (seen.head.name.name.empty())
            return about(failure(errc::malformed, which() + " without metadata.name"));
        if constexpr (dom_projection<P> && !field_projection<P>) {  // lists of built-in kinds leave it out
            if (!seen.object.contains("apiVersion"))
                seen.object["apiVersion"] = what_.api_version();
            if (!seen.object.contains("kind"))
                seen.object["kind"] = what_.kind;
        }
        return result<void>();
    }

    sighting<P>& seen() noexcept { return decoder_.seen(); }

    /// To be called at the end of the body. `errc::truncated` if it ends too early, `errc::malformed` if it is no list.
    result<list_end> finish() const
    {
        if (auto const whole = objects_.finish(); !whole)
            return about(failure(whole.error().code, "answer with " + whole.error().detail));
        auto const around = parse_object(objects_.envelope());
        if (!around)
            return about(failure(around.error().code, "answer with " + around.error().detail));
        auto const& object = around->get_object();
        auto const* items = object.if_contains("items");
        if (items == nullptr || !(items->is_array() || items->is_null()))
            return about(failure(errc::malformed, "the answer is not a list"));
        list_end end;
        end.resource_version = resource_version_of(object);
        end.continue_token = metadata_text(object, "continue");
        return end;
    }
private:
    static json::splitter_limits limits_of(object_parser_options const& o)
    {
        json::splitter_limits l;
        l.max_size = o.max_size;
        l.max_depth = o.max_depth;
        return l;
    }

    failure about(failure f) const
    {
        f.detail = "LIST " + what_.qualified() + ": " + f.detail;
        return f;
    }

    std::string which()
    {
        auto const& name = decoder_.seen().head.name;
        return name.name.empty() ? "object number " + std::to_string(count_) : "object " + name.text();
    }

    resource what_;
    json::splitter objects_;
    object_decoder<P> decoder_;
    std::size_t count_ = 0;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_LIST_READER_HPP
