#ifndef PENSTOCK_STORE_IMPL_SQLITE_STATEMENT_IPP
#define PENSTOCK_STORE_IMPL_SQLITE_STATEMENT_IPP
// What SQLite hands out, owned, and a statement with its parameters.
#include <penstock/store/item_store.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::store::detail {

struct close_database
{
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};
struct finalize_statement
{
    void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
};

/// A prepared statement with its parameters bound; reset when it goes.
class bound
{
public:
    explicit bound(sqlite3_stmt* s) noexcept : statement_(s) {}
    bound(bound const&) = delete;
    bound& operator=(bound const&) = delete;
    ~bound()
    {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }

    /// The text must live until this object goes.
    bound& blob(int at, std::string_view v) noexcept
    {
        sqlite3_bind_blob64(statement_, at, v.empty() ? "" : v.data(), v.size(), SQLITE_STATIC);
        return *this;
    }
    bound& number(int at, std::int64_t v) noexcept
    {
        sqlite3_bind_int64(statement_, at, v);
        return *this;
    }
    /// SQLITE_ROW, SQLITE_DONE or an error.
    int step() noexcept { return sqlite3_step(statement_); }

    std::string text(int column) const
    {
        auto const* p = static_cast<char const*>(sqlite3_column_blob(statement_, column));
        return p == nullptr ? std::string()
                            : std::string(p, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
    }
    std::int64_t number(int column) const noexcept { return sqlite3_column_int64(statement_, column); }
    bool null(int column) const noexcept { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

    /// Reads value, version, expires from three columns.
    store::item item(int column) const
    {
        store::item out;
        out.value = text(column);
        out.version = static_cast<std::uint64_t>(number(column + 1));
        if (!null(column + 2))
            out.expires = wall_time(duration(number(column + 2)));
        return out;
    }
private:
    sqlite3_stmt* statement_;
};

}  // namespace penstock::store::detail

#endif  // PENSTOCK_STORE_IMPL_SQLITE_STATEMENT_IPP
