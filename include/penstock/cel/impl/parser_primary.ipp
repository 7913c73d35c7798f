#ifndef PENSTOCK_CEL_IMPL_PARSER_PRIMARY_IPP
#define PENSTOCK_CEL_IMPL_PARSER_PRIMARY_IPP
#include <penstock/cel/impl/parser.ipp>

namespace penstock::cel::detail {

/// Words that name nothing: keywords and what the language keeps for later.
inline bool is_reserved(std::string_view word)
{
    static constexpr std::array<std::string_view, 21> words{
        "as",  "break", "const",   "continue",  "else", "false",  "for",  "function", "if",   "import", "in",
        "let", "loop",  "package", "namespace", "null", "return", "true", "var",      "void", "while"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

inline node_ptr parser::member()
{
    auto out = primary();
    while (out) {
        if (accept("."))
            out = selection(std::move(out));
        else if (accept("["))
            out = subscript(std::move(out));
        else if (at_symbol("{") && (out->what == syntax::variable || out->what == syntax::select))
            return fail_at(now().position, errc::unsupported, "messages are not supported");
        else
            return out;
    }
    return nullptr;
}

inline node_ptr parser::selection(node_ptr target)
{
    bool const optional = accept("?");
    if (now().what != token_kind::identifier || at_word("in") || at_word("true") || at_word("false") || at_word("null"))
        return fail("a field name is missing after '.'");
    auto const position = now().position;
    std::string field = tokens_[at_++].text;
    if (!optional && accept("("))
        return member_call(std::move(target), std::move(field), position);
    auto out = make(syntax::select, position, std::move(target));
    if (out) {
        out->name = std::move(field);
        out->optional = optional;
    }
    return out;
}

inline node_ptr parser::subscript(node_ptr target)
{
    auto const position = tokens_[at_ - 1].position;
    bool const optional = accept("?");
    auto key = expression();
    if (!key || !expect("]"))
        return nullptr;
    auto out = make(syntax::index, position, std::move(target), std::move(key));
    if (out)
        out->optional = optional;
    return out;
}

inline node_ptr parser::member_call(node_ptr target, std::string called, std::size_t position)
{
    std::vector<node_ptr> given;
    if (!arguments(given, ")"))
        return nullptr;
    if (auto expanded = macro(target, called, position, given); expanded || error_.code)
        return expanded;
    auto out = make(syntax::call, position, std::move(target));
    if (!out)
        return nullptr;
    for (auto& a : given)
        out->children.push_back(std::move(a));
    out->name = std::move(called);
    out->member = true;
    return deepen(std::move(out));
}

/// Null without an error: it is no macro.
inline node_ptr parser::macro(node_ptr& target, std::string const& called, std::size_t position,
                              std::vector<node_ptr>& given)
{
    struct form
    {
        std::string_view name;
        std::size_t arguments;
        syntax what;
    };
    static constexpr std::array<form, 8> forms{{{"all", 2, syntax::all},
                                                {"exists", 2, syntax::exists},
                                                {"exists_one", 2, syntax::exists_one},
                                                {"map", 2, syntax::transform},
                                                {"map", 3, syntax::filter_transform},
                                                {"filter", 2, syntax::filter},
                                                {"optMap", 2, syntax::optional_map},
                                                {"optFlatMap", 2, syntax::optional_flat_map}}};
    auto const* found = std::find_if(forms.begin(), forms.end(),
                                     [&](form const& f) { return f.name == called && f.arguments == given.size(); });
    if (found == forms.end())
        return nullptr;
    if (given[0]->what != syntax::variable)
        return fail_at(given[0]->position, errc::malformed, "'" + called + "' wants a name first");
    auto out = make(found->what, position, std::move(target));
    if (!out)
        return nullptr;
    out->name = given[0]->name;
    for (std::size_t i = 1; i < given.size(); ++i)
        out->children.push_back(std::move(given[i]));
    return deepen(std::move(out));
}

inline node_ptr parser::has(std::size_t position, std::vector<node_ptr>& given)
{
    if (given.size() != 1 || given[0]->what != syntax::select || given[0]->optional)
        return fail_at(position, errc::malformed, "'has' wants one field selection, as in has(a.b)");
    given[0]->what = syntax::has;
    given[0]->position = position;
    return std::move(given[0]);
}

inline bool parser::arguments(std::vector<node_ptr>& out, std::string_view close)
{
    if (accept(close))
        return true;
    do {
        auto next = expression();
        if (!next)
            return false;
        out.push_back(std::move(next));
    } while (accept(","));
    return expect(close);
}

inline node_ptr parser::primary()
{
    if (accept("(")) {
        auto out = expression();
        return out && expect(")") ? std::move(out) : nullptr;
    }
    if (accept("["))
        return list();
    if (accept("{"))
        return map();
    if (accept(".") || now().what == token_kind::identifier)
        return name();
    return literal();
}

inline node_ptr parser::name()
{
    auto const position = now().position;
    if (at_word("true") || at_word("false") || at_word("null")) {
        auto out = make(syntax::literal, position);
        if (!at_word("null"))
            out->constant = value::boolean(at_word("true"));
        ++at_;
        return out;
    }
    if (now().what != token_kind::identifier)
        return fail("a name is missing");
    if (is_reserved(now().text))
        return fail("'" + now().text + "' is a reserved word");
    std::string word = tokens_[at_++].text;
    bool const called = accept("(");
    auto out = make(called ? syntax::call : syntax::variable, position);
    if (called) {
        if (!arguments(out->children, ")"))
            return nullptr;
        if (word == "has")
            return has(position, out->children);
        out = deepen(std::move(out));
    }
    if (out)
        out->name = std::move(word);
    return out;
}

inline node_ptr parser::list()
{
    auto out = make(syntax::list, tokens_[at_ - 1].position);
    while (!accept("]")) {
        out->marks.push_back(accept("?"));
        auto element = expression();
        if (!element)
            return nullptr;
        out->children.push_back(std::move(element));
        if (!at_symbol("]") && !expect(","))
            return nullptr;
    }
    return deepen(std::move(out));
}

inline node_ptr parser::map()
{
    auto out = make(syntax::map, tokens_[at_ - 1].position);
    while (!accept("}")) {
        out->marks.push_back(accept("?"));
        auto key = expression();
        if (!key || !expect(":"))
            return nullptr;
        auto item = expression();
        if (!item)
            return nullptr;
        out->children.push_back(std::move(key));
        out->children.push_back(std::move(item));
        if (!at_symbol("}") && !expect(","))
            return nullptr;
    }
    return deepen(std::move(out));
}

inline node_ptr parser::literal()
{
    auto out = make(syntax::literal, now().position);
    auto const& t = now();
    auto const read = [&](auto number) -> result<decltype(number)> {
        std::string_view digits(t.text);
        std::string cleaned;
        int base = 10;
        if (auto const x = digits.find_first_of("xX"); x != std::string_view::npos) {
            cleaned = (digits.starts_with('-') ? "-" : "") + std::string(digits.substr(x + 1));
            digits = cleaned;
            base = 16;
        }
        auto const* const end = digits.data() + digits.size();
        std::from_chars_result done{};
        if constexpr (std::is_floating_point_v<decltype(number)>)
            done = std::from_chars(digits.data(), end, number);
        else
            done = std::from_chars(digits.data(), end, number, base);
        if (done.ec != std::errc() || done.ptr != end)
            return failure_at(text_, t.position, errc::malformed, "the number does not fit its type");
        return number;
    };
    auto const keep = [&](auto number, auto make_value) {
        if (number)
            out->constant = make_value(*number);
        else
            error_ = number.error();
    };
    switch (t.what) {
    case token_kind::integer: keep(read(std::int64_t()), &value::integer); break;
    case token_kind::uinteger: keep(read(std::uint64_t()), &value::uinteger); break;
    case token_kind::floating: keep(read(double()), &value::floating); break;
    case token_kind::string: out->constant = value::string(t.text); break;
    case token_kind::bytes: out->constant = value::bytes(t.text); break;
    default: return fail("unexpected '" + t.text + "'");
    }
    if (error_.code)
        return nullptr;
    ++at_;
    return out;
}

}  // namespace penstock::cel::detail

#endif  // PENSTOCK_CEL_IMPL_PARSER_PRIMARY_IPP
