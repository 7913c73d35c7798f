#ifndef PENSTOCK_TEST_CONFORMANCE_PROMETHEUS_ALL_METRICS_HPP
#define PENSTOCK_TEST_CONFORMANCE_PROMETHEUS_ALL_METRICS_HPP
#include <penstock/metrics/names.hpp>
#include <penstock/observe/prometheus_sink.hpp>

#include <string_view>

/// Gives every family of the table one series.
inline void make_all(penstock::observe::prometheus_sink& s)
{
    namespace metrics = penstock::metrics;
    for (auto const* f : metrics::names::table) {
        auto const make = [&](auto... label) {
            switch (f->type) {
            case metrics::kind::counter: s.make_counter(*f, {label...}).increment(3); break;
            case metrics::kind::gauge: s.make_gauge(*f, {label...}).set(0.5); break;
            case metrics::kind::histogram: s.make_histogram(*f, {label...}).observe(0.2); break;
            }
        };
        constexpr std::string_view v = "a \"quoted\\ label\n\xc3\xa9";
        switch (f->label_count()) {
        case 0: make(); break;
        case 1: make(v); break;
        case 2: make(v, v); break;
        case 3: make(v, v, v); break;
        default: make(v, v, v, v);
        }
    }
}

#endif  // PENSTOCK_TEST_CONFORMANCE_PROMETHEUS_ALL_METRICS_HPP
