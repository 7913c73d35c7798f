#include <penstock/embedded/kube_store.hpp>

#include <unit/embedded_kube/fixture.hpp>

#include <boost/json/serialize.hpp>

using namespace penstock::embedded;

namespace {

std::int64_t generation(boost::json::object const& o)
{
    return json_member(o, {"metadata", "generation"})->as_int64();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(embedded_kube_store, stocked_store)

BOOST_AUTO_TEST_CASE(gives_a_new_object_what_the_server_owes_it)
{
    auto const o = add("a");
    BOOST_TEST(!json_text(*o, {"metadata", "uid"}).empty());
    BOOST_TEST(json_text(*o, {"metadata", "creationTimestamp"}) == "2026-09-21T14:13:20Z");
    BOOST_TEST(version_of(*o) == std::to_string(store.version()));
    BOOST_TEST(generation(*o) == 1);
    BOOST_TEST(json_text(*o, {"spec", "timeout"}) == "60s");  // a default of the schema
    BOOST_TEST(namespace_of(*o) == "default");
}

BOOST_AUTO_TEST_CASE(makes_names_up_from_a_prefix)
{
    auto o = repository("");
    o["metadata"] = boost::json::object{{"generateName", "run-"}};
    auto const first = store.create(git(), "default", o).value().object;
    auto const second = store.create(git(), "default", o).value().object;
    BOOST_TEST(name_of(*first).starts_with("run-"));
    BOOST_TEST(name_of(*first).size() == 9U);
    BOOST_TEST(name_of(*first) != name_of(*second));
}

BOOST_AUTO_TEST_CASE(refuses_what_the_real_server_refuses)
{
    add("a");
    BOOST_TEST(store.create(git(), "default", repository("a")).error().code == 409);
    BOOST_TEST(store.create(git(), "default", repository("a")).error().reason == "AlreadyExists");
    BOOST_TEST(store.create(git(), "default", repository("A_b")).error().code == 422);
    BOOST_TEST(store.create(git(), "other", repository("b", R"("namespace":"default")")).error().code == 400);
    auto wrong = repository("b");
    wrong["kind"] = "Receiver";
    BOOST_TEST(store.create(git(), "default", wrong).error().code == 400);
    wrong.erase("kind");
    BOOST_TEST(store.create(git(), "default", wrong).error().code == 400);
    auto poor = repository("b");
    poor["spec"] = boost::json::object{{"url", "https://x"}};
    auto const e = store.create(git(), "default", poor).error();
    BOOST_TEST(e.code == 422);
    BOOST_TEST(e.message == "GitRepository.source.toolkit.fluxcd.io \"b\" is invalid: spec.interval: Required value");
    BOOST_TEST(e.details.at("causes").at(0).at("field").as_string() == "spec.interval");
    BOOST_TEST(store.get(git(), "default", "none").error().message
               == "gitrepositories.source.toolkit.fluxcd.io \"none\" not found");
    BOOST_TEST(store.count(git().key()) == 1U);
}

BOOST_AUTO_TEST_CASE(counts_generations_of_the_spec_only)
{
    auto const a = add("a");
    auto o = *a;
    json_child(json_child(o, "metadata"), "labels")["x"] = "y";
    auto const labelled = store.replace(git(), "default", "a", o).value().object;
    BOOST_TEST(generation(*labelled) == 1);
    BOOST_TEST(version_of(*labelled) != version_of(*a));
    o = *labelled;
    json_child(o, "spec")["interval"] = "2m";
    o["status"] = boost::json::object{{"ignored", true}};
    auto const changed = store.replace(git(), "default", "a", o).value().object;
    BOOST_TEST(generation(*changed) == 2);
    BOOST_TEST(!json_member(*changed, {"status", "ignored"}));
    o = *changed;
    json_child(o, "spec")["interval"] = "9m";
    o["status"] = boost::json::object{{"observedGeneration", 2}};
    kube_write status;
    status.subresource = "status";
    auto const reported = store.replace(git(), "default", "a", o, status).value().object;
    BOOST_TEST(generation(*reported) == 2);
    BOOST_TEST(json_text(*reported, {"spec", "interval"}) == "2m");
    BOOST_TEST(json_member(*reported, {"status", "observedGeneration"})->as_int64() == 2);
}

BOOST_AUTO_TEST_CASE(refuses_a_stale_version_and_forgives_no_change)
{
    auto const a = add("a");
    auto o = *a;
    json_child(o, "spec")["interval"] = "2m";
    auto const before = store.version();
    BOOST_TEST(store.replace(git(), "default", "a", o).has_value());
    auto const e = store.replace(git(), "default", "a", o).error();
    BOOST_TEST(e.code == 409);
    BOOST_TEST(e.reason == "Conflict");
    auto const now = store.get(git(), "default", "a").value();
    BOOST_TEST(store.replace(git(), "default", "a", *now).value().object == now);
    BOOST_TEST(store.version() == before + 1);
    o.at("metadata").as_object().erase("resourceVersion");
    BOOST_TEST(store.replace(git(), "default", "a", o).error().code == 422);
    o.at("metadata").as_object()["resourceVersion"] = version_of(*now);
    o.at("metadata").as_object()["uid"] = "another";
    BOOST_TEST(store.replace(git(), "default", "a", o).error().code == 409);
}

BOOST_AUTO_TEST_CASE(keeps_an_object_until_its_last_finalizer_is_gone)
{
    add("a", R"("finalizers":["example.com/hold"])");
    auto const removed = store.remove(git(), "default", "a").value();
    BOOST_TEST(!removed.gone);
    BOOST_TEST(!json_text(*removed.object, {"metadata", "deletionTimestamp"}).empty());
    BOOST_TEST(store.count(git().key()) == 1U);
    auto const patch = boost::json::parse(R"({"metadata":{"finalizers":null}})");
    BOOST_TEST(store.patch(git(), "default", "a", kube_patch_kind::merge, patch).has_value());
    BOOST_TEST(store.count(git().key()) == 0U);
}

BOOST_AUTO_TEST_CASE(checks_preconditions_before_it_deletes)
{
    add("a");
    kube_removal how;
    how.uid = "another";
    BOOST_TEST(store.remove(git(), "default", "a", how).error().code == 409);
    how.uid.clear();
    how.version = "1";
    BOOST_TEST(store.remove(git(), "default", "a", how).error().code == 409);
    how.version.clear();
    how.dry_run = true;
    BOOST_TEST(store.remove(git(), "default", "a", how).has_value());
    BOOST_TEST(store.count(git().key()) == 1U);
}

BOOST_AUTO_TEST_CASE(deletes_what_the_last_owner_leaves_behind)
{
    auto const a = add("a");
    auto const owner = R"({"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","name":"a","uid":")"
                       + std::string(json_text(*a, {"metadata", "uid"})) + "\"}";
    add("b", "\"ownerReferences\":[" + owner + "]");
    auto const c = add("c");
    add("d", "\"ownerReferences\":[" + owner + R"(,{"apiVersion":"v1","kind":"X","name":"c","uid":")"
                 + std::string(json_text(*c, {"metadata", "uid"})) + "\"}]");
    store.remove(git(), "default", "a").value();
    BOOST_TEST(!store.find(git().key(), "default", "b"));
    BOOST_TEST((store.find(git().key(), "default", "d") != nullptr));
}

