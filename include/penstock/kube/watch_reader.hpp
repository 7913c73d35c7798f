#ifndef PENSTOCK_KUBE_WATCH_READER_HPP
#define PENSTOCK_KUBE_WATCH_READER_HPP
#include <penstock/json/splitter.hpp>
#include <penstock/kube/api_answer.hpp>
#include <penstock/kube/object_decoder.hpp>
#include <penstock/kube/watch_event_kind.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::kube {

/** Takes the body of a watch apart into events, and reads of each object what a projection keeps. Pure.

    The same as `watch_decoder` does, without a DOM; slices may end anywhere. An event that arrives in one slice is read
    where it stands. @see object_decoder, json::splitter */
template <projection P>
class watch_reader
{
public:
    explicit watch_reader(resource what, object_parser_options options = {})
        : what_(std::move(what)), options_(options), events_(limits_of(options)), decoder_(options)
    {}

    /** The next event in `bytes`; `seen` is what it brought.

        @param bytes What was read; what has been used is removed from its front.
        @return Nothing when all bytes are used and no further event is whole. `unknown` for an object of another kind
        too. A failure ends the stream: what an ERROR event says (`errc::gone`: list again), `errc::malformed` for what is
        no event, an object without a name, or a value of another type than the projection wants, or `errc::too_large`;
        the detail names the watch, the object and what is at fault. */
    std::optional<result<watch_event_kind>> next(std::string_view& bytes)
    {
        auto const piece = events_.next(bytes);
        if (!piece)
            return std::nullopt;
        if (!*piece)
            return about(failure(piece->error().code, "event with " + piece->error().detail));
        return decode(**piece);
    }

    /// Of the last event; of a bookmark only the version.
    sighting<P>& seen() noexcept { return decoder_.seen(); }
    /// Whether it was the bookmark behind the last of the initial events; its version is that of the list.
    bool ends_initial_events() const noexcept { return ends_list_; }

    /// To be called at the end of the body: `errc::truncated` if it ends inside an event.
    result<void> finish() const
    {
        if (!events_.finish())
            return about(failure(errc::truncated, "the stream ended inside an event"));
        return {};
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
        f.detail = "WATCH " + what_.qualified() + ": " + f.detail;
        return f;
    }

    result<watch_event_kind> decode(std::string_view text)
    {
        ends_list_ = false;
        // As servers write it; whatever is otherwise is read by the book.
        constexpr std::string_view before = R"({"type":")", between = R"(","object":)";
        if (text.starts_with(before)) {
            auto const rest = text.substr(before.size());
            auto const type = rest.substr(0, rest.find('"'));
            auto const kind = watch_event_kind_of(type);
            if (kind <= watch_event_kind::deleted && rest.substr(type.size()).starts_with(between)) {
                auto const object = rest.substr(type.size() + between.size());
                if (decoder_.read(object.substr(0, object.size() - 1)))
                    return judge(kind, {});
            }
        }
        return decode_any(text);
    }

    result<watch_event_kind> decode_any(std::string_view text)
    {
        json::reader in(text, scratch_);
        std::string_view key, object;
        type_.clear();
        for (in.open_object(); in.next_key(key);) {
            if (key == "object")
                in.raw(object);
            else if (key == "type" && in.peek() == json::reader::value::string && in.string(key))
                type_ = key;
            else
                in.skip();
        }
        if (!in.finish())
            return about(failure(in.error().code, "event with " + in.error().detail));
        if (!object.starts_with('{'))
            return about(failure(errc::malformed, "event without an object"));
        auto const kind = watch_event_kind_of(type_);
        if (type_ == "ERROR" || kind == watch_event_kind::bookmark)
            return decode_other(kind, object);
        if (kind == watch_event_kind::unknown) {
            decoder_.seen().head.clear();
            return kind;
        }
        return judge(kind, decoder_.read(object));
    }

    /// What is short and rare: errors and bookmarks.
    result<watch_event_kind> decode_other(watch_event_kind kind, std::string_view text)
    {
        auto const document = parse_object(text, options_);
        if (!document)
            return about(failure(document.error().code, "event with " + document.error().detail));
        auto const& object = document->get_object();
        if (kind != watch_event_kind::bookmark)
            return failure_of_status("WATCH " + what_.qualified(), object);
        auto& head = decoder_.seen().head;
        head.clear();
        head.kind = text_at(object, "kind");
        head.version = resource_version_of(object);
        ends_list_ = annotation_of(object, "k8s.io/initial-events-end") == "true";
        return of_this_kind() || ends_list_ ? kind : watch_event_kind::unknown;
    }

    result<watch_event_kind> judge(watch_event_kind kind, result<void> const& read)
    {
        auto& head = decoder_.seen().head;
        if (!of_this_kind()) {
            auto other = std::move(head.kind);
            head.clear();
            head.kind = std::move(other);
            return watch_event_kind::unknown;
        }
        if (read && !head.name.name.empty())
            return kind;
        if (read)
            return about(failure(errc::malformed, "an object without metadata.name"));
        return about(failure(read.error().code, "object " + head.name.text() + " with " + read.error().detail));
    }

    bool of_this_kind() noexcept
    {
        auto const& kind = decoder_.seen().head.kind;
        return kind.empty() || kind == what_.kind;
    }

    resource what_;
    object_parser_options options_;
    json::splitter events_;
    object_decoder<P> decoder_;
    std::string type_;
    std::string scratch_;
    bool ends_list_ = false;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_WATCH_READER_HPP
