#ifndef PENSTOCK_OBSERVE_LOG_HPP
#define PENSTOCK_OBSERVE_LOG_HPP
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace penstock::observe {

/// The levels of Flux's controllers, least important first.
enum class level : std::uint8_t
{
    trace,
    debug,
    info,
    error,
};

/// One key with its value. Views: they live as long as the call.
struct field
{
    std::string_view key;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    field(std::string_view k, std::string_view v) : key(k), value(v) {}
    field(std::string_view k, char const* v) : key(k), value(std::string_view(v)) {}
    field(std::string_view k, double v) : key(k), value(v) {}
    field(std::string_view k, std::same_as<bool> auto v) : key(k), value(v) {}
    template <std::integral I>
        requires(!std::same_as<I, bool>)
    field(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v))
    {}
};

/** Where log lines go. `write` never throws and never suspends. The writer redacts: callers hand over what
    they have, and no secret on purpose. Keys that `flux logs` reads: `controllerKind`, `name`, `namespace`,
    `error`. */
template <class L>
concept log = requires(L& l, level at, std::string_view text, std::initializer_list<field> fields) {
    { l.enabled(at) } -> std::same_as<bool>;
    l.write(at, text, text, fields);  // level, logger, message, fields
};

/// The log that keeps nothing.
struct no_log
{
    static bool enabled(level) noexcept { return false; }
    static void write(level, std::string_view, std::string_view, std::initializer_list<field>) noexcept {}
};
static_assert(log<no_log>);

}  // namespace penstock::observe

#endif  // PENSTOCK_OBSERVE_LOG_HPP
