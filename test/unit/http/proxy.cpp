#include <penstock/http/proxy.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    char const* no_proxy;
    char const* host;
    char const* port;
    bool direct;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << '\'' << r.no_proxy << "' " << r.host << ':' << r.port;
}

std::vector<row> const rows{
    {"", "example.org", "443", false},
    {"*", "example.org", "443", true},
    {"example.org", "example.org", "443", true},
    {"example.org", "EXAMPLE.org", "443", true},
    {"example.org", "api.example.org", "443", true},
    {"example.org", "badexample.org", "443", false},
    {".example.org", "example.org", "443", false},
    {".example.org", "api.example.org", "443", true},
    {"*.example.org", "api.example.org", "443", true},
    {"a.b, example.org:8443", "example.org", "8443", true},
    {"a.b, example.org:8443", "example.org", "443", false},
    {"10.0.0.0/8", "10.1.2.3", "80", true},
    {"10.0.0.0/8", "11.1.2.3", "80", false},
    {"10.0.0.0/8", "ten.example.org", "80", false},
    {"10.0.0.0/99,nonsense/8,/", "10.1.2.3", "80", false},
    {"192.168.1.1", "192.168.1.1", "80", true},
    {"192.168.1.1:81", "192.168.1.1", "80", false},
    {"fd00::/8", "fd12::1", "80", true},
    {"fd00::/8", "fe80::1", "80", false},
    {"[::2]", "::2", "80", true},
    {"[::2]:80", "::2", "80", true},
    {"::2", "::2", "80", true},
    {"", "localhost", "80", true},
    {"", "127.0.0.1", "80", true},
    {"", "::1", "80", true},
    {",, ,", "example.org", "80", false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_proxy)

BOOST_DATA_TEST_CASE(knows_who_is_reached_directly, data::make(rows), r)
{
    BOOST_TEST(http::bypasses_proxy(r.no_proxy, r.host, r.port) == r.direct);
}

BOOST_AUTO_TEST_CASE(goes_to_loopback_by_a_proxy_when_it_is_told)
{
    for (char const* host : {"localhost", "127.0.0.1", "::1"}) {
        BOOST_TEST(http::bypasses_proxy("", host, "443"));
        BOOST_TEST(!http::bypasses_proxy("", host, "443", true));
    }
    BOOST_TEST(http::bypasses_proxy("127.0.0.0/8", "127.0.0.1", "443", true));
}

BOOST_AUTO_TEST_CASE(reads_both_spellings_of_the_environment)
{
    ::setenv("HTTPS_PROXY", "http://upper:1", 1);
    ::unsetenv("https_proxy");
    ::setenv("no_proxy", "lower", 1);
    ::setenv("NO_PROXY", "upper", 1);
    ::unsetenv("http_proxy");
    ::setenv("HTTP_PROXY", "http://plain:2", 1);
    auto p = http::environment_proxies();
    BOOST_TEST(p.https_proxy == "http://upper:1");
    BOOST_TEST(p.http_proxy == "http://plain:2");
    BOOST_TEST(p.no_proxy == "lower");
    ::setenv("REQUEST_METHOD", "GET", 1);
    BOOST_TEST(http::environment_proxies().http_proxy == "");
    for (char const* name : {"HTTPS_PROXY", "no_proxy", "NO_PROXY", "HTTP_PROXY", "REQUEST_METHOD"})
        ::unsetenv(name);
}

BOOST_AUTO_TEST_SUITE_END()
