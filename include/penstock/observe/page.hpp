#ifndef PENSTOCK_OBSERVE_PAGE_HPP
#define PENSTOCK_OBSERVE_PAGE_HPP
#include <penstock/observe/prometheus_sink.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::observe {

/** What `/metrics` answers. Before each page it asks those that keep gauges to bring them up to date. One thread. */
class page
{
public:
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

    explicit page(prometheus_sink sink) : sink_(std::move(sink)) {}

    /// @param refresh Called before each page for as long as this object lives; must not throw.
    void before(std::function<void()> refresh) { refresh_.push_back(std::move(refresh)); }

    std::string text() const
    {
        for (auto const& r : refresh_)
            r();
        return sink_.text();
    }
private:
    prometheus_sink sink_;
    std::vector<std::function<void()>> refresh_;
};

}  // namespace penstock::observe

#endif  // PENSTOCK_OBSERVE_PAGE_HPP
