#include <penstock/http/proxy_protocol.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::string_literals;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    std::string bytes;
    std::string source;  ///< `-`: none. Else an address, `malformed` or `too large`.
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    for (char const c : r.bytes.substr(0, 60))
        out << (c >= ' ' && c < 127 ? c : '.');
    return out << " -> " << r.source;
}

std::string binary(char command, char family, std::string const& rest, std::size_t length)
{
    return std::string(http::proxy_protocol::signature) + command + family + static_cast<char>(length / 256)
           + static_cast<char>(length % 256) + rest;
}

std::string binary(char command, char family, std::string const& rest)
{
    return binary(command, family, rest, rest.size());
}

std::string const four = "\x01\x02\x03\x04\x0a\x00\x00\x01\x10\x00\x01\xbb"s;
std::string const six = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"s + std::string(16, '\x01') + "\x10\x00\x01\xbb"s;

std::vector<row> const rows{
    {"PROXY TCP4 1.2.3.4 10.0.0.1 4096 443\r\n", "1.2.3.4"},
    {"PROXY TCP6 2001:db8::7 ::1 4096 443\r\n", "2001:db8::7"},
    {"PROXY UNKNOWN\r\n", "-"},
    {"PROXY UNKNOWN ffff::1 whatever 1 2\r\n", "-"},
    {"PROXY TCP4 1.2.3.4 10.0.0.1 4096\r\n", "malformed"},
    {"PROXY TCP4 1.2.3.4 10.0.0.1 4096 443 5\r\n", "malformed"},
    {"PROXY TCP4 1.2.3.4 10.0.0.1 70000 443\r\n", "malformed"},
    {"PROXY TCP4 1.2.3.4 10.0.0.1 4a 443\r\n", "malformed"},
    {"PROXY TCP4 1.2.3.4 10.0.0.1  443\r\n", "malformed"},
    {"PROXY TCP4 ::1 ::1 4096 443\r\n", "malformed"},
    {"PROXY TCP6 1.2.3.4 10.0.0.1 1 2\r\n", "malformed"},
    {"PROXY TCP4 1.2.3.4 ::1 4096 443\r\n", "malformed"},
    {"PROXY UDP4 1.2.3.4 10.0.0.1 1 2\r\n", "malformed"},
    {"PROXY TCP4 evil 10.0.0.1 1 2\r\n", "malformed"},
    {"PROXY " + std::string(101, 'x'), "too large"},
    {"GET / HTTP/1.1\r\n", "malformed"},
    {std::string(12, '\0'), "malformed"},
    {binary('\x21', '\x11', four), "1.2.3.4"},
    {binary('\x21', '\x12', four), "1.2.3.4"},
    {binary('\x21', '\x21', six), "2001:db8::7"},
    {binary('\x21', '\x11', four + "\x03\x00\x04\x01\x02\x03\x04"s), "1.2.3.4"},  // with a TLV
    {binary('\x20', '\x00', ""), "-"},
    {binary('\x20', '\x11', four), "-"},
    {binary('\x21', '\x00', ""), "-"},
    {binary('\x21', '\x31', std::string(216, 'x')), "-"},
    {binary('\x21', '\x11', "short"), "malformed"},
    {binary('\x21', '\x21', four), "malformed"},
    {binary('\x22', '\x11', four), "malformed"},
    {binary('\x11', '\x11', four), "malformed"},
    {binary('\x21', '\x51', four), "malformed"},
    {binary('\x21', '\x11', "", 2049), "too large"},
};

std::string read(std::string_view bytes, std::size_t at_once, std::size_t& used)
{
    http::proxy_protocol p;
    used = 0;
    while (p.wanted() != 0) {
        auto const n = std::min({p.wanted(), at_once, bytes.size() - used});
        if (n == 0)
            return "incomplete";
        auto const ec = p.feed(bytes.substr(used, n));
        used += n;
        if (ec)
            return ec == errc::malformed ? "malformed" : "too large";
    }
    return p.source() ? p.source()->to_string() : "-";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_proxy_protocol)

BOOST_DATA_TEST_CASE(reads_the_header_and_not_a_byte_more, data::make(rows), r)
{
    for (std::size_t const at_once : {std::size_t(1), std::size_t(5), std::size_t(4096)}) {
        std::size_t used = 0;
        BOOST_TEST(read(r.bytes + "GET / HTTP/1.1", at_once, used) == r.source);
        if (r.source != "malformed" && r.source != "too large")
            BOOST_TEST(used == r.bytes.size());
    }
}

BOOST_AUTO_TEST_CASE(waits_for_the_rest_wherever_it_is_cut)
{
    for (std::string const& whole : {rows[0].bytes, rows[1].bytes, binary('\x21', '\x21', six)})
        for (std::size_t n = 0; n < whole.size(); ++n) {
            std::size_t used = 0;
            BOOST_TEST(read(std::string_view(whole).substr(0, n), 4096, used) == "incomplete");
        }
}

BOOST_AUTO_TEST_SUITE_END()
