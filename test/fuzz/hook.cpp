// Header fields and a body through every scheme. Oracles: streaming says what one shot says; what a scheme accepts
// carries the MAC that is computed here by another way; its own signature holds and does not hold for another body.
#include "input.hpp"

#include <penstock/crypto/base64.hpp>
#include <penstock/hook/flux_hmac.hpp>
#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/plain_token.hpp>
#include <penstock/hook/standard_webhooks.hpp>
#include <penstock/hook/verifier.hpp>

#include <chrono>
#include <string>

using namespace penstock;

namespace {

std::string const key = "It's a Secret to Everybody";
std::string const signing = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
wall_time const now{std::chrono::seconds(1614265330)};

std::string mac(crypto::algorithm a, std::string_view text)
{
    return crypto::hmac_of(a, key, text);
}

std::string signed_text(http::fields const& fields, std::string_view body)
{
    std::string text(fields["webhook-id"]);
    return text.append(".").append(fields["webhook-timestamp"]).append(".").append(body);
}

std::string lower(std::string_view text)
{
    std::string made(text);
    for (auto& c : made)
        c = http::detail::lower(c);
    return made;
}

bool carries_hex(http::fields const& fields, std::string_view header, crypto::algorithm a, std::string_view body)
{
    return lower(fields[header]).ends_with(to_hex(mac(a, body)));
}

bool carries_signature(http::fields const& fields, std::string_view body)
{
    auto const bytes = crypto::base64_decode(std::string_view(signing).substr(6)).value();
    auto const expected = crypto::hmac_of(crypto::algorithm::sha256, bytes, signed_text(fields, body));
    return fields["webhook-signature"].find("v1," + crypto::base64_encode(expected)) != std::string_view::npos;
}

/// @return Whether the delivery was accepted, the same way in one piece and in slices.
template <hook::scheme S>
bool judge(http::fields const& fields, std::string_view body)
{
    static auto verifier = hook::verifier<S>::make({secret("another one, which is newer"), secret(key)},
                                                   hook::verifier_options{.min_secret = 1});
    auto const at_once = verifier->verify(fields, body, now);
    auto begun = verifier->begin(fields, now);
    fuzz::require(begun.has_value() || begun.error().code == at_once.error().code, "the header decides the same");
    if (begun) {
        fuzz::in_slices(body, [&](std::string_view slice) { begun->update(slice); });
        auto const streamed = begun->finish();
        fuzz::require(streamed.has_value() == at_once.has_value(), "slices decide as one piece does");
        fuzz::require(!streamed || (*streamed == 1 && *at_once == 1), "the second secret is the one that matches");
    }
    return at_once.has_value();
}

template <>
bool judge<hook::standard_webhooks>(http::fields const& fields, std::string_view body)
{
    static auto verifier = hook::verifier<hook::standard_webhooks>::make({secret(signing)});
    auto const at_once = verifier->verify(fields, body, now);
    auto begun = verifier->begin(fields, now);
    if (begun) {
        fuzz::in_slices(body, [&](std::string_view slice) { begun->update(slice); });
        fuzz::require(begun->finish().has_value() == at_once.has_value(), "slices decide as one piece does");
    }
    return at_once.has_value();
}

template <class S>
void hexadecimal(http::fields const& fields, std::string_view header, std::string_view body, crypto::algorithm a,
                 std::string_view prefix)
{
    fuzz::require(!judge<S>(fields, body) || carries_hex(fields, header, a, body), "no MAC is forged");
    http::fields own;
    own.append(header, std::string(prefix) + to_hex(mac(a, body)));
    fuzz::require(judge<S>(own, body), "its own signature holds");
    fuzz::require(!judge<S>(own, std::string(body) + "x"), "it holds for this body only");
}

void time_signed(http::fields fields, std::string_view body)
{
    fuzz::require(!judge<hook::standard_webhooks>(fields, body) || carries_signature(fields, body), "no forgery");
    auto const bytes = crypto::base64_decode(std::string_view(signing).substr(6)).value();
    fields.set("webhook-id", "msg_1");
    fields.set("webhook-timestamp", "1614265330");
    auto const own = crypto::hmac_of(crypto::algorithm::sha256, bytes, signed_text(fields, body));
    fields.set("webhook-signature", "v1," + crypto::base64_encode(own));
    fuzz::require(judge<hook::standard_webhooks>(fields, body), "its own signature holds");
    fuzz::require(!judge<hook::standard_webhooks>(fields, std::string(body) + "x"), "for this body only");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using crypto::algorithm;
    fuzz::input in(data, size);
    auto const fields = in.fields();
    auto const body = in.rest();
    hexadecimal<hook::github_sha256>(fields, "X-Hub-Signature-256", body, algorithm::sha256, "sha256=");
    hexadecimal<hook::github_sha1>(fields, "X-Hub-Signature", body, algorithm::sha1, "sha1=");
    hexadecimal<hook::bitbucket_sha256>(fields, "X-Hub-Signature", body, algorithm::sha256, "sha256=");
    hexadecimal<hook::gitea_sha256>(fields, "X-Gitea-Signature", body, algorithm::sha256, "");
    hexadecimal<hook::nexus_sha1>(fields, "X-Nexus-Webhook-Signature", body, algorithm::sha1, "");
    bool const gitea = judge<hook::gitea>(fields, body);
    fuzz::require(!gitea || carries_hex(fields, "X-Gitea-Signature", algorithm::sha256, body)
                      || carries_hex(fields, "X-Forgejo-Signature", algorithm::sha256, body)
                      || carries_hex(fields, "X-Gogs-Signature", algorithm::sha256, body),
                  "no MAC is forged");
    for (auto const a : {algorithm::sha224, algorithm::sha256, algorithm::sha384, algorithm::sha512}) {
        http::fields own;
        own.append("X-Signature", std::string(crypto::name(a)) + "=" + to_hex(mac(a, body)));
        fuzz::require(judge<hook::flux_hmac>(own, body), "its own signature holds");
    }
    judge<hook::flux_hmac_with_sha1>(fields, body);
    bool const token = judge<hook::gitlab_token>(fields, body);
    fuzz::require(!token || fields["X-Gitlab-Token"] == key || fields["X-Gitlab-Token"].starts_with("another"),
                  "a token is one of ours");
    judge<hook::harbor_token>(fields, body);
    judge<hook::gitlab>(fields, body);
    time_signed(fields, body);
    return 0;
}
