#include <penstock/kube/api_answer.hpp>

#include <penstock/kube/known.hpp>

#include "scripted_transport.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace kube_test;
using namespace penstock::kube;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(kube_api_answer)

BOOST_AUTO_TEST_CASE(gives_every_status_its_error)
{
    struct row
    {
        int status;
        errc expected;
    };
    for (auto const& [code, expected] :
         {row{400, errc::invalid_object}, row{401, errc::unauthorized}, row{403, errc::forbidden},
          row{404, errc::not_found}, row{405, errc::unsupported}, row{409, errc::conflict}, row{410, errc::gone},
          row{413, errc::too_large}, row{415, errc::unsupported}, row{422, errc::invalid_object},
          row{429, errc::quota_exhausted}, row{500, errc::unavailable}, row{503, errc::unavailable},
          row{504, errc::unavailable}, row{302, errc::unexpected_status}, row{418, errc::unexpected_status}}) {
        http::response const answer(code, "application/json", status(code, "Because", "of this"));
        auto const f = failure_of_answer("GET x a/b", answer);
        BOOST_TEST((f.code == expected), code);
        BOOST_TEST(f.detail == "GET x a/b: of this (Because)");
    }
}

BOOST_AUTO_TEST_CASE(knows_an_expired_page_by_its_reason)
{
    http::response const answer(400, "application/json", status(400, "Expired", "continue expired"));
    BOOST_TEST((failure_of_answer("LIST x", answer).code == errc::gone));
}

BOOST_AUTO_TEST_CASE(tells_answers_that_do_not_come_from_the_api)
{
    http::response const html(502, "text/html", "<html>bad\ngateway</html>");
    auto const f = failure_of_answer("GET x a/b", html);
    BOOST_TEST((f.code == errc::unavailable));
    BOOST_TEST(f.detail == "GET x a/b: the server answered 502");
}

BOOST_AUTO_TEST_CASE(keeps_messages_short_and_on_one_line)
{
    http::response const answer(422, "application/json",
                                status(422, "Invalid", "one\\ntwo\\u0007" + std::string(2000, 'x')));
    auto const f = failure_of_answer("PUT x", answer);
    BOOST_TEST(f.detail.find('\n') == std::string::npos);
    BOOST_TEST(f.detail.find('\a') == std::string::npos);
    BOOST_TEST(f.detail.size() < 600U);
}

BOOST_AUTO_TEST_CASE(says_when_to_come_back)
{
    http::response answer(429, "application/json", R"({"kind":"Status","code":429,"details":{"retryAfterSeconds":3}})");
    BOOST_TEST((failure_of_answer("GET x", answer).retry_after == 3s));
    BOOST_TEST((!retry_after_of(answer)));  // the field alone decides about retries
    answer.fields.add("Retry-After", "7");
    BOOST_TEST((failure_of_answer("GET x", answer).retry_after == 7s));
    for (auto const* bad : {"", "soon", "-1", "1.5", "99999999999999999999", "5 "}) {
        answer.fields.set("Retry-After", bad);
        BOOST_TEST((!retry_after_of(answer)), bad);
    }
    answer.fields.set("Retry-After", "9223372036854775807");
    BOOST_TEST((retry_after_of(answer).value() == 24h));
}

BOOST_AUTO_TEST_CASE(knows_a_version_that_lies_ahead)
{
    http::response const ahead(504, "application/json",
                               status(504, "Timeout", "Timeout: Too large resource version: 9, current: 3"));
    BOOST_TEST(is_version_too_large(failure_of_answer("LIST x", ahead)));
    http::response const slow(504, "application/json", status(504, "Timeout", "request did not complete"));
    BOOST_TEST(!is_version_too_large(failure_of_answer("LIST x", slow)));
}

BOOST_AUTO_TEST_CASE(reads_lists)
{
    http::response const answer(200, "application/json",
                                list_of({repository("a", "1"), repository("b", "2")}, "9", "n"));
    auto const page = decode_list("LIST x", answer, known::git_repositories).value();
    BOOST_TEST(page.items.size() == 2U);
    BOOST_TEST(page.resource_version == "9");
    BOOST_TEST(page.continue_token == "n");
    BOOST_TEST(!object_at(page.items[0], "metadata")->contains("managedFields"));
}

BOOST_AUTO_TEST_CASE(fills_in_what_lists_of_built_in_kinds_leave_out)
{
    http::response const answer(200, "application/json", R"({"metadata":{},"items":[{"metadata":{"name":"a"}}]})");
    auto const page = decode_list("LIST secrets", answer, known::secrets).value();
    BOOST_TEST(text_at(page.items.at(0), "kind") == "Secret");
    BOOST_TEST(text_at(page.items.at(0), "apiVersion") == "v1");
    http::response const none(200, "application/json", R"({"metadata":{"resourceVersion":"1"},"items":null})");
    BOOST_TEST(decode_list("LIST secrets", none, known::secrets).value().items.empty());
}

BOOST_AUTO_TEST_CASE(refuses_bodies_that_are_not_what_was_asked_for)
{
    for (auto const* body : {"", "<html>", "[]", "{\"items\":{}}", "{\"items\":[1]}", "{}", "{\"items\":[{}"}) {
        http::response const answer(200, "application/json", body);
        BOOST_TEST((!decode_list("LIST x", answer, known::secrets).has_value()), body);
    }
    BOOST_TEST(
        (decode_object("GET x", http::response(200, "text/html", "<html>")).error().detail.starts_with("GET x: ")));
}

BOOST_AUTO_TEST_SUITE_END()
