#ifndef PENSTOCK_SYNC_IMPL_RECEIVER_CHECK_IPP
#define PENSTOCK_SYNC_IMPL_RECEIVER_CHECK_IPP
#include <penstock/crypto/digest.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/envelope.hpp>
#include <penstock/hook/form.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/sync/receiver_check.hpp>
#include <penstock/sync/receiver_payload.hpp>
#include <penstock/text/hex.hpp>

#include <boost/json/object.hpp>

#include <algorithm>

namespace penstock::sync {
namespace receiver_detail {

inline receiver_answer answer_of(receiver_outcome outcome, std::string reason)
{
    receiver_answer a;
    a.outcome = outcome;
    a.reason = std::move(reason);
    return a;
}

/// Whether one of the comma-separated media types, without its parameters, is this one.
inline bool has_media_type(http::fields const& fields, std::string_view wanted)
{
    auto rest = fields["Content-Type"];
    for (;;) {
        auto const comma = rest.find(',');
        auto type = rest.substr(0, comma);
        type = type.substr(0, type.find(';'));
        while (!type.empty() && (type.front() == ' ' || type.front() == '\t'))
            type.remove_prefix(1);
        while (!type.empty() && (type.back() == ' ' || type.back() == '\t'))
            type.remove_suffix(1);
        if (http::iequals(type, wanted))
            return true;
        if (comma == std::string_view::npos)
            return false;
        rest.remove_prefix(comma + 1);
    }
}

inline bool is_json(http::fields const& fields)
{
    return has_media_type(fields, "application/json");
}

inline bool is_form(http::fields const& fields)
{
    return has_media_type(fields, "application/x-www-form-urlencoded");
}

/// A digest that the sender names, with what it should be.
struct claimed_digest
{
    crypto::algorithm algorithm = crypto::algorithm::sha256;
    std::string mac;
};

/// The header that carries the proof of this type; empty for types that have none.
inline std::string_view proof_header(receiver_type type, http::fields const& fields)
{
    switch (type) {
    case receiver_type::generic_hmac: return "X-Signature";
    case receiver_type::github:
    case receiver_type::bitbucket:
        return fields.contains("X-Hub-Signature-256") ? "X-Hub-Signature-256" : "X-Hub-Signature";
    case receiver_type::nexus: return "X-Nexus-Webhook-Signature";
    case receiver_type::gitlab: return "X-Gitlab-Token";
    case receiver_type::harbor: return "Authorization";
    default: return {};
    }
}

/// `algorithm=hex`, or for Nexus bare lower-case hex of SHA-1.
inline result<claimed_digest> read_digest(receiver_type type, std::string_view value, bool sha1)
{
    claimed_digest out;
    std::string_view digits = value;
    if (type == receiver_type::nexus) {
        out.algorithm = crypto::algorithm::sha1;
        if (value.find_first_of("ABCDEF") != std::string_view::npos)
            return failure(errc::signature_malformed, "the signature is not lower-case hexadecimal");
    } else {
        auto const equals = value.find('=');
        auto const named =
            equals == std::string_view::npos ? std::nullopt : crypto::find_algorithm(value.substr(0, equals));
        if (!named || *named == crypto::algorithm::sha224 || *named == crypto::algorithm::sha384)
            return failure(errc::signature_malformed, "the signature is not sha1=, sha256= or sha512= and its digits");
        if (*named == crypto::algorithm::sha1 && !sha1)
            return failure(errc::signature_malformed, "a signature of SHA-1 is not accepted here");
        out.algorithm = *named;
        digits.remove_prefix(equals + 1);
    }
    auto bytes = from_hex(digits);
    if (!bytes || bytes->size() != crypto::digest_size(out.algorithm))
        return failure(errc::signature_malformed, "the signature has not the digits of its algorithm");
    out.mac = *std::move(bytes);
    return out;
}

inline bool is_signed(receiver_type t)
{
    return t == receiver_type::generic_hmac || t == receiver_type::github || t == receiver_type::bitbucket
           || t == receiver_type::nexus;
}

inline bool is_listed(receiver const& r, std::string_view event)
{
    return std::any_of(r.events.begin(), r.events.end(), [event](auto const& e) { return http::iequals(e, event); });
}

inline std::string_view event_header(receiver_type t)
{
    switch (t) {
    case receiver_type::github: return "X-GitHub-Event";
    case receiver_type::gitlab: return "X-Gitlab-Event";
    case receiver_type::bitbucket: return "X-Event-Key";
    case receiver_type::cdevents: return "Ce-Type";
    default: return {};
    }
}

/// What tells one delivery from another; empty where the sender says nothing that does.
inline std::string delivery_of(receiver_type t, http::fields const& fields, std::string_view body)
{
    auto const prefixed = [&](std::string_view kind, std::string_view name) {
        auto const id = fields[name];
        return id.empty() ? std::string() : std::string(kind).append("/").append(id);
    };
    switch (t) {
    case receiver_type::github:
    case receiver_type::gitlab:
    case receiver_type::bitbucket: return hook::read_envelope(fields).key(body);
    case receiver_type::nexus: return prefixed("nexus", "X-Nexus-Webhook-Delivery");
    case receiver_type::cdevents: {
        auto const id = prefixed("cdevents", "Ce-Id");
        return id.empty() ? id : id + '/' + std::string(fields["Ce-Source"]);
    }
    default: return {};
    }
}

}  // namespace receiver_detail

PENSTOCK_DECL std::optional<receiver_answer> check_receiver_head(served_receiver const& r, http::fields const& fields,
                                                                 receiver_check_options const& o)
{
    using receiver_detail::answer_of;
    auto const& what = r.what;
    if (what.suspended)
        return answer_of(receiver_outcome::suspended, "the receiver is suspended");
    if (!what.ready)
        return answer_of(receiver_outcome::not_ready, "the receiver is not ready");
    if (what.type == receiver_type::generic_oidc)
        return answer_of(receiver_outcome::unsupported, "generic-oidc needs OpenID Connect, which is not served");
    if (what.type == receiver_type::unknown)
        return answer_of(receiver_outcome::malformed, "a type of receiver that is not known");
    if (!r.credential.token)
        return answer_of(receiver_outcome::no_token, "no Secret, or no key 'token' in it");
    if (r.credential.token->empty())
        return answer_of(receiver_outcome::no_token, "the token in the Secret is empty");
    if (what.type == receiver_type::gcr) {
        if (!r.credential.has_email || !r.credential.has_audience)
            return answer_of(receiver_outcome::no_token, "gcr wants the keys 'email' and 'audience' in the Secret");
        return answer_of(receiver_outcome::unsupported, "gcr needs OpenID Connect, which is not served");
    }
    if ((what.type == receiver_type::github || what.type == receiver_type::bitbucket)
        && !receiver_detail::is_json(fields) && !receiver_detail::is_form(fields))
        return answer_of(receiver_outcome::malformed, "the content type is neither JSON nor a form");
    auto const header = receiver_detail::proof_header(what.type, fields);
    if (header.empty())
        return std::nullopt;
    auto const proof = hook::only_field(fields, header);
    if (!proof)
        return answer_of(receiver_outcome::unauthentic, proof.error().message());
    if (!receiver_detail::is_signed(what.type)) {
        if (!crypto::equal_constant_time(*proof, r.credential.token->reveal()))
            return answer_of(receiver_outcome::unauthentic, std::string(header) + " is not the token");
        return std::nullopt;
    }
    auto const digest = receiver_detail::read_digest(what.type, *proof, o.sha1);
    if (!digest)
        return answer_of(receiver_outcome::unauthentic, std::string(header) + ": " + digest.error().detail);
    return std::nullopt;
}

PENSTOCK_DECL receiver_answer check_receiver(served_receiver const& r, http::fields const& fields,
                                             std::string_view body, receiver_check_options const& o)
{
    using receiver_detail::answer_of;
    if (auto refused = check_receiver_head(r, fields, o))
        return *std::move(refused);
    auto const type = r.what.type;
    if (receiver_detail::is_signed(type)) {
        auto const header = receiver_detail::proof_header(type, fields);
        auto const digest = receiver_detail::read_digest(type, fields[header], o.sha1);
        auto const mac = crypto::hmac_of(digest->algorithm, r.credential.token->reveal(), body);
        if (!crypto::equal_constant_time(mac, digest->mac))
            return answer_of(receiver_outcome::unauthentic, std::string(header) + " does not match the body");
    }
    receiver_answer out;
    out.outcome = receiver_outcome::accepted;
    switch (type) {
    case receiver_type::dockerhub:
    case receiver_type::quay:
    case receiver_type::acr:
    case receiver_type::nexus:
    case receiver_type::cdevents: {
        auto parsed = check_receiver_payload(type, body);
        if (!parsed)
            return answer_of(receiver_outcome::malformed, parsed.error().detail);
        out.body = *std::move(parsed);
        break;
    }
    case receiver_type::github:
    case receiver_type::bitbucket:
        if (!receiver_detail::is_json(fields)) {
            if (auto const payload = hook::form_field(body, "payload"); !payload)
                return answer_of(receiver_outcome::malformed, "the form has no field 'payload'");
        }
        break;
    default: break;
    }
    if (auto const header = receiver_detail::event_header(type); !header.empty()) {
        out.event = fields[header];
        bool const ping = type == receiver_type::github && out.event == "ping";
        if (!receiver_detail::is_listed(r.what, out.event) && (ping || !r.what.events.empty())) {
            bool const refuse = type == receiver_type::cdevents || o.refuse_unlisted;
            out.outcome = refuse ? receiver_outcome::unlisted_event : receiver_outcome::ignored;
            out.reason = ping ? "a ping asks for nothing" : "spec.events does not list this event";
            return out;
        }
    }
    out.delivery = receiver_detail::delivery_of(type, fields, body);
    return out;
}

PENSTOCK_DECL result<boost::json::value> receiver_request(receiver_type type, http::fields const& fields,
                                                          std::string_view body,
                                                          std::optional<boost::json::value> parsed)
{
    bool const forge = type == receiver_type::github || type == receiver_type::bitbucket;
    bool const form = forge && !receiver_detail::is_json(fields) && receiver_detail::is_form(fields);
    if (!receiver_detail::is_json(fields) && !form)
        return boost::json::value(boost::json::object());
    if (form) {
        auto const payload = hook::form_field(body, "payload");
        if (!payload)
            return payload.error();
        return receiver_request(receiver_type::generic, {{"Content-Type", "application/json"}}, *payload, {});
    }
    if (!parsed) {
        auto read = parse_receiver_body(body);
        if (!read)
            return read;
        parsed = *std::move(read);
    }
    if (parsed->is_null())
        return boost::json::value(boost::json::object());
    if (!parsed->is_object())
        return failure(errc::malformed, "the body is not a JSON object");
    return *std::move(parsed);
}

PENSTOCK_DECL std::shared_ptr<hook::push_event const> receiver_push(receiver_type type, http::fields const& fields,
                                                                    std::string_view body)
{
    if (type != receiver_type::github && type != receiver_type::gitlab)
        return nullptr;
    auto event = hook::decode(hook::read_envelope(fields), body);
    if (!event || event->kind != hook::event_kind::push)
        return nullptr;
    return std::make_shared<hook::push_event const>(*std::move(event));
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_IMPL_RECEIVER_CHECK_IPP
