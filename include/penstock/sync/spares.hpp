#ifndef PENSTOCK_SYNC_SPARES_HPP
#define PENSTOCK_SYNC_SPARES_HPP
#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace penstock::sync {

/** Objects that are lent for a while and come back, so that the memory which they have gathered is used again. What
    was in one before is still in it, but for what its `rest()`, if it has one, gives up when it comes back.

    One thread. A loan may outlive the spares. */
template <class T>
class spares
{
    struct shelf
    {
        std::vector<std::unique_ptr<T>> idle;
        std::vector<T const*> lent;
    };
public:
    static constexpr std::size_t max_idle = 16;

    class loan
    {
    public:
        loan(loan&&) = delete;
        ~loan()
        {
            std::erase(shelf_->lent, item_.get());
            if constexpr (requires(T& t) {
                              { t.rest() } noexcept;
                          })
                item_->rest();
            if (shelf_->idle.size() < max_idle)
                shelf_->idle.push_back(std::move(item_));
        }
        T* operator->() const noexcept { return item_.get(); }
        T& operator*() const noexcept { return *item_; }
    private:
        friend class spares;

        explicit loan(std::shared_ptr<shelf> from) : shelf_(std::move(from))
        {
            shelf_->idle.reserve(max_idle);
            if (shelf_->idle.empty()) {
                item_ = std::make_unique<T>();
            } else {
                item_ = std::move(shelf_->idle.back());
                shelf_->idle.pop_back();
            }
            shelf_->lent.push_back(item_.get());
        }

        std::shared_ptr<shelf> shelf_;
        std::unique_ptr<T> item_;
    };

    loan borrow() { return loan(shelf_); }

    /// Those that are lent at the moment.
    std::vector<T const*> const& lent() const noexcept { return shelf_->lent; }
private:
    std::shared_ptr<shelf> shelf_ = std::make_shared<shelf>();
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_SPARES_HPP
