#include <penstock/embedded/kube_ownership.hpp>

#include <unit/embedded_kube/fixture.hpp>

#include <boost/json/serialize.hpp>

using namespace penstock::embedded;

namespace {

struct applied_store : stocked_store
{
    kube_result<kube_written> apply(char const* manager, char const* text, bool force = false,
                                    char const* subresource = "")
    {
        auto o = json(text);
        o["apiVersion"] = git().api_version();
        o["kind"] = git().kind;
        kube_write how;
        how.manager = manager;
        how.force = force;
        how.subresource = subresource;
        return store.patch(git(), "default", "a", kube_patch_kind::apply, boost::json::value(o), how);
    }

    std::string fields(std::string_view manager)
    {
        auto const o = store.find(git().key(), "default", "a");
        auto const* all = json_member(*o, {"metadata", "managedFields"});
        if (all)
            for (auto const& e : all->as_array())
                if (json_text(e.as_object(), {"manager"}) == manager)
                    return boost::json::serialize(e.at("fieldsV1"));
        return "";
    }

    boost::json::object const& now() { return *store.find(git().key(), "default", "a"); }
};

constexpr auto whole = R"({"spec":{"interval":"1m","url":"https://a"}})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(embedded_kube_ownership, applied_store)

BOOST_AUTO_TEST_CASE(creates_what_is_not_there_and_notes_who_set_what)
{
    BOOST_TEST(apply("one", whole).value().created);
    BOOST_TEST(fields("one") == R"({"f:spec":{"f:interval":{},"f:url":{}}})");
    auto const version = version_of(now());
    BOOST_TEST(!apply("one", whole).value().created);
    BOOST_TEST(version_of(now()) == version);  // nothing has changed
}

BOOST_AUTO_TEST_CASE(shares_a_field_that_both_set_alike)
{
    BOOST_REQUIRE(apply("one", whole).has_value());
    BOOST_TEST(apply("two", R"({"spec":{"interval":"1m","url":"https://a"}})").has_value());
    BOOST_TEST(fields("one") == fields("two"));
}

BOOST_AUTO_TEST_CASE(tells_of_conflicts_until_it_is_forced)
{
    BOOST_REQUIRE(apply("one", whole).has_value());
    auto const e = apply("two", R"({"spec":{"interval":"2m"}})").error();
    BOOST_TEST(e.code == 409);
    BOOST_TEST(e.message == "Apply failed with 1 conflict: conflict with \"one\": .spec.interval");
    BOOST_TEST(e.details.at("causes").at(0).at("reason").as_string() == "FieldManagerConflict");
    BOOST_REQUIRE(apply("two", R"({"spec":{"interval":"2m"}})", true).has_value());
    BOOST_TEST(fields("one") == R"({"f:spec":{"f:url":{}}})");
    BOOST_TEST(fields("two") == R"({"f:spec":{"f:interval":{}}})");
    BOOST_TEST(json_text(now(), {"spec", "interval"}) == "2m");
}

BOOST_AUTO_TEST_CASE(removes_what_is_no_longer_applied_and_nobody_else_wants)
{
    BOOST_REQUIRE(apply("one", R"({"metadata":{"labels":{"x":"1","y":"2"}},"spec":{"interval":"1m","url":"https://a",
        "suspend":true,"ref":{"branch":"main"}}})")
                      .has_value());
    BOOST_REQUIRE(apply("two", R"({"metadata":{"labels":{"y":"2"}}})").has_value());
    BOOST_REQUIRE(apply("one", whole).has_value());
    BOOST_TEST(!json_member(now(), {"spec", "suspend"}));
    BOOST_TEST(!json_member(now(), {"spec", "ref"}));
    BOOST_TEST(!json_member(now(), {"metadata", "labels", "x"}));
    BOOST_TEST(json_text(now(), {"metadata", "labels", "y"}) == "2");
}

BOOST_AUTO_TEST_CASE(removes_what_an_empty_map_no_longer_names)
{
    BOOST_REQUIRE(apply("one", whole).has_value());
    BOOST_REQUIRE(apply("two", R"({"spec":{"suspend":true,"ref":{"branch":"main"}}})").has_value());
    BOOST_REQUIRE(apply("two", R"({"spec":{}})").has_value());
    BOOST_TEST(!json_member(now(), {"spec", "suspend"}));
    BOOST_TEST(!json_member(now(), {"spec", "ref"}));
    BOOST_TEST(json_text(now(), {"spec", "interval"}) == "1m");
    BOOST_TEST(fields("two") == R"({"f:spec":{}})");
}

BOOST_AUTO_TEST_CASE(gives_a_field_to_whoever_updates_it)
{
    BOOST_REQUIRE(apply("one", whole).has_value());
    kube_write how;
    how.manager = "editor";
    auto const patch = boost::json::parse(R"({"spec":{"interval":"3m"}})");
    BOOST_REQUIRE(store.patch(git(), "default", "a", kube_patch_kind::merge, patch, how).has_value());
    BOOST_TEST(fields("editor") == R"({"f:spec":{"f:interval":{}}})");
    BOOST_TEST(fields("one") == R"({"f:spec":{"f:url":{}}})");
    BOOST_TEST(apply("one", whole).error().code == 409);
}

BOOST_AUTO_TEST_CASE(treats_finalizers_as_a_set)
{
    BOOST_REQUIRE(apply("one", whole).has_value());
    BOOST_REQUIRE(apply("two", R"({"metadata":{"finalizers":["x/a"]}})").has_value());
    BOOST_REQUIRE(apply("three", R"({"metadata":{"finalizers":["x/b"]}})").has_value());
    BOOST_TEST(json_member(now(), {"metadata", "finalizers"})->as_array().size() == 2U);
    BOOST_REQUIRE(apply("two", R"({"metadata":{}})").has_value());
    BOOST_TEST(boost::json::serialize(*json_member(now(), {"metadata", "finalizers"})) == R"(["x/b"])");
}

BOOST_AUTO_TEST_CASE(keeps_status_apart)
{
    BOOST_REQUIRE(
        apply("one", R"({"spec":{"interval":"1m","url":"https://a"},"status":{"observedGeneration":3}})").has_value());
    BOOST_TEST(json_member(now(), {"status", "observedGeneration"})->as_int64() == -1);
    BOOST_REQUIRE(
        apply("one", R"({"spec":{"interval":"9m"},"status":{"observedGeneration":3}})", true, "status").has_value());
    BOOST_TEST(json_text(now(), {"spec", "interval"}) == "1m");
    BOOST_TEST(json_member(now(), {"status", "observedGeneration"})->as_int64() == 3);
    BOOST_TEST(json_member(now(), {"metadata", "managedFields"})->as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(refuses_a_configuration_that_brings_its_own_owners)
{
    BOOST_TEST(apply("one", R"({"metadata":{"managedFields":[]},"spec":{}})").error().code == 400);
    BOOST_TEST(apply("one", R"({"metadata":{"name":"b"},"spec":{}})").error().code == 400);
    BOOST_TEST(apply("one", R"({"spec":{"interval":"x","url":"https://a"}})").error().code == 422);
}

BOOST_AUTO_TEST_SUITE_END()
