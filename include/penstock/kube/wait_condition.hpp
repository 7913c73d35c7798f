#ifndef PENSTOCK_KUBE_WAIT_CONDITION_HPP
#define PENSTOCK_KUBE_WAIT_CONDITION_HPP
#include <penstock/kube/object.hpp>

#include <boost/json/array.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

/** What `wait_for` waits for, in the words of `kubectl wait`. Pure. */
namespace penstock::kube {

enum class wait_verdict : std::uint8_t
{
    not_yet,
    met,
    never,  ///< It will not come true: give up now.
};

/// Looks at the object as it is; null: it does not exist.
using wait_condition = std::function<wait_verdict(boost::json::object const* object)>;

/// The entry of `status.conditions` with that type, or null.
inline boost::json::object const* condition_of(boost::json::object const& object, std::string_view type) noexcept
{
    auto const* status = object_at(object, "status");
    auto const* list = status == nullptr ? nullptr : status->if_contains("conditions");
    if (list == nullptr || !list->is_array())
        return nullptr;
    for (auto const& each : list->get_array()) {
        auto const* condition = each.if_object();
        if (condition != nullptr && text_at(*condition, "type") == type)
            return condition;
    }
    return nullptr;
}

/// Whether `observedGeneration` of the condition, else of the status, is that of the object; true where none is said.
inline bool is_current(boost::json::object const& object, boost::json::object const& condition) noexcept
{
    auto const* metadata = object_at(object, "metadata");
    auto const* wanted = metadata == nullptr ? nullptr : metadata->if_contains("generation");
    auto const* seen = condition.if_contains("observedGeneration");
    auto const* status = object_at(object, "status");
    if (seen == nullptr && status != nullptr)
        seen = status->if_contains("observedGeneration");
    return wanted == nullptr || seen == nullptr || *wanted == *seen;
}

/// `--for=create`.
inline wait_condition exists()
{
    return [](boost::json::object const* o) { return o == nullptr ? wait_verdict::not_yet : wait_verdict::met; };
}

/// `--for=delete`. @param uid If set, another object of the same name counts as gone.
inline wait_condition is_gone(std::string uid = {})
{
    return [uid = std::move(uid)](boost::json::object const* o) {
        bool const gone = o == nullptr || (!uid.empty() && uid_of(*o) != uid);
        return gone ? wait_verdict::met : wait_verdict::not_yet;
    };
}

/// `--for=condition=TYPE=STATUS`; what a controller said about an older generation does not count.
inline wait_condition has_condition(std::string type, std::string status = "True")
{
    return [type = std::move(type), status = std::move(status)](boost::json::object const* o) {
        auto const* found = o == nullptr ? nullptr : condition_of(*o, type);
        bool const met = found != nullptr && text_at(*found, "status") == status && is_current(*o, *found);
        return met ? wait_verdict::met : wait_verdict::not_yet;
    };
}

/// `Ready=True`, or never once `Stalled=True`: what Flux's objects say of themselves.
inline wait_condition is_ready()
{
    return [ready = has_condition("Ready"), stalled = has_condition("Stalled")](boost::json::object const* o) {
        if (stalled(o) == wait_verdict::met)
            return wait_verdict::never;
        return ready(o);
    };
}

/// One line about the conditions of an object, for people: `Ready=False (Failed: no such branch)`.
inline std::string conditions_text(boost::json::object const& object)
{
    std::string out;
    auto const* status = object_at(object, "status");
    auto const* list = status == nullptr ? nullptr : status->if_contains("conditions");
    if (list == nullptr || !list->is_array())
        return "no conditions";
    for (auto const& each : list->get_array()) {
        auto const* c = each.if_object();
        if (c == nullptr || out.size() > 512)
            continue;
        out += out.empty() ? "" : ", ";
        ((out += text_at(*c, "type")) += '=') += text_at(*c, "status");
        auto const message = text_at(*c, "message").substr(0, 200);
        if (auto const reason = text_at(*c, "reason"); !reason.empty())
            ((((out += " (") += reason) += message.empty() ? "" : ": ") += message) += ')';
    }
    for (char& c : out)
        c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return out.empty() ? "no conditions" : out;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_WAIT_CONDITION_HPP
