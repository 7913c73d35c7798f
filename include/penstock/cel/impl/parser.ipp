#ifndef PENSTOCK_CEL_IMPL_PARSER_IPP
#define PENSTOCK_CEL_IMPL_PARSER_IPP
#include <penstock/cel/lexer.hpp>
#include <penstock/cel/syntax.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace penstock::cel {
namespace detail {

using node_ptr = std::unique_ptr<node>;

/// Recursive descent over the grammar of the language. A null node means that `error_` is set.
class parser
{
public:
    parser(std::string_view text, std::vector<token> tokens, std::size_t depth)
        : text_(text), tokens_(std::move(tokens)), depth_(depth)
    {}

    result<node_ptr> run()
    {
        auto out = expression();
        if (out && !is_end())
            out = fail("unexpected '" + now().text + "'");
        if (!out)
            return error_;
        return out;
    }
private:
    token const& now() const { return tokens_[at_]; }
    bool is_end() const { return now().what == token_kind::end; }
    bool at_symbol(std::string_view s) const { return now().what == token_kind::symbol && now().text == s; }
    bool at_word(std::string_view s) const { return now().what == token_kind::identifier && now().text == s; }

    bool accept(std::string_view s)
    {
        if (!at_symbol(s))
            return false;
        ++at_;
        return true;
    }

    node_ptr fail_at(std::size_t position, errc code, std::string_view what)
    {
        if (!error_.code)
            error_ = failure_at(text_, position, code, what);
        return nullptr;
    }

    node_ptr fail(std::string_view what)
    {
        return fail_at(now().position, errc::malformed, is_end() ? "the expression ends too early" : what);
    }

    bool expect(std::string_view s)
    {
        if (accept(s))
            return true;
        fail("'" + std::string(s) + "' is missing before '" + now().text + "'");
        return false;
    }

    /// Joins children to a node; null when one of them is, or when it gets too deep.
    template <class... Children>
    node_ptr make(syntax what, std::size_t position, Children... children)
    {
        if ((... || !children))
            return nullptr;
        auto out = std::make_unique<node>();
        out->what = what;
        out->position = position;
        (out->children.push_back(std::move(children)), ...);
        return deepen(std::move(out));
    }

    node_ptr deepen(node_ptr n)
    {
        n->depth = 1;
        for (auto const& c : n->children)
            n->depth = std::max(n->depth, c->depth + 1);
        if (n->depth > depth_)
            return fail_at(n->position, errc::too_large, "the expression is nested too deeply");
        return n;
    }

    node_ptr expression()
    {
        if (++nesting_ > depth_)
            return fail_at(now().position, errc::too_large, "the expression is nested too deeply");
        auto out = chain(syntax::logical_or);
        if (out && at_symbol("?")) {
            auto const position = tokens_[at_++].position;
            auto yes = chain(syntax::logical_or);
            if (!yes || !expect(":"))
                return nullptr;
            auto no = expression();
            out = make(syntax::conditional, position, std::move(out), std::move(yes), std::move(no));
        }
        --nesting_;
        return out;
    }

    /// `a || b || c` and `a && b && c` become one node each, so that a long chain is not a deep tree.
    node_ptr chain(syntax what)
    {
        bool const either = what == syntax::logical_or;
        auto const operand = [&] { return either ? chain(syntax::logical_and) : relation(); };
        std::string_view const symbol = either ? "||" : "&&";
        auto first = operand();
        if (!first || !at_symbol(symbol))
            return first;
        auto out = std::make_unique<node>();
        out->what = what;
        out->position = now().position;
        out->children.push_back(std::move(first));
        while (accept(symbol)) {
            auto next = operand();
            if (!next)
                return nullptr;
            out->children.push_back(std::move(next));
        }
        return deepen(std::move(out));
    }

    template <class Operand>
    node_ptr binary(std::initializer_list<std::string_view> symbols, Operand operand)
    {
        auto left = operand();
        while (left) {
            auto const found = std::find_if(symbols.begin(), symbols.end(),
                                            [&](auto s) { return at_symbol(s) || (s == "in" && at_word(s)); });
            if (found == symbols.end())
                return left;
            auto const position = tokens_[at_++].position;
            left = make(syntax::call, position, std::move(left), operand());
            if (left)
                left->name = "_" + std::string(*found) + "_";
        }
        return nullptr;
    }

    node_ptr relation()
    {
        return binary({"==", "!=", "<=", ">=", "<", ">", "in"}, [this] { return sum(); });
    }

    node_ptr sum()
    {
        return binary({"+", "-"}, [this] { return product(); });
    }

    node_ptr product()
    {
        return binary({"*", "/", "%"}, [this] { return unary(); });
    }

    node_ptr unary()
    {
        auto const position = now().position;
        std::size_t count = 0;
        std::string const symbol = now().text;
        if (!at_symbol("!") && !at_symbol("-"))
            return member();
        while (accept(symbol))
            ++count;
        bool const number = now().what == token_kind::integer || now().what == token_kind::floating;
        if (symbol == "-" && number && count % 2 == 1) {
            tokens_[at_].text.insert(0, 1, '-');
            return member();
        }
        auto out = member();
        if (out && count % 2 == 0)  // an even number changes nothing but still wants the type
            out = named(symbol, position, std::move(out));
        out = named(symbol, position, std::move(out));
        return out;
    }

    node_ptr named(std::string const& symbol, std::size_t position, node_ptr operand)
    {
        auto out = make(syntax::call, position, std::move(operand));
        if (out)
            out->name = symbol + "_";
        return out;
    }

    // In parser_primary.ipp:
    node_ptr member();
    node_ptr selection(node_ptr target);
    node_ptr subscript(node_ptr target);
    node_ptr member_call(node_ptr target, std::string name, std::size_t position);
    node_ptr macro(node_ptr& target, std::string const& name, std::size_t position, std::vector<node_ptr>& arguments);
    node_ptr has(std::size_t position, std::vector<node_ptr>& arguments);
    node_ptr primary();
    node_ptr name();
    node_ptr list();
    node_ptr map();
    node_ptr literal();
    bool arguments(std::vector<node_ptr>& out, std::string_view close);

    std::string_view text_;
    std::vector<token> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_;
    std::size_t nesting_ = 0;
    failure error_;
};

}  // namespace detail

PENSTOCK_DECL result<std::unique_ptr<node>> parse(std::string_view text, parse_limits limits)
{
    if (text.size() > limits.length)
        return failure(errc::too_large,
                       "1:1: the expression is longer than " + std::to_string(limits.length) + " bytes");
    auto tokens = tokenize(text);
    if (!tokens)
        return tokens.error();
    return detail::parser(text, *std::move(tokens), limits.depth).run();
}

}  // namespace penstock::cel

#include <penstock/cel/impl/parser_primary.ipp>

#endif  // PENSTOCK_CEL_IMPL_PARSER_IPP
