#ifndef PENSTOCK_TEST_CONFORMANCE_TLS_OPENSSL_HPP
#define PENSTOCK_TEST_CONFORMANCE_TLS_OPENSSL_HPP
#include "conformance/program.hpp"
#include "contract/http/certificates.hpp"
#include "contract/http/served.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace penstock::testing {

/// `openssl s_server -www`, which answers every request with a page of its own statistics.
class openssl_server
{
public:
    /// @param directory Where its files lie, and what it says.
    openssl_server(std::filesystem::path const& directory, certificate const& c, std::vector<std::string> options = {})
        : port_(free_port()), log_(directory / ("s_server." + std::to_string(port_))),
          process_(command(directory, c, std::move(options)), log_)
    {
        bool listens = false;
        for (int i = 0; i < 500 && !listens; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            listens = said().find("ACCEPT") != std::string::npos;
        }
        BOOST_REQUIRE_MESSAGE(listens, "openssl s_server: " + said());
    }

    std::string url(std::string const& host = "127.0.0.1") const
    {
        return "https://" + host + ':' + std::to_string(port_) + "/";
    }
    std::string said() const
    {
        std::ifstream in(log_);
        return {std::istreambuf_iterator<char>(in), {}};
    }
private:
    std::vector<std::string> command(std::filesystem::path const& directory, certificate const& c,
                                     std::vector<std::string> options) const
    {
        auto const path = directory / ("leaf." + std::to_string(port_));
        std::ofstream(path) << c.chain_pem << c.key_pem;
        std::vector<std::string> all{"openssl", "s_server",   "-www", "-accept", "127.0.0.1:" + std::to_string(port_),
                                     "-cert",   path.string()};
        all.insert(all.end(), options.begin(), options.end());
        return all;
    }

    std::uint16_t port_;
    std::filesystem::path log_;
    program process_;
};

/// The number in front of a line of s_server's page, like `   3 session cache hits`; -1 if it is not there.
inline int counted(std::string const& page, std::string const& what)
{
    auto const at = page.find(what);
    if (at == std::string::npos)
        return -1;
    auto const line = page.rfind('\n', at);
    return std::stoi(page.substr(line == std::string::npos ? 0 : line + 1, at));
}

}  // namespace penstock::testing

#endif  // PENSTOCK_TEST_CONFORMANCE_TLS_OPENSSL_HPP
