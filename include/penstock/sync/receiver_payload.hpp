#ifndef PENSTOCK_SYNC_RECEIVER_PAYLOAD_HPP
#define PENSTOCK_SYNC_RECEIVER_PAYLOAD_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/sync/receiver.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace penstock::sync {

/// One JSON text, nested at most 128 deep. `errc::malformed` without any of the text.
PENSTOCK_DECL result<boost::json::value> parse_receiver_body(std::string_view body);

/** Whether a body has the shape that dockerhub, quay, acr, nexus and cdevents send. As in Flux, fields may be absent;
    those that are there have their type. A CDEvent is checked for its envelope of version 0.4, not for the content of
    each of its subjects.
    @return The parsed body, or `errc::malformed` with what is wrong. */
PENSTOCK_DECL result<boost::json::value> check_receiver_payload(receiver_type type, std::string_view body);

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/receiver_payload.ipp>
#endif

#endif  // PENSTOCK_SYNC_RECEIVER_PAYLOAD_HPP
