#ifndef PENSTOCK_HOOK_STANDARD_WEBHOOKS_HPP
#define PENSTOCK_HOOK_STANDARD_WEBHOOKS_HPP
#include <penstock/crypto/base64.hpp>
#include <penstock/crypto/hmac.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/hook/signed_time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::hook {

/** Standard Webhooks: an HMAC-SHA256 of `id.timestamp.body`, and a time that bounds how long it can be replayed.

    `webhook-signature` is a list, so that a sender can rotate keys; one match is enough. Entries of other versions
    are passed over; a list of nothing but `v1a` (Ed25519) is `errc::unsupported`. An id may not hold a full stop,
    which would let the parts of the signed text be cut in another way.
    @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
class standard_webhooks
{
public:
    static constexpr std::string_view name = "standard-webhooks";
    static constexpr std::string_view key_prefix = "whsec_";
    static constexpr std::size_t max_signatures = 8;
    static constexpr std::size_t max_id = 256;

    using key = crypto::hmac_key;
    using state = crypto::hmac;
    struct claim
    {
        std::string_view id;         // these two live as long as the header: until the states have been started
        std::string_view timestamp;
        std::array<std::array<char, 32>, max_signatures> macs{};
        std::size_t count = 0;
    };

    /// Base64 of the key, with or without `whsec_`; at least 16 bytes of it.
    static result<key> prepare(secret const& s)
    {
        auto text = s.reveal();
        if (text.starts_with(key_prefix))
            text.remove_prefix(key_prefix.size());
        auto decoded = crypto::base64_decode(text);
        if (!decoded)
            return failure(errc::invalid_configuration, "not base64, with or without whsec_");
        secret const bytes(*std::move(decoded));
        if (bytes.size() < 16)
            return failure(errc::invalid_configuration, "too short: fewer than 16 bytes once decoded");
        return key(crypto::algorithm::sha256, bytes.reveal());
    }

    static result<claim> read(http::fields const& fields, window const& w)
    {
        auto const signatures = only_field(fields, "webhook-signature");
        if (!signatures)
            return signatures.error();
        auto const id = only_field(fields, "webhook-id");
        if (!id)
            return id.error();
        auto const timestamp = only_field(fields, "webhook-timestamp");
        if (!timestamp)
            return timestamp.error();
        if (id->size() > max_id || id->find('.') != std::string_view::npos)
            return failure(errc::signature_malformed, "webhook-id is too long or holds a full stop");
        claim c;
        c.id = *id;
        c.timestamp = *timestamp;
        if (auto const checked = check_signed_time("webhook-timestamp", *timestamp, w); !checked)
            return checked.error();
        if (auto const checked = read_list(*signatures, c); !checked)
            return checked.error();
        return c;
    }

    static constexpr bool decided_by_header(claim const&) noexcept { return false; }

    static void start(state& s, key const& k, claim const& c)
    {
        s.reset(k);
        s.update(c.id);
        s.update(".");
        s.update(c.timestamp);
        s.update(".");
    }

    static void update(state& s, std::string_view slice) { s.update(slice); }

    static bool matches(state& s, key const&, claim const& c)
    {
        auto const mac = s.finish();
        bool any = false;
        for (std::size_t i = 0; i < c.count; ++i)
            any |= crypto::equal_constant_time(mac.view(), {c.macs[i].data(), c.macs[i].size()});
        return any;
    }
private:
    static result<> read_list(std::string_view list, claim& c)
    {
        bool asymmetric = false;
        while (!list.empty()) {
            auto const entry = list.substr(0, list.find(' '));
            list.remove_prefix(std::min(entry.size() + 1, list.size()));
            asymmetric |= entry.starts_with("v1a,");
            if (!entry.starts_with("v1,"))
                continue;
            auto const text = entry.substr(3);
            bool const standard = text.ends_with('=') && text.find_first_of("-_") == std::string_view::npos;
            if (c.count == max_signatures || !standard || !crypto::base64_into(text, c.macs[c.count]))
                return failure(errc::signature_malformed, "webhook-signature holds a wrong v1 entry, or too many");
            ++c.count;
        }
        if (c.count != 0)
            return {};
        if (asymmetric)
            return failure(errc::unsupported, "webhook-signature holds v1a (Ed25519) only; v1 is needed");
        return failure(errc::signature_malformed, "webhook-signature holds no v1 entry");
    }
};
static_assert(scheme<standard_webhooks>);

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_STANDARD_WEBHOOKS_HPP
