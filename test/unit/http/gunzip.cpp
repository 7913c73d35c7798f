#include <penstock/http/gunzip.hpp>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>

using namespace penstock;
using namespace std::string_literals;

namespace {

std::string number(std::uint32_t n)
{
    std::string out;
    for (int i = 0; i < 4; ++i)
        out += static_cast<char>(n >> 8U * static_cast<unsigned>(i));
    return out;
}

/// A member with the flags and whatever they announce in `extras`.
std::string packed(std::string const& plain, char flags = 0, std::string const& extras = "")
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
    BOOST_REQUIRE((ec == zlib::error::end_of_stream));
    body.resize(body.size() - z.avail_out);
    boost::crc_32_type checksum;
    checksum.process_bytes(plain.data(), plain.size());
    return "\x1f\x8b\x08"s + flags + "\0\0\0\0\0\x03"s + extras + body + number(checksum.checksum())
           + number(static_cast<std::uint32_t>(plain.size()));
}

std::string noise(std::size_t size)
{
    std::string out;
    std::uint64_t x = 88172645463325252U;
    while (out.size() < size) {
        x ^= x << 13U, x ^= x >> 7U, x ^= x << 17U;
        out += static_cast<char>(x);
    }
    return out;
}

result<std::string> unpacked(std::string const& bytes, std::size_t at_once, http::gunzip_options const& o = {})
{
    http::gunzip g(o);
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += at_once)
        if (auto const r = g.put(std::string_view(bytes).substr(at, at_once), out); !r)
            return r.error();
    if (auto const r = g.finish(); !r)
        return r.error();
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_gunzip)

BOOST_AUTO_TEST_CASE(gives_back_what_was_packed_however_it_is_cut)
{
    for (std::string const& plain : {""s, "a"s, noise(100'000), std::string(300'000, 'x')})
        for (std::size_t const at_once : {std::size_t(1), std::size_t(7), std::size_t(1) << 20U})
            BOOST_TEST((unpacked(packed(plain), at_once).value() == plain));
}

BOOST_AUTO_TEST_CASE(passes_over_what_the_flags_announce)
{
    auto const all = packed("plain", 2 | 4 | 8 | 16,
                            "\x03\x00"
                            "abc"
                            "name\0"
                            "comment\0"
                            "\x12\x34"s);
    for (std::size_t const at_once : {std::size_t(1), std::size_t(1000)})
        BOOST_TEST(unpacked(all, at_once).value() == "plain");
    BOOST_TEST(unpacked(packed("plain", 4, "\0\0"s), 1).value() == "plain");
    BOOST_TEST(unpacked(packed("one ") + packed("two"), 3).value() == "one two");  // two members
}

BOOST_AUTO_TEST_CASE(tells_what_is_damaged)
{
    auto const good = packed(noise(5000));
    for (std::size_t n = 0; n < good.size(); n += 97)
        BOOST_TEST((unpacked(good.substr(0, n), 1000).error().code == errc::truncated), n);
    auto wrong = good;
    wrong[wrong.size() - 6] ^= 1;  // the checksum
    BOOST_TEST((unpacked(wrong, 1000).error().code == errc::malformed));
    wrong = good;
    wrong[wrong.size() - 2] ^= 1;  // the length
    BOOST_TEST((unpacked(wrong, 1000).error().code == errc::malformed));
    BOOST_TEST((unpacked("plain text", 1000).error().code == errc::malformed));
    BOOST_TEST((unpacked(good + "rest", 1000).error().code == errc::malformed));
    BOOST_TEST((unpacked("\x1f\x8b\x08\0\0\0\0\0\0\x03\xff\xff\xff"s, 1000).error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(a_bomb_is_refused_while_it_grows)
{
    auto const bomb = packed(std::string(100 << 20, '\0'));  // 100 MiB in about 100 KB
    BOOST_TEST(bomb.size() < 200'000U);
    http::gunzip g;
    std::string out;
    std::size_t at = 0;
    failure end;
    for (; at < bomb.size() && !end.code; at += 1000)
        if (auto const r = g.put(std::string_view(bomb).substr(at, 1000), out); !r)
            end = r.error();
    BOOST_TEST((end.code == errc::too_large), end.message());
    BOOST_TEST(out.size() <= 2U << 20U);
    BOOST_TEST(at <= 4000U);

    http::gunzip_options o;
    o.max_size = 10'000;
    o.max_ratio = 100'000;
    BOOST_TEST((unpacked(packed(noise(10'001)), 1000, o).error().code == errc::too_large));
    BOOST_TEST(unpacked(packed(noise(10'000)), 1000, o).value().size() == 10'000U);
}

BOOST_AUTO_TEST_SUITE_END()
