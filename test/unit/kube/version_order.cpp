#include <penstock/kube/version_order.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock::kube;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(kube_version_order)

BOOST_DATA_TEST_CASE(numbers_have_an_order,
                     data::make({"1", "9", "99", "100", "18446744073709551615"})
                         ^ data::make({"2", "10", "100", "101", "18446744073709551616"}),
                     earlier, later)
{
    BOOST_TEST((compare_versions(earlier, later) == std::partial_ordering::less));
    BOOST_TEST((compare_versions(later, earlier) == std::partial_ordering::greater));
    BOOST_TEST((compare_versions(later, later) == std::partial_ordering::equivalent));
}

BOOST_DATA_TEST_CASE(whatever_is_no_number_is_the_same_or_not,
                     data::make({"", "0", "07", "1a", "-1", " 1", "v1", "1.5"}), odd)
{
    BOOST_TEST(!is_ordered_version(odd));
    BOOST_TEST((compare_versions(odd, odd) == std::partial_ordering::equivalent));
    BOOST_TEST((compare_versions(odd, "5") == std::partial_ordering::unordered));
    BOOST_TEST((compare_versions("5", odd) == std::partial_ordering::unordered));
}

BOOST_AUTO_TEST_SUITE_END()
