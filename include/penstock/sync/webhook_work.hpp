#ifndef PENSTOCK_SYNC_WEBHOOK_WORK_HPP
#define PENSTOCK_SYNC_WEBHOOK_WORK_HPP
#include <penstock/hook/event.hpp>
#include <penstock/http/message.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::sync {

/// What a delivery needs while it is served; lent for one, and kept for the next: see `spares`.
class webhook_work
{
public:
    static constexpr std::size_t max_spare_body = 64 * 1024 + 64;
    static constexpr std::size_t max_spare_paths = 64;
    static constexpr std::size_t believed = 1024 * 1024;  // bytes

    std::string body;
    std::string id;
    hook::push_event event;
    http::response answer;

    /// Makes it ready for a body of about this size.
    void start(std::size_t size)
    {
        body.clear();
        body.reserve(size);
    }

    /// What has arrived of a large body is not copied again and again; only who sends much is believed its size.
    void add(std::string_view slice, std::size_t announced)
    {
        if (body.size() + slice.size() > std::max(body.capacity(), believed))
            body.reserve(announced);
        body.append(slice);
    }

    /// Keeps what an ordinary delivery needs, and no more: the next one may be long in coming. A text of the event is
    /// as long as its body at most.
    void rest() noexcept
    {
        bool const large = body.capacity() > max_spare_body;
        if (large)
            std::string().swap(body);  // to assign an empty one would keep the memory
        if (large || event.paths.capacity() > max_spare_paths)
            event = hook::push_event();
    }
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_WEBHOOK_WORK_HPP
