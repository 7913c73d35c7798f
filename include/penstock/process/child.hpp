#ifndef PENSTOCK_PROCESS_CHILD_HPP
#define PENSTOCK_PROCESS_CHILD_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/text/redact.hpp>
#include <penstock/time/types.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::process {

/// What a child process is started with.
class command
{
public:
    command() = default;
    explicit command(std::vector<std::string> line) : arguments(std::move(line)) {}

    std::vector<std::string> arguments;  ///< The program, looked up in PATH unless it has a slash; then its arguments.
    std::vector<std::string> environment;  ///< `NAME=value`; all that the child has, but for PATH if it is not named.
    redactor hide;  ///< What is kept of its error output is without these secrets, and what looks like a credential.
};

/// The environment of this process as `NAME=value`. Nobody may change it meanwhile.
PENSTOCK_DECL std::vector<std::string> own_environment();

/// Sets a variable among `NAME=value`, in place of all of that name.
PENSTOCK_DECL void set_variable(std::vector<std::string>& environment, std::string_view name, std::string_view value);

/** A child process with its standard input and output on the event loop.

    It runs in a process group of its own and inherits no descriptors. Destroying this kills the whole group and
    reaps the child: so does cancelling a coroutine that owns one. One thread. */
class child
{
public:
    /// @return `errc::not_found` when the program cannot be started, `errc::unavailable` when the system is out of
    /// something.
    PENSTOCK_DECL static result<child> start(executor ex, command what);
    PENSTOCK_DECL child();  ///< None: nothing but assigning to it makes sense.
    PENSTOCK_DECL child(child&&) noexcept;
    PENSTOCK_DECL child& operator=(child&&) noexcept;
    PENSTOCK_DECL ~child();

    /// Writes all of it; `errc::connection_failed` when the child has closed its input.
    PENSTOCK_DECL awaitable<result<void>> write(std::string_view bytes);
    PENSTOCK_DECL void close_input();

    /// The next bytes of its output; 0 at the end.
    PENSTOCK_DECL awaitable<result<std::size_t>> read_some(std::span<char> into);

    /** Waits for its end, and kills it at the deadline, by the real clock.
        @return The exit status; 128 + the signal that ended it. */
    PENSTOCK_DECL awaitable<int> wait(time_point deadline);

    /// The end of what it has written to its error output so far, at most 2 KiB, without line feeds behind it. What
    /// `command::hide` finds in the last 16 KiB is hidden before the rest is cut off.
    PENSTOCK_DECL std::string errors() const;
private:
    class impl;
    std::unique_ptr<impl> impl_;
};

/** Runs a command to its end with `input`, and takes in its output. Cancelling kills its process group.
    @param deadline By the real clock.
    @return `errc::too_large` beyond `limit` bytes, `errc::deadline_exceeded`, or `errc::unexpected_status` with the
    last of what the command said about its failure, as it said it. */
PENSTOCK_DECL awaitable<result<std::string>> run(command what, std::string input, time_point deadline,
                                                 std::size_t limit = 4 * 1024 * 1024);

}  // namespace penstock::process

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/process/impl/child.ipp>
#endif

#endif  // PENSTOCK_PROCESS_CHILD_HPP
