#include <penstock/kube/warnings.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::kube;

namespace {

struct row
{
    char const* field;
    char const* expected;  // joined by |
};
std::ostream& operator<<(std::ostream& o, row const& r)
{
    return o << r.field;
}

row const rows[] = {
    {R"(299 - "v1beta1 is deprecated")", "v1beta1 is deprecated"},
    {R"(299 - "unknown field \"spec.\\x\"")", R"(unknown field "spec.\x")"},
    {R"(299 - "one", 299 kube-apiserver "two")", "one|two"},
    {R"(299 - "dated" "Wed, 21 Oct 2026 07:28:00 GMT", 299 - "next")", "dated|next"},
    {R"(199 - "another code")", ""},
    {R"(299 - "")", ""},
    {R"(299 - no quotes)", ""},
    {R"(299 - "no end)", ""},
    {"299 - \"tab\there\"", "tab here"},
    {"", ""},
    {"299", ""},
    {R"(299 - "end in a backslash\)", ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_warnings)

BOOST_DATA_TEST_CASE(reads_the_field, rows, r)
{
    http::fields const fields{{"warning", r.field}, {"Other", R"(299 - "no")"}};
    std::string joined;
    for (auto const& text : warnings_of(fields))
        joined += (joined.empty() ? "" : "|") + text;
    BOOST_TEST(joined == r.expected);
}

BOOST_AUTO_TEST_CASE(is_bounded)
{
    http::fields const fields{{"Warning", "299 - \"" + std::string(2000, 'w') + '"'}};
    BOOST_TEST(warnings_of(fields).at(0).size() == 512U);
}

BOOST_AUTO_TEST_CASE(tells_each_once_and_forgets_when_there_are_too_many)
{
    told_warnings told;
    BOOST_TEST(told.is_new("a"));
    BOOST_TEST(!told.is_new("a"));
    for (std::size_t i = 1; i < told_warnings::capacity; ++i)
        BOOST_TEST(told.is_new(std::to_string(i)));
    BOOST_TEST(!told.is_new("a"));
    BOOST_TEST(told.is_new("one too many"));
    BOOST_TEST(told.is_new("a"));
}

BOOST_AUTO_TEST_SUITE_END()
