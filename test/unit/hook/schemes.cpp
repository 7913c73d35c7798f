// Every scheme against the same attacks: what is true of one is true of all.
#include <penstock/hook/verifier.hpp>

#include <penstock/crypto/base64.hpp>
#include <penstock/hook/flux_hmac.hpp>
#include <penstock/hook/gitlab.hpp>
#include <penstock/hook/hex_hmac.hpp>
#include <penstock/hook/plain_token.hpp>
#include <penstock/hook/standard_webhooks.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;
using crypto::algorithm;
namespace data = boost::unit_test::data;

namespace {

wall_time const now{1614265330s};
std::string const body = R"({"ref":"refs/heads/main"})";

struct delivery
{
    http::fields fields;
    std::string body;
};

/// One scheme: how its sender signs, computed without it, and how it judges.
struct row
{
    std::string name;
    std::vector<std::string> keys;  // three of them
    std::vector<std::string> headers;
    bool signs_body;
    bool hexadecimal;  // so the letters of the digits may be of either case
    std::function<http::fields(std::string const& key, std::string const& body)> sign;
    std::function<result<std::size_t>(std::vector<std::string> const& keys, delivery const&, std::size_t slice)> judge;
    std::function<result<std::size_t>(std::vector<std::string> const& keys, std::size_t least)> make;

    result<std::size_t> judge_one(delivery const& d) const { return judge({keys[0]}, d, d.body.size() + 1); }
    delivery signed_by(std::size_t key, std::string const& text) const { return {sign(keys[key], text), text}; }

    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.name; }
};

std::vector<secret> secrets_of(std::vector<std::string> const& keys)
{
    std::vector<secret> made;
    for (auto const& key : keys)
        made.emplace_back(key);
    return made;
}

template <hook::scheme S>
row scheme_row(std::vector<std::string> headers, decltype(row::sign) sign, bool signs_body = true,
               bool hexadecimal = true)
{
    row r;
    r.name = S::name;
    r.keys = {"It's a Secret to Everybody", "0123456789abcdef", "another secret of some length"};
    r.headers = std::move(headers);
    r.signs_body = signs_body;
    r.hexadecimal = hexadecimal;
    r.sign = std::move(sign);
    r.judge = [](std::vector<std::string> const& keys, delivery const& d, std::size_t slice) -> result<std::size_t> {
        auto v = hook::verifier<S>::make(secrets_of(keys)).value();
        auto check = v.begin("POST", d.fields, now);
        if (!check)
            return check.error();
        for (std::size_t at = 0; at < d.body.size(); at += slice)
            check->update(std::string_view(d.body).substr(at, slice));
        return check->finish();
    };
    r.make = [](std::vector<std::string> const& keys, std::size_t least) -> result<std::size_t> {
        hook::verifier_options options;
        options.min_secret = least;
        auto v = hook::verifier<S>::make(secrets_of(keys), options);
        return v ? result<std::size_t>(v->secrets()) : v.error();
    };
    return r;
}

decltype(row::sign) hex_of(std::string header, algorithm a, std::string prefix)
{
    return [=](std::string const& key, std::string const& text) {
        return http::fields{{header, prefix + to_hex(crypto::hmac_of(a, key, text))}};
    };
}

template <hook::scheme S>
row hex_row(std::string const& header, algorithm a, std::string const& prefix)
{
    return scheme_row<S>({header}, hex_of(header, a, prefix));
}

row flux_row(algorithm a)
{
    auto r = hex_row<hook::flux_hmac_with_sha1>("X-Signature", a, std::string(crypto::name(a)) + "=");
    r.name += " " + std::string(crypto::name(a));
    return r;
}

template <hook::scheme S>
row token_row(std::string const& header)
{
    return scheme_row<S>(
        {header}, [=](std::string const& key, std::string const&) { return http::fields{{header, key}}; }, false,
        false);
}

template <hook::scheme S>
row standard_row()
{
    auto r = scheme_row<S>(
        {"webhook-id", "webhook-timestamp", "webhook-signature"},
        [](std::string const& key, std::string const& text) {
            auto const bytes = crypto::base64_decode(key.substr(6)).value();
            auto const mac = crypto::hmac_of(algorithm::sha256, bytes, "msg_1.1614265330." + text);
            return http::fields{{"webhook-id", "msg_1"},
                                {"webhook-timestamp", "1614265330"},
                                {"webhook-signature", "v1," + crypto::base64_encode(mac)}};
        },
        true, false);
    r.name += " signing";
    for (auto& key : r.keys)
        key = "whsec_" + crypto::base64_encode(key);
    return r;
}

