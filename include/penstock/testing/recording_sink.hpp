#ifndef PENSTOCK_TESTING_RECORDING_SINK_HPP
#define PENSTOCK_TESTING_RECORDING_SINK_HPP
#include <penstock/metrics/sink.hpp>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::testing {

/** Keeps every measurement for a test to look at. Copies share. Throws `std::logic_error` where the caller breaks
    the contract of a sink: a wrong number of labels, the wrong kind, a counter that falls. One thread. */
class recording_sink
{
public:
    metrics::counter make_counter(metrics::family const& f, std::initializer_list<std::string_view> labels)
    {
        return {find(f, metrics::kind::counter, labels), [](void* s, double by) {
                    if (by < 0)
                        throw std::logic_error("a counter cannot fall");
                    static_cast<series*>(s)->value += by;
                }};
    }

    metrics::gauge make_gauge(metrics::family const& f, std::initializer_list<std::string_view> labels)
    {
        return {find(f, metrics::kind::gauge, labels),
                [](void* s, double value) { static_cast<series*>(s)->value = value; }};
    }

    metrics::histogram make_histogram(metrics::family const& f, std::initializer_list<std::string_view> labels)
    {
        return {find(f, metrics::kind::histogram, labels),
                [](void* s, double value) { static_cast<series*>(s)->observations.push_back(value); }};
    }

    void remove(metrics::family const&, metrics::handle const& h)
    {
        std::erase_if(*series_, [&](auto const& entry) { return entry.second.get() == h.series(); });
    }

    /// The value of a counter or gauge; 0 for a series that nobody has made.
    double value(metrics::family const& f, std::initializer_list<std::string_view> labels = {}) const
    {
        auto const* s = get(f, labels);
        return s == nullptr ? 0 : s->value;
    }

    /// What a histogram was given, in order.
    std::vector<double> observations(metrics::family const& f,
                                     std::initializer_list<std::string_view> labels = {}) const
    {
        auto const* s = get(f, labels);
        return s == nullptr ? std::vector<double>() : s->observations;
    }

    bool exists(metrics::family const& f, std::initializer_list<std::string_view> labels = {}) const
    {
        return get(f, labels) != nullptr;
    }

    std::size_t size() const noexcept { return series_->size(); }
private:
    struct series
    {
        double value = 0;
        std::vector<double> observations;
    };
    using key = std::pair<std::string, std::vector<std::string>>;

    static key key_of(metrics::family const& f, std::initializer_list<std::string_view> labels)
    {
        return {std::string(f.name), std::vector<std::string>(labels.begin(), labels.end())};
    }

    series const* get(metrics::family const& f, std::initializer_list<std::string_view> labels) const
    {
        auto const it = series_->find(key_of(f, labels));
        return it == series_->end() ? nullptr : it->second.get();
    }

    series* find(metrics::family const& f, metrics::kind type, std::initializer_list<std::string_view> labels)
    {
        if (f.type != type || labels.size() != f.label_count())
            throw std::logic_error(std::string(f.name) + " is used with the wrong kind or number of labels");
        auto& place = (*series_)[key_of(f, labels)];
        if (!place)
            place = std::make_unique<series>();
        return place.get();
    }

    using table = std::map<key, std::unique_ptr<series>>;
    std::shared_ptr<table> series_ = std::make_shared<table>();
};
static_assert(metrics::sink<recording_sink>);

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_RECORDING_SINK_HPP
