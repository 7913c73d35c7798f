#include <penstock/embedded/kube_yaml.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace penstock;
using namespace penstock::embedded;

namespace {

std::string read(std::string_view text)
{
    auto all = parse_yaml(text);
    if (!all)
        return all.error().detail;
    boost::json::array out;
    for (auto& v : *all)
        out.push_back(std::move(v));
    return boost::json::serialize(out);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedded_kube_yaml)

BOOST_AUTO_TEST_CASE(reads_all_documents)
{
    std::vector<std::pair<std::string, std::string>> const rows{
        {"", "[]"},
        {"# nothing\n", "[]"},
        {"---\n---\n", "[]"},
        {"a: 1", R"([{"a":1}])"},
        {"---\na: 1\n---\nb: x\n", R"([{"a":1},{"b":"x"}])"},
        {"a: 1\n--- # two\n\n---\n# none\n---\n[2]", R"([{"a":1},[2]])"},
        {"a: 1\r\n---\r\nb: 2\r\n", R"([{"a":1},{"b":2}])"},
        {"a: 1\n--- {b: 2}\n---\tc\n", R"([{"a":1},{"b":2},"c"])"},
        {"# first\n%YAML 1.2\n---\na: 1\n...\n---\nb: 2\n...\n", R"([{"a":1},{"b":2}])"},
        {"a: ---\nb: |\n  x\n  ---\n  y\n---x: 3\n", R"([{"a":"---","b":"x\n---\ny\n","---x":3}])"},
    };
    for (auto const& [text, expected] : rows)
        BOOST_TEST(read(text) == expected, text << " gives " << read(text));
}

BOOST_AUTO_TEST_CASE(ends_at_a_stray_directive)
{
    std::vector<std::pair<std::string, std::string>> const rows{
        {"%}", "[]"},
        {"a: 1\n%}", R"([{"a":1}])"},
        {"a: 1\n%}\n", R"([{"a":1}])"},
        {"a: 1\n---\nb: 2\n%}\n", R"([{"a":1},{"b":2}])"},
        {"%}\n---\n%}\n", "[]"},
        {"a: 1\n...\n%}\n%}\n", R"([{"a":1}])"},
        {"%}\nb: 1\n", R"([{"b":1}])"},
        {"a: 1\n%}\nb: 2\n", "YAML: more than one document from line 1 on with no --- between them"},
        {"a: 1\n%}\n, b\n", "YAML: more than one document from line 1 on with no --- between them"},  // without end
        {"a: 1\n---\nb: 2\n%}\n, b\n", "YAML: more than one document from line 2 on with no --- between them"},
    };
    for (auto const& [text, expected] : rows)
        BOOST_TEST(read(text) == expected, text << " gives " << read(text));
    BOOST_TEST(read("a: 1\n...\nb: 2\n") == "YAML: more than one document from line 1 on with no --- between them");
}

BOOST_AUTO_TEST_CASE(says_in_which_line_it_is_wrong)
{
    BOOST_TEST(read("a: 1\n---\nb: 2\nc: [\n").starts_with("YAML: line 5: "), read("a: 1\n---\nb: 2\nc: [\n"));
    BOOST_TEST((parse_yaml("a: [").error().code == errc::malformed));
}

BOOST_AUTO_TEST_SUITE_END()
