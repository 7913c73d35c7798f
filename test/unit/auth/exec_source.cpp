#include <penstock/auth/exec_source.hpp>

#include <penstock/clock/steady.hpp>
#include <penstock/testing/loop.hpp>
#include <penstock/time/rfc3339.hpp>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

constexpr auto v1 = "client.authentication.k8s.io/v1";

struct fixture
{
    asio::io_context context{1};
    env::basic_environment<clock::steady> env;

    auth::exec_options options(std::string script) const
    {
        auth::exec_options o;
        o.command = {"/bin/sh", "-c", std::move(script)};
        return o;
    }

    result<auth::token> mint(auth::exec_options o, duration within = 20s)
    {
        auth::exec_source source(env, std::move(o));
        static_assert(auth::token_source<decltype(source)>);
        auto const deadline = env.clock().now() + within;
        return testing::run_for_real(context, source.mint({}, deadline));
    }
};

std::string answer(std::string const& status)
{
    return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" + status + "}";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(auth_exec_source, fixture)

BOOST_AUTO_TEST_CASE(gives_the_token_of_the_plug_in_and_when_it_expires)
{
    auto const expires = env.clock().wall() + 1h;
    auto const got = mint(options(
        "echo '" + answer(R"({"token":"t-1","expirationTimestamp":")" + format_rfc3339(expires) + "\"}") + "'"));
    BOOST_REQUIRE(got);
    BOOST_TEST(got->value.reveal() == "t-1");
    auto const left = got->expires - env.clock().now();
    BOOST_TEST((left > 59min && left <= 1h));
}

BOOST_AUTO_TEST_CASE(gives_a_certificate_without_a_token)
{
    auto const got =
        mint(options("echo '" + answer(R"({"clientCertificateData":"CERT","clientKeyData":"KEY"})") + "'"));
    BOOST_REQUIRE(got);
    BOOST_TEST(got->value.empty());
    BOOST_TEST(got->certificate_pem == "CERT");
    BOOST_TEST(got->private_key_pem.reveal() == "KEY");
    BOOST_TEST((got->expires == time_point::max()));
}

BOOST_AUTO_TEST_CASE(tells_the_plug_in_what_is_wanted)
{
    auto o = options(R"(case "$KUBERNETES_EXEC_INFO" in *'"server":"https://k"'*) ;; *) exit 9;; esac
case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*) ;; *) exit 8;; esac
[ "$MINE" = "yes" ] && [ -n "$PATH" ] && [ "$0" = "arg" ] && ! read nothing && echo ')"
                     + answer(R"({"token":"ok"})") + "'");
    o.command.push_back("arg");
    o.environment = {{"MINE", "yes"}};
    o.cluster = R"({"server":"https://k"})";
    auto const got = mint(o);
    BOOST_TEST(got.has_value(), (got ? "" : got.error().message()));
}

BOOST_AUTO_TEST_CASE(shows_the_error_output_without_secrets)
{
    auto o = options("echo 'denied for ghs_0123456789abcdef with '\"$PASS\" >&2; echo out-secret; exit 1");
    o.environment = {{"PASS", "correct horse"}};
    auto const got = mint(o);
    BOOST_REQUIRE(!got);
    BOOST_TEST(got.error().detail == "exec plug-in: /bin/sh ended with 1: denied for *** with ***");
}

BOOST_AUTO_TEST_CASE(shows_no_part_of_a_secret_that_is_longer_than_what_is_shown)
{
    auto o = options("echo \"$PASS\" >&2; echo and why >&2; exit 1");
    o.environment = {{"PASS", std::string(3000, 's')}};
    auto const got = mint(o);
    BOOST_REQUIRE(!got);
    BOOST_TEST(got.error().detail == "exec plug-in: /bin/sh ended with 1: ***\nand why");
}

BOOST_AUTO_TEST_CASE(ends_a_plug_in_that_hangs)
{
    auto const got = mint(options("sleep 600"), 300ms);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::deadline_exceeded));
}

BOOST_AUTO_TEST_CASE(limits_what_it_takes_in)
{
    auto o = options("yes");
    o.max_output = 1000;
    auto const got = mint(o);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(says_how_to_install_a_program_that_is_not_there)
{
    auth::exec_options o;
    o.command = {"/nonexistent/plug-in"};
    o.install_hint = "install it from the vendor";
    auto const got = mint(o);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::invalid_configuration));
    BOOST_TEST(got.error().detail.ends_with("install it from the vendor"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth_exec_credential)

struct bad_answer
{
    std::string output, complaint;
    friend std::ostream& operator<<(std::ostream& out, bad_answer const& b) { return out << b.complaint; }
};

BOOST_DATA_TEST_CASE(
    says_what_is_wrong_with_an_answer_and_not_what_it_holds,
    boost::unit_test::data::make(std::vector<bad_answer>{
        {"s3cret", "no JSON document"},
        {R"({"kind":"Status","token":"s3cret"})", "no ExecCredential"},
        {R"({"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"s3cret"}})",
         "not of the version asked for"},
        {R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"})", "no status"},
        {answer("{}"), "neither token nor clientCertificateData"},
        {answer(R"({"clientKeyData":"s3cret"})"), "belong together"},
        {answer(R"({"token":"s3cret\r\nX: y"})"), "control character"},
        {answer(R"({"token":"s3cret","expirationTimestamp":"soon"})"), "expirationTimestamp"},
    }),
    one)
{
    auto const got = auth::read_exec_credential(one.output, v1);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code == errc::malformed));
    BOOST_TEST(got.error().detail.find(one.complaint) != std::string::npos, got.error().detail);
    BOOST_TEST(got.error().detail.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(refuses_a_version_that_it_does_not_know)
{
    BOOST_TEST(!auth::exec_info("client.authentication.k8s.io/v1alpha1", ""));
    BOOST_TEST(!auth::exec_info(v1, "[1]"));
    BOOST_TEST(
        auth::exec_info(v1, "").value()
        == R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}})");
}

BOOST_AUTO_TEST_SUITE_END()
