#ifndef PENSTOCK_CEL_IMPL_EXPRESSION_IPP
#define PENSTOCK_CEL_IMPL_EXPRESSION_IPP
#include <penstock/cel/checker.hpp>
#include <penstock/cel/evaluator.hpp>
#include <penstock/cel/expression.hpp>
#include <penstock/cel/syntax.hpp>

#include <string>

namespace penstock::cel {

struct expression::compiled
{
    std::string text;
    std::unique_ptr<node> root;
    kind type = kind::dyn;
    std::uint64_t steps = 0;
};

PENSTOCK_DECL result<expression> compile_with(std::string_view text, std::span<std::string_view const> variables,
                                              compile_options const& options)
{
    auto root = parse(text, {options.length, options.depth});
    if (!root)
        return root.error();
    auto const type = check(**root, text, variables);
    if (!type)
        return type.error();
    if (options.result == wanted::condition && *type != kind::boolean && *type != kind::dyn)
        return failure(errc::invalid_argument, "1:1: expected bool, got " + std::string(to_string(*type)));
    expression::compiled made{std::string(text), *std::move(root), *type, options.steps};
    expression out;
    out.compiled_ = std::make_shared<expression::compiled const>(std::move(made));
    return out;
}

PENSTOCK_DECL result<boost::json::value> expression::evaluate(bindings const& names) const
{
    if (!compiled_)
        return failure(errc::invalid_argument, "an empty expression");
    budget cost(compiled_->steps);
    auto const out = cel::evaluate(*compiled_->root, compiled_->text, names, cost);
    if (!out)
        return out.error();
    if (detail::pay_for(*out, cost) == budget::answer::spent)
        return detail::too_costly();
    return to_json(*out);
}

PENSTOCK_DECL result<verdict> expression::test(bindings const& names) const
{
    if (!compiled_)
        return failure(errc::invalid_argument, "an empty expression");
    budget cost(compiled_->steps);
    auto const out = cel::evaluate(*compiled_->root, compiled_->text, names, cost);
    if (!out)
        return out.error();
    if (!out->is(kind::boolean))
        return failure(errc::malformed, "1:1: expected bool, got " + std::string(to_string(out->what())));
    return out->as_bool() ? verdict::yes : verdict::no;
}

PENSTOCK_DECL kind expression::type() const noexcept
{
    return compiled_ ? compiled_->type : kind::dyn;
}

PENSTOCK_DECL std::string_view expression::text() const noexcept
{
    return compiled_ ? std::string_view(compiled_->text) : std::string_view();
}

}  // namespace penstock::cel

#endif  // PENSTOCK_CEL_IMPL_EXPRESSION_IPP
