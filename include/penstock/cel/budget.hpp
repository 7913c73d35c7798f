#ifndef PENSTOCK_CEL_BUDGET_HPP
#define PENSTOCK_CEL_BUDGET_HPP
#include <cstddef>
#include <cstdint>

namespace penstock::cel {

/// What one evaluation may still cost. A step is a node, an element visited, or 16 bytes made or scanned.
class budget
{
public:
    enum class answer : std::uint8_t
    {
        granted,
        spent,
    };

    explicit budget(std::uint64_t steps) noexcept : left_(steps) {}

    answer take(std::uint64_t steps) noexcept
    {
        if (steps > left_) {
            left_ = 0;
            return answer::spent;
        }
        left_ -= steps;
        return answer::granted;
    }

    answer take_bytes(std::size_t bytes) noexcept { return take(1 + bytes / 16); }

    std::uint64_t left() const noexcept { return left_; }
private:
    std::uint64_t left_;
};

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_BUDGET_HPP
