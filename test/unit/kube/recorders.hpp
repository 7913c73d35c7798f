#ifndef PENSTOCK_TEST_UNIT_KUBE_RECORDERS_HPP
#define PENSTOCK_TEST_UNIT_KUBE_RECORDERS_HPP
#include <penstock/metrics/sink.hpp>
#include <penstock/observe/log.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

/// A sink and a log that remember.
namespace kube_test {

struct recorded
{
    std::map<std::string, double> counters;  // "family label label"; of histograms how often
    std::vector<std::string> lines;          // "E message key=value", without debugging ones

    auto errors() const
    {
        return std::count_if(lines.begin(), lines.end(), [](std::string const& l) { return l.starts_with("E "); });
    }
};

struct recording_sink
{
    recorded* to;

    penstock::metrics::counter make_counter(penstock::metrics::family const& f,
                                            std::initializer_list<std::string_view> labels) const
    {
        std::string name(f.name);
        for (auto const label : labels)
            (name += ' ') += label;
        return {&to->counters[name], [](void* value, double by) { *static_cast<double*>(value) += by; }};
    }
    static penstock::metrics::gauge make_gauge(penstock::metrics::family const&,
                                               std::initializer_list<std::string_view>)
    {
        return {};
    }
    /// Counts what was observed, under the same kind of name.
    penstock::metrics::histogram make_histogram(penstock::metrics::family const& f,
                                                std::initializer_list<std::string_view> labels) const
    {
        auto const c = make_counter(f, labels);
        return {c.series(), [](void* value, double) { *static_cast<double*>(value) += 1; }};
    }
    static void remove(penstock::metrics::family const&, penstock::metrics::handle const&) {}
};
static_assert(penstock::metrics::sink<recording_sink>);

struct recording_log
{
    recorded* to;

    static bool enabled(penstock::observe::level) noexcept { return true; }
    void write(penstock::observe::level at, std::string_view, std::string_view text,
               std::initializer_list<penstock::observe::field> fields) const
    {
        if (at < penstock::observe::level::info)
            return;
        std::string line = at == penstock::observe::level::error ? "E " : "I ";
        line += text;
        for (auto const& f : fields) {
            if (auto const* value = std::get_if<std::string_view>(&f.value))
                ((((line += ' ') += f.key) += '=') += *value);
        }
        to->lines.push_back(line);
    }
};
static_assert(penstock::observe::log<recording_log>);

}  // namespace kube_test

#endif  // PENSTOCK_TEST_UNIT_KUBE_RECORDERS_HPP
