#include <penstock/http/client.hpp>

#include "raw_peer.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

using namespace penstock;
using namespace penstock::testing;
using namespace std::string_literals;

namespace {

std::string gzip(std::string const& plain)
{
    namespace zlib = boost::beast::zlib;
    zlib::deflate_stream stream;
    std::string body(stream.upper_bound(plain.size()) + 64, '\0');
    zlib::z_params z;
    z.next_in = plain.data();
    z.avail_in = plain.size();
    z.next_out = body.data();
    z.avail_out = body.size();
    error_code ec;
    stream.write(z, zlib::Flush::finish, ec);
    body.resize(body.size() - z.avail_out);
    boost::crc_32_type checksum;
    checksum.process_bytes(plain.data(), plain.size());
    auto out = "\x1f\x8b\x08\0\0\0\0\0\0\x03"s + body;
    for (auto const n : {static_cast<std::uint32_t>(checksum.checksum()), static_cast<std::uint32_t>(plain.size())})
        for (unsigned i = 0; i < 4; ++i)
            out += static_cast<char>(n >> 8U * i);
    return out;
}

/// Packs for whoever asks for it, as servers do.
struct fixture : served
{
    explicit fixture() : served(handler(plain, sent)) {}

    static http::handler handler(std::string const& plain, std::size_t& sent)
    {
        return [&plain, &sent](http::exchange& x) -> awaitable<void> {
            http::response answer(200, "text/plain", plain);
            if (x.head().fields["Accept-Encoding"] == "gzip") {
                answer.body = gzip(plain);
                answer.fields.add("Content-Encoding", "gzip");
            }
            sent = answer.body.size();
            if (x.head().path() != "/streamed") {
                co_await x.respond(answer);
                co_return;
            }
            auto const body = std::move(answer.body);
            co_await x.start(std::move(answer));
            for (std::size_t at = 0; at < body.size(); at += 1000) {
                auto const written = co_await x.write(std::string_view(body).substr(at, 1000));
                if (!written)
                    co_return;
            }
            co_await x.finish();
        };
    }

    void unpacking(http::client_options o = {})
    {
        o.accept_gzip = true;
        client = http::client(context.get_executor(), o);
    }

    awaitable<result<std::string>> stream_of(std::string target)
    {
        auto stream = co_await client.open(http::request("GET", url(target)), in(5s));
        if (!stream)
            co_return stream.error();
        std::string all;
        for (;;) {
            auto const piece = co_await (*stream)->read(in(5s));
            if (!piece)
                co_return piece.error();
            if (piece->empty())
                co_return all;
            all += *piece;
        }
    }

    std::string plain = "{\"items\":[" + std::string(50'000, ' ') + "]}";
    std::size_t sent = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_compression, fixture)

BOOST_AUTO_TEST_CASE(is_not_asked_for_by_default)
{
    BOOST_TEST((get("/").value().body == plain));
    BOOST_TEST(sent == plain.size());
    http::request r("GET", url("/"));  // who asks for it by himself gets it as it is
    r.fields.add("Accept-Encoding", "gzip");
    auto const packed = send(std::move(r));
    BOOST_TEST(packed.value().fields["Content-Encoding"] == "gzip");
    BOOST_TEST((packed->body == gzip(plain)));
}

BOOST_AUTO_TEST_CASE(is_unpacked_and_the_connection_kept)
{
    unpacking();
    for (auto const* target : {"/", "/streamed"}) {
        auto const answer = get(target);
        BOOST_REQUIRE_MESSAGE(answer, answer.error().message());
        BOOST_TEST((answer->body == plain));
        BOOST_TEST(!answer->fields.contains("Content-Encoding"));
        BOOST_TEST(!answer->fields.contains("Content-Length"));
        BOOST_TEST(sent < plain.size() / 50);
        BOOST_TEST((run(stream_of(target)).value() == plain));
    }
    BOOST_TEST(client.statistics().connections == 1U);
    http::request head("HEAD", url("/"));
    auto const only = send(std::move(head));
    BOOST_TEST(only.value().body.empty());
    BOOST_TEST(only->fields["Content-Encoding"] == "gzip");
}

BOOST_AUTO_TEST_CASE(a_bomb_is_refused_while_it_arrives)
{
    plain.assign(100 << 20, ' ');
    http::client_options o;
    o.max_body = 1 << 30;
    unpacking(o);
    for (auto const* target : {"/", "/streamed"}) {
        auto const answer = get(target);
        BOOST_TEST((answer.error().code == errc::too_large), answer.error().message());
        BOOST_TEST(answer.error().detail.find("200 times") != std::string::npos, answer.error().detail);
        BOOST_TEST((run(stream_of(target)).error().code == errc::too_large));
    }
    plain.assign(20'000, 'x');
    o.max_body = 10'000;
    unpacking(o);
    BOOST_TEST((get("/").error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_packed_answer_that_ends_too_early_is_truncated)
{
    auto const whole = gzip(plain);
    auto const half = whole.substr(0, whole.size() / 2);
    raw_peer const peer(*this, [half](tcp::socket& s, int) -> awaitable<void> {
        co_await raw_peer::read_header(s);
        co_await raw_peer::say(s, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                                      + std::to_string(half.size()) + "\r\n\r\n" + half);
    });
    unpacking();
    auto const answer = run(client.send(http::request("GET", peer.url()), in(5s)));
    BOOST_TEST((answer.error().code == errc::truncated), answer.error().message());
}

BOOST_AUTO_TEST_SUITE_END()
