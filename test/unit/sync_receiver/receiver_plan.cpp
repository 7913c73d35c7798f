#include <penstock/sync/receiver_plan.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;

namespace {

using labels = std::vector<std::pair<std::string, std::string>>;

result<sync::receiver_target> planned(sync::receiver_resource entry, sync::receiver_plan_options const& o = {})
{
    sync::receiver r;
    r.ns = "apps";
    r.name = "hook";
    r.resources.push_back(std::move(entry));
    return sync::plan_receiver(r, o).front();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sync_receiver_plan)

BOOST_AUTO_TEST_CASE(takes_the_default_version_of_a_kind)
{
    auto const target = planned({"", "OCIRepository", "app", "", std::nullopt, ""});
    BOOST_TEST(target->what.api_version() == "source.toolkit.fluxcd.io/v1");
    BOOST_TEST(target->what.plural == "ocirepositories");
    BOOST_TEST(target->ns == "apps");
    BOOST_TEST(target->name == "app");
    BOOST_TEST(planned({"source.toolkit.fluxcd.io/v1beta2", "Bucket", "b", "x", std::nullopt, ""})->what.version
               == "v1beta2");
    for (auto const* kind :
         {"Kustomization", "HelmRelease", "ImagePolicy", "ImageUpdateAutomation", "ExternalArtifact"})
        BOOST_TEST(!planned({"", kind, "a", "", std::nullopt, ""}).has_value());
    for (auto const* kind :
         {"Bucket", "HelmChart", "HelmRepository", "GitRepository", "ImageRepository", "ArtifactGenerator"})
        BOOST_TEST(planned({"", kind, "a", "", std::nullopt, ""}).has_value());
}

BOOST_AUTO_TEST_CASE(writes_labels_as_a_selector)
{
    labels const two{{"app.kubernetes.io/name", "web"}, {"team", ""}};
    BOOST_TEST(planned({"", "GitRepository", "*", "", two, ""})->selector.value()
               == "app.kubernetes.io/name=web,team=");
    BOOST_TEST(planned({"", "GitRepository", "*", "", labels(), ""})->selector.value().empty());
    BOOST_TEST(!planned({"", "GitRepository", "app", "", two, ""})->selector.has_value());
}

BOOST_AUTO_TEST_CASE(refuses_labels_that_would_say_more)
{
    for (auto const* text : {"a,b", "a=b", "a)", "a b", "!a"}) {
        labels as_value;
        as_value.emplace_back("k", text);
        labels as_key;
        as_key.emplace_back(text, "v");
        BOOST_TEST(!planned({"", "GitRepository", "*", "", as_value, ""}).has_value());
        BOOST_TEST(!planned({"", "GitRepository", "*", "", as_key, ""}).has_value());
    }
}

BOOST_AUTO_TEST_CASE(names_the_entry_in_a_failure)
{
    auto const target =
        planned({"", "GitRepository", "app", "other", std::nullopt, ""}, {.no_cross_namespace_refs = true});
    BOOST_TEST(target.error().detail
               == "GitRepository app: namespace other: cross-namespace references are not allowed");
    BOOST_TEST(
        planned({"", "GitRepository", "app", "apps", std::nullopt, ""}, {.no_cross_namespace_refs = true}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
