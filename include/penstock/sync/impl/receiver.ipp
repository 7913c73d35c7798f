#ifndef PENSTOCK_SYNC_IMPL_RECEIVER_IPP
#define PENSTOCK_SYNC_IMPL_RECEIVER_IPP
#include <penstock/crypto/digest.hpp>
#include <penstock/sync/receiver.hpp>
#include <penstock/text/secret.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace penstock::sync {
namespace receiver_detail {

inline boost::json::value const* receiver_member(boost::json::object const* in, std::string_view key)
{
    auto const at = in == nullptr ? nullptr : in->find(key);
    return in == nullptr || at == in->end() ? nullptr : &at->value();
}

inline boost::json::object const* receiver_object(boost::json::object const* in, std::string_view key)
{
    auto const* v = receiver_member(in, key);
    return v == nullptr ? nullptr : v->if_object();
}

inline boost::json::array const* receiver_array(boost::json::object const* in, std::string_view key)
{
    auto const* v = receiver_member(in, key);
    return v == nullptr ? nullptr : v->if_array();
}

inline std::string receiver_text(boost::json::value const* v)
{
    auto const* s = v == nullptr ? nullptr : v->if_string();
    return s == nullptr ? std::string() : std::string(s->data(), s->size());
}

inline std::string receiver_text(boost::json::object const* in, std::string_view key)
{
    return receiver_text(receiver_member(in, key));
}

inline receiver_resource decode_receiver_resource(boost::json::object const& o)
{
    receiver_resource r;
    r.api_version = receiver_text(&o, "apiVersion");
    r.kind = receiver_text(&o, "kind");
    r.name = receiver_text(&o, "name");
    r.ns = receiver_text(&o, "namespace");
    r.filter = receiver_text(&o, "filter");
    if (auto const* labels = receiver_object(&o, "matchLabels")) {
        r.match_labels.emplace();
        for (auto const& [key, v] : *labels)
            r.match_labels->emplace_back(std::string(key), receiver_text(&v));
        std::sort(r.match_labels->begin(), r.match_labels->end());
    }
    return r;
}

inline bool receiver_is_ready(boost::json::object const* status)
{
    auto const* conditions = receiver_array(status, "conditions");
    if (conditions == nullptr)
        return false;
    return std::any_of(conditions->begin(), conditions->end(), [](boost::json::value const& c) {
        auto const* o = c.if_object();
        return receiver_text(o, "type") == "Ready" && receiver_text(o, "status") == "True";
    });
}

}  // namespace receiver_detail

PENSTOCK_DECL result<receiver> decode_receiver(boost::json::object const& object)
{
    auto const* metadata = receiver_detail::receiver_object(&object, "metadata");
    auto const* spec = receiver_detail::receiver_object(&object, "spec");
    auto const* status = receiver_detail::receiver_object(&object, "status");
    receiver r;
    r.ns = receiver_detail::receiver_text(metadata, "namespace");
    r.name = receiver_detail::receiver_text(metadata, "name");
    if (r.ns.empty() || r.name.empty())
        return failure(errc::malformed, "a Receiver without a name or a namespace");
    auto const type = receiver_detail::receiver_text(spec, "type");
    auto const known = std::find(receiver_type_names.begin() + 1, receiver_type_names.end(), type);
    if (known != receiver_type_names.end())
        r.type = static_cast<receiver_type>(known - receiver_type_names.begin());
    if (auto const* events = receiver_detail::receiver_array(spec, "events"))
        for (auto const& e : *events)
            r.events.push_back(receiver_detail::receiver_text(&e));
    if (auto const* resources = receiver_detail::receiver_array(spec, "resources"))
        for (auto const& e : *resources)
            if (auto const* o = e.if_object())
                r.resources.push_back(receiver_detail::decode_receiver_resource(*o));
    r.resource_filter = receiver_detail::receiver_text(spec, "resourceFilter");
    r.secret_name = receiver_detail::receiver_text(receiver_detail::receiver_object(spec, "secretRef"), "name");
    auto const* suspended = receiver_detail::receiver_member(spec, "suspend");
    r.suspended = suspended != nullptr && suspended->is_bool() && suspended->get_bool();
    r.ready = receiver_detail::receiver_is_ready(status);
    r.webhook_path = receiver_detail::receiver_text(status, "webhookPath");
    return r;
}

PENSTOCK_DECL std::string receiver_path(std::string_view token, std::string_view name, std::string_view ns)
{
    std::string text(token);
    text += name;
    text += ns;
    auto path = "/hook/" + crypto::sha256_hex(text);
    secret::wipe(text);
    return path;
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_RECEIVER_IPP
