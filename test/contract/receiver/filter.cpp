#include <contract/receiver/peer.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace peer;
using sync::receiver_type;
namespace data = boost::unit_test::data;

namespace {

struct with_filter : stage
{
    /// A Receiver of that type with a filter for the one object `app`, whose annotation `tag` is v1.
    void filter(receiver_type type, std::string text)
    {
        auto r = receiver(type);
        r.resource_filter = std::move(text);
        serve(std::move(r));
    }

    /// The filter lets the first request pass and not the second, by what the body says.
    void expect_choice(request yes, request no)
    {
        BOOST_TEST(status(std::move(yes)) == 200);
        BOOST_TEST(asked() == 1U);
        BOOST_TEST(status(std::move(no)) == 200);
        BOOST_TEST(asked() == 1U);
    }
};

request json_request(std::string const& body, http::fields fields = {})
{
    fields.add("Content-Type", json_type);
    return request(body, std::move(fields));
}

request nexus(std::string const& body)
{
    return json_request(body, {{"X-Nexus-Webhook-Signature", sign(crypto::algorithm::sha1, body)}});
}

struct stacking_row
{
    char const* all;
    char const* own;
    std::size_t asked;
};

std::ostream& operator<<(std::ostream& out, stacking_row const& r)
{
    return out << '\'' << r.all << "' and '" << r.own << '\'';
}

stacking_row const stacking[] = {
    {"", "", 1},      {"true", "", 1},     {"false", "", 0},     {"", "true", 1},
    {"", "false", 0}, {"true", "true", 1}, {"true", "false", 0}, {"false", "true", 0},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_receiver_filter, with_filter)

BOOST_AUTO_TEST_CASE(R23_cel_on_list)
{
    objects.add("GitRepository", "flux-system", "b", {{"team", "red"}}, {{"tag", "v2"}});
    auto r = receiver(receiver_type::generic);
    r.resources = {{"", "GitRepository", "*", "", team("red"), ""}};
    r.resource_filter = "has(res.metadata.annotations) && req.tag == res.metadata.annotations['tag']";
    serve(r);
    BOOST_TEST(status(json_request(R"({"tag":"v2"})")) == 200);
    BOOST_TEST((objects.asked == std::vector<std::string>{"GitRepository/flux-system/b"}));
}

BOOST_AUTO_TEST_CASE(R24_cel_false_on_a_named_one)
{
    filter(receiver_type::generic, "false");
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R25_cel_github)
{
    filter(receiver_type::github, "req.ref == 'refs/heads/main'");
    expect_choice(github(R"({"ref":"refs/heads/main"})"), github(R"({"ref":"refs/heads/dev"})"));
}

BOOST_AUTO_TEST_CASE(R26_cel_gitlab)
{
    filter(receiver_type::gitlab, "req.ref == 'refs/heads/main'");
    http::fields const token{{"X-Gitlab-Token", "token"}};
    expect_choice(json_request(R"({"ref":"refs/heads/main"})", token), json_request(R"({"ref":"x"})", token));
}

BOOST_AUTO_TEST_CASE(R27_cel_cdevents)
{
    filter(receiver_type::cdevents, "req.context.type.startsWith('dev.cdevents.change.merged.')");
    expect_choice(json_request(cdevent()), json_request(cdevent("dev.cdevents.change.created.0.2.0")));
}

BOOST_AUTO_TEST_CASE(R28_cel_bitbucket)
{
    filter(receiver_type::bitbucket, "req.changes.exists(c, c.ref.displayId == 'main')");
    auto const signed_json = [](std::string const& body) {
        return json_request(body, {{"X-Hub-Signature", sha256(body)}});
    };
    expect_choice(signed_json(R"({"changes":[{"ref":{"displayId":"main"}}]})"), signed_json(R"({"changes":[]})"));
}

BOOST_AUTO_TEST_CASE(R29_cel_quay)
{
    filter(receiver_type::quay, "res.metadata.annotations['tag'] in req.updated_tags");
    expect_choice(json_request(R"({"updated_tags":["v1"]})"), json_request(R"({"updated_tags":["v2"]})"));
}

BOOST_AUTO_TEST_CASE(R30_cel_harbor)
{
    filter(receiver_type::harbor, "req.event_data.resources.exists(r, r.tag == res.metadata.annotations['tag'])");
    http::fields const token{{"Authorization", "token"}};
    expect_choice(json_request(R"({"event_data":{"resources":[{"tag":"v1"}]}})", token),
                  json_request(R"({"event_data":{"resources":[]}})", token));
}

BOOST_AUTO_TEST_CASE(R31_cel_dockerhub)
{
    filter(receiver_type::dockerhub, "req.push_data.tag == res.metadata.annotations.tag");
    expect_choice(json_request(R"({"push_data":{"tag":"v1"}})"), json_request(R"({"push_data":{"tag":"v2"}})"));
}

// gcr proves itself with OpenID Connect, which is not served: the body is never looked at.
BOOST_AUTO_TEST_CASE(R32_cel_gcr_is_answered_clearly)
{
    auto r = receiver(receiver_type::gcr);
    r.resource_filter = "req.tag.contains('v1')";
    sync::receiver_credential c;
    c.token = secret("token");
    c.has_email = true;
    c.has_audience = true;
    index.put(r, std::move(c));
    auto one = json_request(R"({"message":{"data":"e30="}})");
    auto const answer = send(one);
    BOOST_TEST(answer.status == 501);
    BOOST_TEST(answer.body.empty());
    BOOST_TEST(answer.fields["Penstock-Reason"]
               == "this type of receiver needs OpenID Connect, which is not served here");
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(R33_cel_nexus)
{
    filter(receiver_type::nexus, "req.repositoryName == 'releases'");
    expect_choice(nexus(R"({"action":"UPDATED","repositoryName":"releases"})"), nexus(R"({"repositoryName":"x"})"));
    auto forged = nexus("{}");
    forged.edit().fields.set("X-Nexus-Webhook-Signature", sign(crypto::algorithm::sha1, "{ }"));
    BOOST_TEST(status(forged) == 400);
}

BOOST_AUTO_TEST_CASE(R34_cel_acr)
{
    filter(receiver_type::acr, "req.target.repository + ':' + req.target.tag == 'app:v1'");
    expect_choice(json_request(R"({"action":"push","target":{"repository":"app","tag":"v1"}})"),
                  json_request(R"({"action":"push","target":{"repository":"app","tag":"v2"}})"));
}

BOOST_AUTO_TEST_CASE(R35_gcr_secret_without_email)
{
    sync::receiver_credential c;
    c.token = secret("token");
    c.has_audience = true;
    index.put(receiver(receiver_type::gcr), std::move(c));
    BOOST_TEST(status(json_request("{}")) == 400);
}

BOOST_AUTO_TEST_CASE(R36_gcr_secret_without_audience)
{
    sync::receiver_credential c;
    c.token = secret("token");
    c.has_email = true;
    index.put(receiver(receiver_type::gcr), std::move(c));
    BOOST_TEST(status(json_request("{}")) == 400);
}

BOOST_AUTO_TEST_CASE(R37_cel_evaluation_error)
{
    filter(receiver_type::generic, "req.missing == 'x'");
    BOOST_TEST(status(json_request("{}")) == 500);
    BOOST_TEST(status(request("not even JSON")) == 500);  // no content type: req is empty, the field is not there
    BOOST_TEST(status(json_request("not JSON")) == 500);
    BOOST_TEST(status(json_request("[1]")) == 500);
    filter(receiver_type::generic, "!has(req.missing)");
    BOOST_TEST(status(json_request("null")) == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_DATA_TEST_CASE(F01_valid_expressions,
                     data::make({"true", "false", "req.value == 'test'", "has(req.a) && res.metadata.name != ''"}),
                     text)
{
    auto r = receiver(receiver_type::generic);
    r.resource_filter = text;
    BOOST_TEST(sync::receiver_filters::compile(r).has_value());
}

BOOST_DATA_TEST_CASE(F02_invalid_expressions,
                     data::make({"'test'", "requrest.body.value", "true &&", "size('a')", "timestamp(req.t) == req.t"}),
                     text)
{
    auto r = receiver(receiver_type::generic);
    r.resource_filter = text;
    auto const compiled = sync::receiver_filters::compile(r);
    BOOST_REQUIRE(!compiled.has_value());
    BOOST_TEST(compiled.error().detail.starts_with("spec.resourceFilter:1:"));
    serve(r);
    BOOST_TEST(status(request()) == 500);
    BOOST_TEST(asked() == 0U);
}

BOOST_AUTO_TEST_CASE(F03_claims_only_with_oidc)
{
    auto r = receiver(receiver_type::generic);
    r.resources.front().filter = "claims.sub == 'x'";
    BOOST_TEST(sync::receiver_filters::compile(r).error().detail
               == "spec.resources[0].filter:1:1: undeclared reference to 'claims'");
}

BOOST_DATA_TEST_CASE_F(with_filter, F04_evaluation,
                       data::make({"res.metadata.name == 'app' && req.target.repository == 'hello'", "req.bool == true",
                                   "req.image.source.split(':').last().value().startsWith('v')",
                                   "!has(res.spec) && res.kind == 'GitRepository'"}),
                       text)
{
    filter(receiver_type::generic, text);
    BOOST_TEST(status(json_request(R"({"target":{"repository":"hello"},"bool":true,"image":{"source":"a:v1.0.0"}})"))
               == 200);
    BOOST_TEST(asked() == 1U);
}

BOOST_DATA_TEST_CASE_F(with_filter, F05_stacking, data::make(stacking), row)
{
    auto r = receiver(receiver_type::generic);
    r.resource_filter = row.all;
    r.resources.front().filter = row.own;
    serve(r);
    BOOST_TEST(status(request()) == 200);
    BOOST_TEST(asked() == row.asked);
}

BOOST_AUTO_TEST_SUITE_END()
