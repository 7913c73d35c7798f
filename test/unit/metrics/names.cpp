#include <penstock/metrics/names.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace penstock::metrics;

namespace {

std::string_view name_of(kind k)
{
    switch (k) {
    case kind::counter: return "counter";
    case kind::gauge: return "gauge";
    default: return "histogram";
    }
}

std::string document()
{
    std::ostringstream out;
    out << "# Metrics\n\n"
           "Made from `include/penstock/metrics/names.hpp`; to make it anew, run the test `unit.metrics` with\n"
           "`PENSTOCK_REGENERATE=1` in the environment.\n\n"
           "| name | type | labels | what it says |\n|---|---|---|---|\n";
    for (auto const* f : names::table) {
        out << "| `" << f->name << "` | " << name_of(f->type) << " | ";
        for (std::size_t n = 0; n < f->label_count(); ++n)
            out << (n == 0 ? "`" : ", `") << f->labels[n] << '`';
        out << " | " << f->help << " |\n";
    }
    out << "\n## Buckets\n\n| name | upper bounds |\n|---|---|\n";
    for (auto const* f : names::table) {
        if (f->type != kind::histogram)
            continue;
        out << "| `" << f->name << "` | ";
        for (std::size_t n = 0; n < f->buckets.size(); ++n)
            out << (n == 0 ? "" : ", ") << f->buckets[n];
        out << " |\n";
    }
    return out.str();
}

bool is_name(std::string_view s)
{
    return !s.empty() && s.front() >= 'a' && s.front() <= 'z' && std::all_of(s.begin(), s.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics_names)

// https://prometheus.io/docs/practices/naming/ and https://prometheus.io/docs/instrumenting/writing_exporters/
BOOST_AUTO_TEST_CASE(keep_the_rules_of_prometheus)
{
    std::set<std::string_view> seen;
    for (auto const* f : names::table) {
        BOOST_TEST_CONTEXT(f->name)
        {
            BOOST_TEST(is_name(f->name));
            BOOST_TEST(seen.insert(f->name).second, "two families of one name");
            BOOST_TEST(f->name.ends_with("_total") == (f->type == kind::counter), "_total is for counters");
            for (auto const* unit : {"_milliseconds", "_ms", "_minutes", "_hours", "_kilobytes", "_percent"})
                BOOST_TEST(f->name.find(unit) == std::string_view::npos, "not a base unit");
            for (auto const* suffix : {"_sum", "_count", "_bucket", "_info_total"})
                BOOST_TEST(!f->name.ends_with(suffix), "a reserved suffix");
            BOOST_TEST(f->help.size() > 10U);
            BOOST_TEST(f->help.ends_with('.'), "help is a sentence");
            BOOST_TEST(f->help.find('|') == std::string_view::npos);
            for (std::size_t n = 0; n < f->label_count(); ++n) {
                BOOST_TEST(is_name(f->labels[n]));
                BOOST_TEST(!f->labels[n].starts_with("__"));
                BOOST_TEST(f->labels[n] != "le");
                BOOST_TEST(std::count(f->labels.begin(), f->labels.end(), f->labels[n]) == 1);
            }
            BOOST_TEST(f->buckets.empty() == (f->type != kind::histogram));
            BOOST_TEST(std::is_sorted(f->buckets.begin(), f->buckets.end(), std::less_equal<>()));
        }
    }
}

BOOST_AUTO_TEST_CASE(are_those_of_the_document)
{
    std::string const path = std::string(PENSTOCK_SOURCE_DIR) + "/docs/metrics.md";
    if (std::getenv("PENSTOCK_REGENERATE") != nullptr)
        std::ofstream(path) << document();
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    BOOST_TEST((text.str() == document()), "docs/metrics.md is out of date; run this test with PENSTOCK_REGENERATE=1");
}

BOOST_AUTO_TEST_SUITE_END()
