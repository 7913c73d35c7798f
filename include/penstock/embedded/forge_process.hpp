#ifndef PENSTOCK_EMBEDDED_FORGE_PROCESS_HPP
#define PENSTOCK_EMBEDDED_FORGE_PROCESS_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::embedded {

/// What a child process is started with.
class process_spec
{
public:
    process_spec() = default;
    explicit process_spec(std::vector<std::string> command) : arguments(std::move(command)) {}

    std::vector<std::string> arguments;    ///< The program, looked up in PATH, then its arguments.
    std::vector<std::string> environment;  ///< `NAME=value`; all that the child has besides PATH.
};

/** A child process with its standard input and output on the event loop.

    It runs in a process group of its own and inherits no descriptors. Destroying this kills the whole group and
    reaps the child. One thread. */
class process
{
public:
    /// @return `errc::not_found` when the program cannot be started, `errc::unavailable` when the system is out of something.
    PENSTOCK_DECL static result<process> start(executor ex, process_spec spec);
    PENSTOCK_DECL process();  ///< None: nothing but assigning to it makes sense.
    PENSTOCK_DECL process(process&&) noexcept;
    PENSTOCK_DECL process& operator=(process&&) noexcept;
    PENSTOCK_DECL ~process();

    /// Writes all of it; `errc::connection_failed` when the child has closed its input.
    PENSTOCK_DECL awaitable<result<void>> write(std::string_view bytes);
    PENSTOCK_DECL void close_input();

    /// The next bytes of its output; 0 at the end.
    PENSTOCK_DECL awaitable<result<std::size_t>> read_some(std::span<char> into);

    /** Waits for its end, and kills it at the deadline.
        @return The exit status; 128 + the signal that ended it. */
    PENSTOCK_DECL awaitable<int> wait(time_point deadline);

    /// The beginning of what it wrote to its error output, at most 2 KiB.
    PENSTOCK_DECL std::string errors() const;
private:
    class impl;
    std::unique_ptr<impl> impl_;
};

/** Runs a command to its end with `input`, and takes in its output.
    @return `errc::too_large` beyond `limit` bytes, `errc::deadline_exceeded`, or `errc::unexpected_status` with the
    first of what the command said about its failure. */
PENSTOCK_DECL awaitable<result<std::string>> run_command(process_spec spec, std::string input, time_point deadline,
                                                         std::size_t limit = 4 * 1024 * 1024);

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/forge_process.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_FORGE_PROCESS_HPP
