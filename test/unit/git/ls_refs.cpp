#include <penstock/git/ls_refs.hpp>

#include <boost/test/unit_test.hpp>

using namespace penstock;
using namespace penstock::git;

namespace {

std::string line(std::string const& text)
{
    std::string out;
    (void)append_line(out, text);
    return out;
}

std::string const a(40, 'a');
std::string const b(40, 'b');
std::string const zero(40, '0');

}  // namespace

BOOST_AUTO_TEST_SUITE(git_ls_refs)

BOOST_AUTO_TEST_CASE(reads_the_capabilities_of_version_2)
{
    auto const body = line("version 2\n") + line("agent=git/2.39.5\n") + line("ls-refs=unborn\n")
                      + line("fetch=shallow wait-for-done\n") + line("object-format=sha256\n") + "0000";
    for (auto const& bytes : {body, line("# service=git-upload-pack\n") + "0000" + body}) {
        auto const got = parse_advertisement(bytes);
        BOOST_REQUIRE(got.has_value());
        BOOST_TEST(got->version == 2);
        BOOST_TEST(got->ls_refs);
        BOOST_TEST(got->unborn);
        BOOST_TEST(got->object_format == "sha256");
    }
}

BOOST_AUTO_TEST_CASE(reads_the_references_of_version_0)
{
    using namespace std::string_literals;
    auto const got = parse_advertisement(
        line("# service=git-upload-pack\n") + "0000"
        + line(a + " HEAD\0multi_ack symref=HEAD:refs/heads/main object-format=sha1 agent=git/2.39.5\n"s)
        + line(a + " refs/heads/main\n") + line(b + " refs/tags/v1\n") + line(a + " refs/tags/v1^{}\n") + "0000");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->version == 0);
    std::vector<reference> const expected{
        {"HEAD", a, "", "refs/heads/main"}, {"refs/heads/main", a, "", ""}, {"refs/tags/v1", b, a, ""}};
    BOOST_TEST((got->references == expected));
}

BOOST_AUTO_TEST_CASE(reads_version_1_and_an_empty_repository)
{
    using namespace std::string_literals;
    auto const one = parse_advertisement(line("# service=git-upload-pack\n") + "0000" + line("version 1\n")
                                         + line(a + " refs/heads/main\0caps\n"s) + line("shallow " + b) + "0000");
    BOOST_REQUIRE(one.has_value());
    BOOST_TEST(one->version == 1);
    BOOST_TEST(one->references.size() == 1);
    auto const empty = parse_advertisement(line("# service=git-upload-pack\n") + "0000"
                                           + line(zero + " capabilities^{}\0caps\n"s) + "0000");
    BOOST_REQUIRE(empty.has_value());
    BOOST_TEST(empty->references.empty());
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_advertisement)
{
    BOOST_TEST((parse_advertisement("<!DOCTYPE html>").error().code == errc::malformed));
    BOOST_TEST((parse_advertisement("").error().code == errc::truncated));
    BOOST_TEST((parse_advertisement(line("version 2\n")).error().code == errc::truncated));
    BOOST_TEST((parse_advertisement(line("nonsense\n") + "0000").error().code == errc::malformed));
    BOOST_TEST((parse_advertisement(line(a + " refs/tags/v1^{}\n") + "0000").error().code == errc::malformed));
    auto const refused = parse_advertisement(line("ERR access denied") + "0000");
    BOOST_TEST((refused.error().code == condition::retryable));
    BOOST_TEST(refused.error().detail.find("access denied") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(asks_for_exactly_what_is_wanted)
{
    advertisement server;
    auto const body = ls_refs_request(server, {"refs/heads/main", "HEAD"});
    BOOST_TEST(body.value()
               == "0014command=ls-refs\n"
                  "0001"
                  "0009peel\n"
                  "000csymrefs\n"
                  "001fref-prefix refs/heads/main\n"
                  "0014ref-prefix HEAD\n"
                  "0000");
    server.object_format = "sha256";
    server.unborn = true;
    BOOST_TEST(ls_refs_request(server, {}).value()
               == "0014command=ls-refs\n"
                  "0018object-format=sha256"
                  "0001"
                  "0009peel\n"
                  "000csymrefs\n"
                  "000bunborn\n"
                  "0000");
    BOOST_TEST((ls_refs_request(server, {"a\nb"}).error().code == errc::invalid_argument));
    BOOST_TEST((ls_refs_request(server, {std::string(70000, 'x')}).error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(reads_the_answer)
{
    auto const got = parse_ls_refs(line(a + " HEAD symref-target:refs/heads/main\n") + line(a + " refs/heads/main\n")
                                   + line(b + " refs/tags/v1 peeled:" + a + "\n") + "0000");
    std::vector<reference> const expected{
        {"HEAD", a, "", "refs/heads/main"}, {"refs/heads/main", a, "", ""}, {"refs/tags/v1", b, a, ""}};
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST((*got == expected));
    BOOST_TEST(got->at(2).commit() == a);
    auto const unborn = parse_ls_refs(line("unborn HEAD symref-target:refs/heads/main\n") + "0000");
    BOOST_TEST(unborn.value().at(0).id.empty());
    BOOST_TEST(parse_ls_refs("0000").value().empty());
}

BOOST_AUTO_TEST_CASE(refuses_answers_that_are_broken)
{
    BOOST_TEST((parse_ls_refs(line(a + " refs/heads/main\n")).error().code == errc::truncated));
    BOOST_TEST((parse_ls_refs(line("xyz refs/heads/main\n") + "0000").error().code == errc::malformed));
    BOOST_TEST((parse_ls_refs(line(a) + "0000").error().code == errc::malformed));
    BOOST_TEST((parse_ls_refs(line(a + " ") + "0000").error().code == errc::malformed));
    BOOST_TEST((parse_ls_refs(line(a + " refs/tags/v1 peeled:1") + "0000").error().code == errc::malformed));
    BOOST_TEST((parse_ls_refs(line("ERR upload-pack: not our ref") + "0000").error().code == errc::unavailable));
    BOOST_TEST((parse_ls_refs(line(a + " x\n") + "0001").error().code == errc::truncated));
}

BOOST_AUTO_TEST_SUITE_END()
