#ifndef PENSTOCK_POLL_FLIGHTS_HPP
#define PENSTOCK_POLL_FLIGHTS_HPP
#include <penstock/poll/schedule.hpp>
#include <penstock/time/types.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace penstock::poll {

/** The polls that are under way. One look cuts off all that are late, instead of a timer for each: a fifth of the
    cost. All deadlines are equally long. */
class flights
{
public:
    void begin(source_id id, time_point deadline) { all_.push_back({id, deadline, nullptr, false}); }

    /// Says what cancels a poll, unless it has ended already.
    void attach(source_id id, boost::asio::cancellation_signal& signal)
    {
        if (auto const it = find(id); it != all_.end())
            it->signal = &signal;
    }

    enum class ending : std::uint8_t
    {
        in_time,
        late,  ///< It was cut off.
    };

    ending end(source_id id)
    {
        auto const it = find(id);
        auto const how = it->late ? ending::late : ending::in_time;
        all_.erase(it);
        return how;
    }

    /// Cancels what is late. @return When to look again.
    time_point cut_off(time_point now)
    {
        auto const first = [&] { return std::find_if(all_.begin(), all_.end(), [](auto& f) { return !f.late; }); };
        auto it = first();
        for (; it != all_.end() && it->deadline <= now; it = first()) {
            it->late = true;
            if (auto* const signal = it->signal)
                signal->emit(boost::asio::cancellation_type::terminal);  // may end it here and now
        }
        return it == all_.end() ? time_point::max() : it->deadline;
    }

    std::size_t size() const noexcept { return all_.size(); }
private:
    struct flight
    {
        source_id id;
        time_point deadline;
        boost::asio::cancellation_signal* signal;
        bool late;
    };

    std::vector<flight>::iterator find(source_id id)
    {
        return std::find_if(all_.begin(), all_.end(), [id](auto const& f) { return f.id == id; });
    }

    std::vector<flight> all_;  // in the order of their start
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_FLIGHTS_HPP
