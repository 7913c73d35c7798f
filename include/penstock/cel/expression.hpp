#ifndef PENSTOCK_CEL_EXPRESSION_HPP
#define PENSTOCK_CEL_EXPRESSION_HPP
#include <penstock/cel/bindings.hpp>
#include <penstock/cel/value.hpp>
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace penstock::cel {

/// What a condition says.
enum class verdict : std::uint8_t
{
    no,
    yes,
};

/** A compiled expression of the Common Expression Language, as Flux's Receivers use it: the standard functions, the
    extensions for strings, sets and base64, optional values, comparisons across number types. Timestamps and
    durations are left out and refused by `compile`.

    Numbers in the bindings are doubles, as in Flux. Copies share the tree.
    @par Thread safety
    Evaluating one expression on several threads at once: safe.
    @see https://github.com/google/cel-spec/blob/master/doc/langdef.md */
class expression
{
public:
    expression() = default;  ///< Empty; evaluating it is an error.

    /** @return The value as JSON; `errc::malformed` with `line:column: reason` when it fails, as for a field that is
        not there, `errc::too_large` when it costs too much. The reason names fields, never their content. */
    PENSTOCK_DECL result<boost::json::value> evaluate(bindings const& names) const;

    /// The same for a condition; `errc::malformed` when the value is not a bool.
    PENSTOCK_DECL result<verdict> test(bindings const& names) const;

    /// The type, as far as it is known before evaluation.
    PENSTOCK_DECL kind type() const noexcept;

    /// The same as given to `compile`.
    PENSTOCK_DECL std::string_view text() const noexcept;

    struct compiled;
private:
    friend PENSTOCK_DECL result<expression> compile_with(std::string_view, std::span<std::string_view const>,
                                                         struct compile_options const&);
    std::shared_ptr<compiled const> compiled_;
};

/// What an expression must give.
enum class wanted : std::uint8_t
{
    anything,
    condition,  ///< A bool; a type that is not known before evaluation passes.
};

struct compile_options
{
    wanted result = wanted::anything;
    std::size_t length = 10'000;  ///< Bytes of the expression.
    std::size_t depth = 100;  ///< Nesting of the tree.
    std::uint64_t steps = 500'000;  ///< Cost of one evaluation: nodes, elements, 16 bytes of text.
};

PENSTOCK_DECL result<expression> compile_with(std::string_view text, std::span<std::string_view const> variables,
                                              compile_options const& options);

/** Parses and checks an expression.

    @param variables The names that will be bound.
    @return `errc::malformed` for what is no expression, `errc::invalid_argument` for an unknown name or types that
    cannot fit, `errc::unsupported`, `errc::too_large`; the detail begins with `line:column`. */
inline result<expression> compile(std::string_view text, std::span<std::string_view const> variables,
                                  compile_options const& options = {})
{
    return compile_with(text, variables, options);
}

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/expression.ipp>
#endif

#endif  // PENSTOCK_CEL_EXPRESSION_HPP
