#include <penstock/text/compact_text.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using penstock::compact_text;

BOOST_AUTO_TEST_SUITE(text_compact_text)

BOOST_AUTO_TEST_CASE(takes_one_pointer)
{
    static_assert(sizeof(compact_text) == sizeof(void*));
    BOOST_TEST(compact_text().empty());
    BOOST_TEST(compact_text().view() == "");
    BOOST_TEST(compact_text("").empty());
}

BOOST_AUTO_TEST_CASE(is_what_was_assigned_and_appended)
{
    compact_text text("flux-system");
    text.append("/podinfo");
    BOOST_TEST(text.view() == "flux-system/podinfo");
    for (int i = 0; i < 100; ++i)
        text.append("0123456789");
    BOOST_TEST(text.size() == 1019U);
    auto const copy = text;
    BOOST_TEST((copy == text));
    auto const* const where = text.view().data();
    text.assign("short");
    BOOST_TEST(text.view() == "short");
    BOOST_TEST((text.view().data() == where));  // the memory is used again
    text.clear();
    BOOST_TEST(text.empty());
    BOOST_TEST(copy.size() == 1019U);
    text = copy;
    BOOST_TEST((text == copy));
    auto moved = std::move(text);
    BOOST_TEST((moved == copy));
}

BOOST_AUTO_TEST_CASE(compares_as_texts_do)
{
    BOOST_TEST((compact_text("a") < compact_text("b")));
    BOOST_TEST((compact_text("a") < compact_text("aa")));
    BOOST_TEST((compact_text() < compact_text("a")));
    BOOST_TEST((compact_text(std::string_view("a\0b", 3)) < compact_text("aa")));
}

BOOST_AUTO_TEST_SUITE_END()
