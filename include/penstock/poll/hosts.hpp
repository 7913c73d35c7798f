#ifndef PENSTOCK_POLL_HOSTS_HPP
#define PENSTOCK_POLL_HOSTS_HPP
#include <penstock/poll/schedule.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::poll {

/** How many polls of each host are under way, and which sources stand in line for one. Pure.

    A host is known for as long as a source names it. */
class hosts
{
public:
    using host_id = std::uint32_t;

    explicit hosts(std::size_t most) : most_(most == 0 ? 1 : most) {}

    /// The host of that name; counts one more source of it.
    host_id use(std::string_view name)
    {
        auto const [it, fresh] = ids_.try_emplace(std::string(name), 0);
        if (fresh) {
            if (free_.empty()) {
                it->second = static_cast<host_id>(hosts_.size());
                hosts_.emplace_back();
            } else {
                it->second = free_.back();
                free_.pop_back();
            }
            hosts_[it->second].name = it->first;
        }
        ++hosts_[it->second].sources;
        return it->second;
    }

    /// One source less. Its polls have ended and it does not stand in line.
    void release(host_id id)
    {
        if (--hosts_[id].sources != 0)
            return;
        ids_.erase(hosts_[id].name);
        hosts_[id] = host();
        free_.push_back(id);
    }

    enum class entry : std::uint8_t
    {
        started,
        in_line,  ///< The host has enough polls under way; `end` will give the source back.
    };

    entry begin(host_id id, source_id source)
    {
        auto& h = hosts_[id];
        if (h.in_flight < most_) {
            ++h.in_flight;
            return entry::started;
        }
        h.line.push_back(source);
        return entry::in_line;
    }

    /// A poll has ended. The source that stood in line longest, if one did, has its place: start it, or `end` again.
    std::optional<source_id> end(host_id id)
    {
        auto& h = hosts_[id];
        if (h.line.empty()) {
            --h.in_flight;
            return std::nullopt;
        }
        auto const next = h.line.front();
        h.line.pop_front();
        return next;
    }

    /// Takes a source out of the line.
    void leave(host_id id, source_id source) { std::erase(hosts_[id].line, source); }

    std::size_t size() const noexcept { return ids_.size(); }
private:
    struct host
    {
        std::string name;
        std::size_t sources = 0;
        std::size_t in_flight = 0;
        std::deque<source_id> line;
    };
    std::size_t most_;
    std::unordered_map<std::string, host_id> ids_;
    std::vector<host> hosts_;
    std::vector<host_id> free_;
};

}  // namespace penstock::poll

#endif  // PENSTOCK_POLL_HOSTS_HPP
