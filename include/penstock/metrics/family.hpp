#ifndef PENSTOCK_METRICS_FAMILY_HPP
#define PENSTOCK_METRICS_FAMILY_HPP
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace penstock::metrics {

enum class kind : std::uint8_t
{
    counter,
    gauge,
    histogram,
};

inline constexpr std::size_t max_labels = 4;

/// One metric family, known at compile time. All of them stand in `names.hpp`.
struct family
{
    std::string_view name;
    std::string_view help;
    kind type;
    std::array<std::string_view, max_labels> labels{};  ///< Names; unused places are empty.
    std::span<double const> buckets{};                  ///< Upper bounds, ascending; histograms only.

    constexpr std::size_t label_count() const noexcept
    {
        std::size_t n = 0;
        while (n < labels.size() && !labels[n].empty())
            ++n;
        return n;
    }
};

}  // namespace penstock::metrics

#endif  // PENSTOCK_METRICS_FAMILY_HPP
