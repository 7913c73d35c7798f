#include <penstock/http/eyeballs.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;
using action = http::eyeballs::action;

namespace {

/// `6` and `4` are addresses of their families; the last group of an address counts them.
http::eyeballs::endpoints addresses(std::string const& families)
{
    namespace ip = boost::asio::ip;
    http::eyeballs::endpoints out;
    for (std::size_t i = 0; i < families.size(); ++i)
        out.emplace_back(ip::make_address((families[i] == '6' ? "fd00::" : "10.0.0.") + std::to_string(i + 1)), 80);
    return out;
}

std::string numbers(http::eyeballs::endpoints const& list)
{
    std::string out;
    for (auto const& e : list) {
        auto const text = e.address().to_string();
        out += text.back();
    }
    return out;
}

struct order
{
    char const* families;
    char const* tried;
};

std::ostream& operator<<(std::ostream& out, order const& o)
{
    return out << o.families;
}

std::vector<order> const orders{
    {"", ""},         {"4", "1"},   {"64", "12"},         {"46", "12"},       {"6644", "1324"}, {"666644", "152634"},
    {"4446", "1423"}, {"44", "12"}, {"464646", "123456"}, {"66664", "15234"},
};

time_point const start{1h};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_eyeballs)

BOOST_DATA_TEST_CASE(lets_the_families_take_turns, data::make(orders), o)
{
    BOOST_TEST(numbers(http::eyeballs::interleave(addresses(o.families))) == o.tried);
}

BOOST_AUTO_TEST_CASE(begins_one_attempt_every_quarter_of_a_second)
{
    http::eyeballs e(addresses("664"));
    auto s = e.next(start);
    BOOST_TEST((s.what == action::begin));
    BOOST_TEST(s.address == 0U);
    s = e.next(start);
    BOOST_TEST((s.what == action::wait));
    BOOST_TEST((s.until == start + 250ms));
    s = e.next(start + 249ms);
    BOOST_TEST((s.what == action::wait));
    s = e.next(start + 250ms);
    BOOST_TEST((s.what == action::begin));
    BOOST_TEST(s.address == 1U);
    s = e.next(start + 499ms);
    BOOST_TEST((s.what == action::wait));
    s = e.next(start + 600ms);
    BOOST_TEST((s.what == action::begin));
    BOOST_TEST(s.address == 2U);
    s = e.next(start + 600ms);
    BOOST_TEST((s.what == action::wait));  // for those under way, however long
    BOOST_TEST((s.until == time_point::max()));
}

BOOST_AUTO_TEST_CASE(begins_the_next_at_once_when_one_has_failed)
{
    http::eyeballs e(addresses("64"));
    BOOST_TEST((e.next(start).what == action::begin));
    e.failed();
    auto const s = e.next(start + 1ms);
    BOOST_TEST((s.what == action::begin));
    BOOST_TEST(s.address == 1U);
    BOOST_TEST((e.next(start + 1ms).what == action::wait));
    e.failed();
    BOOST_TEST((e.next(start + 2ms).what == action::give_up));
}

BOOST_AUTO_TEST_CASE(gives_up_only_when_none_is_under_way)
{
    http::eyeballs e(addresses("64"));
    e.next(start);
    e.next(start + 1s);
    e.failed();
    BOOST_TEST((e.next(start + 2s).what == action::wait));
    e.failed();
    BOOST_TEST((e.next(start + 2s).what == action::give_up));
    http::eyeballs none(addresses(""));
    BOOST_TEST((none.next(start).what == action::give_up));
}

BOOST_AUTO_TEST_CASE(tries_so_many_addresses_and_no_more)
{
    auto const many = addresses(std::string(40, '6') + std::string(40, '4'));
    BOOST_TEST(http::eyeballs(many).addresses().size() == http::eyeballs::max_attempts);
    BOOST_TEST(http::eyeballs(many).addresses()[1].address().is_v4());
}

BOOST_AUTO_TEST_SUITE_END()
