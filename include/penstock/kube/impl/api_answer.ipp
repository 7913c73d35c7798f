#ifndef PENSTOCK_KUBE_IMPL_API_ANSWER_IPP
#define PENSTOCK_KUBE_IMPL_API_ANSWER_IPP
#include <penstock/kube/api_answer.hpp>

#include <penstock/kube/api_status.hpp>
#include <penstock/kube/impl/api_status.ipp>
#include <penstock/kube/object.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace penstock::kube {

namespace detail {

inline errc errc_of_status(int status, std::string_view reason) noexcept
{
    if (reason == "Expired" || reason == "Gone")
        return errc::gone;
    switch (status) {
    case 400:
    case 422: return errc::invalid_object;
    case 401: return errc::unauthorized;
    case 403: return errc::forbidden;
    case 404: return errc::not_found;
    case 409: return errc::conflict;
    case 410: return errc::gone;
    case 405:
    case 406:
    case 415:
    case 501: return errc::unsupported;
    case 413: return errc::too_large;
    case 429: return errc::quota_exhausted;
    default: return status >= 500 && status < 600 ? errc::unavailable : errc::unexpected_status;
    }
}

inline failure describe_status(std::string_view subject, int status, boost::json::object const& object)
{
    auto note = std::make_shared<api_status>(decode_status(object, status));
    failure f(errc_of_status(status, note->reason), std::string(subject) + ": ");
    f.detail += note->message.empty() ? "the server gave no message" : note->message;
    if (!note->reason.empty())
        f.detail += " (" + note->reason + ')';
    f.retry_after = note->retry_after;
    f.note = std::move(note);
    return f;
}

}  // namespace detail

PENSTOCK_DECL failure failure_of_status(std::string_view subject, boost::json::object const& status)
{
    auto const code = detail::integer_at(status, "code").value_or(500);
    return detail::describe_status(subject, code >= 100 && code < 600 ? static_cast<int>(code) : 500, status);
}

PENSTOCK_DECL std::optional<duration> retry_after_of(http::response const& answer)
{
    auto const text = answer.fields["Retry-After"];
    std::int64_t seconds = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, detail::longest_wait_seconds));
}

PENSTOCK_DECL bool is_version_too_large(failure const& f) noexcept
{
    return f.code == errc::unavailable && f.detail.find("Too large resource version") != std::string::npos;
}

PENSTOCK_DECL failure failure_of_answer(std::string_view subject, http::response const& answer)
{
    failure f;
    auto const body = parse_object(answer.body, {.max_size = 1U << 20U, .max_depth = 32});
    if (body && body->is_object() && text_at(body->get_object(), "kind") == "Status") {
        f = detail::describe_status(subject, answer.status, body->get_object());
    } else {
        f = failure(detail::errc_of_status(answer.status, {}), std::string(subject));
        f.detail += ": the server answered " + std::to_string(answer.status);
    }
    if (auto const after = retry_after_of(answer))
        f.retry_after = *after;
    return f;
}

PENSTOCK_DECL result<boost::json::value> decode_object(std::string_view subject, http::response const& answer,
                                                       object_parser_options options)
{
    auto body = parse_object(answer.body, options);
    if (!body)
        return failure(body.error().code, std::string(subject) + ": answer with " + body.error().detail);
    if (!body->is_object())
        return failure(errc::malformed, std::string(subject) + ": the answer is not an object");
    return body;
}

PENSTOCK_DECL result<object_list> decode_list(std::string_view subject, http::response const& answer,
                                              resource const& what, object_parser_options options)
{
    auto body = decode_object(subject, answer, options);
    if (!body)
        return body.error();
    auto& object = body->get_object();
    object_list page;
    page.resource_version = resource_version_of(object);
    page.continue_token = metadata_text(object, "continue");
    auto* items = object.if_contains("items");
    if (items == nullptr || !(items->is_array() || items->is_null()))
        return failure(errc::malformed, std::string(subject) + ": the answer is not a list");
    if (items->is_null())
        return page;
    page.items.reserve(items->get_array().size());
    for (auto& item : items->get_array()) {
        if (!item.is_object())
            return failure(errc::malformed, std::string(subject) + ": the list holds something else than objects");
        auto& each = item.get_object();
        if (!each.contains("apiVersion"))
            each["apiVersion"] = what.api_version();
        if (!each.contains("kind"))
            each["kind"] = what.kind;
        page.items.push_back(std::move(each));
    }
    return page;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_API_ANSWER_IPP
