#ifndef PENSTOCK_STORE_IMPL_SQLITE_STORE_IPP
#define PENSTOCK_STORE_IMPL_SQLITE_STORE_IPP
#include <penstock/store/sqlite_store.hpp>

#include <penstock/clock/gate.hpp>
#include <penstock/store/impl/sqlite_operation.ipp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <exception>
#include <mutex>

namespace penstock::store {

namespace detail {

/// One operation in line for the database's thread.
struct operation
{
    explicit operation(bool writes) : is_write(writes) {}
    virtual ~operation() = default;
    /// On the database's thread, in a transaction if the batch writes.
    virtual void perform(database& db, std::uint64_t& version) = 0;
    /// Takes the answer back: the transaction did not commit.
    virtual void fail(failure why) = 0;
    /// Wakes the waiter, on its own thread.
    virtual void wake() = 0;
    bool const is_write;
};

template <class T, class Body>
struct operation_of final : operation
{
    operation_of(executor e, bool writes, Body b) : operation(writes), ex(std::move(e)), body(std::move(b)), ended(ex)
    {}

    void perform(database& db, std::uint64_t& version) override
    {
        try {
            answer = body(db, version);
        } catch (std::exception const& e) {
            answer = failure(errc::store_failed, e.what());
        }
    }
    void fail(failure why) override { answer = std::move(why); }
    void wake() override { ended.notify(); }

    executor ex;
    Body body;
    clock::gate ended;  // touched by the waiter's thread only
    result<T> answer = failure(asio::error::operation_aborted);
    bool over = false;  // likewise
};

}  // namespace detail

class sqlite_store::impl
{
public:
    impl(std::unique_ptr<detail::database> db, sqlite_store_options o)
        : options_(std::move(o)), db_(std::move(db)), version_(db_->last_version())
    {}

    ~impl() { thread_.join(); }  // finishes what is in line

    /// Puts an operation in line and waits for it.
    template <class T, class Body>
    awaitable<result<T>> perform(bool writes, Body body)
    {
        auto ex = co_await asio::this_coro::executor;
        auto const op = std::make_shared<detail::operation_of<T, Body>>(ex, writes, std::move(body));
        // The last reference goes on this thread: the gate in it belongs here.
        if (!enqueue(op, [ex, op]() mutable { asio::post(ex, [op = std::move(op)] { op->over = true, op->wake(); }); }))
            co_return failure(errc::unavailable, "too many operations of the store are in line");
        auto const ec = co_await op->ended.wait();
        if (!op->over)  // cancelled: the answer belongs to the other thread
            co_return ec;
        co_return std::move(op->answer);
    }

    /// The same, if nothing is wrong with it.
    template <class T, class Body>
    awaitable<result<T>> perform_if(result<void> valid, bool writes, Body body)
    {
        if (!valid)
            co_return valid.error();
        co_return co_await perform<T>(writes, std::move(body));
    }

    wall_time now() const { return options_.now(); }
    std::uint64_t commits() const noexcept { return commits_.load(std::memory_order_relaxed); }
private:
    struct waiting
    {
        std::shared_ptr<detail::operation> op;
        std::function<void()> wake;
    };

    bool enqueue(std::shared_ptr<detail::operation> op, std::function<void()> wake)
    {
        std::lock_guard const lock(mutex_);
        if (line_.size() >= options_.max_pending)
            return false;
        line_.push_back({std::move(op), std::move(wake)});
        if (!std::exchange(scheduled_, true))
            asio::post(thread_, [this] { work(); });
        return true;
    }

    /// On the database's thread: batch after batch, until the line is empty.
    void work()
    {
        for (;;) {
            std::vector<waiting> batch;
            {
                std::lock_guard const lock(mutex_);
                batch.swap(line_);
                if (batch.empty()) {
                    scheduled_ = false;
                    return;
                }
            }
            commit(batch);
            for (auto& w : batch) {
                w.op.reset();
                w.wake();
            }
        }
    }

