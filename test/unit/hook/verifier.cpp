#include <penstock/hook/verifier.hpp>

#include <penstock/hook/flux_hmac.hpp>
#include <penstock/hook/hex_hmac.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::string const newest = "It's a Secret to Everybody";  // of GitHub's documentation
std::string const middle = "0123456789abcdef";
std::string const oldest = "another secret of some length";
std::string const body = "Hello, World!";
wall_time const now{1700000000s};

std::string sign(crypto::algorithm a, std::string const& key, std::string const& text)
{
    return to_hex(crypto::hmac_of(a, key, text));
}

std::string const good = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

std::string upper(std::string text)
{
    for (auto& c : text)
        c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

hook::verifier<hook::github_sha256> github()
{
    return hook::verifier<hook::github_sha256>::make({secret(newest), secret(middle), secret(oldest)}).value();
}

struct row
{
    std::string name;
    http::fields fields;
    errc expected;

    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.name; }
};

constexpr auto h = "X-Hub-Signature-256";
std::vector<row> const refused{
    {"nothing", {}, errc::signature_missing},
    {"only the legacy header", {{"X-Hub-Signature", "sha1=" + std::string(40, 'a')}}, errc::signature_missing},
    {"empty", {{h, ""}}, errc::signature_malformed},
    {"only the prefix", {{h, "sha256="}}, errc::signature_malformed},
    {"no prefix", {{h, good}}, errc::signature_malformed},
    {"another prefix", {{h, "sha512=" + good}}, errc::signature_malformed},
    {"upper-case prefix", {{h, "SHA256=" + good}}, errc::signature_malformed},
    {"a colon", {{h, "sha256:" + good}}, errc::signature_malformed},
    {"one digit less", {{h, "sha256=" + good.substr(1)}}, errc::signature_malformed},
    {"one byte less", {{h, "sha256=" + good.substr(2)}}, errc::signature_malformed},
    {"one digit more", {{h, "sha256=" + good + "0"}}, errc::signature_malformed},
    {"a space before", {{h, " sha256=" + good}}, errc::signature_malformed},
    {"a space behind", {{h, "sha256=" + good + " "}}, errc::signature_malformed},
    {"a space inside", {{h, "sha256= " + good.substr(1)}}, errc::signature_malformed},
    {"no digit", {{h, "sha256=" + good.substr(1) + "g"}}, errc::signature_malformed},
    {"two of them", {{h, "sha256=" + good}, {"x-hub-signature-256", "sha256=" + good}}, errc::signature_malformed},
    {"two in one", {{h, "sha256=" + good + ",sha256=" + good}}, errc::signature_malformed},
    {"another one", {{h, "sha256=" + std::string(64, '0')}}, errc::signature_mismatch},
    {"the first bit", {{h, "sha256=f" + good.substr(1)}}, errc::signature_mismatch},
    {"the last bit", {{h, "sha256=" + good.substr(0, 63) + "6"}}, errc::signature_mismatch},
    {"of another body",
     {{h, "sha256=" + sign(crypto::algorithm::sha256, newest, "Hello, World?")}},
     errc::signature_mismatch},
    {"of another secret",
     {{h, "sha256=" + sign(crypto::algorithm::sha256, "unknown", body)}},
     errc::signature_mismatch},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_verifier)

BOOST_AUTO_TEST_CASE(accepts_the_example_of_githubs_documentation)
{
    auto v = github();
    BOOST_TEST(v.verify({{h, "sha256=" + good}}, body, now).value() == 0U);
    BOOST_TEST(v.verify({{"x-hub-signature-256", "sha256=" + upper(good)}}, body, now).value() == 0U);
}

