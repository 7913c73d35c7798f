#include "signed_payloads.hpp"

#include <penstock/hook/event.hpp>
#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>
#include <penstock/json/value.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using conformance::delivery;
using conformance::signed_payloads;

BOOST_TEST_GLOBAL_FIXTURE(signed_payloads);

namespace {

wall_time const now{1700000000s};  // when prepare.mjs signs

using verify = std::function<result<std::size_t>(http::fields const&, std::string_view)>;

template <hook::scheme S>
verify made_of(std::vector<secret> secrets)
{
    auto v = std::make_shared<hook::verifier<S>>(hook::verifier<S>::make(secrets).value());
    return [v](http::fields const& fields, std::string_view body) { return v->verify(fields, body, now); };
}

// What a program would choose for a hook; the right secret stands last.
verify verifier_of(std::string const& scheme)
{
    auto const& s = signed_payloads::secrets();
    secret const other("another secret, not that of these deliveries");
    if (scheme == "github")
        return made_of<hook::github_sha256>({other, secret(s.at(0))});
    return made_of<hook::gitlab>({other, secret(s.at(1)), secret(s.at(2))});
}

std::string signature_header(std::string const& scheme)
{
    static std::map<std::string, std::string> const names{
        {"github", "X-Hub-Signature-256"}, {"gitlab-token", "X-Gitlab-Token"}, {"gitlab-signed", "webhook-signature"}};
    return names.at(scheme);
}

bool signs_the_body(delivery const& d)
{
    return d.scheme != "gitlab-token";
}

// Every bit of every body would take long: some places, both ends among them, are enough.
std::vector<std::size_t> places(std::size_t size)
{
    std::vector<std::size_t> all{0, size / 7, size / 3, size / 2, size - 1};
    return all;
}

std::string flipped(std::string text, std::size_t at, int bit)
{
    text[at] = static_cast<char>(text[at] ^ (1 << bit));
    return text;
}

http::fields with(http::fields fields, std::string const& name, std::string value)
{
    fields.set(name, std::move(value));
    return fields;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(conformance_octokit)

BOOST_AUTO_TEST_CASE(all_payloads_are_there)
{
    std::map<std::string, int> count;
    for (auto const& d : signed_payloads::all())
        ++count[d.scheme + " " + d.kind];
    BOOST_TEST(count["github push"] == 2 * 7);  // as JSON and as a form
    BOOST_TEST(count["github ping"] == 2 * 4);
    BOOST_TEST(count["github pull_request"] == 2 * 29);
    BOOST_TEST(count["gitlab-token push"] == 7);
    BOOST_TEST(count["gitlab-signed push"] == 7);
}

BOOST_AUTO_TEST_CASE(accepts_what_the_peers_have_signed)
{
    for (auto const& d : signed_payloads::all())
        BOOST_TEST_CONTEXT(d.scheme << " " << d.number)
        {
            auto const answer = verifier_of(d.scheme)(d.fields, d.body);
            BOOST_TEST(answer.has_value());
            std::map<std::string, std::size_t> const expected{{"github", 1}, {"gitlab-token", 1}, {"gitlab-signed", 2}};
            if (answer)
                BOOST_TEST(*answer == expected.at(d.scheme));
        }
}

BOOST_AUTO_TEST_CASE(refuses_a_body_with_one_bit_flipped)
{
    for (auto const& d : signed_payloads::all()) {
        if (!signs_the_body(d))
            continue;
        auto const check = verifier_of(d.scheme);
        for (auto const at : places(d.body.size()))
            BOOST_TEST_CONTEXT(d.scheme << " " << d.number << " byte " << at)
        BOOST_TEST(
            (check(d.fields, flipped(d.body, at, static_cast<int>(at % 8))).error().code == errc::signature_mismatch));
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_signature_with_one_bit_flipped)
{
    for (auto const& d : signed_payloads::all()) {
        auto const name = signature_header(d.scheme);
        auto const value = std::string(d.fields[name]);
        auto const check = verifier_of(d.scheme);
        for (std::size_t at = 0; at < value.size(); ++at)
            for (int bit = 0; bit < 8; ++bit) {
                auto const changed = flipped(value, at, bit);
                // A hexadecimal letter in the other case is the same digit.
                auto const same = d.scheme == "github" && at >= 7 && bit == 5 && value[at] >= 'a' && value[at] <= 'f';
                auto const answer = check(with(d.fields, name, changed), d.body);
                if (answer.has_value() != same)
                    BOOST_ERROR(d.scheme << " " << d.number << " byte " << at << " bit " << bit);
            }
    }
}

BOOST_AUTO_TEST_CASE(refuses_every_other_form_of_the_header)
{
    for (auto const& d : signed_payloads::all()) {
        auto const name = signature_header(d.scheme);
        auto const value = std::string(d.fields[name]);
        auto const check = verifier_of(d.scheme);
        auto without = d.fields;
        without.erase(name);
        auto twice = d.fields;
        twice.add(name, value);
        auto const separator = value.find_first_of("=,");
        std::vector<http::fields> forms{without,
                                        twice,
                                        with(d.fields, name, ""),
                                        with(d.fields, name, " " + value),
                                        with(d.fields, name, value.substr(1)),
                                        with(d.fields, name, value.substr(0, value.size() - 1)),
                                        with(d.fields, name, value + "0"),
                                        with(d.fields, name, value.substr(separator + 1) + " ")};
        if (d.scheme == "gitlab-signed")
            forms.erase(forms.begin() + 3);  // an empty entry of the list means nothing
        for (std::size_t i = 0; i < forms.size(); ++i)
            BOOST_TEST_CONTEXT(d.scheme << " " << d.number << " form " << i)
        BOOST_TEST(check(forms[i], d.body).has_error());
    }
}

BOOST_AUTO_TEST_CASE(a_signature_of_gitlab_that_fails_is_not_rescued_by_the_token)
{
    auto const& token = signed_payloads::secrets().at(1);
    for (auto const& d : signed_payloads::all())
        if (d.scheme == "gitlab-signed") {
            auto const fields = with(d.fields, "X-Gitlab-Token", token);
            BOOST_TEST(verifier_of(d.scheme)(fields, d.body).has_value());
            BOOST_TEST(verifier_of(d.scheme)(fields, d.body + " ").has_error());
            BOOST_TEST(verifier_of(d.scheme)(with(fields, "webhook-signature", "v1,"), d.body).has_error());
        }
}

BOOST_AUTO_TEST_CASE(decodes_what_it_has_accepted)
{
    for (auto const& d : signed_payloads::all())
        BOOST_TEST_CONTEXT(d.scheme << " " << d.number)
        {
            auto const envelope = hook::read_envelope(d.fields);
            auto const event = hook::decode(envelope, d.body);
            BOOST_TEST_REQUIRE(event.has_value());
            std::map<std::string, hook::event_kind> const kinds{{"push", hook::event_kind::push},
                                                                {"ping", hook::event_kind::ping},
                                                                {"pull_request", hook::event_kind::pull_request},
                                                                {"ignored", hook::event_kind::ignored}};
            BOOST_TEST((event->kind == kinds.at(d.kind)));
            BOOST_TEST(event->provider == d.scheme.substr(0, 6));
            BOOST_TEST(!event->delivery.empty());
            if (event->kind == hook::event_kind::push)
                BOOST_TEST(event->repository_urls.size() >= 3U);
        }
}

BOOST_AUTO_TEST_CASE(decodes_the_same_fields_as_a_dom_does)
{
    for (auto const& d : signed_payloads::all()) {
        if (d.scheme != "github" || d.kind == "ping" || !d.body.starts_with('{'))
            continue;
        BOOST_TEST_CONTEXT(d.number)
        {
            auto const event = hook::decode(hook::read_envelope(d.fields), d.body).value();
            auto const document = json::parse(d.body).value();
            BOOST_TEST(event.ref == json::text_at(document, {"ref"}));
            BOOST_TEST(event.after == (d.kind == "push" ? json::text_at(document, {"after"}) : std::string_view()));
            BOOST_TEST(event.repository == json::text_at(document, {"repository", "full_name"}));
            BOOST_TEST(event.default_branch == json::text_at(document, {"repository", "default_branch"}));
            BOOST_TEST(event.installation == json::integer_at(document, {"installation", "id"}).value_or(0));
            BOOST_TEST(event.pull_request.head_id == json::text_at(document, {"pull_request", "head", "sha"}));
            BOOST_TEST(event.deleted == json::true_at(document, {"deleted"}));
            for (auto const* key : {"html_url", "clone_url", "ssh_url", "git_url"})
                BOOST_TEST(std::ranges::count(event.repository_urls, json::text_at(document, {"repository", key}))
                           == 1);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
