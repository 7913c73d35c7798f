#ifndef PENSTOCK_KUBE_HANDLERS_HPP
#define PENSTOCK_KUBE_HANDLERS_HPP
#include <penstock/time/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace penstock::kube {

namespace detail {

struct handler_state
{
    bool live = true;
    bool synced = false;
};

}  // namespace detail

/** Somebody who is told of objects, for as long as this exists. May outlive who tells.
    @par Thread safety
    One thread, that of who tells. */
class subscription
{
public:
    subscription() = default;
    explicit subscription(std::shared_ptr<detail::handler_state> state) : state_(std::move(state)) {}
    subscription(subscription&&) noexcept = default;
    subscription& operator=(subscription&& other) noexcept
    {
        end();
        state_ = std::move(other.state_);
        return *this;
    }
    ~subscription() { end(); }

    /** From now on nothing is told, not even what is just being told to others. Twice is once. What the handler
        captured is let go of when the next thing is told. */
    void end() noexcept
    {
        if (state_ != nullptr)
            state_->live = false;
        state_.reset();
    }

    /// Whether the handler has been told of all objects of the first list. Stays true.
    bool synced() const noexcept { return state_ != nullptr && state_->synced; }
private:
    std::shared_ptr<detail::handler_state> state_;
};

/** Who is told of something, one after the other, in the order in which they came. Pure.

    Handlers may be added and removed at any time, also by a handler while it is told something. What one of them throws
    hinders no other. Nothing is queued.
    @tparam Args What they are told. */
template <class... Args>
class handlers
{
public:
    using handler = std::function<void(Args const&...)>;
    using number = std::uint64_t;

    /// @param resync How often `due` calls; zero: never.
    subscription add(handler tell, duration resync, time_point now)
    {
        if (telling_ == 0)
            sweep();
        auto made = std::make_shared<one>();
        made->tell = std::move(tell);
        made->id = next_++;
        made->resync = resync;
        made->due = resync > duration::zero() ? now + resync : time_point::max();
        all_.push_back(made);
        return subscription(std::move(made));
    }

    /// Those that are added from now on have at least this number.
    number mark() const noexcept { return next_; }

    /** Tells those that came before `before`, as long as they are there.
        @param fault Called with what one of them threw. */
    template <class Fault>
    void tell(number before, Fault const& fault, Args const&... args)
    {
        ++telling_;
        for (std::size_t i = 0; i < all_.size() && all_[i]->id < before; ++i) {
            auto const each = all_[i];  // lives on while it is called
            if (each->live)
                call(*each, fault, args...);
        }
        if (--telling_ == 0)
            sweep();
    }

    /// The first list is complete: those that came before know of all of it.
    void synced()
    {
        for (auto const& each : all_)
            each->synced = true;
    }
    /// The one that was added last knows of all of it.
    void last_synced() { all_.back()->synced = true; }

    /// When the next one wants to be told of everything again; `time_point::max()`: none does.
    time_point next_due() const noexcept
    {
        auto next = time_point::max();
        for (auto const& each : all_)
            if (each->live)
                next = std::min(next, each->due);
        return next;
    }

    /** Calls `all(tell)` for each whose time has come; `tell(args...)` tells that one alone. */
    template <class Fault, class All>
    void due(time_point now, Fault const& fault, All const& all)
    {
        auto const before = next_;
        for (std::size_t i = 0; i < all_.size() && all_[i]->id < before; ++i) {
            auto const each = all_[i];
            if (!each->live || each->due > now)
                continue;
            each->due = now + each->resync;
            tell_alone(each, fault, all);
        }
    }

    /// The same for the one that was added last, at once.
    template <class Fault, class All>
    void to_last(Fault const& fault, All const& all)
    {
        auto const each = all_.back();
        tell_alone(each, fault, all);
    }

    std::size_t size() const noexcept
    {
        return static_cast<std::size_t>(
            std::count_if(all_.begin(), all_.end(), [](auto const& each) { return each->live; }));
    }
private:
    struct one : detail::handler_state
    {
        handler tell;
        std::uint64_t id = 0;
        duration resync{};
        time_point due = time_point::max();
    };

    template <class Fault, class All>
    void tell_alone(std::shared_ptr<one> const& each, Fault const& fault, All const& all)
    {
        ++telling_;
        all([&](Args const&... args) {
            if (each->live)
                call(*each, fault, args...);
        });
        if (--telling_ == 0)
            sweep();
    }

    template <class Fault>
    static void call(one& each, Fault const& fault, Args const&... args)
    {
        try {
            each.tell(args...);
        } catch (std::exception const& e) {
            fault(e);
        }
    }

    void sweep()
    {
        std::erase_if(all_, [](auto const& each) { return !each->live; });
    }

    std::vector<std::shared_ptr<one>> all_;
    number next_ = 0;
    int telling_ = 0;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_HANDLERS_HPP
