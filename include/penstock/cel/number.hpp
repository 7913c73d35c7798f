#ifndef PENSTOCK_CEL_NUMBER_HPP
#define PENSTOCK_CEL_NUMBER_HPP
#include <penstock/cel/value.hpp>

#include <cstdint>
#include <string>

namespace penstock::cel {

/// The operators `+ - * / %`.
enum class arithmetic : std::uint8_t
{
    add,
    subtract,
    multiply,
    divide,
    modulo,
};

/** Two numbers of one type.
    @return `errc::malformed` for overflow, division by zero, or when the types differ. */
PENSTOCK_DECL result<value> calculate(arithmetic op, value const& a, value const& b);

/// `-a` of an int or a double.
PENSTOCK_DECL result<value> negate(value const& a);

/// Conversions `int(x)`, `uint(x)`, `double(x)`; `errc::malformed` when the value does not fit or is no number.
PENSTOCK_DECL result<value> to_integer(value const& v);
PENSTOCK_DECL result<value> to_uinteger(value const& v);
PENSTOCK_DECL result<value> to_floating(value const& v);

/// The shortest text that reads back as the same double, with an exponent below -4 and from 6 digits on, as Go's %g.
PENSTOCK_DECL std::string print(double d);

}  // namespace penstock::cel

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/cel/impl/number.ipp>
#endif

#endif  // PENSTOCK_CEL_NUMBER_HPP
