#include <penstock/embedded/kube_metadata_rules.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace penstock::embedded;
namespace rules = penstock::embedded::kube_metadata_rules;

namespace {

boost::json::object object(std::string const& metadata)
{
    return boost::json::parse(R"({"metadata":{"name":"a",)" + metadata + "}}").as_object();
}

/// The fields that are wrong, with commas.
std::string wrong(std::string const& metadata)
{
    std::vector<kube_cause> causes;
    rules::check(kube_type(), object(metadata), causes);
    std::string all;
    for (auto const& c : causes)
        all += (all.empty() ? "" : ",") + c.field;
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedded_kube_metadata_rules)

BOOST_AUTO_TEST_CASE(knows_the_forms_of_names)
{
    for (auto const* good : {"a", "1", "a-b.c", "a.b.c"})
        BOOST_TEST(rules::is_subdomain(good), good);
    for (auto const* bad : {"", "A", "a.", ".a", "a..b", "-a", "a-", "a_b", "a/b"})
        BOOST_TEST(!rules::is_subdomain(bad), bad);
    BOOST_TEST(rules::is_subdomain(std::string(253, 'a')));
    BOOST_TEST(!rules::is_subdomain(std::string(254, 'a')));
    BOOST_TEST(rules::is_label(std::string(63, 'a')));
    BOOST_TEST(!rules::is_label(std::string(64, 'a')));
    BOOST_TEST(!rules::is_label("a.b"));
}

BOOST_AUTO_TEST_CASE(knows_the_forms_of_keys_and_values)
{
    for (auto const* good : {"a", "A_b.c", "example.com/a", "1/2"})
        BOOST_TEST(rules::is_qualified_name(good), good);
    for (auto const* bad : {"", "/", "a/", "/a", "a/b/c", "A/b", "a b", "-a"})
        BOOST_TEST(!rules::is_qualified_name(bad), bad);
    BOOST_TEST(rules::is_label_value(""));
    BOOST_TEST(rules::is_label_value("Y_1"));
    BOOST_TEST(!rules::is_label_value("-y"));
    BOOST_TEST(!rules::is_label_value(std::string(64, 'a')));
}

BOOST_AUTO_TEST_CASE(finds_what_is_wrong_with_metadata)
{
    BOOST_TEST(wrong(R"("labels":{"a":"b"},"annotations":{"x/y":"any thing"},"finalizers":["x/y"])").empty());
    BOOST_TEST(wrong(R"("labels":{"a b":"-"})") == "metadata.labels,metadata.labels");
    BOOST_TEST(wrong(R"("annotations":{"":"b"})") == "metadata.annotations");
    BOOST_TEST(wrong(R"("annotations":{"a":")" + std::string(256 * 1024, 'x') + "\"}") == "metadata.annotations");
    BOOST_TEST(wrong(R"("finalizers":["a b"])") == "metadata.finalizers");
    BOOST_TEST(wrong(R"("ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n"}])")
               == "metadata.ownerReferences.uid");
}

BOOST_AUTO_TEST_CASE(lets_nobody_hold_on_to_a_dying_object)
{
    auto const dying = object(R"("deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["a/b"])");
    std::vector<kube_cause> causes;
    rules::check_change(dying, object(R"("finalizers":["a/b"])"), causes);
    rules::check_change(object(R"("finalizers":[])"), dying, causes);
    BOOST_TEST(causes.empty());
    rules::check_change(dying, object(R"("finalizers":["a/b","a/c"])"), causes);
    BOOST_REQUIRE(causes.size() == 1U);
    BOOST_TEST(causes[0].field == "metadata.finalizers");
}

BOOST_AUTO_TEST_CASE(warns_of_finalizers_without_a_domain)
{
    BOOST_TEST(rules::warnings(object(R"("finalizers":["a/b"])")).empty());
    BOOST_TEST(rules::warnings(object(R"("finalizers":["a/b","hold"])")).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
