#include <penstock/http/server.hpp>

#include "served.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <ostream>
#include <vector>

using namespace penstock;
using namespace penstock::testing;
using namespace std::string_literals;
namespace data = boost::unit_test::data;

namespace {

/// Bytes that two servers in a row could cut into requests in two ways. Behind all of them stands one more request,
/// which must not be taken for one: what is refused closes the connection.
struct row
{
    char const* what;
    std::string words;
    char const* answer = "HTTP/1.1 400";
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.what;
}

std::string post(std::string const& fields, std::string const& body = "")
{
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string chunked(std::string const& body)
{
    return post("Transfer-Encoding: chunked\r\n", body);
}

std::vector<row> const refused{
    {"length, then chunked", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
    {"chunked, then length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")},
    {"two lengths", post("Content-Length: 0\r\nContent-Length: 44\r\n")},
    {"the same length twice", post("Content-Length: 0\r\nContent-Length: 0\r\n")},
    {"a list of lengths", post("Content-Length: 0, 0\r\n")},
    {"a list of two lengths", post("Content-Length: 0, 44\r\n")},
    {"an empty length", post("Content-Length:\r\n")},
    {"a length with a sign", post("Content-Length: +4\r\n", "abcd")},
    {"a negative length", post("Content-Length: -1\r\n")},
    {"a hexadecimal length", post("Content-Length: 0x4\r\n", "abcd")},
    {"a length with a space in it", post("Content-Length: 4 4\r\n", "abcd")},
    {"a length with a letter", post("Content-Length: 4a\r\n", "abcd")},
    {"a length that overflows", post("Content-Length: 18446744073709551620\r\n", "abcd")},
    {"a length in quotes", post("Content-Length: \"4\"\r\n", "abcd")},
    {"chunked twice in a list", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), "HTTP/1.1 501"},
    {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
    {"chunked, then another coding", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n")},
    {"another coding, then chunked", post("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
    {"chunked that is not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), "HTTP/1.1 501"},
    {"identity", post("Transfer-Encoding: identity\r\n"), "HTTP/1.1 501"},
    {"a coding like chunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), "HTTP/1.1 501"},
    {"chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), "HTTP/1.1 501"},
    {"chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), "HTTP/1.1 501"},
    {"an empty coding", post("Transfer-Encoding:\r\n"), "HTTP/1.1 501"},
    {"a vertical tab before chunked", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
    {"a zero byte in a coding", post("Transfer-Encoding: chunked\0\r\n"s, "0\r\n\r\n")},
    {"a space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
    {"a tab before the colon", post("Content-Length\t: 0\r\n")},
    {"chunked on HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 400"},
    {"a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")},
    {"a folded length", post("Content-Length:\r\n\t0\r\n")},
    {"a folded field", post("X: a\r\n b\r\nContent-Length: 0\r\n")},
    {"a fold at the begin", "POST / HTTP/1.1\r\n Host: a\r\nContent-Length: 0\r\n\r\n"},
    {"a bare line feed in the header", "POST / HTTP/1.1\nHost: a\r\nContent-Length: 0\r\n\r\n"},
    {"a bare line feed between fields", post("X: a\nContent-Length: 0\r\n")},
    {"a bare carriage return", post("X: a\rContent-Length: 0\r\n")},
    {"a zero byte in a value", post("X: a\0b\r\nContent-Length: 0\r\n"s)},
    {"a zero byte in a name", post("X\0Y: a\r\nContent-Length: 0\r\n"s)},
    {"a line without a colon", post("Content-Length 0\r\n")},
    {"a field without a name", post(": a\r\nContent-Length: 0\r\n")},
    {"two spaces in the first line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"a tab in the first line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"a version that is none", "GET / HTTP/1.x\r\nHost: a\r\n\r\n"},
    {"HTTP/0.9", "GET /\r\n\r\n"},
    {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
    {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
    {"two hosts on HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "HTTP/1.0 400"},
    {"a chunk size with 0x", chunked("0x0\r\n\r\n")},
    {"a chunk size with a sign", chunked("+0\r\n\r\n")},
    {"a chunk size after a space", chunked(" 0\r\n\r\n")},
    {"a chunk size that overflows", chunked("10000000000000000\r\nabcd\r\n0\r\n\r\n")},
    {"a chunk without a size", chunked("\r\n0\r\n\r\n")},
    {"a chunk that is longer than it says", chunked("2\r\nabc\r\n0\r\n\r\n")},
    {"a chunk that ends with a bare line feed", chunked("1\r\na\n0\r\n\r\n")},
    {"a chunk size that ends with a bare line feed", chunked("1\na\r\n0\r\n\r\n")},
    {"a length in the trailer", chunked("0\r\nContent-Length: 44\r\n\r\n")},
    {"a coding in the trailer", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")},
};

struct counting : served
{
    counting()
        : served([this](http::exchange& x) -> awaitable<void> {
              smuggled += x.head().path() == "/smuggled" ? 1 : 0;
              fields = x.head().fields.size();
              auto const body = co_await x.read_all(1000);
              if (!body)
                  co_return;
              http::response answer(200, "text/plain", *body);
              co_await x.respond(answer);
          })
    {}
    int smuggled = 0;
    std::size_t fields = 0;
};

std::string const hidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(http_smuggling)

BOOST_DATA_TEST_CASE(refuses_what_can_be_read_in_two_ways, data::make(refused), r)
{
    counting s;
    auto const said = s.talk(r.words + hidden);
    BOOST_TEST(said.starts_with(r.answer), r.what << " got: " << said.substr(0, 40));
    BOOST_TEST(said.find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(said.find("HTTP/1", 1) == std::string::npos);  // one answer
    BOOST_TEST(s.smuggled == 0);
}

BOOST_AUTO_TEST_CASE(the_request_behind_a_good_one_is_served)  // the table would say nothing if it were not
{
    counting s;
    for (auto const& good :
         {post("Content-Length: 4\r\n", "abcd"), chunked("4\r\nabcd\r\n0\r\n\r\n"),
          chunked("4;x=y\r\nabcd\r\n00\r\n\r\n"), post("transfer-encoding:chunked\r\n", "4\r\nabcd\r\n0\r\n\r\n"),
          post("Content-Length:\t 04 \r\n", "abcd")}) {
        s.smuggled = 0;
        auto const said = s.talk(good + hidden);
        BOOST_TEST(said.starts_with("HTTP/1.1 200"), good);
        BOOST_TEST(said.find("abcd") != std::string::npos);
        BOOST_TEST(s.smuggled == 1, good);
    }
}

BOOST_AUTO_TEST_CASE(fields_of_a_trailer_are_dropped)
{
    counting s;
    auto const said = s.talk(chunked("4\r\nabcd\r\n0\r\nHost: b\r\nX: y\r\n\r\n"));
    BOOST_TEST(said.starts_with("HTTP/1.1 200"));
    BOOST_TEST(said.ends_with("abcd"));
    BOOST_TEST(s.fields == 2U);
}

BOOST_AUTO_TEST_CASE(a_body_that_nobody_read_is_not_taken_for_a_request)
{
    int served_requests = 0;
    served s([&](http::exchange& x) -> awaitable<void> {
        ++served_requests;
        http::response answer(200);
        co_await x.respond(answer);
    });
    auto const said = s.talk(post("Content-Length: " + std::to_string(hidden.size() + 10) + "\r\n", hidden));
    BOOST_TEST(said.find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(served_requests == 1);
    served_requests = 0;
    s.talk(post("Expect: 100-continue\r\nContent-Length: 100\r\n", hidden));
    BOOST_TEST(served_requests == 1);
}

BOOST_AUTO_TEST_SUITE_END()
