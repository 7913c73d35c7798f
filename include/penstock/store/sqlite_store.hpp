#ifndef PENSTOCK_STORE_SQLITE_STORE_HPP
#define PENSTOCK_STORE_SQLITE_STORE_HPP
#include <penstock/config.hpp>
#include <penstock/store/transaction.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::store {

struct sqlite_store_options
{
    duration busy_timeout = std::chrono::seconds(2);  ///< How long `open` waits for another process to let go.
    std::size_t max_pending = 10'000;                 ///< Operations in line; one more gives `errc::unavailable`.
    bool check = true;                                ///< Look for corruption when opening; reads the whole file.
    wall_clock now = [] { return wall_time(std::chrono::system_clock::now()); };
};

/** Keeps items in an SQLite file that this process owns alone. A write returns when it is on the disk: it
    survives a crash and a power cut.

    The database runs on a thread of its own. Writes that come while a transaction is under way go into the next
    one together, so that many writers share one flush. Every operation must be awaited on a loop that outlives
    this object; the destructor finishes what is under way and waits for the thread. Texts are copied by the call.
    @par Thread safety
    One thread for all calls. */
class sqlite_store
{
public:
    /** Opens or makes the file. Blocks: call it at start.

        @return `errc::store_failed` with the path, the reason and what to do; `errc::unavailable` when another
        process has it open; `errc::unsupported` when a newer version of this program wrote it. */
    PENSTOCK_DECL static result<std::unique_ptr<sqlite_store>> open(std::string const& path,
                                                                    sqlite_store_options options = {});
    PENSTOCK_DECL ~sqlite_store();
    sqlite_store(sqlite_store const&) = delete;
    sqlite_store& operator=(sqlite_store const&) = delete;

    PENSTOCK_DECL awaitable<result<std::optional<item>>> get(std::string_view key);
    PENSTOCK_DECL awaitable<result<std::uint64_t>> put(std::string_view key, std::string_view value,
                                                       precondition when = precondition::any(),
                                                       std::optional<wall_time> expires = std::nullopt);
    PENSTOCK_DECL awaitable<result<void>> erase(std::string_view key, precondition when = precondition::any());
    PENSTOCK_DECL awaitable<result<std::vector<entry>>> scan(std::string_view prefix, std::string_view after,
                                                             std::size_t limit);
    PENSTOCK_DECL awaitable<result<std::uint64_t>> commit(transaction t);

    /// Transactions committed since `open`; fewer than writes when they were grouped.
    PENSTOCK_DECL std::uint64_t commits() const noexcept;
private:
    class impl;
    PENSTOCK_DECL explicit sqlite_store(std::unique_ptr<impl> i) noexcept;
    std::unique_ptr<impl> impl_;
};
static_assert(transactional_store<sqlite_store>);

}  // namespace penstock::store

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/store/impl/sqlite_store.ipp>
#endif

#endif  // PENSTOCK_STORE_SQLITE_STORE_HPP
