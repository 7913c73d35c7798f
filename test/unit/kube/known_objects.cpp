#include <penstock/kube/known_objects.hpp>

#include <penstock/kube/known.hpp>
#include <penstock/kube/object_decoder.hpp>

#include "scripted_transport.hpp"

#include <boost/test/unit_test.hpp>

using namespace penstock::kube;

namespace {

template <projection P>
struct knowing
{
    using change = typename known_objects<P>::change;

    change exists(std::string const& text)
    {
        decoder.read(text).value();
        auto& seen = decoder.seen();
        return known.exists(seen.head, seen.kept, before);
    }
    change exists(std::string const& name, std::string const& version, std::string const& uid = "u")
    {
        return exists(kube_test::repository(name, version, uid));
    }

    object_decoder<P> decoder;
    known_objects<P> known;
    typename P::value before;
};

object_name named(std::string name)
{
    return {"flux-system", std::move(name)};
}

std::string with_metadata(std::string const& version, std::string const& more, std::string const& rest = "{}")
{
    return R"({"kind":"GitRepository","metadata":{"name":"a","namespace":"flux-system","uid":"u","resourceVersion":")"
           + version + "\"" + more + R"(},"status":)" + rest + "}";
}

/// Tells of nothing but other generations, and keeps the version as well.
struct generations_with_versions
{
    struct value
    {
        std::int64_t generation = 0;
        std::string version;
    };
    static constexpr auto fields = std::tuple(field("metadata.generation", &value::generation),
                                              field("metadata.resourceVersion", &value::version));
    static bool matters(value const& a, value const& b) { return a.generation != b.generation; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_known_objects)

BOOST_AUTO_TEST_CASE(keeps_what_is_now_also_of_changes_that_are_not_told)
{
    knowing<generations_with_versions> all;
    using change = known_objects<generations_with_versions>::change;
    BOOST_TEST((all.exists(with_metadata("1", R"(,"generation":1)")) == change::added));
    BOOST_TEST((all.exists(with_metadata("2", R"(,"generation":1)")) == change::none));
    BOOST_REQUIRE(all.known.find(named("a")) != nullptr);
    BOOST_TEST(all.known.find(named("a"))->version == "2");
}

BOOST_AUTO_TEST_CASE(tells_new_from_changed_from_unchanged)
{
    knowing<names_only> all;
    using change = known_objects<>::change;
    BOOST_TEST((all.exists("a", "1") == change::added));
    BOOST_TEST((all.exists("a", "1") == change::none));
    BOOST_TEST((all.exists("a", "2") == change::modified));
    BOOST_TEST((all.exists("b", "2") == change::added));
    BOOST_TEST(all.known.vanished(named("a")).has_value());
    BOOST_TEST(!all.known.vanished(named("a")).has_value());  // an unknown one is not gone once more
    BOOST_TEST((all.exists("a", "4") == change::added));
    BOOST_TEST(all.known.size() == 2U);
}

BOOST_AUTO_TEST_CASE(sees_that_another_object_took_the_name)
{
    knowing<metadata_only> all;
    using change = known_objects<metadata_only>::change;
    all.exists(with_metadata("1", R"(,"generation":7)"));
    BOOST_TEST((all.exists("a", "5", "second") == change::replaced));
    BOOST_TEST(all.before.generation == 7);  // what was known of the first one
    BOOST_TEST((all.exists("a", "5", "second") == change::none));
}

BOOST_AUTO_TEST_CASE(sweeps_what_a_complete_list_did_not_name)
{
    knowing<metadata_only> all;
    all.exists(with_metadata("1", R"(,"generation":7)"));
    for (auto const* name : {"b", "c"})
        all.exists(name, "1");
    all.known.begin_list();
    all.exists("b", "1");
    all.known.begin_list();  // the list above broke off
    all.exists("c", "1");
    all.exists("d", "2");
    auto const gone = all.known.end_list();
    BOOST_REQUIRE(gone.size() == 2U);
    BOOST_TEST((gone[0].first == named("a")));
    BOOST_TEST(gone[0].second.generation == 7);
    BOOST_TEST((gone[1].first == named("b")));
    BOOST_TEST(all.known.size() == 2U);
    all.known.begin_list();
    BOOST_TEST(all.known.end_list().size() == 2U);
}

BOOST_AUTO_TEST_CASE(leaves_kind_and_name_of_what_vanished_unseen)
{
    auto const left = tombstone(known::git_repositories, object_name("a", "b"));
    BOOST_TEST((name_of(left) == object_name("a", "b")));
    BOOST_TEST(text_at(left, "kind") == "GitRepository");
    BOOST_TEST(text_at(left, "apiVersion") == "source.toolkit.fluxcd.io/v1");
}

BOOST_AUTO_TEST_CASE(tells_only_of_changes_in_what_it_keeps)
{
    knowing<metadata_only> all;
    using change = known_objects<metadata_only>::change;
    BOOST_TEST((all.exists(with_metadata("1", "")) == change::added));
    BOOST_TEST((all.exists(with_metadata("2", "", R"({"phase":"Ready"})")) == change::none));
    auto version = 3;
    for (std::string const more :
         {R"(,"generation":2)", R"(,"generation":2,"labels":{"a":"b"})", R"(,"generation":2,"labels":{"a":"c"})",
          R"(,"generation":2,"annotations":{"a":"b"})", R"(,"generation":2,"annotations":{"a":"c"})",
          R"(,"generation":2,"finalizers":["f"])", R"(,"generation":2,"deletionTimestamp":"2026-01-01T00:00:00Z")"}) {
        BOOST_TEST((all.exists(with_metadata(std::to_string(version++), more)) == change::modified), more);
        BOOST_TEST((all.exists(with_metadata(std::to_string(version++), more)) == change::none), more);
    }
    BOOST_TEST(all.known.find(named("a"))->generation == 2);
    BOOST_TEST(all.known.find(named("a"))->deleting.there);
    BOOST_TEST(all.known.find(named("b")) == nullptr);
}

BOOST_AUTO_TEST_CASE(gives_all_in_the_order_of_their_names)
{
    knowing<names_only> all;
    for (auto const* name : {"b", "a-1", "a", "ab"})
        all.exists(name, "5");
    all.exists(R"({"metadata":{"name":"z","namespace":"a"}})");
    all.exists(R"({"metadata":{"name":"cluster-wide"}})");
    std::string names;
    all.known.for_each([&](object_name const& name, names_only::value const&) { names += name.text() + ' '; });
    BOOST_TEST(names == "cluster-wide a/z flux-system/a flux-system/a-1 flux-system/ab flux-system/b ");
}

BOOST_AUTO_TEST_SUITE_END()
