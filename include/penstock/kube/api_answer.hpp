#ifndef PENSTOCK_KUBE_API_ANSWER_HPP
#define PENSTOCK_KUBE_API_ANSWER_HPP
#include <penstock/config.hpp>
#include <penstock/http/message.hpp>
#include <penstock/kube/api.hpp>
#include <penstock/kube/object_parser.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

/** Decoding: what an API server answered as a value or a failure. Pure. */
namespace penstock::kube {

/** Tells a `Status` object: its message and reason in the detail, its code as an `errc`, `retry_after` from
    `details.retryAfterSeconds`. A watch carries them in ERROR events.

    @param subject What was being done, for the detail. */
PENSTOCK_DECL failure failure_of_status(std::string_view subject, boost::json::object const& status);

/// Tells an answer whose status is not 2xx; its body need not be JSON.
PENSTOCK_DECL failure failure_of_answer(std::string_view subject, http::response const& answer);

/// Whole seconds of a `Retry-After` field, at most a day; nothing for another form or none.
PENSTOCK_DECL std::optional<duration> retry_after_of(http::response const& answer);

/** Whether the server has not seen the version yet that was asked for: a list without a version helps, waiting
    may not. Servers tell it only in their message. */
PENSTOCK_DECL bool is_version_too_large(failure const& f) noexcept;

/// The object in a 2xx answer.
PENSTOCK_DECL result<boost::json::value> decode_object(std::string_view subject, http::response const& answer,
                                                       object_parser_options options = {});

/// The page in a 2xx answer. `what` fills in the `apiVersion` and `kind` that lists of built-in kinds leave out.
PENSTOCK_DECL result<object_list> decode_list(std::string_view subject, http::response const& answer,
                                              resource const& what, object_parser_options options = {});

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/api_answer.ipp>
#endif
#endif  // PENSTOCK_KUBE_API_ANSWER_HPP
