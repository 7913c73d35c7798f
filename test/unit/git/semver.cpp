#include <penstock/git/semver.hpp>

#include <penstock/git/semver_range.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <ostream>

namespace data = boost::unit_test::data;
using namespace penstock;
using namespace penstock::git;

namespace {

struct row
{
    char const* range;
    char const* version;
    bool in;
    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.range << " ? " << r.version; }
};

constexpr std::array rows{
    row{"1.2.3", "1.2.3", true},
    row{"1.2.3", "1.2.4", false},
    row{"=1.2.3", "v1.2.3", true},
    row{"v1.2.3", "1.2.3+meta", true},
    row{"!=1.2.3", "1.2.4", true},
    row{"!=1.2.3", "1.2.3", false},
    row{"!=1.2", "1.2.9", false},
    row{"!=1.2", "1.3.0", true},
    row{"!=1.x", "2.0.0", true},
    row{"!=1.x", "1.9.9", false},
    row{">1.2.3", "1.2.4", true},
    row{">1.2.3", "1.2.3", false},
    row{">1.2", "1.2.9", false},
    row{">1.2", "1.3.0", true},
    row{">1", "1.9.9", false},
    row{">1", "2.0.0", true},
    row{">=1.2", "1.2.0", true},
    row{"=>1.2", "1.1.9", false},
    row{"<1.2", "1.1.9", true},
    row{"<1.2", "1.2.0", false},
    row{"<=1.2", "1.2.9", true},
    row{"<=1.2", "1.3.0", false},
    row{"=<1", "1.9.9", true},
    row{"<=1.2.3", "1.2.3", true},
    row{"<=1.2.3", "1.2.4", false},
    row{"~1.2.3", "1.2.9", true},
    row{"~1.2.3", "1.3.0", false},
    row{"~1.2.3", "1.2.2", false},
    row{"~1", "1.9.0", true},
    row{"~1", "2.0.0", false},
    row{"~>1.2", "1.2.7", true},
    row{"~1.2.x", "1.2.7", true},
    row{"~1.x", "1.7.0", true},
    row{"^1.2.3", "1.9.0", true},
    row{"^1.2.3", "2.0.0", false},
    row{"^1.2.3", "1.2.2", false},
    row{"^0.2.3", "0.2.9", true},
    row{"^0.2.3", "0.3.0", false},
    row{"^0.0.3", "0.0.3", true},
    row{"^0.0.3", "0.0.4", false},
    row{"^0.0", "0.0.9", true},
    row{"^0.0", "0.1.0", false},
    row{"^0", "0.9.0", true},
    row{"^0", "1.0.0", false},
    row{"^1.x", "1.4.0", true},
    row{"*", "7.1.0", true},
    row{"x", "0.0.0", true},
    row{"*", "1.0.0-rc.1", false},
    row{">=*", "3.0.0", true},
    row{"1.2.x", "1.2.7", true},
    row{"1.2.X", "1.3.0", false},
    row{"1.*", "1.9.1", true},
    row{"1", "1.4.2", true},
    row{"1.2 - 1.4.5", "1.4.5", true},
    row{"1.2 - 1.4.5", "1.4.6", false},
    row{"1.2 - 1.4", "1.4.9", true},
    row{"1.2 - 1.4", "1.1.9", false},
    row{"1.2 - 1.4 || 3.x", "3.3.3", true},
    row{">=1.0.0 <2.0.0", "1.5.0", true},
    row{">=1.0.0 <2.0.0", "2.0.0", false},
    row{">= 1.0.0, < 2.0.0", "1.9.9", true},
    row{">=1.0.0<2.0.0", "2.1.0", false},
    row{"<1.0.0 || >=2.0.0 <3", "2.4.0", true},
    row{"<1.0.0||>=2.0.0", "1.5.0", false},
    row{">=1.0.0 <2.0.0", "1.5.0-rc.1", false},
    row{">=1.0.0-0 <2.0.0", "1.5.0-rc.1", true},
    row{">=1.0.0-alpha", "1.0.0-beta", true},
    row{">=1.0.0-beta", "1.0.0-alpha", false},
    row{"^1.0.0-0", "1.2.0-rc.1", true},
    row{"~1.0.0-0", "1.0.0-rc.1", true},
    row{"1.0.0-rc.1", "1.0.0-rc.1", true},
    row{"1.0.0-rc.1", "1.0.0", false},
    row{">=2.0.0-0 || <1.0.0", "0.9.0-rc.1", false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(git_semver)

BOOST_AUTO_TEST_CASE(orders_versions_as_the_specification_lists_them)
{
    constexpr std::array order{"0.9.9",         "1.0.0-alpha",
                               "1.0.0-alpha.1", "1.0.0-alpha.beta",
                               "1.0.0-beta",    "1.0.0-beta.2",
                               "1.0.0-beta.11", "1.0.0-rc.1",
                               "1.0.0",         "1.0.1",
                               "1.2.0",         "1.10.0",
                               "2.0.0",         "18446744073709551615.0.0"};
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = 0; j < order.size(); ++j)
            BOOST_TEST(((*semver::parse(order[i]) <=> *semver::parse(order[j])) == (i <=> j)),
                       order[i] << " and " << order[j]);
    BOOST_TEST((*semver::parse("1.0.0+a") == *semver::parse("v1.0.0+b")));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_whole_version)
{
    for (auto const* text :
         {"", "v", "1", "1.2", "1.2.", "1.2.3.4", "01.2.3", "1.02.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+",
          "1.2.3-a_b", "vv1.2.3", "1.2.x", "-1.2.3", "99999999999999999999.0.0", " 1.2.3", "1.2.3 "})
        BOOST_TEST(!semver::parse(text), text);
    BOOST_TEST(semver::parse("1.0.0--")->prerelease == "-");
    BOOST_TEST(semver::parse("1.2.3-0a.1+001")->build == "001");
}

BOOST_DATA_TEST_CASE(matches_as_the_table_says, data::make(rows), r)
{
    auto const range = semver_range::parse(r.range);
    BOOST_REQUIRE(range.has_value());
    BOOST_TEST(range->contains(*semver::parse(r.version)) == r.in);
}

BOOST_AUTO_TEST_CASE(refuses_constraints_that_cannot_be_read)
{
    for (auto const* text : {"", " ", "||", "1.0.0 ||", ">", ">=", "><1.0.0", "1.2.3.4", "abc", "1.x.3", ",", ",1.0",
                             "1.0 - ", ">1.0 - 2.0", "1.2.3-", "1..2", "^^1.0.0", "=1.0.0 && =2.0.0"})
        BOOST_TEST(!semver_range::parse(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
