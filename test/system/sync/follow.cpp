#include "system/stage.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>

using namespace penstock;
using namespace penstock::system_test;
using namespace std::chrono_literals;

namespace {

constexpr char const* nobody = "0000000000000000000000000000000000000000";

/// A source that is in step, and a sidecar that has polled it.
struct followed : stage
{
    followed()
    {
        first = create("acme/app");
        source("app", "acme/app");
        BOOST_REQUIRE(until(10s, [this] { return revision("app") == first; }));
        run_.emplace(*this);
        BOOST_REQUIRE(run_->wait_ready());
        BOOST_REQUIRE(until(10s, [this] { return run_->metric("penstock_poll_total{result=\"unchanged\"}") == 1; }));
    }

    sidecar& it() { return *run_; }

    std::string first;
    std::optional<sidecar> run_;
};

/// Every field that the manager wrote, as Kubernetes keeps account of it.
boost::json::array fields_of(boost::json::object const& object, std::string_view manager)
{
    boost::json::array found;
    auto const* const all = embedded::json_member(object, {"metadata", "managedFields"});
    for (auto const& entry : all != nullptr && all->is_array() ? all->get_array() : boost::json::array())
        if (entry.at("manager").as_string() == manager)
            found.push_back(entry);
    return found;
}

/// The object without what a request may change.
boost::json::object without_request(boost::json::object o)
{
    auto& meta = o.at("metadata").as_object();
    for (auto const* key : {"resourceVersion", "managedFields"})
        meta.erase(key);
    meta.at("annotations").as_object().erase("reconcile.fluxcd.io/requestedAt");
    return o;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(system_follow, followed)

BOOST_AUTO_TEST_CASE(a_webhook_writes_one_annotation_and_nothing_else)
{
    stop_flux();
    auto const before = object(git_repositories, "app");
    auto const next = commit("acme/app");
    BOOST_TEST(it().push("acme/app", first, next, "d-1") == 202);
    BOOST_TEST(it().last_answer.find("\"status\":\"queued\"") != std::string::npos, it().last_answer);
    BOOST_REQUIRE(until(5s, [this] { return !requested("app").empty(); }));
    auto const after = object(git_repositories, "app");
    BOOST_TEST(without_request(before) == without_request(after));
    auto const written = fields_of(after, "penstock");
    BOOST_REQUIRE(written.size() == 1);
    auto const& fields = written[0].at("fieldsV1").as_object();
    BOOST_TEST(fields.size() == 1);
    BOOST_TEST(fields.at("f:metadata").at("f:annotations").as_object().size() == 1);
    BOOST_TEST(fields.at("f:metadata").at("f:annotations").as_object().contains("f:reconcile.fluxcd.io/requestedAt"));
    start_flux();
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(
        until(5s, [&] { return it().metric("penstock_sync_total{result=\"synced\",trigger=\"webhook\"}") == 1; }));
    auto const page = it().metrics();
    BOOST_TEST(metric(page, "penstock_webhook_to_synced_seconds_count") == 1);
    BOOST_TEST(metric(page, "penstock_webhook_deliveries_total{outcome=\"queued\",provider=\"github\"}") == 1);
    BOOST_TEST(metric(page, "penstock_webhook_secret_matches_total{provider=\"github\",secret=\"0\"}") == 1);
    BOOST_TEST(metric(page, "penstock_sync_pending") == 0);
    BOOST_TEST(requests_with("PATCH ") >= 1U);
    BOOST_TEST(requests_with("fieldManager=penstock") == 1U);
}

BOOST_AUTO_TEST_CASE(a_push_that_the_remote_does_not_show_yet_is_waited_for)
{
    auto const next = prepare_commit("acme/app", first);
    BOOST_TEST(it().push("acme/app", first, next, "d-2") == 202);
    BOOST_REQUIRE(until(5s, [this] {
        auto const said = it().explain("app");
        auto const* const known = said.if_contains("next");
        return known != nullptr && known->at("reason").as_string() == "the remote does not show the commit yet";
    }));
    BOOST_TEST(requested("app") == "");
    BOOST_TEST(it().metric("penstock_sync_pending") == 1);
    move_branch("acme/app", "main", next);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
    BOOST_TEST(requests_with("fieldManager=penstock") == 1U);
}

BOOST_AUTO_TEST_CASE(pushes_that_follow_each_other_become_one_sync)
{
    auto last = first;
    std::vector<std::string> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(last = prepare_commit("acme/app", last));
    auto before = first;
    for (auto const& one : all) {
        BOOST_TEST(it().push("acme/app", before, one, "d-" + one) == 202);
        before = one;
    }
    move_branch("acme/app", "main", last);
    BOOST_TEST(until(10s, [&] { return revision("app") == last; }));
    BOOST_TEST(until(5s, [&] { return it().metric("penstock_sync_pending") == 0; }));
    auto const page = it().metrics();
    BOOST_TEST(metric(page, "penstock_sync_total{result=\"superseded\",trigger=\"webhook\"}") == 4);
    BOOST_TEST(metric(page, "penstock_sync_total{result=\"synced\",trigger=\"webhook\"}") == 1);
    BOOST_TEST(requests_with("fieldManager=penstock") == 1U);
}

BOOST_AUTO_TEST_CASE(what_needs_no_sync_is_answered_with_its_reason)
{
    auto const next = commit("acme/app");
    struct row
    {
        char const* repository;
        std::string after;
        char const* ref;
        char const* says;
    };
    row const rows[] = {
        {"acme/app", next, "refs/heads/other", "ignored"},
        {"acme/app", nobody, "refs/heads/main", "ignored"},
        {"acme/else", next, "refs/heads/main", "ignored"},
    };
    int n = 0;
    for (auto const& r : rows) {
        BOOST_TEST(it().push(r.repository, first, r.after, "i-" + std::to_string(++n), r.ref) == 200);
        BOOST_TEST(it().last_answer.find(r.says) != std::string::npos, it().last_answer);
    }
    BOOST_TEST(requested("app") == "");
    BOOST_TEST(it().push("acme/app", first, next, "i-9") == 202);
    BOOST_TEST(it().push("acme/app", first, next, "i-9") == 200);
    BOOST_TEST(it().last_answer.find("duplicate") != std::string::npos, it().last_answer);
    BOOST_TEST(until(10s, [&] { return revision("app") == next; }));
}

BOOST_AUTO_TEST_CASE(a_wrong_signature_method_or_path_changes_nothing)
{
    auto const next = commit("acme/app");
    auto request = [&] {
        return github_push(it().hooks_url() + "/webhook/github", sidecar::github_secret(), url_of("acme/app"), first,
                           next, "w-1");
    };
    auto forged = request();
    forged.body[10] = static_cast<char>(forged.body[10] ^ 1);
    BOOST_TEST(send(forged)->status == 401);
    auto unsigned_one = request();
    unsigned_one.fields.erase("X-Hub-Signature-256");
    BOOST_TEST(send(unsigned_one)->status == 401);
    auto get = request();
    get.method = "GET";
    get.body.clear();
    auto const refused = send(get);
    BOOST_TEST(refused->status == 405);
    BOOST_TEST(refused->fields["Allow"] == "POST");
    auto elsewhere = request();
    elsewhere.url = it().hooks_url() + "/hook/" + std::string(64, 'a');
    BOOST_TEST(send(elsewhere)->status == 404);
    BOOST_TEST(requested("app") == "");
    BOOST_TEST(send(request())->status == 202);  // the refused ones did not use up the delivery's id
}

BOOST_AUTO_TEST_CASE(an_object_that_goes_away_takes_what_is_wanted_of_it_along)
{
    auto const next = prepare_commit("acme/app", first);
    BOOST_TEST(it().push("acme/app", first, next, "g-1") == 202);
    on_loop([this] {
        auto const type = cluster().store().types().find_key(git_repositories);
        return cluster().store().remove(*type, "flux-system", "app").has_value();
    });
    BOOST_TEST(until(10s, [&] { return it().metric("penstock_sync_pending") == 0; }));
    BOOST_TEST(until(5s, [&] { return it().metric("penstock_sync_total{result=\"gone\",trigger=\"webhook\"}") == 1; }));
    BOOST_TEST(it().metric("penstock_sync_sources{coverage=\"poll\"}") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
