#ifndef PENSTOCK_SYNC_UNDER_WAY_HPP
#define PENSTOCK_SYNC_UNDER_WAY_HPP
#include <set>
#include <string>
#include <utility>

namespace penstock::sync {

/// The deliveries that are being handled, so that a repetition is not judged before the first is. Not thread-safe.
class under_way
{
public:
    /// Holds an id for as long as it lives. An empty id stands for none, and is never held by another.
    class claim
    {
    public:
        claim(under_way& all, std::string id) : all_(all), id_(std::move(id))
        {
            first_ = id_.empty() || all_.ids_.insert(id_).second;
        }
        claim(claim const&) = delete;
        claim& operator=(claim const&) = delete;
        ~claim()
        {
            if (first_)
                all_.ids_.erase(id_);
        }
        /// Whether nobody else held it.
        bool is_first() const noexcept { return first_; }
    private:
        under_way& all_;
        std::string id_;
        bool first_ = false;
    };
private:
    std::set<std::string> ids_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_UNDER_WAY_HPP
