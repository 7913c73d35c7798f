#ifndef PENSTOCK_BENCHMARKS_RANDOM_WAIT_HPP
#define PENSTOCK_BENCHMARKS_RANDOM_WAIT_HPP
#include <penstock/time/types.hpp>

#include <cstdint>

namespace bench {

/// Times between nothing and `Longest` nanoseconds, the same ones in each run. Costs a nanosecond, for which the bound is
/// known when it is compiled.
template <std::uint64_t Longest>
class random_wait
{
public:
    penstock::duration operator()() noexcept
    {
        random_ ^= random_ << 13;
        random_ ^= random_ >> 7;
        random_ ^= random_ << 17;
        return penstock::duration(1 + static_cast<std::int64_t>(random_ % Longest));
    }
private:
    std::uint64_t random_ = 88172645463325252U;  // xorshift64 of George Marsaglia
};

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_RANDOM_WAIT_HPP
