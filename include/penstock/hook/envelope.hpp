#ifndef PENSTOCK_HOOK_ENVELOPE_HPP
#define PENSTOCK_HOOK_ENVELOPE_HPP
#include <penstock/crypto/digest.hpp>
#include <penstock/http/fields.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::hook {

enum class provider
{
    unknown,
    github,
    gitlab,
    gitea,  ///< Forgejo and Gogs too.
    bitbucket,
};

/// "github", as metrics and records write it.
constexpr std::string_view name(provider p) noexcept
{
    constexpr std::array<std::string_view, 5> names{"unknown", "github", "gitlab", "gitea", "bitbucket"};
    return names[static_cast<std::size_t>(p)];
}

/** What the header of a delivery says about it. The views live as long as the fields.

    None of it is signed by GitHub's scheme: it says how to read the body, never what is allowed. */
struct envelope
{
    hook::provider provider = hook::provider::unknown;
    std::string_view event;         ///< As the sender writes it: "push", "Push Hook", "repo:push".
    std::string_view delivery;      ///< The same for every attempt at one delivery; empty if there is no such id.
    std::string_view hook;          ///< Which hook or App sent it: hooks of one event share the delivery id.
    std::string_view content_type;  ///< With its parameters.

    bool shared_delivery = false;   ///< The id may belong to several events of one cause.

    /** What `deliveries` should remember.

        @param body The raw body, verified; it takes part where the id alone would swallow another event.
        @return Empty if the sender gave no id: such a delivery cannot be told from another. */
    std::string key(std::string_view body) const
    {
        std::string made;
        write_key(made, body);
        return made;
    }

    /// The same, in place of what is in `to`, whose memory is used again.
    void write_key(std::string& to, std::string_view body) const
    {
        write_hashed_key(to, shared_delivery && !delivery.empty() ? crypto::sha256_hex(body) : std::string());
    }

    /// The same for who has hashed the body while it came. @param hash Its SHA-256, lower-case hexadecimal; looked at
    /// only if `shared_delivery`.
    void write_hashed_key(std::string& to, std::string_view hash) const
    {
        to.clear();
        if (delivery.empty())
            return;
        to.append(name(provider)).append("/").append(hook).append("/").append(delivery);
        if (shared_delivery)
            to.append("/").append(hash);
    }
};

/** Reads the fields that GitHub, GitLab, Gitea, Forgejo, Gogs and Bitbucket send. Gitea is asked for first, since it
    sends GitHub's fields as well.

    GitLab's delivery id is `webhook-id` where it signs, else `Idempotency-Key` (since 17.4), else
    `X-Gitlab-Event-UUID`, which all hooks share that one request causes. `X-Gitlab-Webhook-UUID` is new for every
    attempt, so it is never used. */
inline envelope read_envelope(http::fields const& fields)
{
    auto const first_of = [&fields](auto... names) {
        std::string_view found;
        ((found.empty() ? void(found = fields[names]) : void()), ...);
        return found;
    };
    envelope e;
    e.content_type = fields["Content-Type"];
    if (e.event = first_of("X-Forgejo-Event", "X-Gitea-Event", "X-Gogs-Event"); !e.event.empty()) {
        e.provider = provider::gitea;
        e.delivery = first_of("X-Forgejo-Delivery", "X-Gitea-Delivery", "X-Gogs-Delivery");
    } else if (e.event = fields["X-GitHub-Event"]; !e.event.empty()) {
        e.provider = provider::github;
        e.delivery = fields["X-GitHub-Delivery"];
        e.hook = first_of("X-GitHub-Hook-ID", "X-GitHub-Hook-Installation-Target-ID");
    } else if (e.event = fields["X-Gitlab-Event"]; !e.event.empty()) {
        e.provider = provider::gitlab;
        e.delivery = first_of("webhook-id", "Idempotency-Key");
        e.shared_delivery = e.delivery.empty();
        if (e.shared_delivery)
            e.delivery = fields["X-Gitlab-Event-UUID"];
    } else if (e.event = fields["X-Event-Key"]; !e.event.empty()) {
        e.provider = provider::bitbucket;
        e.delivery = first_of("X-Request-UUID", "X-Request-Id");
        e.hook = fields["X-Hook-UUID"];
    }
    return e;
}

}  // namespace penstock::hook

#endif  // PENSTOCK_HOOK_ENVELOPE_HPP
