#ifndef PENSTOCK_KUBE_OBJECT_FEED_HPP
#define PENSTOCK_KUBE_OBJECT_FEED_HPP
#include <penstock/kube/handlers.hpp>
#include <penstock/kube/known_objects.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace penstock::kube {

/** What an informer knows, and who is told of it: between lists and events on one side and handlers on the other. Pure.

    Every handler hears of each object first `added` and, when it is gone, `deleted`, once each, whenever the handler
    came: one that comes late hears at once of all that is known. Handlers are called as things happen; nothing is kept
    for them but the objects of the projection, and those once for all.
    @par Thread safety
    One thread. A handler may add and remove handlers. */
template <projection P>
class object_feed
{
public:
    using shown = shown_object<P>;
    using handler = std::function<void(object_event, shown const&)>;
    using fault = std::function<void(std::exception const&)>;

    /// @param complain Hears of what handlers throw.
    object_feed(resource what, fault complain) : what_(std::move(what)), complain_(std::move(complain)) {}

    /** Adds a handler, which hears at once of all objects that are known.
        @param resync How often it is told of all of them again, as `modified`; zero: never. */
    subscription add(handler tell, duration resync, time_point now)
    {
        auto made = handlers_.add(std::move(tell), resync, now);
        if (synced_)
            handlers_.last_synced();
        handlers_.to_last(complain_, [this](auto const& tell_it) { this->tell_all(tell_it, object_event::added); });
        return made;
    }

    void begin_list() noexcept { known_.begin_list(); }

    /// An object of a list, or of an event that says that it exists.
    void exists(sighting<P>& seen)
    {
        auto const present = handlers_.mark();
        if constexpr (!field_projection<P>)
            seen.kept = P::of(seen.object);
        using change = typename known_objects<P>::change;
        typename P::value before{};
        switch (known_.exists(seen.head, seen.kept, before)) {
        case change::replaced: tell_gone(present, seen.head.name, before); [[fallthrough]];
        case change::added: tell(present, object_event::added, seen); break;
        case change::modified: tell(present, object_event::modified, seen); break;
        case change::none: break;
        }
    }

    /// An object of an event that says that it is gone; the last state of it.
    void vanished(sighting<P>& seen)
    {
        if (known_.vanished(seen.head.name))
            tell(handlers_.mark(), object_event::deleted, seen);
    }

    /// The list is complete: what it did not name is gone, and is told as it was last known.
    void end_list()
    {
        auto const present = handlers_.mark();
        for (auto const& [name, kept] : known_.end_list())
            tell_gone(present, name, kept);
        synced_ = true;
        handlers_.synced();
    }

    /// Whether the first list is complete. Stays true.
    bool synced() const noexcept { return synced_; }

    /// When the next handler wants to hear of everything again.
    time_point next_resync() const noexcept { return handlers_.next_due(); }
    /// Tells those whose time has come.
    void resync(time_point now)
    {
        handlers_.due(now, complain_, [this](auto const& tell_it) { this->tell_all(tell_it, object_event::modified); });
    }

    known_objects<P> const& objects() const noexcept { return known_; }
    /// How many are told.
    std::size_t handler_count() const noexcept { return handlers_.size(); }
private:
    void tell(handlers<object_event, shown>::number before, object_event how, sighting<P> const& seen)
    {
        if constexpr (field_projection<P>)
            handlers_.tell(before, complain_, how, shown{seen.head.name, seen.kept});
        else
            handlers_.tell(before, complain_, how, seen.object);
    }

    /// What is known of an object that is not at hand.
    shown stored(object_name const& name, typename P::value const& kept) const
    {
        if constexpr (field_projection<P>)
            return {name, kept};
        else if constexpr (std::same_as<typename P::value, boost::json::object>)
            return kept;
        else
            return tombstone(what_, name);
    }

    void tell_gone(handlers<object_event, shown>::number before, object_name const& name, typename P::value const& kept)
    {
        handlers_.tell(before, complain_, object_event::deleted, stored(name, kept));
    }

    /// By name, for a handler may change what is known by adding another one, but not by anything else.
    template <class Tell>
    void tell_all(Tell const& tell_it, object_event how) const
    {
        known_.for_each(
            [&](object_name const& name, typename P::value const& kept) { tell_it(how, stored(name, kept)); });
    }

    resource what_;
    fault complain_;
    known_objects<P> known_;
    handlers<object_event, shown> handlers_;
    bool synced_ = false;
};

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_OBJECT_FEED_HPP
