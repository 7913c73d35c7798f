#ifndef PENSTOCK_KUBE_WATCH_EVENT_KIND_HPP
#define PENSTOCK_KUBE_WATCH_EVENT_KIND_HPP
#include <cstdint>
#include <string_view>

namespace penstock::kube {

enum class watch_event_kind : std::uint8_t
{
    added,
    modified,
    deleted,
    bookmark,  ///< Only its resource version says something.
    unknown,   ///< A type that this program does not know; to be passed over.
};

/// Of the `type` of an event; an ERROR is none of them.
inline watch_event_kind watch_event_kind_of(std::string_view type) noexcept
{
    if (type == "ADDED")
        return watch_event_kind::added;
    if (type == "MODIFIED")
        return watch_event_kind::modified;
    if (type == "DELETED")
        return watch_event_kind::deleted;
    if (type == "BOOKMARK")
        return watch_event_kind::bookmark;
    return watch_event_kind::unknown;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_WATCH_EVENT_KIND_HPP
