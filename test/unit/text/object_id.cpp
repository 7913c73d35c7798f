#include <penstock/text/object_id.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using penstock::is_object_id;

BOOST_AUTO_TEST_SUITE(text_object_id)

BOOST_AUTO_TEST_CASE(knows_ids_of_both_kinds)
{
    std::string const sha1 = "0123456789abcdef0123456789abcdef01234567";
    std::string const sha256(64, 'f');
    BOOST_TEST(is_object_id(sha1));
    BOOST_TEST(is_object_id(sha256));
    for (auto const& other : {std::string(), std::string(39, '1'), std::string(41, '1'), std::string(63, '1'),
                              std::string(65, '1'), std::string(40, 'F'), std::string(40, 'g'), " " + sha1.substr(1)})
        BOOST_TEST(!is_object_id(other), other);
}

BOOST_AUTO_TEST_SUITE_END()
