#ifndef PENSTOCK_KUBE_FLUX_EVENT_HPP
#define PENSTOCK_KUBE_FLUX_EVENT_HPP
#include <penstock/config.hpp>
#include <penstock/kube/event_correlator.hpp>
#include <penstock/time/types.hpp>

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <utility>

namespace penstock::kube {

/// Something that Flux's notification-controller is to pass on to where its Alerts say.
class flux_event
{
public:
    flux_event() = default;
    explicit flux_event(event_note what) : note(std::move(what)) {}

    event_note
        note;  ///< A warning has the severity `error`, everything else `info`. The message is cut at 39000 bytes.
    /** Of keys with a prefix only those of the API group of the object and of `event.toolkit.fluxcd.io` reach anybody;
        one without a prefix gets that of the group. `revision`, `originRevision` and `token` tell events apart that
        say the same: without them they are duplicates for five minutes. */
    std::map<std::string, std::string> metadata;
};

/** The body of a POST to the notification-controller.
    @param controller,instance Who says it: the name of the controller and of its pod.
    @see https://fluxcd.io/flux/components/notification/events/ */
PENSTOCK_DECL boost::json::object flux_event_body(flux_event const& event, std::string const& controller,
                                                  std::string const& instance, wall_time at);

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/flux_event.ipp>
#endif
#endif  // PENSTOCK_KUBE_FLUX_EVENT_HPP
