#include <penstock/hook/standard_webhooks.hpp>

#include <penstock/hook/deliveries.hpp>
#include <penstock/hook/envelope.hpp>
#include <penstock/hook/verifier.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

// The example of the reference libraries of Standard Webhooks.
std::string const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
std::string const body = R"({"test": 2432232314})";
std::string const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
std::string const timestamp = "1614265330";
std::string const good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
std::string const wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
wall_time const now{1614265330s};

using verifier = hook::verifier<hook::standard_webhooks>;

verifier one()
{
    return verifier::make({secret(key)}).value();
}

http::fields with(std::string signature, std::string of_id = id, std::string at = timestamp)
{
    return {{"webhook-id", std::move(of_id)},
            {"webhook-timestamp", std::move(at)},
            {"webhook-signature", std::move(signature)}};
}

http::fields changed(std::string const& name, char const* value)
{
    auto fields = with(good);
    fields.erase(name);
    if (value != nullptr)
        fields.add(name, value);
    return fields;
}

struct row
{
    std::string name;
    http::fields fields;
    errc expected;

    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.name; }
};

std::string repeated(int times)
{
    std::string list;
    for (int i = 0; i < times; ++i)
        list += wrong + " ";
    return list;
}

std::vector<row> const refused{
    {"no signature", changed("webhook-signature", nullptr), errc::signature_missing},
    {"no id", changed("webhook-id", nullptr), errc::signature_missing},
    {"no timestamp", changed("webhook-timestamp", nullptr), errc::signature_missing},
    {"empty signature", with(""), errc::signature_malformed},
    {"empty id", with(good, ""), errc::signature_malformed},
    {"empty timestamp", with(good, id, ""), errc::signature_malformed},
    {"id with a full stop", with(good, "msg.1"), errc::signature_malformed},
    {"id too long", with(good, std::string(257, 'i')), errc::signature_malformed},
    {"timestamp of letters", with(good, id, "now"), errc::signature_malformed},
    {"timestamp with a fraction", with(good, id, "1614265330.0"), errc::signature_malformed},
    {"negative timestamp", with(good, id, "-1614265330"), errc::signature_malformed},
    {"timestamp with a space", with(good, id, " 1614265330"), errc::signature_malformed},
    {"timestamp beyond 64 bits", with(good, id, "99999999999999999999"), errc::signature_malformed},
    {"milliseconds", with(good, id, "1614265330000"), errc::signature_malformed},
    {"far future", with(good, id, "999999999999"), errc::signature_expired},
    {"another id", with(good, "msg_other"), errc::signature_mismatch},
    {"another time", with(good, id, "1614265331"), errc::signature_mismatch},
    {"wrong", with(wrong), errc::signature_mismatch},
    {"no version", with(good.substr(3)), errc::signature_malformed},
    {"unknown version", with("v2," + good.substr(3)), errc::signature_malformed},
    {"asymmetric only",
     with("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="),
     errc::unsupported},
    {"truncated", with(good.substr(0, good.size() - 4)), errc::signature_malformed},
    {"no padding", with(good.substr(0, good.size() - 1)), errc::signature_malformed},
    {"the other alphabet", with("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE="), errc::signature_malformed},
    {"no padding and a bit too many", with(good.substr(0, good.size() - 2) + "F"), errc::signature_malformed},
    {"hexadecimal", with("v1," + std::string(64, 'a')), errc::signature_malformed},
    {"too many", with(repeated(9) + good), errc::signature_malformed},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_standard_webhooks)

BOOST_AUTO_TEST_CASE(accepts_the_example_of_the_reference_libraries)
{
    BOOST_TEST(one().verify(with(good), body, now).value() == 0U);
    auto without_prefix = verifier::make({secret(key.substr(6))}).value();
    BOOST_TEST(without_prefix.verify(with(good), body, now).value() == 0U);
}

BOOST_DATA_TEST_CASE(accepts_one_match_in_a_list,
                     data::make({wrong + " " + good, good + " " + wrong, good + " v1a,AAAA v2,x", "v1a,x  " + good,
                                 good + " "}),
                     list)
{
    BOOST_TEST(one().verify(with(list), body, now).value() == 0U);
}

