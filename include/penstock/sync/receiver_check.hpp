#ifndef PENSTOCK_SYNC_RECEIVER_CHECK_HPP
#define PENSTOCK_SYNC_RECEIVER_CHECK_HPP
#include <penstock/config.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/http/fields.hpp>
#include <penstock/sync/receiver_answer.hpp>
#include <penstock/sync/receiver_index.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::sync {

struct receiver_check_options
{
    /** Accept SHA-1 where the sender chooses the digest (generic-hmac, github, bitbucket), as Flux does. Nexus is not
        concerned: it has nothing else. */
    bool sha1 = true;
    /** Answer 400 for an event that is not listed, as Flux does for every type. Off, this holds for cdevents only:
        forges count a 400 as a failed delivery, show it, and GitLab switches the hook off after some. */
    bool refuse_unlisted = false;
};

/** What can be said before the body is read: 501, 503, a missing token, a signature that is malformed or repeated, a
    wrong content type.
    @return Nothing when the body is wanted. */
PENSTOCK_DECL std::optional<receiver_answer> check_receiver_head(served_receiver const& r, http::fields const& fields,
                                                                 receiver_check_options const& o = {});

/** Decides whether a request is authentic and its event wanted, by the type of the Receiver. Verifies first, then
    parses; compares in constant time.

    Differs from Flux where that is unsafe or unkind: an empty token is refused, not skipped; a repeated signature
    header is refused; GitHub's `ping` is answered with 200 and without effect unless `spec.events` lists it; an event
    that is not listed is ignored with 200, except for cdevents.
    @param body The whole raw body.
    @return `accepted`, with the delivery and, where it was parsed, the body; or why not. */
PENSTOCK_DECL receiver_answer check_receiver(served_receiver const& r, http::fields const& fields,
                                             std::string_view body, receiver_check_options const& o = {});

/** The body as CEL sees it in `req`: an object where the content type is JSON, or GitHub's form with its payload;
    else an empty object.
    @param parsed What `check_receiver` has parsed already, if it has.
    @return `errc::malformed` when the body is not a JSON object. */
PENSTOCK_DECL result<boost::json::value> receiver_request(receiver_type type, http::fields const& fields,
                                                          std::string_view body,
                                                          std::optional<boost::json::value> parsed);

/** What was pushed, where a Receiver for GitHub or GitLab is told so.
    @return Null for every other type and event, and for a body that cannot be read: Flux does not read it either. */
PENSTOCK_DECL std::shared_ptr<hook::push_event const> receiver_push(receiver_type type, http::fields const& fields,
                                                                    std::string_view body);

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/receiver_check.ipp>
#endif

#endif  // PENSTOCK_SYNC_RECEIVER_CHECK_HPP
