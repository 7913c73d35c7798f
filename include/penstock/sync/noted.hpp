#ifndef PENSTOCK_SYNC_NOTED_HPP
#define PENSTOCK_SYNC_NOTED_HPP
#include <penstock/hook/deliveries.hpp>

#include <string_view>

namespace penstock::sync {

/// A delivery that has been noted and is forgotten again, so that it may be repeated, unless it `stays`: whatever ends
/// the work on it, a failure, an exception or a cancellation.
class noted
{
public:
    /// @param id Lives as long as this; empty for a delivery that nothing tells from others.
    noted(hook::deliveries& all, std::string_view id) : all_(all), id_(id) {}
    noted(noted const&) = delete;
    noted& operator=(noted const&) = delete;
    ~noted()
    {
        if (!id_.empty())
            all_.forget(id_);
    }
    void stays() noexcept { id_ = {}; }
private:
    hook::deliveries& all_;
    std::string_view id_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_NOTED_HPP
