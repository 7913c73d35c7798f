#ifndef PENSTOCK_TESTING_LOOP_HPP
#define PENSTOCK_TESTING_LOOP_HPP
#include <penstock/clock/deadline.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/testing/manual_clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace penstock::testing {

/// A coroutine that has been started: ask whether it is done, take what it gave, or cancel it.
template <class T>
class task
{
public:
    struct shared
    {
        asio::cancellation_signal signal;
        std::optional<T> value;
        std::exception_ptr error;
    };

    task(asio::io_context& context, std::shared_ptr<shared> state) : context_(&context), state_(std::move(state)) {}

    bool done() const
    {
        settle();
        return state_->value.has_value() || state_->error;
    }

    T get() const
    {
        if (!done())
            throw std::logic_error("the coroutine still waits");
        if (state_->error)
            std::rethrow_exception(state_->error);
        return std::move(*state_->value);
    }

    void cancel() const { state_->signal.emit(asio::cancellation_type::terminal); }
private:
    void settle() const
    {
        context_->restart();
        context_->poll();
    }
    asio::io_context* context_;
    std::shared_ptr<shared> state_;
};

/// A fixture: an event loop on manual time. Nothing in it waits for real, so a suite runs in milliseconds.
struct loop
{
    asio::io_context context{1};
    env::basic_environment<manual_clock> env;
    manual_clock& clock = env.clock();

    /// Runs until everything waits.
    void settle()
    {
        context.restart();
        context.poll();
    }

    /// Moves time on and lets everybody whose time has come run, step by step.
    void advance(duration by)
    {
        settle();
        auto const end = clock.now() + by;
        while (clock.next() <= end) {
            clock.advance(clock.next() - clock.now());
            settle();
        }
        clock.advance(end - clock.now());
        settle();
    }

    template <class T>
    task<T> start(awaitable<T> work)
    {
        auto state = std::make_shared<typename task<T>::shared>();
        asio::co_spawn(context, unwinding(std::move(work)),
                       asio::bind_cancellation_slot(state->signal.slot(), [state](std::exception_ptr e, T value) {
                           if (e)
                               state->error = e;
                           else
                               state->value.emplace(std::move(value));
                       }));
        settle();
        return task<T>(context, std::move(state));
    }

    /// For coroutines that need no time to pass.
    template <class T>
    T run(awaitable<T> work)
    {
        return start(std::move(work)).get();
    }
};

/** Runs a coroutine on the real clock until it ends; for tests against real sockets and processes.
    Throws `std::runtime_error` when it takes longer than `limit`, after cancelling it. */
template <class T>
T run_for_real(asio::io_context& context, awaitable<T> work, duration limit = std::chrono::seconds(30))
{
    auto const end = std::chrono::steady_clock::now() + limit;
    auto state = std::make_shared<typename task<T>::shared>();
    asio::co_spawn(context, unwinding(std::move(work)),
                   asio::bind_cancellation_slot(state->signal.slot(), [state](std::exception_ptr e, T value) {
                       if (e)
                           state->error = e;
                       else
                           state->value.emplace(std::move(value));
                   }));
    context.restart();
    while (!state->value && !state->error && std::chrono::steady_clock::now() < end)
        context.run_one_for(std::chrono::milliseconds(100));
    if (!state->value && !state->error) {
        state->signal.emit(asio::cancellation_type::terminal);
        context.run_for(std::chrono::seconds(5));
        throw std::runtime_error("the coroutine did not end in time");
    }
    if (state->error)
        std::rethrow_exception(state->error);
    return std::move(*state->value);
}

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_LOOP_HPP