BOOST_AUTO_TEST_CASE(says_which_of_the_secrets_matched)
{
    auto v = github();
    BOOST_TEST(v.secrets() == 3U);
    std::vector<std::string> const keys{newest, middle, oldest};
    for (std::size_t i = 0; i < keys.size(); ++i)
        BOOST_TEST(v.verify({{h, "sha256=" + sign(crypto::algorithm::sha256, keys[i], body)}}, body, now).value() == i);
    auto rotated = hook::verifier<hook::github_sha256>::make({secret(newest)}).value();
    auto const old = rotated.verify({{h, "sha256=" + sign(crypto::algorithm::sha256, oldest, body)}}, body, now);
    BOOST_TEST((old.error().code == errc::signature_mismatch));
    BOOST_TEST((old.error().code == condition::rejected));
}

BOOST_DATA_TEST_CASE(refuses_every_other_header, data::make(refused), r)
{
    auto v = github();
    auto const answer = v.verify(r.fields, body, now);
    BOOST_TEST_REQUIRE(answer.has_error());
    BOOST_TEST((answer.error().code == r.expected));
    BOOST_TEST(answer.error().message().find(good) == std::string::npos);
    bool const before_the_body = r.expected != errc::signature_mismatch;
    BOOST_TEST(v.begin(r.fields, now).has_error() == before_the_body);
}

BOOST_AUTO_TEST_CASE(refuses_a_method_that_is_not_post)
{
    auto v = github();
    http::fields const fields{{h, "sha256=" + good}};
    BOOST_TEST(v.begin("POST", fields, now).has_value());
    for (auto const* method : {"GET", "PUT", "post", ""})
        BOOST_TEST((v.begin(method, fields, now).error().code == errc::unsupported));
}

BOOST_AUTO_TEST_CASE(takes_a_body_in_slices_of_any_size)
{
    auto v = github();
    for (std::size_t size = 1; size <= body.size() + 1; ++size) {
        auto check = v.begin({{h, "sha256=" + good}}, now).value();
        for (std::size_t at = 0; at < body.size(); at += size)
            check.update(std::string_view(body).substr(at, size));
        BOOST_TEST(check.finish().value() == 0U);
        BOOST_TEST((check.finish().error().code == errc::invalid_argument));  // once
    }
}

BOOST_AUTO_TEST_CASE(checks_may_be_interleaved_abandoned_and_outlive_their_verifier)
{
    auto v = github();
    http::fields const fields{{h, "sha256=" + good}};
    auto one = v.begin(fields, now).value();
    auto two = v.begin(fields, now).value();
    one.update("Hello, ");
    two.update("other");
    {
        auto abandoned = v.begin(fields, now).value();
        abandoned.update("some");
    }
    v = hook::verifier<hook::github_sha256>();
    one.update("World!");
    BOOST_TEST(one.finish().value() == 0U);
    BOOST_TEST((two.finish().error().code == errc::signature_mismatch));
    BOOST_TEST((v.begin(fields, now).error().code == errc::invalid_configuration));
}

BOOST_AUTO_TEST_CASE(refuses_secrets_that_are_none_and_names_them_by_their_place)
{
    using verifier = hook::verifier<hook::github_sha256>;
    BOOST_TEST((verifier::make({}).error().code == errc::invalid_configuration));
    auto const empty = verifier::make({secret(newest), secret("")});
    BOOST_TEST((empty.error().code == errc::invalid_configuration));
    BOOST_TEST(empty.error().detail == "github-sha256: secret 2 of 2 is empty");
    auto const short_one = verifier::make({secret("fifteen bytes !")});
    BOOST_TEST(short_one.error().detail == "github-sha256: secret 1 of 1 is shorter than 16 bytes");
    BOOST_TEST(short_one.error().message().find("fifteen") == std::string::npos);
    BOOST_TEST(verifier::make({secret(std::string(16, 'x'))}).has_value());
    BOOST_TEST(verifier::make(std::vector<secret>(8, secret(newest))).has_value());
    BOOST_TEST(verifier::make(std::vector<secret>(9, secret(newest))).has_error());
}

