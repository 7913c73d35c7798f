#ifndef PENSTOCK_KUBE_WATCH_DECODER_HPP
#define PENSTOCK_KUBE_WATCH_DECODER_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/kube/object.hpp>
#include <penstock/kube/object_parser.hpp>
#include <penstock/kube/watch_event_kind.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace penstock::kube {

class watch_event
{
public:
    watch_event_kind kind = watch_event_kind::unknown;
    boost::json::object object;
};

/// Whether an event is the bookmark behind the last of the initial events; its version is that of the list.
inline bool ends_initial_events(watch_event const& event) noexcept
{
    return event.kind == watch_event_kind::bookmark
           && annotation_of(event.object, "k8s.io/initial-events-end") == "true";
}

/** Takes the body of a watch apart into events. Pure.

    Events are JSON documents, one behind the other; slices may end anywhere. `managedFields` never becomes a
    value. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
class watch_decoder
{
public:
    /// @param subject What is watched, for failures.
    explicit watch_decoder(std::string subject, object_parser_options options = {});

    /** The next event in `bytes`.

        @param bytes What was read; what has been used is removed from its front.
        @return Nothing when all bytes are used and no further event is whole. A failure ends the stream: what
        an ERROR event says (`errc::gone`: list again), `errc::malformed`, or `errc::too_large` for an event
        above the limit. */
    std::optional<result<watch_event>> next(std::string_view& bytes);

    /// To be called at the end of the body: `errc::truncated` if it ends inside an event.
    result<void> finish() const;
private:
    result<watch_event> decode(boost::json::value document) const;

    std::string subject_;
    object_parser parser_;
};

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/watch_decoder.ipp>
#endif
#endif  // PENSTOCK_KUBE_WATCH_DECODER_HPP