BOOST_AUTO_TEST_CASE(empties_a_namespace_with_it)
{
    auto const& namespaces = type("namespaces");
    auto const ns = json(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team"}})");
    store.create(namespaces, "", ns).value();
    store.create(git(), "team", repository("a")).value();
    store.create(git(), "team", repository("b", R"("finalizers":["x/y"])")).value();
    BOOST_TEST(!store.remove(namespaces, "", "team").value().gone);
    BOOST_TEST(!store.find(git().key(), "team", "a"));
    BOOST_TEST(json_text(*store.find("namespaces", "", "team"), {"status", "phase"}) == "Terminating");
    auto const patch = boost::json::parse(R"({"metadata":{"finalizers":null}})");
    store.patch(git(), "team", "b", kube_patch_kind::merge, patch).value();
    BOOST_TEST(!store.find("namespaces", "", "team"));
}

BOOST_AUTO_TEST_CASE(pages_in_the_order_of_names)
{
    for (auto const* name : {"c", "a", "e", "b", "d"})
        add(name);
    auto const first = store.list(git(), "default", {}, 2).value();
    BOOST_TEST(first.items.size() == 2U);
    BOOST_TEST(first.remaining == 3U);
    auto const second = store.list(git(), "default", {}, 2, first.next).value();
    BOOST_TEST(name_of(*second.items.front()) == "c");
    auto const third = store.list(git(), "default", {}, 2, second.next).value();
    BOOST_TEST(third.items.size() == 1U);
    BOOST_TEST(third.next.empty());
    add("f");
    store.history().forget();
    BOOST_TEST(store.list(git(), "default", {}, 2, first.next).error().code == 410);
    BOOST_TEST(store.list(git(), "default", {}, 2, "rubbish").error().code == 400);
}

