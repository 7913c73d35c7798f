#include <penstock/kube/list_pager.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;

namespace {

object_list page(std::string version, std::string next)
{
    object_list p;
    p.resource_version = std::move(version);
    p.continue_token = std::move(next);
    return p;
}

list_pager pager()
{
    list_options ask("app=x");
    ask.resource_version = "0";
    return list_pager(ask, 500);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_list_pager)

BOOST_AUTO_TEST_CASE(goes_on_from_page_to_page_and_keeps_the_first_version)
{
    auto p = pager();
    BOOST_TEST(p.ask().limit == 500);
    BOOST_TEST((p.took(page("7", "a")) == list_pager::verdict::more));
    BOOST_TEST(p.ask().continue_token == "a");
    BOOST_TEST((p.took(page("9", "b")) == list_pager::verdict::more));
    BOOST_TEST(p.ask().continue_token == "b");
    BOOST_TEST((p.took(page("9", "")) == list_pager::verdict::last));
    BOOST_TEST(p.resource_version() == "7");
}

BOOST_AUTO_TEST_CASE(keeps_the_size_that_was_asked_for)
{
    list_options ask;
    ask.limit = 3;
    BOOST_TEST(list_pager(ask, 500).ask().limit == 3);
}

BOOST_AUTO_TEST_CASE(asks_for_all_at_once_when_the_snapshot_is_forgotten)
{
    auto p = pager();
    p.took(page("7", "a"));
    BOOST_TEST((p.failed(failure(errc::gone)) == list_pager::outcome::start_over));
    BOOST_TEST(p.ask().limit == 0);
    BOOST_TEST(p.ask().continue_token == "");
    BOOST_TEST(p.ask().resource_version == "0");
    BOOST_TEST(p.ask().label_selector == "app=x");
    BOOST_TEST((p.failed(failure(errc::gone)) == list_pager::outcome::give_up));
    p.took(page("12", ""));
    BOOST_TEST(p.resource_version() == "12");
}

BOOST_AUTO_TEST_CASE(gives_up_on_the_first_page_and_on_anything_else)
{
    auto p = pager();
    BOOST_TEST((p.failed(failure(errc::gone)) == list_pager::outcome::give_up));
    p.took(page("7", "a"));
    BOOST_TEST((p.failed(failure(errc::forbidden)) == list_pager::outcome::give_up));
    BOOST_TEST(p.ask().continue_token == "a");
}

BOOST_AUTO_TEST_SUITE_END()
