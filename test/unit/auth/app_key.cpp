#include <penstock/auth/app_key.hpp>

#include "../crypto/test_keys.hpp"

#include <penstock/auth/file_source.hpp>
#include <penstock/auth/static_source.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/json/value.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;
using change = auth::secret_file::change;

namespace {

wall_time const noon = wall_time(std::chrono::seconds(1'790'000'000));

std::int64_t claim(secret const& jwt, std::string_view name)
{
    auto const text = jwt.reveal();
    auto const dot = text.find('.');
    auto const body = crypto::base64_decode(text.substr(dot + 1, text.rfind('.') - dot - 1)).value();
    return json::integer_at(json::parse(body).value(), {name}).value();
}

struct folder
{
    folder() { std::filesystem::create_directories(path); }
    ~folder() { std::filesystem::remove_all(path); }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;

    void write(std::string const& name, std::string_view text) const
    {
        std::filesystem::create_directories(std::filesystem::path(path + "/" + name).parent_path());
        std::ofstream(path + "/" + name, std::ios::trunc) << text;
    }

    /// What the kubelet does with a mounted Secret: `..data` is swapped at once.
    void mount(std::string const& version, std::string_view text) const
    {
        write(version + "/token", text);
        std::filesystem::create_symlink(version, path + "/..new");
        std::filesystem::rename(path + "/..new", path + "/..data");
        if (!std::filesystem::is_symlink(path + "/token"))
            std::filesystem::create_symlink("..data/token", path + "/token");
    }

    std::string path =
        std::filesystem::temp_directory_path().string() + "/penstock_secret_" + std::to_string(::getpid());
};

}  // namespace

BOOST_AUTO_TEST_SUITE(auth_app_key)

BOOST_AUTO_TEST_CASE(signs_for_ten_minutes_at_most_and_again_when_one_is_left)
{
    auth::app_key key{secret(std::string(test_keys::rsa_pkcs8))};
    auto const first = key.jwt("1", noon).value();
    auto const now = std::chrono::duration_cast<std::chrono::seconds>(noon.time_since_epoch()).count();
    BOOST_TEST(claim(first, "iat") == now - 60);
    BOOST_TEST(claim(first, "exp") == now + 480);
    BOOST_TEST(claim(first, "exp") - claim(first, "iat") <= 600);
    BOOST_TEST(key.jwt("1", noon + 419s).value().reveal() == first.reveal());
    BOOST_TEST(key.jwt("1", noon + 420s).value().reveal() != first.reveal());
    auto const later = key.jwt("1", noon + 420s).value();
    BOOST_TEST(key.jwt("1", noon).value().reveal() != later.reveal());  // the clock was set back
    key.forget();
    BOOST_TEST(claim(key.jwt("1", noon + 1s).value(), "iat") == now - 59);
}

BOOST_AUTO_TEST_CASE(takes_a_key_file_that_is_replaced_and_keeps_signing_when_it_is_spoiled)
{
    folder const f;
    f.mount("1", std::string(test_keys::rsa_pkcs8));
    auth::app_key key{auth::secret_file(f.path + "/token")};
    auto const first = key.jwt("1", noon).value();
    f.mount("2", test_keys::other_rsa);
    auto const second = key.jwt("1", noon).value();
    BOOST_TEST(first.reveal() != second.reveal());
    f.mount("3", "no key at all");
    BOOST_TEST(key.jwt("1", noon).value().reveal() == second.reveal());
    std::filesystem::remove(f.path + "/..data");
    BOOST_TEST(key.jwt("1", noon + 500s).has_value());
    auth::app_key none{auth::secret_file(f.path + "/token")};
    auto const got = none.jwt("1", noon);
    BOOST_REQUIRE(!got);
    BOOST_TEST(got.error().detail.starts_with(f.path + "/token: "));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(auth_secret_file)

BOOST_AUTO_TEST_CASE(sees_a_swapped_symlink_and_a_file_that_is_written_anew)
{
    folder const f;
    f.mount("1", "first\n");
    auth::secret_file file(f.path + "/token");
    BOOST_TEST((file.refresh().value() == change::fresh));
    BOOST_TEST(file.value().reveal() == "first");
    BOOST_TEST((file.refresh().value() == change::none));
    f.mount("2", "other\r\n");  // as long as the first
    BOOST_TEST((file.refresh().value() == change::fresh));
    BOOST_TEST(file.value().reveal() == "other");
    f.write("2/token", "third\n\n");
    BOOST_TEST((file.refresh().value() == change::fresh));
    BOOST_TEST(file.value().reveal() == "third");
}

BOOST_AUTO_TEST_CASE(keeps_what_it_had_when_the_file_becomes_useless)
{
    folder const f;
    f.write("token", "good");
    auth::secret_file file(f.path + "/token", 10);
    BOOST_TEST((file.refresh().value() == change::fresh));
    for (std::string const bad : {" \n", "much too long for it"}) {
        f.write("token", bad);
        BOOST_TEST(!file.refresh());
        BOOST_TEST(file.value().reveal() == "good");
    }
    std::filesystem::remove(f.path + "/token");
    BOOST_TEST((file.refresh().error().code == errc::invalid_configuration));
    std::filesystem::create_directories(f.path + "/token");
    BOOST_TEST(!file.refresh());
    BOOST_TEST(file.value().reveal() == "good");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(auth_sources, testing::loop)

BOOST_AUTO_TEST_CASE(a_token_in_a_file_is_good_for_a_minute_and_kept_when_the_file_goes)
{
    folder const f;
    f.write("token", "first\n");
    auth::file_options o;
    o.path = f.path + "/token";
    auth::file_source source(env, o);
    static_assert(auth::token_source<decltype(source)>);
    auto const first = run(source.mint({}, clock.now() + 1s)).value();
    BOOST_TEST(first.value.reveal() == "first");
    BOOST_TEST((first.expires == clock.now() + 60s));
    advance(50s);
    auto const same = run(source.mint({}, clock.now() + 1s)).value();
    BOOST_TEST((same.issued == first.issued));  // it is as old as its content
    f.write("token", "second\n");
    BOOST_TEST(run(source.mint({}, clock.now() + 1s)).value().value.reveal() == "second");
    std::filesystem::remove(o.path);
    BOOST_TEST(run(source.mint({}, clock.now() + 1s)).value().value.reveal() == "second");
    f.write("token", "two words");
    auto const bad = run(source.mint({}, clock.now() + 1s));
    BOOST_REQUIRE(!bad);
    BOOST_TEST(bad.error().detail.find("two words") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_static_token_has_no_end_and_no_line_break)
{
    auth::static_source good(secret("pat"));
    auto const got = run(good.mint({}, clock.now() + 1s)).value();
    BOOST_TEST(got.value.reveal() == "pat");
    BOOST_TEST((got.expires == time_point::max()));
    auth::static_source bad(secret("pat\r\nX: y"));
    BOOST_TEST((run(bad.mint({}, clock.now() + 1s)).error().code == errc::malformed));
}

BOOST_AUTO_TEST_SUITE_END()
