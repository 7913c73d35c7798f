#ifndef PENSTOCK_HTTP_EYEBALLS_HPP
#define PENSTOCK_HTTP_EYEBALLS_HPP
#include <penstock/time/types.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace penstock::http {

/** Decides which address of a host is tried when ("happy eyeballs"): the families take turns, one attempt begins every
    250 ms, or at once when the one before it failed, and all go on until one succeeds.

    Pure: it never connects and reads no clock.
    @see https://www.rfc-editor.org/rfc/rfc8305 */
class eyeballs
{
public:
    using endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
    static constexpr duration stagger = std::chrono::milliseconds(250);
    static constexpr std::size_t max_attempts = 16;  ///< Addresses beyond are not tried.

    enum class action
    {
        begin,   ///< Start an attempt with `address`, and ask again.
        wait,    ///< Ask again at `until`, or when an attempt has ended.
        give_up  ///< Every attempt has failed.
    };

    struct step
    {
        action what = action::give_up;
        std::size_t address = 0;               ///< Of `begin`: index into `addresses()`.
        time_point until = time_point::max();  ///< Of `wait`.
    };

    explicit eyeballs(endpoints const& found) : addresses_(interleave(found)) {}

    endpoints const& addresses() const noexcept { return addresses_; }

    /// @param now Monotonic.
    step next(time_point now)
    {
        step s;
        if (next_ < addresses_.size()) {
            if (under_way_ != 0 && now < due_) {
                s.what = action::wait;
                s.until = due_;
                return s;
            }
            s.what = action::begin;
            s.address = next_++;
            ++under_way_;
            due_ = now + stagger;
        } else if (under_way_ != 0) {
            s.what = action::wait;
        }
        return s;
    }

    /// An attempt has failed: the next one may begin at once.
    void failed() noexcept
    {
        --under_way_;
        due_ = time_point::min();
    }

    /// One of each family in turn, beginning with the first family; the order within each stays. @see RFC 8305 section 4
    static endpoints interleave(endpoints const& found)
    {
        endpoints first;
        endpoints second;
        for (auto const& e : found)
            (e.protocol() == found.front().protocol() ? first : second).push_back(e);
        endpoints out;
        for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
            if (i < first.size())
                out.push_back(first[i]);
            if (i < second.size())
                out.push_back(second[i]);
        }
        out.resize(std::min(out.size(), max_attempts));
        return out;
    }
private:
    endpoints addresses_;
    std::size_t next_ = 0;
    std::size_t under_way_ = 0;
    time_point due_ = time_point::min();
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_EYEBALLS_HPP
