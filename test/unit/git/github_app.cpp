#include <penstock/git/github_app.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace penstock;
using namespace penstock::git;

namespace {

using rows = std::vector<std::pair<std::string, std::string>>;

secret_keys keys(rows const& from)
{
    secret_keys out;
    for (auto const& [k, v] : from)
        out.emplace(k, secret(v));
    return out;
}

rows const whole{{"githubAppID", "12\n"}, {"githubAppInstallationID", "345"}, {"githubAppPrivateKey", "s3cret pem"}};

rows with(rows more)
{
    more.insert(more.end(), whole.begin(), whole.end());
    return more;
}

rows without(std::string const& name)
{
    rows out;
    for (auto const& one : whole)
        if (one.first != name)
            out.push_back(one);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(git_github_app)

BOOST_AUTO_TEST_CASE(reads_the_keys_that_flux_knows)
{
    auto const app = find_github_app(keys(whole)).value();
    BOOST_REQUIRE(app.has_value());
    BOOST_TEST(app->id == "12");
    BOOST_TEST(app->installation == 345);
    BOOST_TEST(app->private_key.reveal() == "s3cret pem");
    BOOST_TEST(app->api_url == "https://api.github.com");
    BOOST_TEST(app->text() == "GitHub App 12, installation 345");
    auto const enterprise =
        find_github_app(keys(with({{"githubAppBaseURL", "https://ghe.example.com/api/v3/\n"}}))).value();
    BOOST_TEST(enterprise->api_url == "https://ghe.example.com/api/v3");
    auto by_owner = without("githubAppInstallationID");
    by_owner.emplace_back("githubAppInstallationOwner", "acme");
    auto const owned = find_github_app(keys(by_owner)).value();
    BOOST_TEST(owned->owner == "acme");
    BOOST_TEST(owned->installation == 0);
    BOOST_TEST(owned->text() == "GitHub App 12, the installation of acme");
}

BOOST_AUTO_TEST_CASE(prefers_the_client_id_as_flux_does)
{
    auto const both = find_github_app(keys(with({{"githubAppClientID", "Iv23abc"}}))).value();
    BOOST_TEST(both->id == "Iv23abc");
    auto only = without("githubAppID");
    only.emplace_back("githubAppClientID", "Iv23abc");
    BOOST_TEST(find_github_app(keys(only)).value()->id == "Iv23abc");
}

BOOST_AUTO_TEST_CASE(finds_none_in_other_secrets)
{
    BOOST_TEST(!find_github_app({}).value().has_value());
    BOOST_TEST(!find_github_app(keys({{"username", "me"}, {"password", "x"}})).value().has_value());
}

BOOST_AUTO_TEST_CASE(names_the_key_at_fault_and_no_value)
{
    std::vector<std::pair<rows, std::string>> const table{
        {without("githubAppID"), "githubAppID"},
        {without("githubAppPrivateKey"), "githubAppPrivateKey"},
        {without("githubAppInstallationID"), "githubAppInstallationOwner"},
        {with({{"githubAppInstallationOwner", "s3cret"}}), "githubAppInstallationOwner"},
        {with({{"githubAppClientID", "a s3cret"}}), "githubAppClientID"},
        {with({{"githubAppBaseURL", "ftp://s3cret"}}), "githubAppBaseURL"},
        {with({{"githubAppBaseURL", "https:///s3cret"}}), "githubAppBaseURL"},
        {with({{"githubAppBaseURL", "https://host/api?s3cret"}}), "githubAppBaseURL"},
        {with({{"githubAppBaseURL", "https://user:s3cret@host"}}), "githubAppBaseURL"},
        {{{"githubAppID", "a/s3cret"}, {"githubAppPrivateKey", "x"}, {"githubAppInstallationID", "1"}}, "githubAppID"},
        {{{"githubAppID", "1"}, {"githubAppPrivateKey", "x"}, {"githubAppInstallationID", "1s3cret"}},
         "githubAppInstallationID"},
        {{{"githubAppID", "1"}, {"githubAppPrivateKey", "x"}, {"githubAppInstallationID", "-1"}},
         "githubAppInstallationID"},
        {{{"githubAppID", "1"}, {"githubAppPrivateKey", "x"}, {"githubAppInstallationID", "0"}},
         "githubAppInstallationID"},
        {{{"githubAppID", "1"}, {"githubAppPrivateKey", " \n"}, {"githubAppInstallationID", "1"}},
         "githubAppPrivateKey"},
    };
    for (auto const& [given, name] : table) {
        auto const got = find_github_app(keys(given));
        BOOST_REQUIRE_MESSAGE(!got, name);
        BOOST_TEST((got.error().code == errc::invalid_configuration));
        BOOST_TEST(got.error().detail.find(name) != std::string::npos, got.error().detail);
        BOOST_TEST(got.error().detail.find("s3cret") == std::string::npos, got.error().detail);
    }
}

BOOST_AUTO_TEST_CASE(names_the_keys_that_may_be_at_fault_for_a_token_that_did_not_come)
{
    github_app by_id;
    by_id.installation = 1;
    github_app at_work;
    at_work.owner = "acme";
    at_work.api_url = "https://ghe.example.com/api/v3";
    BOOST_TEST(suspect_keys(errc::unauthorized, by_id) == "githubAppID or githubAppPrivateKey");
    BOOST_TEST(suspect_keys(errc::invalid_configuration, by_id) == "githubAppPrivateKey");
    BOOST_TEST(suspect_keys(errc::not_found, by_id) == "githubAppID or githubAppInstallationID");
    BOOST_TEST(suspect_keys(errc::not_found, at_work)
               == "githubAppID or githubAppInstallationOwner or githubAppBaseURL");
    BOOST_TEST(suspect_keys(errc::invalid_argument, at_work) == "githubAppInstallationOwner");
    BOOST_TEST(suspect_keys(errc::connection_failed, at_work) == "githubAppBaseURL");
    BOOST_TEST(suspect_keys(errc::connection_failed, by_id) == "");
    BOOST_TEST(suspect_keys(errc::unavailable, at_work) == "");
}

BOOST_AUTO_TEST_SUITE_END()
