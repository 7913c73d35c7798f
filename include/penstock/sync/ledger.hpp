#ifndef PENSTOCK_SYNC_LEDGER_HPP
#define PENSTOCK_SYNC_LEDGER_HPP
#include <penstock/config.hpp>
#include <penstock/sync/decide.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::sync {

/// One line of what was decided and why, for `penstock explain`.
struct note
{
    wall_time at{};
    std::string text;
};

/// What is known about one source.
struct ledger_entry
{
    situation now;
    time_point heard{};          ///< When a webhook last named it; the epoch if never.
    wall_time heard_at{};        ///< The same for people.
    bool watched = false;        ///< A watch shows this object now; others are read when they are needed.
    std::uint64_t written = 0;   ///< Version of the object after our last write,
    time_point written_until{};  ///< and until when an older one is taken for a watch that lags behind.
    std::string gave_up_on;      ///< The commit whose last sync failed; polls do not ask for it again.
    bool polled_once = false;    ///< Its first poll since this process started has ended.
    std::deque<note> notes;      ///< The last decisions, oldest first, at most `ledger::max_notes`.
};

/** All that the sync system knows, by key. State that must outlive the process is in the inbox or in the
    cluster; this can be lost. Pure and not thread-safe. */
class ledger
{
public:
    static constexpr std::size_t max_notes = 16;

    enum class seen
    {
        news,     ///< New, or changed.
        nothing,  ///< The same again.
        stale,    ///< Older than what is known, and not taken.
    };

    /// Takes an object that the cluster showed. One that is older than our own write (a watch that lags behind)
    /// is not taken, for up to 30 s after that write.
    PENSTOCK_DECL seen observe(source s, time_point now);
    /// The same, from a watch: the object needs no reading for as long as it is not forgotten.
    PENSTOCK_DECL seen watched(source s, time_point now);
    /// Takes the object that answered our own write.
    PENSTOCK_DECL void wrote(source s, time_point now);
    /// The object was deleted. What is wanted of it stays until a decision ends it.
    PENSTOCK_DECL void forget(std::string_view key);

    /** Takes a wish in.
        @return The wish that does not stand any more, if there are two: the older one, or this one. */
    PENSTOCK_DECL std::optional<wish> want(std::string const& key, wish w);

    PENSTOCK_DECL void asked(std::string_view key, remote_head head);
    PENSTOCK_DECL void requested(std::string_view key, std::string token, time_point now);
    /// Ends what is wanted. @return The wish that ended.
    PENSTOCK_DECL std::optional<wish> settle(std::string_view key, outcome how);
    PENSTOCK_DECL void write(std::string_view key, wall_time at, std::string text);
    PENSTOCK_DECL void heard(std::string_view key, time_point now, wall_time at);

    PENSTOCK_DECL ledger_entry const* find(std::string_view key) const;
    PENSTOCK_DECL ledger_entry* find(std::string_view key);
    std::map<std::string, ledger_entry, std::less<>> const& entries() const noexcept { return entries_; }
    /// Forgets what no watch shows and nothing is wanted of: objects of other kinds, some time after their sync.
    PENSTOCK_DECL void tidy();
    /// How many wishes stand.
    PENSTOCK_DECL std::size_t wanted() const;
private:
    std::map<std::string, ledger_entry, std::less<>> entries_;
};

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/ledger.ipp>
#endif

#endif  // PENSTOCK_SYNC_LEDGER_HPP
