#include <penstock/http/trusted_proxies.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    char const* peer;
    http::fields header;
    char const* client;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    out << r.peer;
    for (auto const& [name, value] : r.header)
        out << ' ' << name << ": " << value;
    return out;
}

http::trusted_proxies trusting(http::forwarded_header which)
{
    return http::trusted_proxies(http::network_list::make({"10.0.0.0/8", "fd00::/8", "192.0.2.9", "unix:"}).value(),
                                 which);
}

std::vector<row> const for_rows{
    {"203.0.113.5", {}, "203.0.113.5"},
    {"203.0.113.5", {{"X-Forwarded-For", "1.2.3.4"}}, "203.0.113.5"},  // a stranger says so
    {"10.0.0.1", {}, "10.0.0.1"},
    {"10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4"},
    {"10.0.0.1", {{"x-forwarded-for", " 1.2.3.4 "}}, "1.2.3.4"},
    {"10.0.0.1", {{"X-Forwarded-For", "9.9.9.9, 1.2.3.4"}}, "1.2.3.4"},  // the client's own word goes first
    {"10.0.0.1", {{"X-Forwarded-For", "9.9.9.9, 1.2.3.4, 10.0.0.7"}}, "1.2.3.4"},
    {"10.0.0.1", {{"X-Forwarded-For", "9.9.9.9"}, {"X-Forwarded-For", "1.2.3.4, 10.3.0.1"}}, "1.2.3.4"},
    {"10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-For", "10.3.0.1"}}, "1.2.3.4"},
    {"10.0.0.1", {{"X-Forwarded-For", "10.2.2.2, 10.3.3.3"}}, "10.2.2.2"},  // all of them trusted
    {"10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, unknown"}}, "10.0.0.1"},
    {"10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, , 10.1.1.1"}}, "10.1.1.1"},
    {"10.0.0.1", {{"X-Forwarded-For", "1.2.3.4:5678"}}, "1.2.3.4"},
    {"10.0.0.1", {{"X-Forwarded-For", "[2001:db8::1]:5678"}}, "2001:db8::1"},
    {"10.0.0.1", {{"X-Forwarded-For", "2001:db8::1"}}, "2001:db8::1"},
    {"10.0.0.1", {{"X-Forwarded-For", "::ffff:1.2.3.4"}}, "1.2.3.4"},
    {"::ffff:10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4"},
    {"fd12::1", {{"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4"},
    {"unix:", {{"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4"},
    {"unix:", {}, "unix:"},
    {"192.0.2.9", {{"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4"},
    {"192.0.2.8", {{"X-Forwarded-For", "1.2.3.4"}}, "192.0.2.8"},
    {"10.0.0.1", {{"X-Forwarded-For", "999.1.1.1"}}, "10.0.0.1"},
    {"10.0.0.1", {{"X-Forwarded-For", "[::1"}}, "10.0.0.1"},
    {"10.0.0.1", {{"Forwarded", "for=1.2.3.4"}}, "10.0.0.1"},  // the other header is not read
};

std::vector<row> const forwarded_rows{
    {"10.0.0.1", {{"Forwarded", "for=1.2.3.4"}}, "1.2.3.4"},
    {"10.0.0.1", {{"Forwarded", "for=9.9.9.9, proto=https;For=1.2.3.4;by=10.0.0.1"}}, "1.2.3.4"},
    {"10.0.0.1", {{"Forwarded", "for=\"[2001:db8::1]:4711\""}}, "2001:db8::1"},
    {"10.0.0.1", {{"Forwarded", "for=1.2.3.4, for=10.0.0.2"}}, "1.2.3.4"},
    {"10.0.0.1", {{"Forwarded", "for=1.2.3.4, proto=https"}}, "10.0.0.1"},
    {"10.0.0.1", {{"Forwarded", "for=_hidden"}}, "10.0.0.1"},
    {"10.0.0.1", {{"Forwarded", "for=unknown, for=10.2.0.1"}}, "10.2.0.1"},
    {"10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}, "10.0.0.1"},
    {"203.0.113.5", {{"Forwarded", "for=1.2.3.4"}}, "203.0.113.5"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_trusted_proxies)

BOOST_DATA_TEST_CASE(finds_the_client_behind_x_forwarded_for, data::make(for_rows), r)
{
    BOOST_TEST(trusting(http::forwarded_header::x_forwarded_for).client_of(r.peer, r.header) == r.client);
}

BOOST_DATA_TEST_CASE(finds_the_client_behind_forwarded, data::make(forwarded_rows), r)
{
    BOOST_TEST(trusting(http::forwarded_header::forwarded).client_of(r.peer, r.header) == r.client);
}

BOOST_AUTO_TEST_CASE(believes_nobody_by_default)
{
    http::trusted_proxies const none;
    BOOST_TEST(none.empty());
    BOOST_TEST(none.client_of("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}) == "10.0.0.1");
}

BOOST_AUTO_TEST_CASE(looks_at_so_many_hops_and_no_more)
{
    std::string chain = "1.2.3.4";
    for (std::size_t i = 0; i < 2 * http::trusted_proxies::max_hops; ++i)
        chain += ", 10.0.0." + std::to_string(i);
    auto const found =
        trusting(http::forwarded_header::x_forwarded_for).client_of("10.0.0.1", {{"X-Forwarded-For", chain}});
    BOOST_TEST(found == "10.0.0.16");
}

BOOST_AUTO_TEST_CASE(says_which_entry_is_no_network)
{
    for (auto const* entry : {"10.0.0.0/33", "example.org", "", "10.0.0.0/", "/8", "fd00::/129", "10.0.0.0/8/8"}) {
        auto const list = http::network_list::make({"10.0.0.0/8", entry});
        BOOST_REQUIRE_MESSAGE(!list, entry);
        BOOST_TEST((list.error().code == errc::invalid_configuration));
        BOOST_TEST(list.error().detail.find('\'' + std::string(entry) + '\'') != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
