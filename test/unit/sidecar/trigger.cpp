#include "sidecar/trigger.hpp"

#include <penstock/hook/envelope.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/hook/flux_hmac.hpp>
#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/verifier.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace penstock;
using namespace penstock::sidecar;

namespace {

secret const key("a secret of the webhook");
wall_time const now = wall_time(std::chrono::system_clock::now());

trigger_arguments push(std::string type)
{
    trigger_arguments a;
    a.type = std::move(type);
    a.url = "http://127.0.0.1:9295/";
    a.repository = "https://git.example.com/acme/app";
    a.branch = "release";
    a.commit = std::string(40, 'a');
    return a;
}

/// Whether what the sidecar verifies with takes the request.
template <class Scheme>
bool verified(http::request const& r, secret const& with)
{
    auto verifier = hook::verifier<Scheme>::make({with});
    auto check = verifier->begin(r.fields, now);
    if (!check)
        return false;
    check->update(r.body);
    return check->finish().has_value();
}

std::string missing(trigger_arguments const& a, secret const& with)
{
    auto const r = make_trigger(a, with, "d", now);
    return r ? std::string() : r.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sidecar_trigger)

BOOST_AUTO_TEST_CASE(signs_a_push_as_github_does)
{
    auto const r = make_trigger(push("github"), key, "delivery-1", now).value();
    BOOST_TEST(r.method == "POST");
    BOOST_TEST(r.url == "http://127.0.0.1:9295/webhook/github");
    BOOST_TEST(verified<hook::github_sha256>(r, key));
    BOOST_TEST(!verified<hook::github_sha256>(r, secret("another secret, long enough")));
    auto const envelope = hook::read_envelope(r.fields);
    BOOST_TEST(envelope.delivery == "delivery-1");
    auto const event = hook::decode(envelope, r.body).value();
    BOOST_TEST(event.ref == "refs/heads/release");
    BOOST_TEST(event.after == std::string(40, 'a'));
    BOOST_TEST(!event.repository_urls.empty());
}

BOOST_AUTO_TEST_CASE(shows_its_token_as_gitlab_does)
{
    auto const r = make_trigger(push("gitlab"), key, "delivery-2", now).value();
    BOOST_TEST(r.url == "http://127.0.0.1:9295/webhook/gitlab");
    BOOST_TEST(verified<hook::gitlab>(r, key));
    BOOST_TEST(!verified<hook::gitlab>(r, secret("another secret, long enough")));
    auto const envelope = hook::read_envelope(r.fields);
    BOOST_TEST(envelope.delivery == "delivery-2");
    auto const event = hook::decode(envelope, r.body).value();
    BOOST_TEST(event.ref == "refs/heads/release");
    BOOST_TEST(event.after == std::string(40, 'a'));
}

BOOST_AUTO_TEST_CASE(signs_for_gitlab_with_a_signing_token)
{
    secret const signing("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    auto const r = make_trigger(push("gitlab"), signing, "delivery-3", now).value();
    BOOST_TEST(verified<hook::gitlab>(r, signing));
    BOOST_TEST(!r.fields.contains("X-Gitlab-Token"));
}

BOOST_AUTO_TEST_CASE(signs_for_a_receiver_of_flux)
{
    trigger_arguments a;
    a.type = "generic-hmac";
    a.url = "http://127.0.0.1:9295";
    a.path = "hook/0123";
    auto const r = make_trigger(a, key, "d", now).value();
    BOOST_TEST(r.url == "http://127.0.0.1:9295/hook/0123");
    BOOST_TEST(verified<hook::flux_hmac>(r, key));
    a.type = "generic";
    BOOST_TEST(!make_trigger(a, secret(), "d", now).value().fields.contains("X-Signature"));
}

BOOST_AUTO_TEST_CASE(says_which_flag_is_missing)
{
    auto a = push("github");
    BOOST_TEST(missing(a, secret()).starts_with("--secret-file or --secret-env is missing"));
    a.commit.clear();
    BOOST_TEST(missing(a, key).starts_with("--sha is missing"));
    a.repository.clear();
    BOOST_TEST(missing(a, key).starts_with("--repo is missing"));
    trigger_arguments generic;
    generic.type = "generic";
    BOOST_TEST(missing(generic, key).starts_with("--path is missing"));
}

BOOST_AUTO_TEST_SUITE_END()
