#include <contract/kube/peer.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/kube/api_client.hpp>
#include <penstock/kube/known.hpp>
#include <penstock/kube/watch_decoder.hpp>

using namespace penstock;
using namespace penstock::testing;

namespace {

using environment = env::basic_environment<clock::steady>;

/// What this project speaks to API servers with.
struct with_client : kube_peer
{
    template <class T>
    result<T> run(awaitable<result<T>> work)
    {
        return run_for_real(context, std::move(work));
    }

    static time_point soon() { return clock::steady::now() + 10s; }
    kube::object_name named(std::string name) const { return {ns, std::move(name)}; }
    boost::json::value object(std::string const& name, std::string const& spec = "", std::string const& meta = "") const
    {
        return boost::json::parse(gadget(name, spec, meta));
    }

    environment env;
    kube::api_client<environment, http::client> api{env, client, url, kube::credential::bearer(secret(token))};
    kube::resource const what{"contract.example.com", "v1", "gadgets", "Gadget"};
};

std::string at(boost::json::value const& v, std::string_view pointer)
{
    return kube_answer::text_at(v, pointer);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract_kube)
BOOST_FIXTURE_TEST_SUITE(client, with_client)

BOOST_AUTO_TEST_CASE(leads_an_object_through_its_life)
{
    auto const made = run(api.create(what, ns, object("a"), {}, soon())).value();
    BOOST_TEST(at(made, "/spec/size") == "3");
    BOOST_TEST((run(api.create(what, ns, object("a"), {}, soon())).error().code == errc::conflict));
    auto changed = made;
    changed.at("spec").as_object()["size"] = 4;
    BOOST_TEST(at(run(api.replace(what, named("a"), changed, {}, soon())).value(), "/metadata/generation") == "2");
    BOOST_TEST((run(api.replace(what, named("a"), changed, {}, soon())).error().code == errc::conflict));
    kube::write_options status;
    status.subresource = "status";
    auto seen = run(api.get(what, named("a"), soon())).value();
    seen.as_object()["status"] = boost::json::object{{"phase", "Up"}};
    BOOST_TEST(at(run(api.replace(what, named("a"), seen, status, soon())).value(), "/status/phase") == "Up");
    kube::remove_options only;
    only.uid = "another";
    BOOST_TEST((run(api.remove(what, named("a"), only, soon())).error().code == errc::conflict));
    only.uid = at(made, "/metadata/uid");
    only.propagation = kube::propagation::background;
    BOOST_TEST(at(run(api.remove(what, named("a"), only, soon())).value(), "/status") == "Success");
    BOOST_TEST((run(api.get(what, named("a"), soon())).error().code == errc::not_found));
    BOOST_TEST((run(api.remove(what, named("a"), {}, soon())).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(patches_in_three_ways)
{
    kube::patch_options const by("one");
    auto const made = run(api.patch(what, named("a"), kube::patch_type::apply, object("a"), by, soon())).value();
    BOOST_TEST(at(made, "/metadata/name") == "a");
    BOOST_TEST(at(made, "/metadata/managedFields") == "(none)");
    auto const note = boost::json::parse(R"({"metadata":{"annotations":{"example.com/asked":"now"}}})");
    auto const merged = run(api.patch(what, named("a"), kube::patch_type::merge, note, by, soon())).value();
    BOOST_TEST(at(merged, "/metadata/annotations/example.com~1asked") == "now");
    auto const steps = boost::json::parse(R"([{"op":"test","path":"/spec/size","value":9}])");
    auto const refused = run(api.patch(what, named("a"), kube::patch_type::json, steps, {}, soon()));
    BOOST_TEST((refused.error().code == errc::invalid_object));
    kube::patch_options const other("two");
    auto const wanted = boost::json::parse(gadget("a", R"(,"colour":"red")"));
    run(api.patch(what, named("a"), kube::patch_type::apply, wanted, by, soon())).value();
    auto const against = boost::json::parse(gadget("a", R"(,"colour":"green")"));
    auto const conflict = run(api.patch(what, named("a"), kube::patch_type::apply, against, other, soon()));
    BOOST_TEST((conflict.error().code == errc::conflict));
    BOOST_TEST(conflict.error().detail.find(".spec.colour") != std::string::npos, conflict.error().detail);
}

BOOST_AUTO_TEST_CASE(reads_a_list_page_by_page)
{
    for (auto const* name : {"a", "b", "c", "d", "e"})
        make(name);
    kube::list_options pages;
    pages.limit = 2;
    auto const all = run(api.list(what, ns, pages, soon())).value();
    BOOST_TEST(all.items.size() == 5U);
    BOOST_TEST(!all.resource_version.empty());
    BOOST_TEST(all.continue_token.empty());
    auto const one = run(api.list(what, ns, kube::list_options("!app"), soon())).value();
    BOOST_TEST(one.items.size() == 5U);
    kube::list_options wrong("a in b");
    BOOST_TEST((run(api.list(what, ns, wrong, soon())).error().code == errc::invalid_object));
    kube::list_options cached;
    cached.resource_version = "0";
    BOOST_TEST(run(api.list_page(what, ns, cached, soon())).has_value());
    call("POST", core("secrets"), R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
    auto const secrets = run(api.list(kube::known::secrets, ns, {}, soon())).value();
    BOOST_TEST(at(secrets.items.at(0), "/kind") == "Secret");
}

BOOST_AUTO_TEST_CASE(decodes_a_watch)
{
    kube::watch_options from;
    from.resource_version = version();
    from.timeout = 2s;
    auto const in = run(api.open_watch(what, ns, from, soon())).value();
    make("a");
    merge(gadgets + "/a", R"({"spec":{"size":5}})");
    call("DELETE", gadgets + "/a");
    kube::watch_decoder decoder("test");
    std::vector<kube::watch_event_kind> kinds;
    while (true) {
        auto const read = run_for_real(context, in->read(soon()));
        BOOST_REQUIRE(read.has_value());
        if (read->empty())
            break;
        std::string_view bytes = *read;
        while (auto event = decoder.next(bytes)) {
            BOOST_REQUIRE(event->has_value());
            if ((*event)->kind != kube::watch_event_kind::bookmark)
                kinds.push_back((*event)->kind);
        }
    }
    BOOST_TEST(decoder.finish().has_value());
    using enum kube::watch_event_kind;
    BOOST_TEST((kinds == std::vector{added, modified, deleted}));
}

BOOST_AUTO_TEST_CASE(learns_that_a_version_is_gone)
{
    make("a");
    if (server)
        server->store().history().forget();
    kube::watch_options from;
    from.resource_version = "1";
    auto const in = run(api.open_watch(what, ns, from, soon())).value();
    kube::watch_decoder decoder("test");
    std::optional<result<kube::watch_event>> event;
    while (!event) {
        auto const read = run_for_real(context, in->read(soon()));
        BOOST_REQUIRE((read.has_value() && !read->empty()));
        std::string_view bytes = *read;
        event = decoder.next(bytes);
    }
    BOOST_TEST((event->error().code == errc::gone));
}

BOOST_AUTO_TEST_CASE(tells_refusals_apart)
{
    kube::api_client<environment, http::client> stranger(env, client, url,
                                                         kube::credential::bearer(secret("stranger")));
    BOOST_TEST((run(stranger.get(what, named("a"), soon())).error().code == errc::unauthorized));
    kube::api_client<environment, http::client> other(env, client, url, kube::credential::bearer(secret(nobody)));
    BOOST_TEST((run(other.get(what, named("a"), soon())).error().code == errc::forbidden));
    BOOST_TEST((run(api.create(what, ns, object("Bad"), {}, soon())).error().code == errc::invalid_object));
    kube::list_options later;
    later.resource_version = std::to_string(std::stoull(version()) + 1'000'000);
    auto const early = run(api.list_page(what, ns, later, soon()));
    BOOST_TEST(kube::is_version_too_large(early.error()), early.error().detail);
    kube::resource const missing{"contract.example.com", "v1", "widgets", "Widget"};
    BOOST_TEST((run(api.list_page(missing, ns, {}, soon())).error().code == errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE_END()
