#include <penstock/git/pkt_line.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::git;

BOOST_AUTO_TEST_SUITE(git_pkt_line)

BOOST_AUTO_TEST_CASE(writes_what_the_format_description_shows)
{
    std::string out;
    BOOST_TEST(append_line(out, "a\n").has_value());
    BOOST_TEST(append_line(out, "foobar\n").has_value());
    append_delim(out);
    append_flush(out);
    BOOST_TEST(out == "0006a\n000bfoobar\n00010000");
}

BOOST_AUTO_TEST_CASE(reads_every_kind_of_packet)
{
    pkt_reader reader("0006a\n0001"
                      "0005b"
                      "0000"
                      "0002"
                      "0004");
    auto const a = reader.next();
    BOOST_TEST((a->kind == packet_kind::data));
    BOOST_TEST(a->payload == "a\n");
    BOOST_TEST(a->line() == "a");
    BOOST_TEST((reader.next()->kind == packet_kind::delim));
    BOOST_TEST(reader.next()->line() == "b");
    BOOST_TEST((reader.next()->kind == packet_kind::flush));
    BOOST_TEST((reader.next()->kind == packet_kind::response_end));
    BOOST_TEST(reader.next()->payload.empty());
    BOOST_TEST((reader.next()->kind == packet_kind::end));
}

BOOST_AUTO_TEST_CASE(refuses_lengths_that_are_none)
{
    for (auto const* bytes : {"0003", "zzzz", "-001", "00g5a", "fff1"}) {
        pkt_reader reader(bytes);
        BOOST_TEST((reader.next().error().code == errc::malformed), bytes);
    }
}

BOOST_AUTO_TEST_CASE(says_when_bytes_are_missing)
{
    for (auto const* bytes : {"0", "000", "0006a", "fff0abc"}) {
        pkt_reader reader(bytes);
        BOOST_TEST((reader.next().error().code == errc::truncated), bytes);
    }
}

BOOST_AUTO_TEST_CASE(takes_the_longest_line_and_refuses_a_longer_one)
{
    std::string const longest(max_pkt_line - 4, 'x');
    std::string out;
    BOOST_TEST(append_line(out, longest).has_value());
    BOOST_TEST(out.substr(0, 4) == "fff0");
    BOOST_TEST((pkt_reader(out).next()->payload == longest));
    BOOST_TEST((append_line(out, longest + "x").error().code == errc::too_large));
    BOOST_TEST(out.size() == max_pkt_line);
}

BOOST_AUTO_TEST_SUITE_END()