std::vector<row> const schemes{
    hex_row<hook::github_sha256>("X-Hub-Signature-256", algorithm::sha256, "sha256="),
    hex_row<hook::github_sha1>("X-Hub-Signature", algorithm::sha1, "sha1="),
    hex_row<hook::bitbucket_sha256>("X-Hub-Signature", algorithm::sha256, "sha256="),
    hex_row<hook::gitea_sha256>("X-Gitea-Signature", algorithm::sha256, ""),
    hex_row<hook::forgejo_sha256>("X-Forgejo-Signature", algorithm::sha256, ""),
    hex_row<hook::gogs_sha256>("X-Gogs-Signature", algorithm::sha256, ""),
    hex_row<hook::gitea>("X-Gitea-Signature", algorithm::sha256, ""),
    hex_row<hook::gitea>("X-Forgejo-Signature", algorithm::sha256, ""),
    hex_row<hook::gitea>("X-Gogs-Signature", algorithm::sha256, ""),
    hex_row<hook::nexus_sha1>("X-Nexus-Webhook-Signature", algorithm::sha1, ""),
    flux_row(algorithm::sha1),
    flux_row(algorithm::sha224),
    flux_row(algorithm::sha256),
    flux_row(algorithm::sha384),
    flux_row(algorithm::sha512),
    standard_row<hook::standard_webhooks>(),
    standard_row<hook::gitlab>(),
    token_row<hook::gitlab>("X-Gitlab-Token"),
    token_row<hook::gitlab_token>("X-Gitlab-Token"),
    token_row<hook::harbor_token>("Authorization"),
};

http::fields with(http::fields fields, std::string const& header, std::string value)
{
    fields.set(header, std::move(value));
    return fields;
}

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hook_schemes)

BOOST_DATA_TEST_CASE(a_signature_holds_whatever_slices_the_body_comes_in, data::make(schemes), r)
{
    for (auto const& text : {body, std::string(), std::string(1, '\0'), std::string(5000, 'x')}) {
        auto const d = r.signed_by(0, text);
        for (std::size_t slice : {1U, 2U, 7U, 24U, 25U, 63U, 64U, 65U, 4096U, 5000U})
            BOOST_TEST(r.judge({r.keys[0]}, d, slice).value() == 0U);
    }
}

BOOST_DATA_TEST_CASE(each_bit_of_the_body_counts, data::make(schemes), r)
{
    auto const good = r.signed_by(0, body);
    for (std::size_t bit = 0; bit < 8 * body.size(); ++bit) {
        auto d = good;
        d.body[bit / 8] = static_cast<char>(d.body[bit / 8] ^ (1 << bit % 8));
        auto const answer = r.judge_one(d);
        BOOST_TEST_REQUIRE(answer.has_value() == !r.signs_body);
        BOOST_TEST_REQUIRE((!r.signs_body || answer.error().code == errc::signature_mismatch));
    }
}

BOOST_DATA_TEST_CASE(a_body_that_is_cut_off_or_longer_is_another_one, data::make(schemes), r)
{
    auto const good = r.signed_by(0, body);
    for (std::size_t size = 0; size < body.size(); ++size)
        BOOST_TEST_REQUIRE(r.judge_one({good.fields, body.substr(0, size)}).has_value() == !r.signs_body);
    for (auto const* more : {" ", "\n", "{}"}) {
        BOOST_TEST(r.judge_one({good.fields, body + more}).has_value() == !r.signs_body);
        BOOST_TEST(r.judge_one({good.fields, more + body}).has_value() == !r.signs_body);
    }
}

BOOST_DATA_TEST_CASE(each_bit_of_the_header_counts, data::make(schemes), r)
{
    auto const good = r.signed_by(0, body);
    for (auto const& header : r.headers) {
        std::string const value(good.fields[header]);
        auto const digits = value.find('=') == std::string::npos ? 0 : value.find('=') + 1;
        for (std::size_t bit = 0; bit < 8 * value.size(); ++bit) {
            auto turned = value;
            auto& c = turned[bit / 8];
            c = static_cast<char>(c ^ (1 << bit % 8));
            bool const same_digit = r.hexadecimal && bit / 8 >= digits && bit % 8 == 5 && is_letter(c);
            auto const answer = r.judge_one({with(good.fields, header, turned), body});
            BOOST_TEST_REQUIRE(answer.has_value() == same_digit, header << ": bit " << bit << " of " << value);
        }
    }
}

