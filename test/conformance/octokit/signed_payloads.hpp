#ifndef PENSTOCK_TEST_CONFORMANCE_OCTOKIT_SIGNED_PAYLOADS_HPP
#define PENSTOCK_TEST_CONFORMANCE_OCTOKIT_SIGNED_PAYLOADS_HPP
#include <penstock/http/fields.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace penstock::conformance {

/// One delivery that another library has signed.
struct delivery
{
    int number = 0;
    std::string scheme;  ///< github, gitlab-token, gitlab-signed.
    std::string kind;    ///< push, ping, pull_request, ignored.
    http::fields fields;
    std::string body;
};

/** Prepares the deliveries before the first test, by prepare.sh, or takes them from the folder that the variable
    PENSTOCK_SIGNED_PAYLOADS names. Ends the program with 77, which says skipped, where they cannot be prepared. */
class signed_payloads
{
public:
    signed_payloads()
    {
        namespace fs = std::filesystem;
        if (auto const* const given = std::getenv("PENSTOCK_SIGNED_PAYLOADS")) {
            read(given);
            return;
        }
        auto const folder = fs::temp_directory_path() / ("penstock-octokit-" + std::to_string(::getpid()));
        auto const script = std::string(PENSTOCK_TEST_DIR) + "/conformance/octokit/prepare.sh";
        auto const status = std::system(("sh '" + script + "' '" + folder.string() + "'").c_str());
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
            std::cerr << "conformance_octokit is skipped; the reason stands above" << std::endl;
            std::_Exit(77);
        }
        if (status != 0)
            throw std::runtime_error("prepare.sh failed");
        read(folder);
        fs::remove_all(folder);
    }

    static std::vector<delivery> const& all() { return deliveries(); }

    /// The secret of GitHub's hooks, the token and the signing key of GitLab's.
    static std::vector<std::string> const& secrets() { return kept_secrets(); }
private:
    static std::vector<delivery>& deliveries()
    {
        static std::vector<delivery> all;
        return all;
    }

    static std::vector<std::string>& kept_secrets()
    {
        static std::vector<std::string> all;
        return all;
    }

    static std::ifstream open(std::filesystem::path const& file)
    {
        std::ifstream in(file, std::ios::binary);
        if (!in)
            throw std::runtime_error("cannot read " + file.string());
        return in;
    }

    static void read(std::filesystem::path const& folder)
    {
        auto secrets_file = open(folder / "secrets.txt");
        for (std::string line; std::getline(secrets_file, line);)
            kept_secrets().push_back(line);
        auto cases = open(folder / "cases.txt");
        for (delivery d; cases >> d.number >> d.scheme >> d.kind;) {
            auto const stem = std::to_string(d.number);
            auto headers = open(folder / (stem + ".headers"));
            d.fields = {};
            for (std::string line; std::getline(headers, line);) {
                auto const colon = line.find(": ");
                d.fields.add(line.substr(0, colon), line.substr(colon + 2));
            }
            auto body = open(folder / (stem + ".body"));
            d.body.assign(std::istreambuf_iterator<char>(body), {});
            deliveries().push_back(d);
        }
    }
};

}  // namespace penstock::conformance

#endif  // PENSTOCK_TEST_CONFORMANCE_OCTOKIT_SIGNED_PAYLOADS_HPP
