// What GitHub, the API server and credential plug-ins answer when they are asked for a token: a line with the status,
// fields, an empty line, the body. Oracles: a token that is taken can stand in a header field and allows no more than
// was asked for; a failure names a code, one line of text, and no time before now.
#include "input.hpp"

#include <penstock/auth/exec_credential.hpp>
#include <penstock/auth/github_answer.hpp>
#include <penstock/auth/token.hpp>
#include <penstock/auth/token_request.hpp>

#include <charconv>
#include <chrono>
#include <string>

using namespace penstock;

namespace {

wall_time const now{std::chrono::seconds(1'800'000'000)};

void check_failure(failure const& f)
{
    fuzz::require(f.code.failed(), "a failure has a code");
    fuzz::require(f.retry_after >= duration::zero(), "nobody comes back before now");
    fuzz::require(f.detail.size() < 1000, "a message is short");
    for (char const c : f.detail)
        fuzz::require(c >= 0x20 && c < 0x7f, "a message is one line");
}

auth::installation_key narrowed()
{
    auth::installation_key key;
    key.id = 7;
    key.permissions.emplace("contents", "read");
    return key;
}

void check_grant(http::response const& answer)
{
    static auto const asked = narrowed();
    auto const got = auth::read_installation_grant(answer, asked, "12345", now);
    if (!got)
        return check_failure(got.error());
    fuzz::require(answer.status == 201, "a token comes with 201");
    fuzz::require(auth::check_token_value(got->token, "it").has_value(), "a token can be sent");
    for (auto const& [what, level] : got->permissions) {
        bool const within = (what == "contents" || what == "metadata") && level == "read";
        fuzz::require(within, "a token allows no more than was asked for");
    }
}

void check_others(http::response const& answer)
{
    auth::installation_key by_owner;
    by_owner.owner = "acme";
    auto const id = auth::read_installation_id(answer, by_owner, "12345", now);
    if (id)
        fuzz::require(*id > 0, "an installation has a number");
    else
        check_failure(id.error());
    auth::service_account_key account;
    account.ns = "flux-system";
    account.name = "penstock";
    auto const requested = auth::read_token_request(answer, account, now);
    if (requested)
        fuzz::require(auth::check_token_value(requested->value, "it").has_value(), "a token can be sent");
    else
        check_failure(requested.error());
    auto const written = auth::read_exec_credential(answer.body, "client.authentication.k8s.io/v1");
    if (!written)
        return check_failure(written.error());
    fuzz::require(!written->token.empty() || !written->certificate_pem.empty(), "a plug-in gave something");
    fuzz::require(written->certificate_pem.empty() == written->private_key_pem.empty(), "a certificate has its key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::input in(data, size);
    http::response answer;
    auto const status = in.line();
    std::from_chars(status.data(), status.data() + status.size(), answer.status);
    answer.fields = in.fields();
    answer.body = in.rest();
    check_grant(answer);
    check_others(answer);
    return 0;
}
