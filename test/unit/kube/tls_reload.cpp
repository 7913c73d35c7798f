#include <penstock/kube/tls_reload.hpp>

#include <contract/http/certificates.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <utility>

using namespace penstock;
using namespace penstock::kube;
using namespace std::chrono_literals;

namespace {

testing::authority const& ca()
{
    static testing::authority const a;
    return a;
}
testing::certificate const& old_one()
{
    static auto const c = ca().issue("DNS:old");
    return c;
}
testing::certificate const& new_one()
{
    static auto const c = ca().issue("DNS:new");
    return c;
}

struct folder
{
    std::map<std::string, std::string> files{
        {"ca", ca().ca_pem}, {"crt", old_one().chain_pem}, {"key", old_one().key_pem}};
    int reads = 0;
    time_point now{};

    tls_reload make(tls_files from)
    {
        http::tls_options o;
        o.ca_pem = files["ca"];
        o.certificate_pem = files["crt"];
        o.private_key_pem = secret(std::string(files["key"]));
        o.server_name = "kubernetes";
        return {o, std::move(from), [this](std::string const& path) -> result<std::string> {
                    ++reads;
                    auto const at = files.find(path);
                    if (at == files.end())
                        return failure(errc::invalid_configuration, path + ": cannot be read");
                    return at->second;
                }};
    }
    static tls_files all()
    {
        tls_files f;
        f.authorities = "ca";
        f.certificate = "crt";
        f.key = "key";
        return f;
    }
    void replace_certificate()
    {
        files["crt"] = new_one().chain_pem;
        files["key"] = new_one().key_pem;
    }
};

using verdict = tls_reload::verdict;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(kube_tls_reload, folder)

BOOST_AUTO_TEST_CASE(takes_new_files_after_ten_seconds)
{
    auto tls = make(all());
    BOOST_TEST((tls.refresh(now) == verdict::same));
    replace_certificate();
    BOOST_TEST((tls.refresh(now + 9s) == verdict::same));
    BOOST_TEST(reads == 3);
    BOOST_TEST((tls.refresh(now + 10s) == verdict::changed));
    BOOST_TEST(tls.options().certificate_pem == new_one().chain_pem);
    BOOST_TEST(tls.options().private_key_pem.reveal() == new_one().key_pem);
    BOOST_TEST(tls.options().server_name == "kubernetes");
    BOOST_TEST((tls.refresh(now + 20s) == verdict::same));
}

BOOST_AUTO_TEST_CASE(looks_at_once_when_the_peer_had_doubts)
{
    auto tls = make(all());
    tls.refresh(now);
    files["ca"] += new_one().chain_pem;
    tls.doubt();
    BOOST_TEST((tls.refresh(now + 1s) == verdict::changed));
}

BOOST_AUTO_TEST_CASE(keeps_what_it_has_while_the_files_make_no_whole)
{
    auto tls = make(all());
    files["crt"] = new_one().chain_pem;  // its key is not there yet
    BOOST_TEST((tls.refresh(now) == verdict::same));
    BOOST_TEST(tls.trouble().detail == "crt: the certificate and its key do not belong together");
    BOOST_TEST(tls.options().certificate_pem == old_one().chain_pem);
    files["key"] = new_one().key_pem;
    BOOST_TEST((tls.refresh(now + 10s) == verdict::changed));
    BOOST_TEST(!tls.trouble().code);
    files["ca"] = "nonsense";
    BOOST_TEST((tls.refresh(now + 20s) == verdict::same));
    BOOST_TEST(tls.trouble().detail == "ca: holds no certificate");
    files.erase("ca");
    tls.refresh(now + 30s);
    BOOST_TEST(tls.trouble().detail == "ca: cannot be read");
    BOOST_TEST(tls.options().ca_pem == ca().ca_pem);
}

BOOST_AUTO_TEST_CASE(keeps_what_it_has_while_a_file_is_empty)
{
    auto tls = make(all());
    for (auto const* name : {"ca", "crt", "key"}) {
        auto const content = std::exchange(files[name], "");
        tls.doubt();
        BOOST_TEST((tls.refresh(now += 10s) == verdict::same), name);
        BOOST_TEST((tls.trouble().code == errc::invalid_configuration), name);
        files[name] = content;
    }
    files["crt"].clear();
    files["key"].clear();
    BOOST_TEST((tls.refresh(now += 10s) == verdict::same));
    BOOST_TEST(tls.options().ca_pem == ca().ca_pem);
    BOOST_TEST(tls.options().certificate_pem == old_one().chain_pem);
    BOOST_TEST(tls.options().private_key_pem.reveal() == old_one().key_pem);
}

BOOST_AUTO_TEST_CASE(reads_only_what_is_in_files)
{
    tls_files only_ca;
    only_ca.authorities = "ca";
    auto tls = make(only_ca);
    replace_certificate();
    BOOST_TEST((tls.refresh(now) == verdict::same));
    BOOST_TEST(reads == 1);
    auto none = make(tls_files());
    BOOST_TEST((none.refresh(now) == verdict::same));
    BOOST_TEST(reads == 1);
}

BOOST_AUTO_TEST_CASE(takes_a_certificate_from_elsewhere)
{
    auto tls = make(all());
    tls.refresh(now);
    BOOST_TEST((tls.use(old_one().chain_pem, old_one().key()).value() == verdict::same));
    BOOST_TEST((tls.use(new_one().chain_pem, old_one().key()).error().code == errc::invalid_configuration));
    BOOST_TEST((tls.use(new_one().chain_pem, new_one().key()).value() == verdict::changed));
    BOOST_TEST((tls.refresh(now + 10s) == verdict::same));  // the files count no more
    BOOST_TEST(tls.options().certificate_pem == new_one().chain_pem);
    BOOST_TEST((tls.use("", secret()).value() == verdict::changed));
}

BOOST_AUTO_TEST_SUITE_END()
