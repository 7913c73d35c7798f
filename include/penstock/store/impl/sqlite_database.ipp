#ifndef PENSTOCK_STORE_IMPL_SQLITE_DATABASE_IPP
#define PENSTOCK_STORE_IMPL_SQLITE_DATABASE_IPP
// The file and its statements. Everything here blocks and belongs to one thread at a time.
#include <penstock/store/impl/sqlite_statement.ipp>
#include <penstock/store/sqlite_store.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::store::detail {

inline constexpr int schema_version = 1;
inline constexpr int application_id = 0x50535431;  // "PST1": says whose file this is

class database
{
public:
    static result<std::unique_ptr<database>> open(std::string const& path, sqlite_store_options const& o)
    {
        std::unique_ptr<database> d(new database(path));
        // Only its owner may read it. Not when it is there: closing it would drop this process's locks on it.
        if (int const fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600); fd >= 0)
            ::close(fd);
        sqlite3* raw = nullptr;
        int const rc = sqlite3_open_v2(path.c_str(), &raw,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
        d->db_.reset(raw);
        if (rc != SQLITE_OK)
            return d->broken(rc);
        sqlite3_extended_result_codes(raw, 1);
        sqlite3_busy_timeout(raw,
                             static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(o.busy_timeout).count()));
        if (auto const ok = d->prepare_file(o.check); !ok)
            return ok.error();
        return d;
    }

    /// Runs statements that give no rows. @return SQLITE_OK or an error.
    int run(char const* sql) noexcept { return sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr); }

    bool in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }

    result<std::optional<item>> get(std::string const& key, wall_time now)
    {
        bound s(get_.get());
        int const rc = s.blob(1, key).number(2, now.time_since_epoch().count()).step();
        if (rc == SQLITE_ROW)
            return std::optional<item>(s.item(0));
        if (rc == SQLITE_DONE)
            return std::optional<item>();
        return broken(rc);
    }

    /// Whether the precondition of a write holds; success, `errc::conflict` or `errc::store_failed`.
    result<void> allows(std::string const& key, precondition const& when, wall_time now)
    {
        bound s(version_of_.get());
        int const rc = s.blob(1, key).number(2, now.time_since_epoch().count()).step();
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return broken(rc);
        auto const present = rc == SQLITE_ROW ? std::optional(static_cast<std::uint64_t>(s.number(0))) : std::nullopt;
        if (!when.met(present))
            return failure(errc::conflict, "item \"" + key + "\"");
        return {};
    }

    result<void> put(std::string const& key, item const& i)
    {
        bound s(put_.get());
        s.blob(1, key).blob(2, i.value).number(3, static_cast<std::int64_t>(i.version));
        if (i.expires)
            s.number(4, i.expires->time_since_epoch().count());
        return done(s.step());
    }

    result<void> erase(std::string const& key)
    {
        bound s(erase_.get());
        return done(s.blob(1, key).step());
    }

    result<std::vector<entry>> scan(std::string const& prefix, std::string const& after, std::size_t limit,
                                    wall_time now)
    {
        std::vector<entry> out;
        bound s(scan_.get());
        s.blob(1, prefix).blob(2, after).number(3, now.time_since_epoch().count());
        s.number(4, static_cast<std::int64_t>(std::min(limit, max_scan)));
        int rc = s.step();
        for (; rc == SQLITE_ROW; rc = s.step()) {
            auto key = s.text(0);
            if (!std::string_view(key).starts_with(prefix))
                return out;
            out.push_back({std::move(key), s.item(1)});
        }
        if (rc != SQLITE_DONE)
            return broken(rc);
        return out;
    }

    /// Removes a little of what has expired.
    result<void> sweep(wall_time now)
    {
        bound s(sweep_.get());
        return done(s.number(1, now.time_since_epoch().count()).step());
    }

    std::uint64_t last_version() const noexcept { return last_version_; }

    /// Stores the highest version given out, so that none is given twice.
    result<void> remember_version(std::uint64_t v)
    {
        bound s(remember_.get());
        return done(s.number(1, static_cast<std::int64_t>(v)).step());
    }

    /// What an SQLite error means for the caller; names the file.
    failure broken(int rc) const
    {
        std::string what = "store " + path_ + ": ";
        switch (rc & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {errc::unavailable, what + "another process uses this file; give each process its own"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {errc::store_failed,
                    what + "the file is damaged or is no store; move it away to begin with an empty one"};
        case SQLITE_CANTOPEN:
            return {errc::store_failed, what + "cannot be opened; its folder must exist and be writable"};
        case SQLITE_READONLY:
        case SQLITE_PERM: return {errc::store_failed, what + "may not be written; check its owner and mode"};
        case SQLITE_FULL: return {errc::store_failed, what + "the disk is full"};
        default: return {errc::store_failed, what + sqlite3_errstr(rc)};
        }
    }
private:
    explicit database(std::string path) : path_(std::move(path)) {}

    using statement = std::unique_ptr<sqlite3_stmt, finalize_statement>;

    result<void> done(int rc) const
    {
        if (rc != SQLITE_DONE)
            return broken(rc);
        return {};
    }

    int prepare(statement& to, char const* sql) noexcept
    {
        sqlite3_stmt* raw = nullptr;
        int const rc = sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        to.reset(raw);
        return rc;
    }

    /// The first number of the first row; the error code in `rc`.
    std::int64_t ask(char const* sql, int& rc) noexcept
    {
        statement s;
        rc = prepare(s, sql);
        if (rc != SQLITE_OK)
            return 0;
        rc = sqlite3_step(s.get());
        rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
        return rc == SQLITE_OK ? sqlite3_column_int64(s.get(), 0) : 0;
    }

    result<void> prepare_file(bool check)
    {
        // Exclusive before WAL: the lock is held until the file is closed, and no shared memory is needed.
        int rc = run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                     "PRAGMA wal_autocheckpoint=1000; BEGIN EXCLUSIVE; COMMIT;");
        if (rc != SQLITE_OK)
            return broken(rc);
        auto const version = ask("PRAGMA user_version", rc);
        auto const owner = rc == SQLITE_OK ? ask("PRAGMA application_id", rc) : 0;
        auto const tables = rc == SQLITE_OK ? ask("SELECT count(*) FROM sqlite_master", rc) : 0;
        if (rc != SQLITE_OK)
            return broken(rc);
        if (tables != 0 && owner != application_id)
            return failure(errc::store_failed, "store " + path_ + ": the file belongs to another program");
        if (version > schema_version)
            return failure(errc::unsupported, "store " + path_ + ": written by a newer version of this program (form "
                                                  + std::to_string(version) + ", this one knows "
                                                  + std::to_string(schema_version)
                                                  + "); use that version, or move the file away");
        if (check && tables != 0) {
            statement s;
            rc = prepare(s, "PRAGMA quick_check(1)");
            rc = rc == SQLITE_OK ? sqlite3_step(s.get()) : rc;
            if (rc != SQLITE_ROW)
                return broken(rc == SQLITE_DONE ? SQLITE_CORRUPT : rc);
            auto const* text = reinterpret_cast<char const*>(sqlite3_column_text(s.get(), 0));
            if (text == nullptr || std::string_view(text) != "ok")
                return broken(SQLITE_CORRUPT);
        }
        rc = run("BEGIN; PRAGMA application_id=1347638321; PRAGMA user_version=1;"
                 "CREATE TABLE IF NOT EXISTS items(key BLOB PRIMARY KEY, value BLOB NOT NULL,"
                 " version INTEGER NOT NULL, expires INTEGER) WITHOUT ROWID;"
                 "CREATE INDEX IF NOT EXISTS by_expiry ON items(expires) WHERE expires IS NOT NULL;"
                 "CREATE TABLE IF NOT EXISTS counter(id INTEGER PRIMARY KEY CHECK(id=1), version INTEGER NOT NULL);"
                 "INSERT OR IGNORE INTO counter VALUES(1, 0); COMMIT;");
        static_assert(application_id == 1347638321);
        std::int64_t last = 0;
        if (rc == SQLITE_OK)
            last = ask("SELECT version FROM counter", rc);
        last_version_ = static_cast<std::uint64_t>(last);
        for (auto const& [to, sql] : {
                 std::pair(&get_, "SELECT value, version, expires FROM items WHERE key=?1 AND (expires IS NULL OR "
                                  "expires>?2)"),
                 std::pair(&version_of_, "SELECT version FROM items WHERE key=?1 AND (expires IS NULL OR expires>?2)"),
                 std::pair(&put_, "INSERT OR REPLACE INTO items VALUES(?1, ?2, ?3, ?4)"),
                 std::pair(&erase_, "DELETE FROM items WHERE key=?1"),
                 std::pair(&scan_, "SELECT key, value, version, expires FROM items WHERE key>=?1 AND key>?2 AND "
                                   "(expires IS NULL OR expires>?3) ORDER BY key LIMIT ?4"),
                 std::pair(&sweep_, "DELETE FROM items WHERE key IN (SELECT key FROM items WHERE expires IS NOT NULL "
                                    "AND expires<=?1 LIMIT 64)"),
                 std::pair(&remember_, "UPDATE counter SET version=?1"),
             })
            if (rc == SQLITE_OK)
                rc = prepare(*to, sql);
        if (rc != SQLITE_OK)
            return broken(rc);
        return {};
    }

    std::string path_;
    std::unique_ptr<sqlite3, close_database> db_;
    statement get_, version_of_, put_, erase_, scan_, sweep_, remember_;
    std::uint64_t last_version_ = 0;
};

}  // namespace penstock::store::detail

#endif  // PENSTOCK_STORE_IMPL_SQLITE_DATABASE_IPP
