#ifndef PENSTOCK_EMBEDDED_KUBE_EVENT_FORM_HPP
#define PENSTOCK_EMBEDDED_KUBE_EVENT_FORM_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_status.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/// An Event in the form of `v1` or of `events.k8s.io/v1`: the same objects, of which some fields have other names.
PENSTOCK_DECL boost::json::object event_in_form(boost::json::object const& event, std::string_view api_version);
/// The name in `v1` of a field that `events.k8s.io/v1` selects by: `regarding.name` is `involvedObject.name`.
PENSTOCK_DECL std::string event_selector_path(std::string_view path);
/// What is wrong with an Event that is new; `events.k8s.io/v1` insists on more than `v1` does.
PENSTOCK_DECL void check_new_event(boost::json::object const& event, std::vector<kube_cause>& causes);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_event_form.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_EVENT_FORM_HPP
