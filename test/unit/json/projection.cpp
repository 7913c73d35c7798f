#include <penstock/json/projection.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

std::vector<std::string> texts(json::projected const& p, std::size_t path)
{
    std::vector<std::string> all;
    for (auto const& one : p.all(path))
        all.emplace_back(one.text);
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_projection)

BOOST_AUTO_TEST_CASE(keeps_the_scalars_at_its_paths_and_nothing_else)
{
    json::projection const paths{"ref", "repository.id", "repository.private", "none.at.all", "", "repository.owner"};
    auto const read =
        paths
            .read(
                R"({"x":{"ref":"no"},"ref":"refs\/heads\/\u00e4","repository":{"id":-42,"private":true,"owner":{"id":1}}})")
            .value();
    BOOST_TEST(read.text(0) == "refs/heads/\xc3\xa4");
    BOOST_TEST((read.integer(1) == -42));
    BOOST_TEST(read.is_true(2));
    BOOST_TEST(read.all(3).empty());
    BOOST_TEST(read.all(4).empty());
    BOOST_TEST(read.all(5).empty());  // an object is no scalar
    BOOST_TEST(read.text(1) == "");
    BOOST_TEST(!read.integer(0).has_value());
    BOOST_TEST(!read.cut());
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_every_element)
{
    json::projection const paths{"commits.*.id", "commits.*.added.*", "*.top", "matrix.*.*"};
    auto const read = paths
                          .read(R"({"commits":[{"id":"a","added":["x","y"]},{"id":"b","added":[]},[{"id":"no"}],"no",
                                    {"added":["z",{"k":"no"}],"id":"c"}],"*":{"top":"no"},"matrix":[[1,2],[3]]})")
                          .value();
    BOOST_TEST(texts(read, 0) == (std::vector<std::string>{"a", "b", "c"}), boost::test_tools::per_element());
    BOOST_TEST(texts(read, 1) == (std::vector<std::string>{"x", "y", "z"}), boost::test_tools::per_element());
    BOOST_TEST(read.all(2).empty());
    BOOST_TEST(texts(read, 3) == (std::vector<std::string>{"1", "2", "3"}), boost::test_tools::per_element());
    BOOST_TEST(paths.read(R"([{"top":"first"},{"top":null}])").value().all(2).size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_last_of_repeated_keys_wins_as_it_does_in_a_dom)
{
    json::projection const paths{"a"};
    BOOST_TEST(paths.read(R"({"a":"1","a":"2"})").value().text(0) == "2");
    BOOST_TEST(paths.read(R"({"a":"1","a":null})").value().text(0) == "");
}

BOOST_AUTO_TEST_CASE(reads_keys_and_values_whose_escapes_split_them)
{
    json::projection const paths{"key", "other"};
    auto const read = paths.read(R"({"k\u0065y":"a\nb\tc\\","\u006fther":"\ud83d\ude00"})").value();
    BOOST_TEST(read.text(0) == "a\nb\tc\\");
    BOOST_TEST(read.text(1) == "\xf0\x9f\x98\x80");
}

BOOST_DATA_TEST_CASE(checks_the_rest_of_the_document_too,
                     data::make({"{\"a\":1,}", "{\"b\":\"\xff\",\"a\":1}", "{\"a\":1} x", "{\"a\":01}", "[}"}), text)
{
    json::projection const paths{"a"};
    BOOST_TEST((paths.read(text).error().code == errc::malformed));
    BOOST_TEST((json::parse(text).error().code == errc::malformed));
}

BOOST_DATA_TEST_CASE(says_when_a_document_ends_early, data::make({"", "{\"a\":1", "{\"a", "[", "{\"a\":\"x"}), text)
{
    json::projection const paths{"a"};
    BOOST_TEST((paths.read(text).error().code == errc::truncated));
}

BOOST_AUTO_TEST_CASE(keeps_to_its_limits)
{
    json::projection const paths{"a.*", "b"};
    json::projection_limits l;
    l.document = {.max_size = 64, .max_depth = 3};
    l.max_values = 2;
    l.max_text = 4;
    auto const cut = paths.read(R"({"a":["1","2","3"],"b":"4"})", l).value();
    BOOST_TEST(cut.cut());
    BOOST_TEST(cut.all(0).size() == 2U);
    BOOST_TEST(cut.text(1) == "4");  // other paths have room of their own
    BOOST_TEST((paths.read(R"({"b":"12345"})", l).error().code == errc::too_large));
    BOOST_TEST(paths.read(R"({"c":"12345"})", l).has_value());
    BOOST_TEST((paths.read(R"({"c":[[[1]]]})", l).error().code == errc::too_large));
    BOOST_TEST((paths.read(std::string(65, ' '), l).error().code == errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_scalar_document_has_nothing)
{
    json::projection const paths{"a"};
    BOOST_TEST(paths.read("7").value().all(0).empty());
}

BOOST_DATA_TEST_CASE(reads_the_same_in_slices, data::make({1, 2, 3, 7, 64, 4096}), size)
{
    std::string const document =
        R"( {"text":"a\nb\u00e4c","number":-1234567,"yes":true,"no":null,"skip":{"text":"no","deep":[[1.5e3,"x"]]},)"
        R"("t\u0065xt":"last","list":[{"id":"one"},{"id":"two\/three"}]} )";
    json::projection const paths{"text", "number", "yes", "no", "list.*.id"};
    auto const whole = paths.read(document).value();
    json::projected found;
    json::projection_reader slices(paths, found, document);
    auto left = document.size();
    while (left != 0) {
        auto const now = slices.read_some(static_cast<std::size_t>(size)).value();
        BOOST_TEST_REQUIRE(now < left);
        BOOST_TEST((now == 0 || left - now == static_cast<std::size_t>(size)));
        left = now;
    }
    for (std::size_t path = 0; path < 5; ++path)
        BOOST_TEST(texts(found, path) == texts(whole, path), boost::test_tools::per_element());
    BOOST_TEST((found.integer(1) == -1234567));
    BOOST_TEST(texts(found, 0).size() == 2U);
}

BOOST_DATA_TEST_CASE(finds_the_same_faults_in_slices,
                     data::make({"", " ", "{", "{\"a\":1,}", "{\"a\":\"\xff\"}", "{\"a\":1} x", "{\"a\":01}", "[}",
                                 "{\"a\":\"longer than eight\"}", "[[[[1]]]]", "{\"a\":\"b"}),
                     text)
{
    json::projection const paths{"a"};
    json::projection_limits limits;
    limits.max_text = 8;
    limits.document.max_depth = 3;
    std::string_view const document(text);
    auto const whole = paths.read(document, limits).error();
    for (std::size_t size = 1; size <= document.size() + 1; ++size) {
        json::projected found;
        json::projection_reader slices(paths, found, document, limits);
        auto left = slices.read_some(size);
        while (left && *left != 0)
            left = slices.read_some(size);
        BOOST_TEST_REQUIRE(!left.has_value(), size);
        BOOST_TEST((left.error().code == whole.code), left.error().message());
    }
    limits.document.max_size = 2;
    json::projected found;
    json::projection_reader large(paths, found, "[1]", limits);
    BOOST_TEST((large.read_some(1).error().code == errc::too_large));
}

BOOST_AUTO_TEST_SUITE_END()
