#include <penstock/kube/credential.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

struct token_file
{
    result<std::string> content = std::string("one\n");
    int reads = 0;

    credential make(std::string initial = {})
    {
        return credential::bearer_file("/token", secret(std::move(initial)), [this](std::string const&) {
            ++reads;
            return content;
        });
    }
};

time_point const start{1h};

std::string shown(result<secret> const& value)
{
    return std::string(value.value().reveal());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kube_credential)

BOOST_AUTO_TEST_CASE(sends_tokens_and_passwords_as_they_are)
{
    BOOST_TEST(shown(credential().authorization(start)) == "");
    BOOST_TEST(shown(credential::bearer(secret("t")).authorization(start)) == "Bearer t");
    BOOST_TEST(shown(credential::basic("aladdin", secret("opensesame")).authorization(start))
               == "Basic YWxhZGRpbjpvcGVuc2VzYW1l");
    auto fixed = credential::bearer(secret("t"));
    BOOST_TEST(!fixed.rejected(start));
}

BOOST_AUTO_TEST_CASE(never_lets_a_token_break_the_header)
{
    BOOST_TEST(shown(credential::bearer(secret(" t \r\n")).authorization(start)) == "Bearer t");
    BOOST_TEST(shown(credential::bearer(secret("t\r\nX: y")).authorization(start)) == "");
}

BOOST_AUTO_TEST_CASE(reads_the_file_again_before_a_minute_has_passed)
{
    token_file file;
    auto who = file.make();
    BOOST_TEST(shown(who.authorization(start)) == "Bearer one");
    file.content = std::string("two");
    BOOST_TEST(shown(who.authorization(start + 49s)) == "Bearer one");
    BOOST_TEST(file.reads == 1);
    BOOST_TEST(shown(who.authorization(start + 50s)) == "Bearer two");
}

BOOST_AUTO_TEST_CASE(keeps_the_old_token_while_the_file_cannot_be_read)
{
    token_file file;
    auto who = file.make();
    (void)who.authorization(start);
    file.content = failure(errc::invalid_configuration, "/token: cannot be read");
    BOOST_TEST(shown(who.authorization(start + 60s)) == "Bearer one");
    BOOST_TEST(shown(who.authorization(start + 69s)) == "Bearer one");
    BOOST_TEST(file.reads == 2);  // not at every request
    file.content = std::string("   ");
    BOOST_TEST(shown(who.authorization(start + 70s)) == "Bearer one");
    file.content = std::string("three");
    BOOST_TEST(shown(who.authorization(start + 80s)) == "Bearer three");
}

BOOST_AUTO_TEST_CASE(fails_when_there_never_was_a_token)
{
    token_file file;
    file.content = failure(errc::invalid_configuration, "/token: cannot be read");
    auto who = file.make();
    BOOST_TEST(who.authorization(start).error().detail == "/token: cannot be read");
    file.content = std::string("\n");
    BOOST_TEST(who.authorization(start).error().detail == "/token: holds no token");
    auto with_first = file.make("first");
    BOOST_TEST(shown(with_first.authorization(start)) == "Bearer first");
}

BOOST_AUTO_TEST_CASE(drops_only_tokens_that_are_older_than_the_refused_request)
{
    token_file file;
    auto who = file.make();
    (void)who.authorization(start);
    (void)who.authorization(start + 55s);
    BOOST_TEST(file.reads == 2);
    BOOST_TEST(who.rejected(start + 54s));  // that one was sent with the token before
    (void)who.authorization(start + 56s);
    BOOST_TEST(file.reads == 2);
    BOOST_TEST(who.rejected(start + 56s));
    (void)who.authorization(start + 57s);
    BOOST_TEST(file.reads == 3);
}

BOOST_AUTO_TEST_SUITE_END()
