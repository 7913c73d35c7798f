#ifndef PENSTOCK_KUBE_IMPL_API_STATUS_IPP
#define PENSTOCK_KUBE_IMPL_API_STATUS_IPP
#include <penstock/kube/api_status.hpp>

#include <penstock/kube/object.hpp>
#include <penstock/text/redact.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace penstock::kube {

namespace detail {

inline constexpr std::int64_t longest_wait_seconds = 24 * 60 * 60;
inline constexpr std::size_t most_causes = 64;

/// One line of at most 512 characters, without credentials: what a peer says goes into logs, and it may repeat what it
/// was sent. Cut last, for half of a token would not be known as one.
inline std::string one_line(std::string_view text)
{
    std::string line = redact(text.substr(0, 32U << 10U));
    if (line.size() > 512)
        line.resize(512);
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    }
    return line;
}

inline std::optional<std::int64_t> integer_at(boost::json::object const& from, std::string_view key)
{
    auto const* member = from.if_contains(key);
    if (member == nullptr || !member->is_number())
        return std::nullopt;
    boost::system::error_code ec;
    auto const number = member->to_number<std::int64_t>(ec);
    return ec ? std::nullopt : std::optional(number);
}

/// What stands in the first pair of quotes, `\"` and `\\` undone, as Go writes it with %q.
inline std::string first_quoted(std::string_view text)
{
    std::string out;
    auto const open = text.find('"');
    if (open == std::string_view::npos)
        return out;
    for (auto i = open + 1; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            ++i;
        out += text[i];
    }
    return out;
}

inline void read_details(api_status& into, boost::json::object const& details)
{
    into.group = one_line(text_at(details, "group"));
    into.kind = one_line(text_at(details, "kind"));
    into.name = one_line(text_at(details, "name"));
    into.uid = one_line(text_at(details, "uid"));
    auto const seconds = integer_at(details, "retryAfterSeconds").value_or(0);
    if (seconds > 0)
        into.retry_after = std::chrono::seconds(std::min(seconds, longest_wait_seconds));
    auto const* list = details.if_contains("causes");
    if (list == nullptr || !list->is_array())
        return;
    for (auto const& each : list->get_array()) {
        auto const* cause = each.if_object();
        if (cause == nullptr)
            continue;
        if (into.causes.size() == most_causes)
            return;
        status_cause found;
        found.reason = one_line(text_at(*cause, "reason"));
        found.message = one_line(text_at(*cause, "message"));
        found.field = one_line(text_at(*cause, "field"));
        into.causes.push_back(std::move(found));
    }
}

}  // namespace detail

PENSTOCK_DECL std::vector<field_conflict> api_status::conflicts() const
{
    std::vector<field_conflict> out;
    for (auto const& cause : causes) {
        if (cause.reason != "FieldManagerConflict")
            continue;
        field_conflict found;
        found.manager = detail::first_quoted(cause.message);  // conflict with "kubectl" using apps/v1
        found.field = cause.field;
        out.push_back(std::move(found));
    }
    return out;
}

PENSTOCK_DECL api_status decode_status(boost::json::object const& status, int code)
{
    api_status out;
    auto const said = detail::integer_at(status, "code").value_or(code);
    out.code = said >= 100 && said < 600 ? static_cast<int>(said) : code;
    out.reason = detail::one_line(text_at(status, "reason"));
    out.message = detail::one_line(text_at(status, "message"));
    out.continue_token = metadata_text(status, "continue");
    if (auto const* details = object_at(status, "details"))
        detail::read_details(out, *details);
    return out;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_IMPL_API_STATUS_IPP
