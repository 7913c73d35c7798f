#include <penstock/git/proxy_secret.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace penstock;
using namespace penstock::git;

namespace {

secret_keys keys(std::vector<std::pair<std::string, std::string>> const& from)
{
    secret_keys out;
    for (auto const& [k, v] : from)
        out.emplace(k, secret(v));
    return out;
}

std::string proxy(std::vector<std::pair<std::string, std::string>> const& from)
{
    return std::string(read_proxy(keys(from)).value().reveal());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(git_proxy_secret)

BOOST_AUTO_TEST_CASE(reads_the_keys_that_flux_knows)
{
    BOOST_TEST(proxy({{"address", "http://proxy.test"}}) == "http://proxy.test");
    BOOST_TEST(proxy({{"address", "HTTP://proxy.test:3128/path?x#y\n"}}) == "http://proxy.test:3128");
    BOOST_TEST(proxy({{"address", "http://[2001:db8::1]:3128"}, {"username", "me"}, {"password", "a:b/c@d%"}})
               == "http://me:a:b%2Fc%40d%25@[2001:db8::1]:3128");
    BOOST_TEST(proxy({{"address", "http://old:one@proxy.test"}, {"username", "me"}}) == "http://me:@proxy.test");
}

BOOST_AUTO_TEST_CASE(says_what_cannot_be_used_and_no_value)
{
    std::vector<std::pair<std::vector<std::pair<std::string, std::string>>, errc>> const table{
        {{}, errc::invalid_configuration},
        {{{"username", "s3cret"}}, errc::invalid_configuration},
        {{{"address", "s3cret"}}, errc::invalid_configuration},
        {{{"address", "http://"}, {"password", "s3cret"}}, errc::invalid_configuration},
        {{{"address", "http://proxy.test"}, {"password", "s3cret"}}, errc::invalid_configuration},
        {{{"address", "socks5://me:s3cret@proxy.test"}}, errc::unsupported},
        {{{"address", "https://s3cret.test"}}, errc::unsupported},
    };
    for (auto const& [given, code] : table) {
        auto const got = read_proxy(keys(given));
        BOOST_REQUIRE(!got);
        BOOST_TEST((got.error().code == code));
        BOOST_TEST(got.error().message().find("s3cret") == std::string::npos, got.error().message());
    }
}

BOOST_AUTO_TEST_SUITE_END()
