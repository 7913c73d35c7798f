#ifndef PENSTOCK_BENCHMARKS_MEASURE_HPP
#define PENSTOCK_BENCHMARKS_MEASURE_HPP
#include "allocations.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Measures several ways to do one thing, in turns, and prints each as a ratio to the first.
namespace bench {

/// Keeps the compiler from dropping what computes `value`.
template <class T>
inline void keep(T const& value)
{
    asm volatile("" : : "g"(&value) : "memory");
}

/// CPU time of this thread: what other programs on the machine do shows less in it than in real time.
inline double cpu_ns()
{
    ::timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

inline double median(std::vector<double> of)
{
    if (of.empty())
        return 0;
    auto const middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
    std::nth_element(of.begin(), middle, of.end());
    return *middle;
}

/// With `--smoke` a benchmark only shows that it works: what it prints then is no measurement.
class effort
{
public:
    effort(int argc, char** argv) : smoke_(argc > 1 && std::string_view(argv[1]) == "--smoke") {}

    bool smoke() const noexcept { return smoke_; }
    std::size_t rounds() const noexcept { return smoke_ ? 1 : 31; }
    std::size_t of(std::size_t full, std::size_t little) const noexcept { return smoke_ ? little : full; }
private:
    bool smoke_;
};

/// Contestants in interleaved rounds, so that a change of the clock rate or of the neighbours meets all of them.
class race
{
public:
    race(std::string title, effort const& e) : title_(std::move(title)), effort_(e) {}

    /// The first one is the limit. @param work Does it so many times. @param goal What the ratio should be; for the reader.
    void add(std::string name, std::function<void(std::size_t)> work, std::string goal = "")
    {
        lanes_.push_back({std::move(name), std::move(goal), std::move(work), {}, {}, 0, 0});
        lanes_.back().ns.reserve(effort_.rounds());
        lanes_.back().ratio.reserve(effort_.rounds());
    }

    void run(std::size_t times)
    {
        times = effort_.of(times, 2);
        for (auto& l : lanes_)
            l.work(times);  // warm
        for (std::size_t round = 0; round < effort_.rounds(); ++round) {
            for (auto& l : lanes_) {
                auto const before = counted;
                auto const start = cpu_ns();
                l.work(times);
                l.ns.push_back((cpu_ns() - start) / static_cast<double>(times));
                l.ratio.push_back(l.ns.back() / lanes_.front().ns.back());
                l.allocations = static_cast<double>(counted.number - before.number) / static_cast<double>(times);
                l.in_openssl = static_cast<double>(counted.in_openssl - before.in_openssl) / static_cast<double>(times);
            }
        }
        std::printf("%s%s\n", title_.c_str(), effort_.smoke() ? " (smoke: no measurement)" : "");
        std::printf("  %-44s %12s %8s %10s %10s\n", "", "ns/op", "ratio", "allocs/op", "in OpenSSL");
        for (auto const& l : lanes_)
            std::printf("  %-44s %12.1f %8.3f %10.2f %10.2f%s%s\n", l.name.c_str(), median(l.ns), median(l.ratio),
                        l.allocations, l.in_openssl, l.goal.empty() ? "" : "   goal ", l.goal.c_str());
    }
private:
    struct lane
    {
        std::string name;
        std::string goal;
        std::function<void(std::size_t)> work;
        std::vector<double> ns;
        std::vector<double> ratio;  // to the limit of the same round
        double allocations;  // of operator new
        double in_openssl;
    };

    std::string title_;
    effort effort_;
    std::vector<lane> lanes_;
};

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_MEASURE_HPP
