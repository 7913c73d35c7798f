#ifndef PENSTOCK_OBSERVE_JSON_LINES_HPP
#define PENSTOCK_OBSERVE_JSON_LINES_HPP
#include <penstock/config.hpp>
#include <penstock/observe/log.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::observe {

enum class encoding : std::uint8_t
{
    json,     ///< One object a line, with the keys that `flux logs` reads.
    console,  ///< Time, level, logger, message and a JSON object, with tabs between.
};

struct json_lines_options
{
    int fd = 2;                                                  ///< Where lines go; not closed.
    observe::encoding encoding = observe::encoding::json;        ///< For machines or for people.
    level threshold = level::info;                               ///< What is less important is not written.
    std::size_t max_text = 8192;                                 ///< A longer message or value is cut.
    std::function<std::string(std::string_view)> redact;         ///< Sees the message and every text; may be empty.
    std::function<wall_time()> now = [] { return wall_time(std::chrono::system_clock::now()); };
};

/** Writes log lines as Flux's controllers do: `{"level":"info","ts":"2026-01-31T12:34:56.789Z","logger":"sync",
    "msg":"…",…}`. Each line is one write(2). When the descriptor would block the line is dropped and counted: a
    reader that hangs must not hang the program. Copies share one writer.
    @par Thread safety
    All members: safe. */
class json_lines
{
public:
    PENSTOCK_DECL explicit json_lines(json_lines_options options = {});

    PENSTOCK_DECL bool enabled(level at) const noexcept;
    PENSTOCK_DECL void write(level at, std::string_view logger, std::string_view message,
                             std::initializer_list<field> fields) noexcept;

    PENSTOCK_DECL void set_threshold(level at) noexcept;
    /// Lines that could not be written.
    PENSTOCK_DECL std::uint64_t dropped() const noexcept;
private:
    class impl;
    std::shared_ptr<impl> impl_;
};
static_assert(log<json_lines>);

/// `2026-01-31T12:34:56.789Z`: UTC, cut to milliseconds.
PENSTOCK_DECL std::string iso8601_ms(wall_time t);

}  // namespace penstock::observe

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/observe/impl/json_lines.ipp>
#endif

#endif  // PENSTOCK_OBSERVE_JSON_LINES_HPP