BOOST_AUTO_TEST_CASE(refuses_a_strategic_patch_of_a_custom_resource)
{
    add("a");
    auto const patch = boost::json::parse(R"({"spec":{"interval":"2m"}})");
    BOOST_TEST(store.patch(git(), "default", "a", kube_patch_kind::strategic, patch).error().code == 415);
}

BOOST_AUTO_TEST_CASE(does_everything_but_keep_a_dry_run)
{
    kube_write dry;
    dry.dry_run = true;
    auto const before = store.version();
    BOOST_TEST(store.create(git(), "default", repository("a"), dry).value().created);
    BOOST_TEST(store.create(git(), "default", repository("A"), dry).error().code == 422);
    BOOST_TEST(store.version() == before);
    BOOST_TEST(store.count(git().key()) == 0U);
}

BOOST_AUTO_TEST_CASE(turns_plain_text_of_a_secret_into_its_data)
{
    auto const& secrets = type("secrets");
    auto const o =
        store
            .create(secrets, "default",
                    json(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"a":"b"}})"))
            .value()
            .object;
    BOOST_TEST(json_text(*o, {"data", "a"}) == "Yg==");
    BOOST_TEST(json_text(*o, {"type"}) == "Opaque");
    auto const bad = json(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"t"},"data":{"a":"***"}})");
    BOOST_TEST(store.create(secrets, "default", bad).error().code == 400);
}

BOOST_AUTO_TEST_CASE(forgets_a_type_and_its_objects_with_its_definition)
{
    add("a");
    auto const& definitions = type("customresourcedefinitions.apiextensions.k8s.io");
    store.remove(definitions, "", "gitrepositories.source.toolkit.fluxcd.io").value();
    BOOST_TEST(!store.types().find_kind("source.toolkit.fluxcd.io/v1", "GitRepository"));
    BOOST_TEST(store.count("gitrepositories.source.toolkit.fluxcd.io") == 0U);
}

BOOST_AUTO_TEST_CASE(keeps_the_status_of_seeded_objects)
{
    auto o = repository("a");
    o["status"] = boost::json::object{{"observedGeneration", 5}};
    BOOST_TEST(store.seed(o).has_value());
    BOOST_TEST(json_member(*store.find(git().key(), "default", "a"), {"status", "observedGeneration"})->as_int64()
               == 5);
    BOOST_TEST(store.seed(o).has_value());
    BOOST_TEST(!store.seed("kind: Nothing\napiVersion: v1\n").has_value());
    BOOST_TEST(!store.seed("a: [").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
