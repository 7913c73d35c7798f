#include <penstock/cel/pattern.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    char const* regex;
    char const* text;
    bool found;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.regex << " in " << r.text;
}

row const rows[] = {
    {"", "", true},
    {"a", "cat", true},
    {"^a", "cat", false},
    {"t$", "cat", true},
    {"^cat$", "cat", true},
    {"^$", "a", false},
    {"c.t", "c\nt", false},
    {"(?s)c.t", "c\nt", true},
    {"(?i)CAT", "a cat", true},
    {"(?i:C)AT", "cat", false},
    {"(?m)^b$", "a\nb\nc", true},
    {"ab|cd|ef", "xxcdxx", true},
    {"^(ab|cd|ef)$", "ef", true},
    {"^(?:a|ab)(?:c|bcd)$", "abcd", true},
    {"^a*$", "", true},
    {"^a+$", "", false},
    {"^a+$", "aaa", true},
    {"^ab?c$", "ac", true},
    {"^a{2,3}$", "a", false},
    {"^a{2,3}$", "aaa", true},
    {"^a{2,3}$", "aaaa", false},
    {"^a{2,}$", "aaaaa", true},
    {"^a{0}b$", "b", true},
    {"^(ab){2}$", "abab", true},
    {"a{x}", "a{x}", true},
    {"^[a-c]+$", "abcab", true},
    {"^[^a-c]+$", "xyz", true},
    {"^[^a-c]+$", "xaz", false},
    {"^[]a]+$", "]a", true},
    {"^[a-]+$", "a-", true},
    {"^[\\d.]+$", "1.2.3", true},
    {"^[[:alpha:]]+$", "abC", true},
    {"^[[:^alpha:]]+$", "123", true},
    {"^v\\d+\\.\\d+\\.\\d+$", "v1.22.333", true},
    {"^\\w+\\s\\W$", "ab_9 -", true},
    {"\\bcat\\b", "a cat!", true},
    {"\\bcat\\b", "concat", false},
    {"\\Bcat", "concat", true},
    {"^ä.ö$", "äüö", true},
    {"^[ä-ü]$", "ö", true},
    {"\\x41\\x{e4}", "Aä", true},
    {"^\\.\\*$", ".*", true},
    {"(?P<name>a)(?<other>b)", "ab", true},
    {"^(a*)*$", "aaaaaaaa", true},
    {"^(|a)+b$", "aab", true},
    {"(?i)[^a]", "A", false},
    {"^a*?$", "aa", true},
    {"\\Aab\\z", "ab", true},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cel_pattern)

BOOST_DATA_TEST_CASE(finds_what_re2_finds, data::make(rows), r)
{
    auto const compiled = cel::pattern::compile(r.regex);
    BOOST_REQUIRE(compiled.has_value());
    cel::budget cost(100'000);
    BOOST_TEST((compiled->search(r.text, cost).value() == cel::pattern::outcome::found) == r.found);
}

BOOST_DATA_TEST_CASE(refuses_what_it_cannot_run,
                     data::make({"(", ")", "a)", "[a", "*a", "a**", "(?=a)", "(?<!a)b", "\\1", "\\pL", "\\", "[b-a]",
                                 "a{1001}", "(a{100}){101}", "((a{100}){10}){20}", "[[:nope:]]", "\\x{110000}",
                                 "(?P<x"}),
                     text)
{
    auto const compiled = cel::pattern::compile(text);
    BOOST_REQUIRE(!compiled.has_value());
    BOOST_TEST(compiled.error().detail.starts_with("regular expression, offset "));
}

BOOST_AUTO_TEST_CASE(takes_time_in_proportion_to_the_text)
{
    auto const compiled = cel::pattern::compile("(x+x+)+y");
    cel::budget cost(1'000'000);
    BOOST_TEST((compiled->search(std::string(20'000, 'x'), cost).value() == cel::pattern::outcome::different));
    cel::budget little(1'000);
    BOOST_TEST((compiled->search(std::string(20'000, 'x'), little).error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(bounds_size_and_nesting)
{
    BOOST_TEST((cel::pattern::compile(std::string(2'000, 'a')).error().code == errc::too_large));
    BOOST_TEST((cel::pattern::compile(std::string(200, '(')).error().code == errc::too_large));
}

BOOST_AUTO_TEST_SUITE_END()
