#ifndef PENSTOCK_TESTING_SCRIPT_HPP
#define PENSTOCK_TESTING_SCRIPT_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/error/result.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace penstock::testing {

/** A source that plays a list: each `fetch` gives the next entry, the last one for ever. Models `poll::source`.

    An empty list gives `errc::unavailable`. */
template <class T>
class script
{
public:
    explicit script(std::vector<result<T>> entries) : entries_(std::move(entries)) {}

    awaitable<result<T>> fetch()
    {
        auto const n = calls_++;
        if (entries_.empty())
            co_return errc::unavailable;
        co_return entries_[n < entries_.size() ? n : entries_.size() - 1];
    }

    std::size_t calls() const noexcept { return calls_; }
private:
    std::vector<result<T>> entries_;
    std::size_t calls_ = 0;
};

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_SCRIPT_HPP
