#include <penstock/observe/prometheus_sink.hpp>

#include <penstock/metrics/names.hpp>
#include <penstock/observe/page.hpp>

#include <boost/test/unit_test.hpp>

#include <array>

using namespace penstock;
using observe::prometheus_sink;

namespace {

constexpr std::array bounds{0.1, 1.0};
constexpr metrics::family requests{"test_requests_total", "Requests.", metrics::kind::counter, {"host", "code"}};
constexpr metrics::family depth{"test_depth", "Depth.", metrics::kind::gauge};
constexpr metrics::family seconds{"test_seconds", "Time.", metrics::kind::histogram, {"name"}, bounds};

bool holds(std::string const& text, std::string_view line)
{
    return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(observe_prometheus_sink)

BOOST_AUTO_TEST_CASE(writes_what_was_measured)
{
    prometheus_sink s;
    auto const c = s.make_counter(requests, {"forge", "200"});
    c.increment();
    c.increment(2);
    s.make_gauge(depth, {}).set(-1.5);
    auto const h = s.make_histogram(seconds, {"a"});
    h.observe(0.05);
    h.observe(0.5);
    h.observe(5);
    auto const text = s.text();
    BOOST_TEST(holds(text, "# HELP test_requests_total Requests."));
    BOOST_TEST(holds(text, "# TYPE test_requests_total counter"));
    BOOST_TEST(holds(text, "test_requests_total{code=\"200\",host=\"forge\"} 3"));
    BOOST_TEST(holds(text, "test_depth -1.5"));
    BOOST_TEST(holds(text, "test_seconds_bucket{name=\"a\",le=\"1\"} 2"));
    BOOST_TEST(holds(text, "test_seconds_bucket{name=\"a\",le=\"+Inf\"} 3"));
    BOOST_TEST(holds(text, "test_seconds_count{name=\"a\"} 3"));
}

BOOST_AUTO_TEST_CASE(gives_the_same_series_for_the_same_labels)
{
    prometheus_sink s;
    auto copy = s;
    s.make_counter(requests, {"forge", "200"}).increment();
    copy.make_counter(requests, {"forge", "200"}).increment();
    BOOST_TEST(holds(s.text(), "test_requests_total{code=\"200\",host=\"forge\"} 2"));
}

BOOST_AUTO_TEST_CASE(ends_a_series)
{
    prometheus_sink s;
    auto const gone = s.make_counter(requests, {"gone", "200"});
    s.make_counter(requests, {"stays", "200"}).increment();
    s.remove(requests, gone);
    s.remove(requests, metrics::counter());  // does nothing
    BOOST_TEST(s.text().find("gone") == std::string::npos);
    BOOST_TEST(s.text().find("stays") != std::string::npos);
    s.make_counter(requests, {"gone", "200"}).increment();
    BOOST_TEST(holds(s.text(), "test_requests_total{code=\"200\",host=\"gone\"} 1"));
}

BOOST_AUTO_TEST_CASE(refuses_more_series_than_a_family_may_have_and_says_so)
{
    prometheus_sink s({.max_series = 2});
    for (auto const* host : {"a", "b", "c", "d", "a"})
        s.make_counter(requests, {host, "200"}).increment();
    auto const text = s.text();
    BOOST_TEST(holds(text, "test_requests_total{code=\"200\",host=\"a\"} 2"));
    BOOST_TEST(text.find("host=\"c\"") == std::string::npos);
    BOOST_TEST(holds(text, "penstock_metrics_dropped_series_total{family=\"test_requests_total\"} 2"));
}

BOOST_AUTO_TEST_CASE(does_nothing_where_the_family_is_used_wrongly)
{
    prometheus_sink s;
    s.make_gauge(requests, {"forge", "200"}).set(1);
    s.make_counter(requests, {"forge"}).increment();
    BOOST_TEST(s.text().empty());
}

BOOST_AUTO_TEST_CASE(mends_and_escapes_labels)
{
    prometheus_sink s;
    s.make_counter(requests, {"a\"b\\c\nd\xff", "200"}).increment();
    BOOST_TEST(holds(s.text(), "test_requests_total{code=\"200\",host=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\"} 1"));
}

BOOST_AUTO_TEST_CASE(takes_every_family_of_the_table)
{
    prometheus_sink s;
    for (auto const* f : metrics::names::table) {
        std::array<std::string_view, metrics::max_labels> const v{"v", "v", "v", "v"};
        auto const make = [&](auto... label) {
            switch (f->type) {
            case metrics::kind::counter: s.make_counter(*f, {label...}).increment(); break;
            case metrics::kind::gauge: s.make_gauge(*f, {label...}).set(1); break;
            case metrics::kind::histogram: s.make_histogram(*f, {label...}).observe(1); break;
            }
        };
        switch (f->label_count()) {
        case 0: make(); break;
        case 1: make(v[0]); break;
        case 2: make(v[0], v[1]); break;
        case 3: make(v[0], v[1], v[2]); break;
        default: make(v[0], v[1], v[2], v[3]);
        }
        BOOST_TEST(s.text().find("# TYPE " + std::string(f->name) + " ") != std::string::npos, std::string(f->name));
    }
}

BOOST_AUTO_TEST_CASE(refreshes_gauges_before_each_page)
{
    prometheus_sink s;
    auto const g = s.make_gauge(depth, {});
    observe::page page(s);
    int n = 0;
    page.before([&] { g.set(++n); });
    BOOST_TEST(holds(page.text(), "test_depth 1"));
    BOOST_TEST(holds(page.text(), "test_depth 2"));
}

BOOST_AUTO_TEST_SUITE_END()
