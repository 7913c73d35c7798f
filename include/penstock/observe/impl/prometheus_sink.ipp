#ifndef PENSTOCK_OBSERVE_IMPL_PROMETHEUS_SINK_IPP
#define PENSTOCK_OBSERVE_IMPL_PROMETHEUS_SINK_IPP
#include <penstock/observe/prometheus_sink.hpp>

#include <penstock/metrics/names.hpp>
#include <penstock/text/utf8.hpp>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <set>
#include <utility>

namespace penstock::observe {

class prometheus_sink::impl
{
public:
    explicit impl(prometheus_sink_options o) : options_(o) {}

    metrics::counter counter(metrics::family const& f, std::initializer_list<std::string_view> values)
    {
        auto* const s = series(counters_, f, metrics::kind::counter, values);
        return s == nullptr ? metrics::counter() : metrics::counter(s, [](void* p, double by) {
            static_cast<prometheus::Counter*>(p)->Increment(by);
        });
    }

    metrics::gauge gauge(metrics::family const& f, std::initializer_list<std::string_view> values)
    {
        auto* const s = series(gauges_, f, metrics::kind::gauge, values);
        return s == nullptr ? metrics::gauge()
                            : metrics::gauge(s, [](void* p, double v) { static_cast<prometheus::Gauge*>(p)->Set(v); });
    }

    metrics::histogram histogram(metrics::family const& f, std::initializer_list<std::string_view> values)
    {
        prometheus::Histogram::BucketBoundaries bounds(f.buckets.begin(), f.buckets.end());
        auto* const s = series(histograms_, f, metrics::kind::histogram, values, std::move(bounds));
        return s == nullptr ? metrics::histogram() : metrics::histogram(s, [](void* p, double v) {
            static_cast<prometheus::Histogram*>(p)->Observe(v);
        });
    }

    void remove(metrics::family const& f, void* s)
    {
        if (s == nullptr)
            return;
        switch (f.type) {
        case metrics::kind::counter: return end<prometheus::Counter>(counters_, f, s);
        case metrics::kind::gauge: return end<prometheus::Gauge>(gauges_, f, s);
        case metrics::kind::histogram: return end<prometheus::Histogram>(histograms_, f, s);
        }
    }

    std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }
private:
    template <class T>
    struct group
    {
        prometheus::Family<T>* family = nullptr;
        std::set<void*> series;
    };
    template <class T>
    using groups = std::map<std::string_view, group<T>>;

    template <class T>
    static auto& build(prometheus::Registry& registry, metrics::family const& f)
    {
        auto const with = [&](auto builder) -> prometheus::Family<T>& {
            return builder.Name(std::string(f.name)).Help(std::string(f.help)).Register(registry);
        };
        if constexpr (std::is_same_v<T, prometheus::Counter>)
            return with(prometheus::BuildCounter());
        else if constexpr (std::is_same_v<T, prometheus::Gauge>)
            return with(prometheus::BuildGauge());
        else
            return with(prometheus::BuildHistogram());
    }

    /// Null when the family is full, or is not of that kind.
    template <class T, class... Args>
    T* series(groups<T>& all, metrics::family const& f, metrics::kind type,
              std::initializer_list<std::string_view> values, Args&&... args)
    {
        if (f.type != type || values.size() != f.label_count())
            return nullptr;
        auto& g = all[f.name];
        if (g.family == nullptr)
            g.family = &build<T>(registry_, f);
        std::map<std::string, std::string> labels;
        std::size_t n = 0;
        for (auto const v : values)
            labels.emplace(std::string(f.labels[n++]), valid_utf8(v, 1024));
        if (g.series.size() >= options_.max_series && !g.family->Has(labels)) {
            if (&f != &metrics::names::dropped_series_total)
                counter(metrics::names::dropped_series_total, {f.name}).increment();
            return nullptr;
        }
        T* const made = &g.family->Add(labels, std::forward<Args>(args)...);
        g.series.insert(made);
        return made;
    }

    template <class T>
    void end(groups<T>& all, metrics::family const& f, void* s)
    {
        auto const it = all.find(f.name);
        if (it != all.end() && it->second.series.erase(s) != 0)
            it->second.family->Remove(static_cast<T*>(s));
    }

    prometheus_sink_options options_;
    prometheus::Registry registry_;
    groups<prometheus::Counter> counters_;
    groups<prometheus::Gauge> gauges_;
    groups<prometheus::Histogram> histograms_;
};

PENSTOCK_DECL prometheus_sink::prometheus_sink(prometheus_sink_options options) : impl_(std::make_shared<impl>(options))
{}

PENSTOCK_DECL metrics::counter prometheus_sink::make_counter(metrics::family const& f,
                                                             std::initializer_list<std::string_view> labels)
{
    return impl_->counter(f, labels);
}

PENSTOCK_DECL metrics::gauge prometheus_sink::make_gauge(metrics::family const& f,
                                                         std::initializer_list<std::string_view> labels)
{
    return impl_->gauge(f, labels);
}

PENSTOCK_DECL metrics::histogram prometheus_sink::make_histogram(metrics::family const& f,
                                                                 std::initializer_list<std::string_view> labels)
{
    return impl_->histogram(f, labels);
}

PENSTOCK_DECL void prometheus_sink::remove(metrics::family const& f, metrics::handle const& h)
{
    impl_->remove(f, h.series());
}

PENSTOCK_DECL std::string prometheus_sink::text() const
{
    return impl_->text();
}

}  // namespace penstock::observe

#endif  // PENSTOCK_OBSERVE_IMPL_PROMETHEUS_SINK_IPP
