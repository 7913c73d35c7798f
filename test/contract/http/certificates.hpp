#ifndef PENSTOCK_TEST_CONTRACT_HTTP_CERTIFICATES_HPP
#define PENSTOCK_TEST_CONTRACT_HTTP_CERTIFICATES_HPP
#include <penstock/text/secret.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace penstock::testing {

struct certificate
{
    std::string chain_pem;
    std::string key_pem;
    secret key() const { return secret(std::string(key_pem)); }
};

/// An authority made with the `openssl` program, in a directory that goes away with it.
class authority
{
public:
    explicit authority(std::string name = "penstock test authority")
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "penstock-tls-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        dir_ = pattern;
        shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem "
              "-days 2 -subj '/CN="
              + name + "' -addext 'basicConstraints=critical,CA:TRUE'");
        ca_pem = read("ca.pem");
    }
    authority(authority const&) = delete;
    ~authority()
    {
        std::error_code ignored;
        std::filesystem::remove_all(dir_, ignored);
    }

    /// `names` like "DNS:example.org,IP:127.0.0.1"; negative days: expired.
    certificate issue(std::string const& names, int days = 2) const
    {
        std::ofstream(dir_ / "ext") << "subjectAltName=" << names << "\nextendedKeyUsage=serverAuth,clientAuth\n";
        shell("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout leaf.key -out leaf.csr "
              "-subj /CN=leaf");
        shell(
            "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -extfile ext -days "
            + std::to_string(days));
        return {read("leaf.pem"), read("leaf.key")};
    }

    /// A key of another type than those of `issue`.
    std::string rsa_key() const
    {
        shell("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key");
        return read("rsa.key");
    }

    std::filesystem::path const& directory() const noexcept { return dir_; }

    std::string ca_pem;
private:
    void shell(std::string const& command) const
    {
        auto const line = "cd '" + dir_.string() + "' && " + command + " 2>log";
        BOOST_REQUIRE_MESSAGE(std::system(line.c_str()) == 0, command);
    }
    std::string read(char const* name) const
    {
        std::ifstream in(dir_ / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::filesystem::path dir_;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONTRACT_HTTP_CERTIFICATES_HPP
