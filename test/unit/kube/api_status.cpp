#include <penstock/kube/api_status.hpp>

#include <penstock/kube/api_answer.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

failure refused(int status, std::string body)
{
    http::response const answer(status, "application/json", std::move(body));
    return failure_of_answer("PATCH deployments.apps default/web", answer);
}

struct row
{
    int status;
    char const* reason;
    errc code;
    condition what_to_do;
};
std::ostream& operator<<(std::ostream& o, row const& r)
{
    return o << r.status << ' ' << r.reason;
}

// As kube-apiserver words them; the codes are those of k8s.io/apimachinery's StatusReason.
row const rows[] = {
    {400, "BadRequest", errc::invalid_object, condition::rejected},
    {401, "Unauthorized", errc::unauthorized, condition::unauthorized},
    {403, "Forbidden", errc::forbidden, condition::rejected},
    {404, "NotFound", errc::not_found, condition::not_found},
    {409, "AlreadyExists", errc::conflict, condition::conflict},
    {409, "Conflict", errc::conflict, condition::conflict},
    {410, "Gone", errc::gone, condition::gone},
    {410, "Expired", errc::gone, condition::gone},
    {422, "Invalid", errc::invalid_object, condition::rejected},
    {429, "TooManyRequests", errc::quota_exhausted, condition::quota_exhausted},
    {500, "InternalError", errc::unavailable, condition::retryable},
    {500, "ServerTimeout", errc::unavailable, condition::retryable},
    {503, "ServiceUnavailable", errc::unavailable, condition::retryable},
    {504, "Timeout", errc::unavailable, condition::retryable},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_api_status)

BOOST_DATA_TEST_CASE(every_reason_has_a_code_and_something_to_do, rows, r)
{
    auto const f = refused(r.status, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"m","reason":")"
                                         + std::string(r.reason) + R"(","code":)" + std::to_string(r.status) + '}');
    BOOST_TEST((f.code == r.code));
    BOOST_TEST((f.code == r.what_to_do));
    BOOST_TEST(has_reason(f, r.reason));
    BOOST_TEST(!has_reason(f, "Other"));
    BOOST_TEST(status_of(f)->code == r.status);
}

BOOST_AUTO_TEST_CASE(names_the_managers_and_fields_of_a_conflict)
{
    auto const f =
        refused(409, R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)"
                     R"("Apply failed with 2 conflicts: conflicts with \"kubectl\" using apps/v1: .spec.a",)"
                     R"("reason":"Conflict","details":{"causes":[)"
                     R"({"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using apps/v1",)"
                     R"("field":".spec.replicas"},)"
                     R"({"reason":"FieldManagerConflict","message":"conflict with \"a \\\"b\\\"\" with )"
                     R"(subresource \"scale\" using apps/v1 at 2026-01-02T03:04:05Z","field":".spec.x"},)"
                     R"({"reason":"Other","message":"\"no\"","field":"y"}]},"code":409})");
    BOOST_TEST((f.code == errc::conflict));
    BOOST_TEST(f.detail.find("conflicts with \"kubectl\"") != std::string::npos);
    std::vector<field_conflict> const expected{{"kubectl", ".spec.replicas"}, {"a \"b\"", ".spec.x"}};
    BOOST_TEST((status_of(f)->conflicts() == expected));
    BOOST_TEST(status_of(f)->causes.size() == 3U);
}

BOOST_AUTO_TEST_CASE(keeps_what_is_wrong_with_an_object)
{
    auto const f = refused(422, R"({"kind":"Status","status":"Failure","message":"m","reason":"Invalid","details":{)"
                                R"("name":"web","group":"apps","kind":"Deployment","uid":"u-1","causes":[)"
                                R"({"reason":"FieldValueRequired","message":"Required\nvalue","field":"spec.url"},7]},)"
                                R"("code":422})");
    auto const& s = *status_of(f);
    BOOST_TEST(s.name == "web");
    BOOST_TEST(s.group == "apps");
    BOOST_TEST(s.kind == "Deployment");
    BOOST_TEST(s.uid == "u-1");
    std::vector<status_cause> const expected{{"FieldValueRequired", "Required value", "spec.url"}};
    BOOST_TEST((s.causes == expected));
    BOOST_TEST(s.conflicts().empty());
}

BOOST_AUTO_TEST_CASE(says_when_to_come_back_and_where_a_list_goes_on)
{
    auto const busy = refused(429, R"({"kind":"Status","reason":"TooManyRequests","code":429,)"
                                   R"("details":{"retryAfterSeconds":7}})");
    BOOST_TEST((busy.retry_after == 7s));
    BOOST_TEST((status_of(busy)->retry_after == 7s));
    auto const forever = refused(503, R"({"kind":"Status","details":{"retryAfterSeconds":99999999999}})");
    BOOST_TEST((forever.retry_after == 24h));
    auto const expired = refused(410, R"({"kind":"Status","metadata":{"continue":"next"},"reason":"Expired"})");
    BOOST_TEST(status_of(expired)->continue_token == "next");
    BOOST_TEST(status_of(expired)->code == 410);
}

BOOST_AUTO_TEST_CASE(hides_a_credential_that_the_server_repeats)
{
    std::string const token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
    std::string const padding(500, 'p');  // the cut falls into the second one
    auto const f = refused(401, R"({"kind":"Status","reason":"Unauthorized","code":401,"message":"no: Bearer )" + token
                                    + R"(","details":{"name":"ghs_0123456789abcdefABCDEF","causes":[{"message":")"
                                    + padding + ' ' + token + R"("}]}})");
    auto const& s = *status_of(f);
    BOOST_TEST(s.message == "no: Bearer ***");
    BOOST_TEST(s.name == "***");
    BOOST_TEST(s.causes[0].message == padding + " ***");
    BOOST_TEST(f.detail.find("eyJ") == std::string::npos);
    BOOST_TEST(f.detail.find("no: Bearer ***") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(is_bounded_and_absent_where_the_answer_is_no_status)
{
    BOOST_TEST(status_of(refused(502, "<html>")) == nullptr);
    BOOST_TEST(status_of(failure(errc::not_found)) == nullptr);
    std::string causes;
    for (int i = 0; i < 100; ++i)
        causes += std::string(i == 0 ? "" : ",") + R"({"field":")" + std::string(600, 'f') + R"("})";
    auto const f = refused(422, R"({"kind":"Status","details":{"causes":[)" + causes + "]}}");
    BOOST_TEST(status_of(f)->causes.size() == 64U);
    BOOST_TEST(status_of(f)->causes[0].field.size() == 512U);
}

BOOST_AUTO_TEST_SUITE_END()
