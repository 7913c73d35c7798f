#include <penstock/embedded/kube_api.hpp>

#include <unit/embedded_kube/fixture.hpp>

#include <boost/json/serialize.hpp>

using namespace penstock;
using namespace penstock::embedded;

namespace {

struct served_store : stocked_store
{
    http::response call(std::string method, std::string_view target, std::string body = "", http::fields fields = {})
    {
        auto out = api.serve(kube_call(std::move(method), target, std::move(fields), std::move(body)));
        BOOST_REQUIRE(std::holds_alternative<http::response>(out));
        return std::get<http::response>(out);
    }

    boost::json::object get(std::string_view target, http::fields fields = {})
    {
        return json(call("GET", target, "", std::move(fields)).body);
    }

    kube_watch watch(std::string_view target, http::fields fields = {})
    {
        auto out = api.serve(kube_call("GET", target, std::move(fields)));
        if (auto const* r = std::get_if<http::response>(&out))
            BOOST_FAIL(r->body);
        return std::get<kube_watch>(out);
    }

    /// `ADDED a@5 DELETED b@6`, of what a watch says now.
    static std::string lines(std::string const& text)
    {
        std::string out;
        std::size_t at = 0;
        while (at < text.size()) {
            auto const end = text.find('\n', at);
            auto const event = json(std::string_view(text).substr(at, end - at));
            auto const& object = event.at("object").as_object();
            out += (out.empty() ? "" : " ") + std::string(event.at("type").as_string()) + ' '
                   + std::string(name_of(object)) + '@' + std::string(version_of(object));
            at = end + 1;
        }
        return out;
    }

    std::string at(int back = 0) const { return std::to_string(store.version() - static_cast<unsigned>(back)); }

