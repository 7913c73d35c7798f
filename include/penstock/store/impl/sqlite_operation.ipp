#ifndef PENSTOCK_STORE_IMPL_SQLITE_OPERATION_IPP
#define PENSTOCK_STORE_IMPL_SQLITE_OPERATION_IPP
#include <penstock/store/impl/sqlite_database.ipp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::store::detail {

// What the operations do. Named types, because a lambda in a coroutine has no linkage.
struct get_item
{
    std::string key;
    wall_time now;
    result<std::optional<item>> operator()(database& db, std::uint64_t&) const { return db.get(key, now); }
};

struct put_item
{
    std::string key;
    item what;
    precondition when;
    wall_time now;
    result<std::uint64_t> operator()(database& db, std::uint64_t& version)
    {
        if (auto const ok = db.allows(key, when, now); !ok)
            return ok.error();
        what.version = version + 1;
        if (auto const ok = db.put(key, what); !ok)
            return ok.error();
        return ++version;
    }
};

struct erase_item
{
    std::string key;
    precondition when;
    wall_time now;
    result<void> operator()(database& db, std::uint64_t&) const
    {
        if (auto const ok = db.allows(key, when, now); !ok)
            return ok.error();
        return db.erase(key);
    }
};

struct scan_items
{
    std::string prefix, after;
    std::size_t limit;
    wall_time now;
    result<std::vector<entry>> operator()(database& db, std::uint64_t&) const
    {
        return db.scan(prefix, after, limit, now);
    }
};

/// All or nothing within what other operations of the batch do: it may fail and they not.
struct commit_transaction
{
    transaction what;
    wall_time now;

    result<std::uint64_t> operator()(database& db, std::uint64_t& version) const
    {
        if (auto const ok = holds(db); !ok)
            return ok.error();
        if (!what.writes())
            return version;
        if (int const rc = db.run("SAVEPOINT several"); rc != SQLITE_OK)
            return db.broken(rc);
        auto const done = write(db, version + 1);
        if (!done)
            db.run("ROLLBACK TO several");
        if (int const rc = db.run("RELEASE several"); rc != SQLITE_OK)
            return db.broken(rc);
        if (!done)
            return done.error();
        return ++version;
    }
private:
    result<void> holds(database& db) const
    {
        if (what.seen()) {
            auto const present = db.scan(what.prefix(), "", max_scan, now);
            if (!present)
                return present.error();
            if (auto const same = what.unchanged(*present); !same)
                return same;
        }
        for (auto const& c : what.changes())
            if (auto const ok = db.allows(c.key, c.when, now); !ok)
                return ok;
        return {};
    }

    result<void> write(database& db, std::uint64_t version) const
    {
        using kind = transaction::change::kind;
        for (auto const& c : what.changes()) {
            auto const done = c.what == kind::erase ? db.erase(c.key)
                              : c.what == kind::put ? db.put(c.key, item{c.value, version, c.expires})
                                                    : result<void>();
            if (!done)
                return done;
        }
        return {};
    }
};

}  // namespace penstock::store::detail

#endif  // PENSTOCK_STORE_IMPL_SQLITE_OPERATION_IPP
