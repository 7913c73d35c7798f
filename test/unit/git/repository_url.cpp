#include <penstock/git/repository_url.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <ostream>

namespace data = boost::unit_test::data;
using penstock::git::normalise;
using penstock::git::same_repository;

namespace {

struct pair
{
    char const* a;
    char const* b;
    friend std::ostream& operator<<(std::ostream& out, pair const& p) { return out << p.a << " | " << p.b; }
};

constexpr std::array normal_forms{
    pair{"https://github.com/Acme/Shop.git", "github.com/acme/shop"},
    pair{"git@github.com:acme/shop.git", "github.com/acme/shop"},
    pair{"ssh://git@github.com/acme/shop", "github.com/acme/shop"},
    pair{"ssh://git@ssh.github.com:443/acme/shop.git", "github.com/acme/shop"},
    pair{"git://github.com:9418/acme/shop", "github.com/acme/shop"},
    pair{"git+ssh://git@example.org:22/a/B", "example.org/a/B"},
    pair{"https://www.github.com/acme/shop/", "github.com/acme/shop"},
    pair{"ssh://git@altssh.bitbucket.org:443/acme/shop.git", "bitbucket.org/acme/shop"},
    pair{"ssh://git@altssh.gitlab.com:443/acme/shop.git", "gitlab.com/acme/shop"},
    pair{"git@ssh.dev.azure.com:v3/Org/Proj/Repo", "dev.azure.com/org/proj/_git/repo"},
    pair{"https://org@dev.azure.com/Org/My%20Proj/_git/Repo", "dev.azure.com/org/my%20proj/_git/repo"},
    pair{"https://dev.azure.com/Org/My Proj/_git/Repo", "dev.azure.com/org/my%20proj/_git/repo"},
    pair{"org@vs-ssh.visualstudio.com:v3/1234/p/r", "1234.visualstudio.com/p/_git/r"},
    pair{"https://1234.visualstudio.com/p/_git/r", "1234.visualstudio.com/p/_git/r"},
    pair{"https://dev.azure.com/1234/p/_git/r", "dev.azure.com/1234/p/_git/r"},
    pair{"https://Git.Example.ORG:443//team///App.git/", "git.example.org/team/App"},
    pair{"https://git.example.org:8443/team/App.git", "git.example.org:8443/team/App"},
    pair{"http://git.example.org:80/team/App", "git.example.org/team/App"},
    pair{"https://user:p%40ss@git.example.org/team/App.git?x=1#frag", "git.example.org/team/App"},
    pair{"https://git.example.org/%7Eme/app", "git.example.org/~me/app"},
    pair{"https://git.example.org/a/./x/../b%2fc", "git.example.org/a/b%2Fc"},
    pair{"git@git.example.org:2222/app.git", "git.example.org/2222/app"},
    pair{"ssh://git@[2001:DB8::1]:2222/app.git", "[2001:db8::1]:2222/app"},
    pair{"git@[::1]:app.git", "[::1]/app"},
    pair{"codeberg.org/Acme/Shop", "codeberg.org/acme/shop"},
    pair{"/srv/git//app.git/", "/srv/git/app"},
    pair{" \t\n", ""},
    pair{"", ""},
    pair{"not an address", "not an address"},
};

constexpr std::array equal_pairs{
    pair{"git@GITHUB.com:argoproj/test", "git@github.com:argoproj/test.git"},
    pair{"git@GITHUB.com:test", "git@github.com:test.git"},
    pair{"ssh://git@GITHUB.com/argoproj/test", "git@github.com:argoproj/test.git"},
    pair{"ssh://git@GITHUB.com/test", "git@github.com:test.git"},
    pair{"ssh://git@github.com/test", "git@github.com:test.git"},
    pair{"https://GITHUB.com/argoproj/test", "https://github.com/argoproj/test.git"},
    pair{"https://GITHUB.com/TEST", "https://github.com/test.git"},
    pair{"https://github.com:4443/TEST", "https://github.com:4443/TEST.git"},
    pair{"https://github.com:4443/TEST", "https://github.com:4443/test.git"},
    pair{" https://github.com/argoproj/test", "https://github.com/argoproj/test.git"},
    pair{"\thttps://github.com/argoproj/test\n", "https://github.com/argoproj/test"},
    pair{"https://git.example.org/a/b", "git@git.example.org:a/b.git"},
    pair{"http://git.example.org/a/b", "https://git.example.org/a/b"},
};

constexpr std::array different_pairs{
    pair{"https://git.example.org/a/B", "https://git.example.org/a/b"},
    pair{"https://git.example.org/a/b", "https://git.example.org:8443/a/b"},
    pair{"https://github.com/a/b", "https://gitlab.com/a/b"},
    pair{"https://github.com/a/b", "https://github.com/a/b-2"},
    pair{"https://github.com.evil.org/a/b", "https://github.com/a/b"},
    pair{"https://github.com@evil.org/a/b", "https://github.com/a/b"},
    pair{"https://git.example.org/a%2Fb", "https://git.example.org/a/b"},
    pair{"", ""},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(git_repository_url)

BOOST_DATA_TEST_CASE(gives_one_name_to_every_spelling, data::make(normal_forms), row)
{
    BOOST_TEST(normalise(row.a) == row.b);
    BOOST_TEST(normalise(normalise(row.a)) == normalise(row.a));
}

BOOST_DATA_TEST_CASE(knows_that_two_addresses_are_one_repository, data::make(equal_pairs), row)
{
    BOOST_TEST(same_repository(row.a, row.b));
    BOOST_TEST(same_repository(row.b, row.a));
}

BOOST_DATA_TEST_CASE(keeps_different_repositories_apart, data::make(different_pairs), row)
{
    BOOST_TEST(!same_repository(row.a, row.b));
}

BOOST_AUTO_TEST_CASE(shows_addresses_without_their_userinfo)
{
    using penstock::git::without_userinfo;
    BOOST_TEST(without_userinfo("https://me:pw@h.example/a@b") == "https://h.example/a@b");
    BOOST_TEST(without_userinfo("https://h.example/a@b") == "https://h.example/a@b");
    BOOST_TEST(without_userinfo("https://me:p@w@h.example") == "https://h.example");
    BOOST_TEST(without_userinfo("/srv/git") == "/srv/git");
    BOOST_TEST(normalise("https://me:s3cret@h.example:bad/x").find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
