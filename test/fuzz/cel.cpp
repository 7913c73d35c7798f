// A CEL expression on the first line, and below it the JSON that `req` stands for. Oracles: evaluating is
// deterministic and ends; a condition gives yes or no, or says what is wrong.
#include "input.hpp"

#include <penstock/cel/expression.hpp>
#include <penstock/json/value.hpp>

#include <boost/json/serialize.hpp>

#include <array>

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    fuzz::input in(data, size);
    constexpr std::array<std::string_view, 1> names{"req"};
    auto const text = in.line();
    auto const payload = json::parse(in.rest(), {.max_size = 4096, .max_depth = 32});
    cel::compile_options options;
    options.steps = 20'000;
    auto const compiled = cel::compile(text, names, options);
    if (!compiled)
        return 0;
    fuzz::require(compiled->text() == text, "an expression keeps its text");
    auto const value = payload ? *payload : boost::json::value(nullptr);
    cel::bindings bound;
    bound.set("req", value);
    auto const one = compiled->evaluate(bound);
    auto const other = compiled->evaluate(bound);
    fuzz::require(one.has_value() == other.has_value(), "it succeeds again or fails again");
    if (one)
        fuzz::require(boost::json::serialize(*one) == boost::json::serialize(*other), "with the same value");
    auto const condition = compiled->test(bound);
    fuzz::require(!condition || (one && one->is_bool()), "a condition is a bool");
    return 0;
}