    void commit(std::vector<waiting> const& batch)
    {
        bool writes = false;
        for (auto const& w : batch)
            writes = writes || w.op->is_write;
        if (!writes) {
            for (auto const& w : batch)
                w.op->perform(*db_, version_);
            return;
        }
        auto version = version_;
        int rc = db_->run("BEGIN IMMEDIATE");
        if (rc == SQLITE_OK) {
            for (auto const& w : batch)
                if (db_->in_transaction())  // a full disk ends it
                    w.op->perform(*db_, version);
            auto ok = version == version_ ? result<void>() : db_->remember_version(version);
            if (ok)
                ok = db_->sweep(options_.now());
            rc = ok ? db_->run("COMMIT") : SQLITE_ERROR;
            if (ok && rc == SQLITE_OK) {
                version_ = version;
                commits_.fetch_add(1, std::memory_order_relaxed);
                return;
            }
            db_->run("ROLLBACK");
            return fail(batch, ok ? db_->broken(rc) : ok.error());
        }
        fail(batch, db_->broken(rc));
    }

    /// Nothing of the batch has happened. Reads fail too: they may have seen what was taken back.
    static void fail(std::vector<waiting> const& batch, failure const& why)
    {
        for (auto const& w : batch)
            w.op->fail(why);
    }

    sqlite_store_options options_;
    std::unique_ptr<detail::database> db_;  // the database's thread only
    std::uint64_t version_;                 // likewise: the highest that was committed
    std::atomic<std::uint64_t> commits_{0};
    std::mutex mutex_;
    std::vector<waiting> line_;
    bool scheduled_ = false;
    asio::thread_pool thread_{1};
};

PENSTOCK_DECL result<std::unique_ptr<sqlite_store>> sqlite_store::open(std::string const& path,
                                                                       sqlite_store_options options)
{
    auto db = detail::database::open(path, options);
    if (!db)
        return db.error();
    return std::unique_ptr<sqlite_store>(new sqlite_store(std::make_unique<impl>(*std::move(db), std::move(options))));
}

PENSTOCK_DECL sqlite_store::sqlite_store(std::unique_ptr<impl> i) noexcept : impl_(std::move(i)) {}

PENSTOCK_DECL sqlite_store::~sqlite_store() = default;

// None of these is a coroutine: they copy the texts at once.
PENSTOCK_DECL awaitable<result<std::optional<item>>> sqlite_store::get(std::string_view key)
{
    detail::get_item body{std::string(key), impl_->now()};
    return impl_->perform_if<std::optional<item>>(check_item(key, 0), false, std::move(body));
}

PENSTOCK_DECL awaitable<result<std::uint64_t>> sqlite_store::put(std::string_view key, std::string_view value,
                                                                 precondition when, std::optional<wall_time> expires)
{
    item i;
    i.value = value;
    i.expires = expires;
    detail::put_item body{std::string(key), std::move(i), when, impl_->now()};
    return impl_->perform_if<std::uint64_t>(check_item(key, value.size()), true, std::move(body));
}

PENSTOCK_DECL awaitable<result<void>> sqlite_store::erase(std::string_view key, precondition when)
{
    detail::erase_item body{std::string(key), when, impl_->now()};
    return impl_->perform_if<void>(check_item(key, 0), true, std::move(body));
}

PENSTOCK_DECL awaitable<result<std::vector<entry>>> sqlite_store::scan(std::string_view prefix, std::string_view after,
                                                                       std::size_t limit)
{
    detail::scan_items body{std::string(prefix), std::string(after), limit, impl_->now()};
    return impl_->perform<std::vector<entry>>(false, std::move(body));
}

PENSTOCK_DECL awaitable<result<std::uint64_t>> sqlite_store::commit(transaction t)
{
    auto ok = t.valid();
    detail::commit_transaction body{std::move(t), impl_->now()};
    return impl_->perform_if<std::uint64_t>(std::move(ok), true, std::move(body));
}

PENSTOCK_DECL std::uint64_t sqlite_store::commits() const noexcept
{
    return impl_->commits();
}

}  // namespace penstock::store

#endif  // PENSTOCK_STORE_IMPL_SQLITE_STORE_IPP
