#ifndef PENSTOCK_HTTP_LOWEST_QUOTA_HPP
#define PENSTOCK_HTTP_LOWEST_QUOTA_HPP
#include <penstock/time/types.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::http {

/** What is left to that credential of a host that has least, for each window of the forge: what an alert asks.

    A window that has ended says nothing any more. Whoever noted something forgets it before it ends.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class lowest_quota
{
public:
    /// @param who Tells credentials apart; never looked into.
    /// @param until When the window ends.
    void note(void const* who, std::string_view resource, std::int64_t left, time_point until)
    {
        seen_[{std::string(resource), who}] = {left, until};
    }

    void forget(void const* who)
    {
        std::erase_if(seen_, [who](auto const& one) { return one.first.second == who; });
    }

    /// Nothing where nobody has a window that goes on.
    std::optional<std::int64_t> least(std::string_view resource, time_point now) const
    {
        std::optional<std::int64_t> out;
        for (auto at = seen_.lower_bound({std::string(resource), nullptr});
             at != seen_.end() && at->first.first == resource; ++at)
            if (at->second.until > now)
                out = std::min(out.value_or(at->second.left), at->second.left);
        return out;
    }
private:
    struct window
    {
        std::int64_t left = 0;
        time_point until;
    };
    std::map<std::pair<std::string, void const*>, window> seen_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_LOWEST_QUOTA_HPP