BOOST_AUTO_TEST_CASE(sha1_is_accepted_only_where_it_is_named)
{
    auto const mac = sign(crypto::algorithm::sha1, newest, body);
    auto legacy = hook::verifier<hook::github_sha1>::make({secret(newest)}).value();
    BOOST_TEST(legacy.verify({{"X-Hub-Signature", "sha1=" + mac}}, body, now).value() == 0U);
    BOOST_TEST((github().verify({{"X-Hub-Signature", "sha1=" + mac}}, body, now).has_error()));
    auto nexus = hook::verifier<hook::nexus_sha1>::make({secret(newest)}).value();
    BOOST_TEST(nexus.verify({{"X-Nexus-Webhook-Signature", mac}}, body, now).value() == 0U);
    BOOST_TEST(nexus.verify({{"X-Nexus-Webhook-Signature", "sha1=" + mac}}, body, now).has_error());
    BOOST_TEST(nexus.verify({{"X-Nexus-Webhook-Signature", mac}}, body + " ", now).has_error());
}

BOOST_AUTO_TEST_CASE(knows_the_headers_of_the_other_forges)
{
    auto const mac = sign(crypto::algorithm::sha256, newest, body);
    std::vector<secret> const secrets{secret(newest)};
    auto gitea = hook::verifier<hook::gitea_sha256>::make(secrets).value();
    BOOST_TEST(gitea.verify({{"X-Gitea-Signature", mac}}, body, now).value() == 0U);
    auto forgejo = hook::verifier<hook::forgejo_sha256>::make(secrets).value();
    BOOST_TEST(forgejo.verify({{"X-Forgejo-Signature", mac}}, body, now).value() == 0U);
    auto gogs = hook::verifier<hook::gogs_sha256>::make(secrets).value();
    BOOST_TEST(gogs.verify({{"X-Gogs-Signature", mac}}, body, now).value() == 0U);
    auto bitbucket = hook::verifier<hook::bitbucket_sha256>::make(secrets).value();
    BOOST_TEST(bitbucket.verify({{"X-Hub-Signature", "sha256=" + mac}}, body, now).value() == 0U);
    BOOST_TEST(bitbucket.verify({{"X-Hub-Signature", "sha1=" + mac}}, body, now).has_error());
}

BOOST_AUTO_TEST_CASE(accepts_the_example_of_bitbuckets_documentation)
{
    auto v = hook::verifier<hook::bitbucket_sha256>::make({secret(newest)}).value();
    http::fields const fields{
        {"X-Hub-Signature", "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"}};
    BOOST_TEST(v.verify(fields, "Hello World!", now).value() == 0U);
    BOOST_TEST(v.verify(fields, body, now).has_error());
}

BOOST_AUTO_TEST_CASE(the_first_header_of_giteas_family_decides)
{
    auto const mac = sign(crypto::algorithm::sha256, newest, body);
    std::string const wrong(64, '0');
    auto v = hook::verifier<hook::gitea>::make({secret(newest)}).value();
    http::fields const all{{"X-Gogs-Signature", mac}, {"X-Gitea-Signature", mac}, {"X-Forgejo-Signature", mac}};
    BOOST_TEST(v.verify(all, body, now).value() == 0U);
    auto const code = [&](http::fields const& fields) { return v.verify(fields, body, now).error().code; };
    BOOST_TEST((code({{"X-Gogs-Signature", mac}, {"X-Forgejo-Signature", wrong}}) == errc::signature_mismatch));
    BOOST_TEST((code({{"X-Gogs-Signature", mac}, {"X-Gitea-Signature", wrong}}) == errc::signature_mismatch));
    BOOST_TEST((code({{"X-Gogs-Signature", mac}, {"X-Gitea-Signature", ""}}) == errc::signature_malformed));
    BOOST_TEST((code({{"X-Hub-Signature-256", "sha256=" + mac}}) == errc::signature_missing));
}

BOOST_AUTO_TEST_SUITE_END()