BOOST_DATA_TEST_CASE(a_header_that_is_cut_off_or_longer_is_refused, data::make(schemes), r)
{
    auto const good = r.signed_by(0, body);
    for (auto const& header : r.headers) {
        std::string const value(good.fields[header]);
        for (std::size_t size = 0; size < value.size(); ++size) {
            auto const front = r.judge_one({with(good.fields, header, value.substr(0, size)), body});
            auto const back = r.judge_one({with(good.fields, header, value.substr(value.size() - size)), body});
            BOOST_TEST_REQUIRE((front.has_error() && back.has_error()));
        }
        for (auto const& more : {std::string("0"), std::string("="), std::string(","), std::string("\t"),
                                 std::string("a"), std::string(1, '\0')})
            BOOST_TEST(r.judge_one({with(good.fields, header, value + more), body}).has_error());
        BOOST_TEST(r.judge_one({with(good.fields, header, " " + value), body}).has_error()
                   == (header != "webhook-signature"));  // a list, in which empty entries are passed over
        BOOST_TEST(r.judge_one({with(good.fields, header, std::string(100000, 'a')), body}).has_error());
    }
}

BOOST_DATA_TEST_CASE(a_header_must_stand_there_once, data::make(schemes), r)
{
    auto const good = r.signed_by(0, body);
    for (auto const& header : r.headers) {
        auto without = good;
        without.fields.erase(header);
        BOOST_TEST((r.judge_one(without).error().code == errc::signature_missing));
        BOOST_TEST((r.judge_one({with(good.fields, header, ""), body}).error().code == errc::signature_malformed));
        auto lower = header;
        for (auto& c : lower)
            c = http::detail::lower(c);
        for (auto const& [name, value] : std::vector<http::fields::value_type>{
                 {header, std::string(good.fields[header])}, {lower, "other"}, {header, ""}}) {
            auto twice = good;
            twice.fields.add(name, value);
            auto const answer = r.judge_one(twice);
            BOOST_TEST_REQUIRE(answer.has_error());
            BOOST_TEST((answer.error().code == errc::signature_malformed));
            BOOST_TEST(answer.error().detail.find("stands 2 times") != std::string::npos);
        }
    }
}

BOOST_DATA_TEST_CASE(says_which_secret_matched_and_forgets_one_that_was_removed, data::make(schemes), r)
{
    for (std::size_t i = 0; i < r.keys.size(); ++i) {
        auto const d = r.signed_by(i, body);
        BOOST_TEST(r.judge(r.keys, d, 10).value() == i);
        auto others = r.keys;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        auto const answer = r.judge(others, d, 10);
        BOOST_TEST_REQUIRE(answer.has_error());
        BOOST_TEST((answer.error().code == errc::signature_mismatch));
        BOOST_TEST((answer.error().code == condition::rejected));
    }
    auto const twice = r.judge({r.keys[1], r.keys[0], r.keys[0]}, r.signed_by(0, body), 10);
    BOOST_TEST(twice.value() == 1U);  // the newest of the same
}

BOOST_DATA_TEST_CASE(no_failure_shows_a_secret_or_what_the_header_held, data::make(schemes), r)
{
    auto const other = r.signed_by(1, body);
    auto const answer = r.judge_one(other);
    BOOST_TEST_REQUIRE(answer.has_error());
    for (auto const& header : r.headers) {
        auto const shown = answer.error().message();
        BOOST_TEST(shown.find(r.keys[0]) == std::string::npos);
        BOOST_TEST(shown.find(other.fields[header]) == std::string::npos);
        auto const malformed = r.judge_one({with(other.fields, header, "hunter2, which is no proof"), body});
        BOOST_TEST_REQUIRE(malformed.has_error());
        BOOST_TEST(malformed.error().message().find("hunter2") == std::string::npos);
    }
}

BOOST_DATA_TEST_CASE(a_short_secret_is_refused_unless_its_length_is_named, data::make(schemes), r)
{
    bool const encoded = r.keys[0].starts_with("whsec_");
    BOOST_TEST((r.make({}, 16).error().code == errc::invalid_configuration));
    BOOST_TEST((r.make({""}, 16).error().code == errc::invalid_configuration));
    BOOST_TEST((r.make({""}, 0).error().code == errc::invalid_configuration));  // empty is never one
    BOOST_TEST(r.make({r.keys[0], ""}, 1).error().detail.ends_with("secret 2 of 2 is empty"));
    std::string const fifteen(15, 'k');
    auto const refused = r.make({r.keys[0], fifteen}, 16);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == errc::invalid_configuration));
    BOOST_TEST(refused.error().detail.ends_with("secret 2 of 2 is shorter than 16 bytes"));
    BOOST_TEST(refused.error().detail.find(fifteen) == std::string::npos);
    bool const whole_key = encoded && r.name.starts_with("standard");  // base64 of 16 bytes at least, whatever is named
    BOOST_TEST(r.make({fifteen}, 15).has_value() == !whole_key);
    BOOST_TEST(r.make({r.keys[0]}, 16).value() == 1U);
    BOOST_TEST(r.make({r.keys[0]}, 1000).has_error());
    BOOST_TEST(r.make(std::vector<std::string>(9, r.keys[0]), 16).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