    kube_api api{store};
    std::string const repositories = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(embedded_kube_api, served_store)

BOOST_AUTO_TEST_CASE(tells_what_it_has)
{
    BOOST_TEST(json_text(get("/version"), {"gitVersion"}) == "v1.34.0+penstock");
    BOOST_TEST(call("GET", "/readyz").body == "ok");
    BOOST_TEST(json_text(get("/api"), {"kind"}) == "APIVersions");
    BOOST_TEST(json_text(get("/apis"), {"kind"}) == "APIGroupList");
    BOOST_TEST(json_text(get("/apis/source.toolkit.fluxcd.io"), {"preferredVersion", "version"}) == "v1");
    auto const resources = get("/apis/source.toolkit.fluxcd.io/v1").at("resources").as_array();
    BOOST_TEST(resources.size() == 2U);  // the type and its status
    BOOST_TEST(resources.at(0).at("shortNames").at(0).as_string() == "gitrepo");
    BOOST_TEST(call("GET", "/apis/nothing.io/v1").status == 404);
    BOOST_TEST(call("GET", "/nothing").status == 404);
    BOOST_TEST(call("POST", "/version").status == 405);
    auto const aggregated =
        call("GET", "/apis", "",
             {{"Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"}});
    BOOST_TEST(json_text(json(aggregated.body), {"kind"}) == "APIGroupDiscoveryList");
    BOOST_TEST(aggregated.fields["Content-Type"].find("as=APIGroupDiscoveryList") != std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(describes_itself_for_clients_that_validate)
{
    BOOST_TEST(get("/openapi/v3").at("paths").as_object().contains("apis/source.toolkit.fluxcd.io/v1"));
    auto const document = get("/openapi/v3/apis/source.toolkit.fluxcd.io/v1");
    BOOST_TEST(
        document.at("components").at("schemas").as_object().contains("io.fluxcd.toolkit.source.v1.GitRepository"));
    BOOST_TEST(json_text(get("/openapi/v2"), {"swagger"}) == "2.0");
    BOOST_TEST(call("GET", "/openapi/v3/apis/nothing/v1").status == 404);
}

BOOST_AUTO_TEST_CASE(creates_reads_and_deletes)
{
    auto const made = call("POST", repositories, boost::json::serialize(repository("a")),
                           {{"Content-Type", "application/json"}, {"User-Agent", "robot/1.0"}});
    BOOST_TEST(made.status == 201);
    BOOST_TEST(json(made.body).at("metadata").at("managedFields").at(0).at("manager").as_string() == "robot");
    BOOST_TEST(call("POST", repositories, boost::json::serialize(repository("a"))).status == 409);
    BOOST_TEST(call("GET", repositories + "/a").status == 200);
    BOOST_TEST(json_text(get(repositories), {"kind"}) == "GitRepositoryList");
    auto const gone = call("DELETE", repositories + "/a");
    BOOST_TEST(json_text(json(gone.body), {"status"}) == "Success");
    BOOST_TEST(call("DELETE", repositories + "/a").status == 404);
    BOOST_TEST(call("PATCH", repositories).status == 400);
    BOOST_TEST(call("POST", "/api/v1/secrets", "{}").status == 405);
    BOOST_TEST(call("POST", repositories, "{").status == 400);
    BOOST_TEST(call("POST", repositories, "x", {{"Content-Type", "text/csv"}}).status == 415);
    BOOST_TEST(call("POST", repositories, "x", {{"Content-Type", "application/vnd.kubernetes.protobuf"}}).status
               == 400);
}

BOOST_AUTO_TEST_CASE(applies_yaml_only_with_a_manager)
{
    http::fields const yaml{{"Content-Type", "application/apply-patch+yaml"}};
    std::string const body = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
                             "spec: {interval: 1m, url: 'https://example.com/a.git'}\n";
    BOOST_TEST(call("PATCH", repositories + "/a", body, yaml).status == 422);
    BOOST_TEST(call("PATCH", repositories + "/a?fieldManager=me", body, yaml).status == 201);
    BOOST_TEST(call("PATCH", repositories + "/a?fieldManager=me", body, yaml).status == 200);
    BOOST_TEST(call("PATCH", repositories + "/a", "{}", {{"Content-Type", "text/plain"}}).status == 415);
    BOOST_TEST(
        call("PATCH", repositories + "/a?force=true", "{}", {{"Content-Type", "application/merge-patch+json"}}).status
        == 422);
}

BOOST_AUTO_TEST_CASE(tells_of_unknown_fields_as_it_is_asked_to)
{
    auto o = repository("a");
    o.at("spec").as_object().erase("url");
    o.at("spec").as_object()["url"] = "https://x";
    o["extra"] = 1;
    auto const body = boost::json::serialize(o);
    BOOST_TEST(call("POST", repositories + "?fieldValidation=Strict", body).status == 400);
    auto const warned = call("POST", repositories + "?dryRun=All", body);
    BOOST_TEST(warned.status == 201);
    BOOST_TEST(warned.fields["Warning"] == R"(299 - "unknown field \"extra\"")");
    BOOST_TEST(call("POST", repositories + "?fieldValidation=Ignore", body).fields["Warning"].empty());
    BOOST_TEST(call("POST", repositories + "?dryRun=Some", body).status == 422);
}

BOOST_AUTO_TEST_CASE(lists_by_page_selector_and_form)
{
    add("a", R"("labels":{"app":"x"})");
    add("b");
    auto const page = get(repositories + "?limit=1");
    BOOST_TEST(page.at("metadata").at("remainingItemCount").as_int64() == 1);
    auto const next = get(repositories + "?limit=1&continue=" + std::string(json_text(page, {"metadata", "continue"})));
    BOOST_TEST(name_of(next.at("items").at(0).as_object()) == "b");
    BOOST_TEST(get(repositories + "?labelSelector=app%3Dx").at("items").as_array().size() == 1U);
    BOOST_TEST(get(repositories + "?fieldSelector=metadata.name%3Db").at("items").as_array().size() == 1U);
    BOOST_TEST(call("GET", repositories + "?labelSelector=%2C").status == 400);
    BOOST_TEST(call("GET", repositories + "?resourceVersion=999999").status == 504);
    BOOST_TEST(call("GET", repositories + "?resourceVersion=x").status == 400);
    BOOST_TEST(get(repositories + "?resourceVersion=1&resourceVersionMatch=Exact").at("items").as_array().empty());
    store.history().forget();
    BOOST_TEST(call("GET", repositories + "?resourceVersion=1&resourceVersionMatch=Exact").status == 410);
    auto const table = get(repositories, {{"Accept", "application/json;as=Table;g=meta.k8s.io;v=v1"}});
    BOOST_TEST(table.at("rows").as_array().size() == 2U);
    auto const partial =
        get(repositories, {{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}});
    BOOST_TEST(json_text(partial, {"kind"}) == "PartialObjectMetadataList");
    BOOST_TEST(!partial.at("items").at(0).as_object().contains("spec"));
    BOOST_TEST(call("GET", repositories, "", {{"Accept", "text/html"}}).status == 406);
    BOOST_TEST(json(call("DELETE", repositories + "?labelSelector=app").body).at("items").as_array().size() == 1U);
    BOOST_TEST(store.count(git().key()) == 1U);
}

BOOST_AUTO_TEST_CASE(watches_from_now_from_nothing_and_from_a_version)
{
    add("a");
    auto const version = at();
    auto all = watch(repositories + "?watch=true");
    BOOST_TEST(lines(all.take()) == "ADDED a@" + version);
    auto later = watch(repositories + "?watch=true&resourceVersion=" + version);
    BOOST_TEST(later.take().empty());
    add("b");
    store.remove(git(), "default", "a").value();
    BOOST_TEST(lines(later.take()) == "ADDED b@" + at(1) + " DELETED a@" + at());
    BOOST_TEST(lines(all.take()) == "ADDED b@" + at(1) + " DELETED a@" + at());
    BOOST_TEST(all.take().empty());
    BOOST_TEST(all.bookmark().empty());  // not asked for
    auto one = watch(repositories + "?watch=true&fieldSelector=metadata.name%3Db");
    BOOST_TEST(lines(one.take()) == "ADDED b@" + at(1));
    BOOST_TEST(json_text(get(repositories + "/b?watch=true"), {"kind"}) == "GitRepository");  // a name is no collection
}

BOOST_AUTO_TEST_CASE(translates_changes_into_what_a_selector_sees)
{
    add("a");
    auto w = watch(repositories + "?watch=true&labelSelector=app&resourceVersion=" + at());
    auto const label = [this](char const* value) {
        auto const patch = boost::json::parse(std::string(R"({"metadata":{"labels":{"app":)") + value + "}}}");
        store.patch(git(), "default", "a", kube_patch_kind::merge, patch).value();
    };
    label("\"x\"");
    label("\"y\"");
    label("null");
    label("null");
    BOOST_TEST(lines(w.take()) == "ADDED a@" + at(2) + " MODIFIED a@" + at(1) + " DELETED a@" + at());
}

BOOST_AUTO_TEST_CASE(ends_a_watch_whose_past_is_forgotten)
{
    add("a");
    auto const version = at();
    add("b");
    add("c");
    auto open = watch(repositories + "?watch=true&resourceVersion=" + at());
    store.history().forget();
    BOOST_TEST(open.take().empty());
    BOOST_TEST(!open.ended());
    auto late = watch(repositories + "?watch=true&resourceVersion=" + version);
    auto const event = json(late.take());
    BOOST_TEST(json_text(event, {"type"}) == "ERROR");
    BOOST_TEST(event.at("object").at("code").as_int64() == 410);
    BOOST_TEST(event.at("object").at("reason").as_string() == "Expired");
    BOOST_TEST(late.ended());
}

BOOST_AUTO_TEST_CASE(streams_a_list_and_says_where_it_ends)
{
    add("a");
    auto const list = repositories + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true";
    BOOST_TEST(call("GET", list).status == 422);
    auto w = watch(list + "&resourceVersionMatch=NotOlderThan");
    auto const text = w.take();
    BOOST_TEST(lines(text) == "ADDED a@" + at() + " BOOKMARK @" + at());
    BOOST_TEST(text.find(R"("k8s.io/initial-events-end":"true")") != std::string::npos);
    add("b");
    BOOST_TEST(lines(w.take()) == "ADDED b@" + at());
    BOOST_TEST(lines(w.bookmark()) == "BOOKMARK @" + at());
    kube_api old(store, false);
    auto const refused = old.serve(kube_call("GET", list + "&resourceVersionMatch=NotOlderThan"));
    BOOST_TEST(std::get<http::response>(refused).status == 422);
}

BOOST_AUTO_TEST_CASE(watches_as_a_table_too)
{
    add("a");
    auto w = watch(repositories + "?watch=true", {{"Accept", "application/json;as=Table;g=meta.k8s.io;v=v1"}});
    auto const first = json(w.take());
    BOOST_TEST(first.at("object").at("rows").at(0).at("cells").at(0).as_string() == "a");
    BOOST_TEST(!first.at("object").at("columnDefinitions").as_array().empty());
    add("b");
    BOOST_TEST(json(w.take()).at("object").at("columnDefinitions").is_null());
}

BOOST_AUTO_TEST_CASE(reads_the_binary_form_of_a_secret)
{
    // k8s\0, Unknown{typeMeta{v1, Secret}, raw{metadata{name: s}, data{a: b}}}
    std::string const raw("\x0a\x03\x0a\x01s\x12\x06\x0a\x01"
                          "a\x12\x01"
                          "b",
                          13);
    std::string const body =
        std::string("k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12", 19) + static_cast<char>(raw.size()) + raw;
    auto const made = call("POST", "/api/v1/namespaces/default/secrets", body,
                           {{"Content-Type", "application/vnd.kubernetes.protobuf"}});
    BOOST_TEST(made.status == 201);
    BOOST_TEST(json_text(json(made.body), {"data", "a"}) == "Yg==");
    for (std::size_t n = 0; n < body.size(); ++n)
        BOOST_TEST(call("POST", "/api/v1/namespaces/default/secrets", body.substr(0, n),
                        {{"Content-Type", "application/vnd.kubernetes.protobuf"}})
                       .status
                   >= 400);
}

BOOST_AUTO_TEST_SUITE_END()
