#include <penstock/http/repeatable.hpp>

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
    char const* method;
    bool reused;
    std::uint64_t sent;
    std::uint64_t received;
    bool again;
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.method << (r.reused ? " reused " : " new ") << r.sent << '/' << r.received;
}

std::vector<row> const rows{
    {"GET", true, 100, 0, true},    {"GET", true, 0, 0, true},    {"GET", false, 100, 0, false},
    {"GET", false, 0, 0, false},    {"GET", true, 100, 1, false}, {"PUT", true, 100, 0, true},
    {"DELETE", true, 100, 0, true}, {"HEAD", true, 100, 0, true}, {"OPTIONS", true, 100, 0, true},
    {"POST", true, 0, 0, true},     {"POST", true, 1, 0, false},  {"POST", true, 100, 0, false},
    {"POST", false, 0, 0, false},   {"PATCH", true, 1, 0, false}, {"PATCH", true, 0, 0, true},
    {"post", true, 0, 0, true},     {"get", true, 100, 0, false}, {"POST", true, 0, 1, false},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_repeatable)

BOOST_DATA_TEST_CASE(repeats_only_what_cannot_have_been_done_twice, data::make(rows), r)
{
    BOOST_TEST(http::may_repeat(r.method, {r.reused, r.sent, r.received}) == r.again);
}

BOOST_AUTO_TEST_SUITE_END()
