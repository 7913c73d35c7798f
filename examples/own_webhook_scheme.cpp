// A webhook scheme that the library does not know, as one policy: Slack signs `v0:<timestamp>:<body>`.
//
// Prints, for the example of Slack's documentation, the same with another body, and the same six minutes later:
//   signed with secret 1
//   rejected: the signature of the webhook does not match (slack)
//   rejected: …, naming how old the timestamp is
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/signed_time.hpp>
#include <penstock/hook/verifier.hpp>

#include <chrono>
#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

// [scheme]
/// The digits are those of `hex_hmac`; what is in front of the body is ours.
struct slack : hook::hex_hmac<slack>
{
    static constexpr std::string_view name = "slack";
    static constexpr std::string_view header = "X-Slack-Signature";
    static constexpr std::string_view prefix = "v0=";
    static constexpr crypto::algorithm algorithm = crypto::algorithm::sha256;

    struct claim : hook::hex_hmac<slack>::claim
    {
        std::string_view timestamp;  // lives as long as the header: until `start`
    };

    static result<claim> read(http::fields const& fields, hook::window const& w)
    {
        auto const timestamp = hook::only_field(fields, "X-Slack-Request-Timestamp");
        if (!timestamp)
            return timestamp.error();
        if (auto const in_time = hook::check_signed_time("X-Slack-Request-Timestamp", *timestamp, w); !in_time)
            return in_time.error();
        auto const signature = hex_hmac::read(fields, w);
        if (!signature)
            return signature.error();
        return claim{*signature, *timestamp};
    }

    static void start(state& s, key const& k, claim const& c)
    {
        hex_hmac::start(s, k, c);
        for (auto const part : {std::string_view("v0:"), c.timestamp, std::string_view(":")})
            s.update(part);
    }
};
static_assert(hook::scheme<slack>);
// [scheme]

int main()
{
    auto verifier = hook::verifier<slack>::make({secret("8f742231b10e8888abcd99yyyzzz85a5")}).value();
    http::fields const fields{
        {"X-Slack-Request-Timestamp", "1531420618"},
        {"X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"}};
    std::string const body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    wall_time const sent{1531420618s};

    auto const good = verifier.verify(fields, body, sent);
    auto const changed = verifier.verify(fields, body + "&text=more", sent);
    auto const late = verifier.verify(fields, body, sent + 6min);
    if (good)
        std::cout << "signed with secret " << *good + 1 << '\n';
    for (auto const& refused : {changed, late})
        std::cout << "rejected: " << refused.error().message() << '\n';
    bool const as_said =
        good && changed.error().code == errc::signature_mismatch && late.error().code == errc::signature_expired;
    return as_said ? 0 : 1;
}
