#ifndef PENSTOCK_STORE_MEMORY_ITEMS_HPP
#define PENSTOCK_STORE_MEMORY_ITEMS_HPP
#include <penstock/store/item_store.hpp>

#include <boost/intrusive/options.hpp>
#include <boost/intrusive/set.hpp>
#include <boost/intrusive/set_hook.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::store {

/// One item in memory: its key and its value lie behind it, in the same piece of the heap.
class memory_item : public boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::normal_link>,
                                                           boost::intrusive::optimize_size<true>>
{
public:
    memory_item(memory_item const&) = delete;

    static memory_item* make(std::string_view key, std::string_view value)
    {
        void* const place = ::operator new(sizeof(memory_item) + key.size() + value.size());
        return new (place) memory_item(key, value);
    }
    static void drop(memory_item* unused) noexcept
    {
        unused->~memory_item();
        ::operator delete(static_cast<void*>(unused));
    }

    std::string_view key() const noexcept { return {text(), key_size_}; }
    std::string_view value() const noexcept { return {text() + key_size_, value_size_}; }
    /// Writes over the value, if there is room.
    bool assign(std::string_view value) noexcept
    {
        if (value.size() > room_)
            return false;
        if (!value.empty())
            std::memmove(text() + key_size_, value.data(), value.size());
        value_size_ = static_cast<std::uint32_t>(value.size());
        return true;
    }
    bool expired(wall_time now) const noexcept { return expires && *expires <= now; }
    store::item item() const { return {std::string(value()), version, expires}; }

    std::uint64_t version = 0;
    std::optional<wall_time> expires;
private:
    memory_item(std::string_view key, std::string_view value) noexcept
        : key_size_(static_cast<std::uint32_t>(key.size())), room_(static_cast<std::uint32_t>(value.size()))
    {
        std::memcpy(text(), key.data(), key.size());
        assign(value);
    }

    char* text() noexcept { return reinterpret_cast<char*>(this + 1); }
    char const* text() const noexcept { return reinterpret_cast<char const*>(this + 1); }

    std::uint32_t key_size_;
    std::uint32_t value_size_ = 0;
    std::uint32_t room_;
};

/// Items in the order of their keys, one allocation each. Keys and values have been checked (`check_item`).
class memory_items
{
    struct key_of
    {
        using type = std::string_view;
        std::string_view operator()(memory_item const& i) const noexcept { return i.key(); }
    };
    struct dropper
    {
        void operator()(memory_item* unused) const noexcept { memory_item::drop(unused); }
    };
    using items = boost::intrusive::set<memory_item, boost::intrusive::key_of_value<key_of>>;
public:
    using iterator = items::iterator;
    using const_iterator = items::const_iterator;

    memory_items() = default;
    memory_items(memory_items&&) = default;
    memory_items& operator=(memory_items&& other) noexcept
    {
        clear();
        all_ = std::move(other.all_);
        return *this;
    }
    ~memory_items() { clear(); }

    /// The item of this key with this value, made or written over.
    memory_item& put(std::string_view key, std::string_view value)
    {
        auto const at = all_.find(key);
        if (at != all_.end()) {
            if (at->assign(value))
                return *at;
            auto* const larger = memory_item::make(key, value);
            all_.replace_node(at, *larger);
            memory_item::drop(&*at);
            return *larger;
        }
        auto* const made = memory_item::make(key, value);
        all_.insert(*made);
        return *made;
    }
    void erase(const_iterator at) noexcept { all_.erase_and_dispose(at, dropper()); }
    void erase(std::string_view key) noexcept { all_.erase_and_dispose(key, dropper()); }

    const_iterator find(std::string_view key) const noexcept { return all_.find(key); }
    bool contains(std::string_view key) const noexcept { return all_.find(key) != all_.end(); }
    const_iterator lower_bound(std::string_view key) const noexcept { return all_.lower_bound(key); }
    const_iterator upper_bound(std::string_view key) const noexcept { return all_.upper_bound(key); }
    const_iterator begin() const noexcept { return all_.begin(); }
    const_iterator end() const noexcept { return all_.end(); }
    std::size_t size() const noexcept { return all_.size(); }
    bool empty() const noexcept { return all_.empty(); }
private:
    void clear() noexcept { all_.clear_and_dispose(dropper()); }

    items all_;
};

}  // namespace penstock::store

#endif  // PENSTOCK_STORE_MEMORY_ITEMS_HPP
