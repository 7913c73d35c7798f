#ifndef PENSTOCK_ENV_ENVIRONMENT_HPP
#define PENSTOCK_ENV_ENVIRONMENT_HPP
#include <penstock/clock/source.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/observe/log.hpp>

namespace penstock::env {

/// The world as a component sees it: time, measurements and a log. Passed by reference; outlives everything.
template <class E>
concept environment = requires(E& e) {
    requires clock::source<std::remove_cvref_t<decltype(e.clock())>>;
    requires metrics::sink<std::remove_cvref_t<decltype(e.metrics())>>;
    requires observe::log<std::remove_cvref_t<decltype(e.log())>>;
};

/// Three parts put together. Each part belongs to the environment.
template <clock::source Clock, metrics::sink Sink = metrics::none, observe::log Log = observe::no_log>
class basic_environment
{
public:
    basic_environment() = default;
    basic_environment(Clock clock, Sink sink, Log log)
        : clock_(std::move(clock)), sink_(std::move(sink)), log_(std::move(log))
    {}

    Clock& clock() noexcept { return clock_; }
    Sink& metrics() noexcept { return sink_; }
    Log& log() noexcept { return log_; }
private:
    [[no_unique_address]] Clock clock_;
    [[no_unique_address]] Sink sink_;
    [[no_unique_address]] Log log_;
};

}  // namespace penstock::env

#endif  // PENSTOCK_ENV_ENVIRONMENT_HPP
