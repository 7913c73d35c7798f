#ifndef PENSTOCK_EMBEDDED_KUBE_WATCH_HPP
#define PENSTOCK_EMBEDDED_KUBE_WATCH_HPP
#include <penstock/config.hpp>
#include <penstock/embedded/kube_store.hpp>
#include <penstock/embedded/kube_table.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace penstock::embedded {

struct kube_watch_options
{
    kube_type_ptr type;
    std::string ns;  ///< Empty: all namespaces.
    kube_selector selector;
    kube_accept accept;
    std::string version;          ///< `resourceVersion`: empty, `0` or where to go on from.
    bool bookmarks = false;       ///< `allowWatchBookmarks`
    bool initial_events = false;  ///< `sendInitialEvents=true`
    bool no_initial_events = false;  ///< `sendInitialEvents=false`
    duration timeout = std::chrono::minutes(30);
};

/** One watch: a cursor over the history of a store that turns changes into lines of the watch protocol.

    Pure: whoever holds it asks for lines when the history has told that there is something new. The store
    outlives it. */
class kube_watch
{
public:
    PENSTOCK_DECL kube_watch(kube_store const& store, kube_watch_options options);

    /// Everything there is to say now; empty: nothing new. After `ended` nothing comes any more.
    PENSTOCK_DECL std::string take();
    /// A bookmark at the present version; empty where the client did not ask for bookmarks.
    PENSTOCK_DECL std::string bookmark();
    bool ended() const noexcept { return ended_; }
    kube_watch_options const& options() const noexcept { return options_; }
private:
    std::string line(std::string_view kind, kube_object const& object);
    std::string failed(kube_error const& why);
    std::string bookmark_line(bool ends_list);
    void begin(std::string& out);
    void tell(std::string& out, kube_change const& change);

    kube_store const* store_;
    kube_watch_options options_;
    std::string key_;
    std::uint64_t cursor_ = 0;
    bool begun_ = false;
    bool ended_ = false;
    bool columns_told_ = false;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_watch.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_WATCH_HPP