BOOST_DATA_TEST_CASE(refuses_everything_else, data::make(refused), r)
{
    auto v = one();
    auto const answer = v.verify(r.fields, body, now);
    BOOST_TEST_REQUIRE(answer.has_error());
    BOOST_TEST((answer.error().code == r.expected));
    BOOST_TEST(v.begin(r.fields, now).has_error() == (r.expected != errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(accepts_a_time_within_five_minutes_either_way)
{
    auto v = one();
    BOOST_TEST(v.verify(with(good), body, now + 300s).has_value());
    BOOST_TEST(v.verify(with(good), body, now - 300s).has_value());
    BOOST_TEST((v.verify(with(good), body, now + 301s).error().code == errc::signature_expired));
    BOOST_TEST((v.verify(with(good), body, now - 301s).error().code == errc::signature_expired));
    auto strict = verifier::make({secret(key)}, {.tolerance = 1s}).value();
    BOOST_TEST((strict.verify(with(good), body, now + 2s).error().code == errc::signature_expired));
}

BOOST_AUTO_TEST_CASE(reads_the_header_that_the_specification_shows)
{
    // The specification shows no key for it, so nothing can match; what matters is that its form is taken.
    http::fields const fields{
        {"webhook-id", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"},
        {"webhook-timestamp", "1674087231"},
        {"webhook-signature",
         "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= "
         "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="}};
    auto v = one();
    BOOST_TEST(v.begin(fields, wall_time(1674087231s)).has_value());
    BOOST_TEST((v.verify(fields, "{}", wall_time(1674087231s)).error().code == errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(names_the_asymmetric_version_as_unsupported)
{
    auto v = one();
    auto const answer = v.begin(with("v1a,AAAA"), now);
    BOOST_TEST((answer.error().code == errc::unsupported));
    BOOST_TEST(answer.error().detail == "webhook-signature holds v1a (Ed25519) only; v1 is needed");
    BOOST_TEST((v.begin(with("v1a,AAAA v1,short"), now).error().code == errc::signature_malformed));
}

BOOST_AUTO_TEST_CASE(a_delivery_that_is_sent_again_is_known_and_later_expired)
{
    auto v = one();
    hook::deliveries known;
    auto fields = with(good);
    fields.add("X-Gitlab-Event", "Push Hook");
    time_point const start{};
    BOOST_TEST(v.verify(fields, body, now).has_value());
    auto const id_of_it = hook::read_envelope(fields).key(body);
    BOOST_TEST((known.note(id_of_it, start) == hook::seen::first));
    BOOST_TEST(v.verify(fields, body, now + 200s).has_value());  // signed, so only the memory can refuse it
    BOOST_TEST((known.note(id_of_it, start + 200s) == hook::seen::again));
    BOOST_TEST((v.verify(fields, body, now + 301s).error().code == errc::signature_expired));
    auto renamed = fields;
    renamed.set("webhook-id", "msg_another");  // another id is another text
    BOOST_TEST((v.verify(renamed, body, now).error().code == errc::signature_mismatch));
}

BOOST_AUTO_TEST_CASE(says_which_key_matched)
{
    std::string const other = "whsec_" + crypto::base64_encode(std::string(32, 'k'));
    auto v = verifier::make({secret(other), secret(key)}).value();
    BOOST_TEST(v.verify(with(good), body, now).value() == 1U);
}

BOOST_AUTO_TEST_CASE(refuses_keys_that_are_not_base64_of_some_length)
{
    auto const detail = [](char const* text) { return verifier::make({secret(text)}).error().detail; };
    BOOST_TEST(detail("whsec_not base64 at all")
               == "standard-webhooks: secret 1 of 1 is not base64, with or without whsec_");
    BOOST_TEST(detail("whsec_QUJDREVGRw==")
               == "standard-webhooks: secret 1 of 1 is too short: fewer than 16 bytes once decoded");
    BOOST_TEST(detail("whsec_") == "standard-webhooks: secret 1 of 1 is shorter than 16 bytes");
}

BOOST_AUTO_TEST_SUITE_END()
