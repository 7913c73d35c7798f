#ifndef PENSTOCK_METRICS_SINK_HPP
#define PENSTOCK_METRICS_SINK_HPP
#include <penstock/metrics/family.hpp>

#include <concepts>
#include <initializer_list>
#include <string_view>

namespace penstock::metrics {

/** One series of a family. A cheap value; the sink that made it must outlive it.

    A default-constructed handle does nothing. Make handles once and keep them: looking a series up costs a
    hundred times more than using it. */
class handle
{
public:
    using operation = void (*)(void*, double);

    handle() = default;
    handle(void* object, operation op) noexcept : series_(object), apply_(op) {}

    /// The series in the sink, for `sink::remove`; null for a handle that does nothing.
    void* series() const noexcept { return series_; }
protected:
    void apply(double value) const
    {
        if (apply_ != nullptr)
            apply_(series_, value);
    }
private:
    void* series_ = nullptr;
    operation apply_ = nullptr;
};

class counter : public handle
{
public:
    using handle::handle;
    /// Adds `by`, which is never negative.
    void increment(double by = 1) const { apply(by); }
};

class gauge : public handle
{
public:
    using handle::handle;
    void set(double value) const { apply(value); }
};

class histogram : public handle
{
public:
    using handle::handle;
    /// Records one observation in the base unit of the family (seconds, bytes).
    void observe(double value) const { apply(value); }
};

/** Where measurements go. Labels are given in the order in which the family names them; calling twice with the
    same labels gives the same series. `remove` ends a series whose object went away. */
template <class S>
concept sink = requires(S& s, family const& f, std::initializer_list<std::string_view> labels, handle const& h) {
    { s.make_counter(f, labels) } -> std::same_as<counter>;
    { s.make_gauge(f, labels) } -> std::same_as<gauge>;
    { s.make_histogram(f, labels) } -> std::same_as<histogram>;
    s.remove(f, h);
};

/// The sink that keeps nothing and costs nothing.
struct none
{
    static counter make_counter(family const&, std::initializer_list<std::string_view>) { return {}; }
    static gauge make_gauge(family const&, std::initializer_list<std::string_view>) { return {}; }
    static histogram make_histogram(family const&, std::initializer_list<std::string_view>) { return {}; }
    static void remove(family const&, handle const&) {}
};
static_assert(sink<none>);

}  // namespace penstock::metrics

#endif  // PENSTOCK_METRICS_SINK_HPP
