#include <penstock/text/redact.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

struct row
{
    std::string text;
    std::string clean;

    friend std::ostream& operator<<(std::ostream& out, row const& r) { return out << r.clean; }
};

std::string const classic(36, 'a');                                     // what stands behind ghp_
std::string const stateless = "123456_" + std::string(250, 'x') + "-_." + std::string(260, 'Y');  // 520 characters
std::string const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NTYifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
std::string const pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";

std::vector<row> const hidden{
    {"a ghp_" + classic + " b", "a *** b"},
    {"gho_" + classic, "***"},
    {"ghu_" + classic + ",", "***,"},
    {"ghr_" + classic, "***"},
    {"ghs_" + classic, "***"},
    {"token=ghs_" + stateless + "!", "token=***!"},
    {"github_pat_11AAAAAAA0abcdefghij_" + classic, "***"},
    {"glpat-ABCdef-123456_7890.01.abc", "***"},
    {"key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/== end", "key *** end"},
    {"Authorization: Bearer abc", "Authorization: Bearer ***"},
    {"authorization: basic dTpw", "authorization: basic ***"},
    {"Authorization: token abcdef", "Authorization: token ***"},
    {"Authorization: abcdef", "Authorization: ***"},
    {"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=ab\nHost: h", "Authorization: ***\nHost: h"},
    {"{\"Authorization\":\"Bearer abc.def\"}", "{\"Authorization\":\"Bearer ***\"}"},
    {"sent Bearer abc", "sent Bearer ***"},
    {"sent basic dXNlcjpwYXNz", "sent basic ***"},
    {"curl -H 'token 0123456789abcdef'", "curl -H 'token ***'"},
    {"https://user:pass@host/path", "https://***@host/path"},
    {"https://ghs_abcdefghijkl@host/x", "https://***@host/x"},
    {"see https://oauth2:p@ss@host:8443?x (again)", "see https://***@host:8443?x (again)"},
    {"https://only@host", "https://***@host"},
    {"X-Gitlab-Token: hunter2 next", "X-Gitlab-Token: *** next"},
    {"x-gitlab-token=hunter2", "x-gitlab-token=***"},
    {"\"X-Gitlab-Token\": \"hun ter\"", "\"X-Gitlab-Token\": \"*** ter\""},
    {"{\\\"X-Gitlab-Token\\\":\\\"hunter2\\\"}", "{\\\"X-Gitlab-Token\\\":\\\"***\"}"},
    {"/x?private_token=abc&y=1", "/x?private_token=***&y=1"},
    {"/x?access_token=abc", "/x?access_token=***"},
    {"jwt " + jwt, "jwt ***"},
    {"key: " + pem + " tail", "key: *** tail"},
    {"-----BEGIN PRIVATE KEY-----\nMIIE cut off", "***"},
    {"-----BEGIN OPENSSH PRIVATE KEY-----\nMIIE\n-----END", "***"},
    {"ghs_" + classic + " and glpat-" + classic, "*** and ***"},
};

std::vector<std::string> const plain{
    "",
    "token expired",
    "basic checks passed",
    "a bearer",
    "ghs_",
    "ghp_x",
    "glpat-",
    "whsec_",
    "eyJ.a.b",
    "ssh://git@github.com/a/b",
    "git@github.com:a/b.git",
    "https://host/path@v1",
    "https://host?mail=a@b.c",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "password",
    "refs/heads/main 0123456789abcdef0123456789abcdef01234567",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(text_redact)

BOOST_DATA_TEST_CASE(hides_what_looks_like_a_credential, data::make(hidden), r)
{
    BOOST_TEST(redact(r.text) == r.clean);
    BOOST_TEST(redact(redact(r.text)) == r.clean);
}

BOOST_DATA_TEST_CASE(leaves_other_text_as_it_is, data::make(plain), text)
{
    BOOST_TEST(redact(text) == text);
}

BOOST_AUTO_TEST_CASE(does_not_copy_what_holds_nothing)
{
    redactor const r;
    std::string scratch;
    std::string text = "a line that is longer than what a string keeps inside itself";
    BOOST_TEST((r.apply(text, scratch).data() == text.data()));
    BOOST_TEST(scratch.capacity() <= std::string().capacity());
    auto const* const before = text.data();
    auto const moved = redact(std::move(text));
    BOOST_TEST((moved.data() == before));
}

BOOST_AUTO_TEST_CASE(hides_registered_secrets_wherever_they_stand)
{
    redactor r;
    BOOST_TEST(r.add(secret("hunter2!")).has_value());
    BOOST_TEST(r.add(secret("2!hunter")).has_value());
    BOOST_TEST(r("hunter2!") == "***");
    BOOST_TEST(r("a=hunter2!hunter2!b") == "a=***b");  // overlapping and adjacent ones become one
    BOOST_TEST(r("hunter3!") == "hunter3!");
    BOOST_TEST(r("https://u:hunter2!@h") == "https://***@h");
    r.remove("hunter2!");
    BOOST_TEST(r("hunter2!") == "hunter2!");
}

BOOST_AUTO_TEST_CASE(takes_a_bounded_number_of_secrets_of_some_length)
{
    redactor r;
    BOOST_TEST((r.add(secret("")).error().code == errc::invalid_argument));
    BOOST_TEST((r.add(secret("short")).error().code == errc::invalid_argument));
    for (std::size_t i = 0; i < redactor::max_secrets; ++i)
        BOOST_TEST_REQUIRE(r.add(secret("secret-" + std::to_string(1000 + i))).has_value());
    BOOST_TEST((r.add(secret("one-too-many")).error().code == errc::too_large));
    BOOST_TEST(r.add(secret("secret-1000")).has_value());  // known already
}

BOOST_AUTO_TEST_SUITE_END()
