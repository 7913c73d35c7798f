// JWTs against the openssl command, which knows nothing of us: the keys are of its making, and it judges signatures.
#include <penstock/auth/app_key.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/crypto/base64.hpp>
#include <penstock/json/value.hpp>
#include <penstock/process/child.hpp>
#include <penstock/testing/loop.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct workshop
{
    workshop() { std::filesystem::create_directories(folder); }
    ~workshop() { std::filesystem::remove_all(folder); }
    workshop(workshop const&) = delete;
    workshop& operator=(workshop const&) = delete;

    result<std::string> openssl(std::vector<std::string> words)
    {
        words.insert(words.begin(), "openssl");
        process::command what(std::move(words));
        what.environment = process::own_environment();
        return testing::run_for_real(context, process::run(std::move(what), "", clock::steady::now() + 60s));
    }

    std::string write(std::string const& name, std::string_view bytes) const
    {
        auto const path = folder + "/" + name;
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        return path;
    }

    std::string read(std::string const& name) const
    {
        std::ifstream in(folder + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    /// Whether openssl says that the JWT was signed with the private key of that file.
    bool verified(std::string const& jwt, std::string const& key)
    {
        auto const last = jwt.rfind('.');
        auto const signature = write("signature", crypto::base64_decode(jwt.substr(last + 1)).value());
        auto const input = write("input", jwt.substr(0, last));
        BOOST_REQUIRE(openssl({"pkey", "-in", key, "-pubout", "-out", folder + "/public.pem"}));
        auto const said =
            openssl({"dgst", "-sha256", "-verify", folder + "/public.pem", "-signature", signature, input});
        return said && *said == "Verified OK\n";
    }

    asio::io_context context{1};
    std::string folder =
        std::filesystem::temp_directory_path().string() + "/penstock_auth_" + std::to_string(::getpid());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(contract_auth_openssl, workshop)

BOOST_AUTO_TEST_CASE(openssl_verifies_what_is_signed_with_its_keys_in_both_forms)
{
    auto const pkcs8 = folder + "/pkcs8.pem";
    auto const pkcs1 = folder + "/pkcs1.pem";
    auto const other = folder + "/other.pem";
    BOOST_REQUIRE(openssl({"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", pkcs8}));
    BOOST_REQUIRE(openssl({"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", other}));
    BOOST_REQUIRE(openssl({"rsa", "-in", pkcs8, "-traditional", "-out", pkcs1}));
    BOOST_REQUIRE(read("pkcs1.pem").starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    for (auto const& path : {pkcs8, pkcs1}) {
        auth::app_key key{auth::secret_file(path)};
        auto const jwt = key.jwt("12345", clock::steady::wall());
        BOOST_REQUIRE_MESSAGE(jwt, jwt.error().message());
        BOOST_TEST(verified(std::string(jwt->reveal()), pkcs8));
        BOOST_TEST(!verified(std::string(jwt->reveal()), other));
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_openssl_encrypted_and_keys_of_other_types)
{
    auto const plain = folder + "/plain.pem";
    BOOST_REQUIRE(openssl({"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", plain}));
    BOOST_REQUIRE(openssl({"pkcs8", "-topk8", "-in", plain, "-passout", "pass:x", "-out", folder + "/locked8.pem"}));
    BOOST_REQUIRE(openssl(
        {"rsa", "-in", plain, "-traditional", "-aes128", "-passout", "pass:x", "-out", folder + "/locked1.pem"}));
    BOOST_REQUIRE(openssl({"genpkey", "-algorithm", "ED25519", "-out", folder + "/ed25519.pem"}));
    BOOST_REQUIRE(openssl({"pkey", "-in", plain, "-pubout", "-out", folder + "/public.pem"}));
    auto const complaint = [this](std::string const& name) {
        auto const key = crypto::rsa_key::from_pem(secret(read(name)));
        BOOST_REQUIRE(!key);
        return key.error().detail;
    };
    BOOST_TEST(complaint("locked8.pem").starts_with("the private key is encrypted"));
    BOOST_TEST(complaint("locked1.pem").starts_with("the private key is encrypted"));
    BOOST_TEST(complaint("ed25519.pem").starts_with("the private key is of another type"));
    BOOST_TEST(complaint("public.pem").starts_with("the private key is a public key"));
}

BOOST_AUTO_TEST_SUITE_END()
