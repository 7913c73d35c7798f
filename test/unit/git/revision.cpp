#include <penstock/git/revision.hpp>

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string>

using namespace penstock;
using penstock::git::revision;

namespace {
std::string const id = "0123456789abcdef0123456789abcdef01234567";
std::string const id256 = id + "0123456789abcdef01234567";
}  // namespace

BOOST_AUTO_TEST_SUITE(git_revision)

BOOST_AUTO_TEST_CASE(reads_and_writes_every_form_that_flux_has)
{
    struct row
    {
        std::string text, name, id;
    };
    for (auto const& r : {row{"main@sha1:" + id, "main", id}, row{"refs/heads/x@sha1:" + id, "refs/heads/x", id},
                          row{"v1.0.0@sha1:" + id, "v1.0.0", id}, row{"sha1:" + id, "", id},
                          row{"feat/a@b@sha1:" + id, "feat/a@b", id}, row{"main@sha256:" + id256, "main", id256}}) {
        auto const got = revision::parse(r.text);
        BOOST_REQUIRE_MESSAGE(got.has_value(), r.text);
        BOOST_TEST(got->name == r.name);
        BOOST_TEST(got->id == r.id);
        BOOST_TEST(got->format() == r.text);
    }
}

BOOST_AUTO_TEST_CASE(reads_the_older_forms_and_writes_the_newer_one)
{
    BOOST_TEST(revision::parse("feat/x/" + id)->format() == "feat/x@sha1:" + id);
    BOOST_TEST(revision::parse(id)->format() == "sha1:" + id);
}

BOOST_AUTO_TEST_CASE(refuses_what_names_no_commit)
{
    for (std::string const& text :
         std::initializer_list<std::string>{"", "1.2.3", "main@sha1:" + id256, "main@sha256:" + id, "main@" + id,
                                            "main@sha1:xyz", "main@md5:" + id, "main/abc", "sha1:" + id.substr(1)})
        BOOST_TEST((revision::parse(text).error().code == errc::malformed), text);
}

BOOST_AUTO_TEST_CASE(agrees_when_commit_and_name_do_not_contradict)
{
    auto const at = [](std::string const& text) { return *revision::parse(text); };
    BOOST_TEST(at("main@sha1:" + id).agrees_with(at("refs/heads/main@sha1:" + id)));
    BOOST_TEST(at("main@sha1:" + id).agrees_with(at("sha1:" + id)));
    BOOST_TEST(!at("main@sha1:" + id).agrees_with(at("next@sha1:" + id)));
    BOOST_TEST(!at("main@sha1:" + id).agrees_with(at("main@sha1:" + std::string(40, 'a'))));
    BOOST_TEST(!revision().agrees_with(revision()));
}

BOOST_AUTO_TEST_SUITE_END()
