#include <penstock/cel/expression.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <ostream>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

constexpr std::array<std::string_view, 2> names{"req", "res"};

boost::json::value const request = boost::json::parse(R"({
    "tag": "registry.io/app:v1.2.3", "n": 3, "half": 0.5, "flag": true, "nothing": null, "big": 12345678,
    "list": [1, 2, 3], "words": ["b", "a", "ä"], "nested": {"a": {"b": "c"}}, "with-dash": 7,
    "commits": [{"modified": ["deploy/a.yaml"]}, {"modified": ["docs/x.md"]}]})");
boost::json::value const object = boost::json::parse(R"({"apiVersion": "v1", "kind": "X",
    "metadata": {"name": "app", "labels": {"team": "red"}, "annotations": {"tag": "v1.2.3"}}})");

result<boost::json::value> evaluated(std::string_view text)
{
    auto const compiled = cel::compile(text, names);
    if (!compiled)
        return compiled.error();
    cel::bindings b;
    b.set("req", request).set("res", object);
    return compiled->evaluate(b);
}

struct row
{
    char const* text;
    char const* gives;  // JSON, or after '!' a part of the error
};

std::ostream& operator<<(std::ostream& out, row const& r)
{
    return out << r.text;
}

std::string outcome(result<boost::json::value> const& r)
{
    return r ? boost::json::serialize(*r) : "!" + r.error().detail;
}

void expect(row const& r)
{
    auto const got = outcome(evaluated(r.text));
    if (r.gives[0] == '!')
        BOOST_TEST((got[0] == '!' && got.find(r.gives + 1) != std::string::npos), r.text << " gave " << got);
    else
        BOOST_TEST(got == boost::json::serialize(boost::json::parse(r.gives)), r.text << " gave " << got);
}

row const literals[] = {
    {"1", "1"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "!1:1: the number does not fit"},
    {"0xFF", "255"},
    {"-0x10", "-16"},
    {"7u", "7"},
    {"1.5", "1.5"},
    {".5", "0.5"},
    {"1e3", "1000.0"},
    {"true && !false", "true"},
    {"null", "null"},
    {R"('a\'b')", R"("a'b")"},
    {R"("tab\t\x41\u00e4\U0001F600\101")", R"("tab\tAä😀A")"},
    {R"(r'a\d')", R"("a\\d")"},
    {"'''two\nlines'''", R"("two\nlines")"},
    {R"(b'\xff\x00')", R"("/wA=")"},
    {"[1, 2,]", "[1,2]"},
    {"{'a': 1, 'b': 2}", R"({"a":1,"b":2})"},
    {"{1: 'x'}[1]", R"("x")"},
    {"[]", "[]"},
    {"{}", "{}"},
    {"1 // a comment", "1"},
    {"{'a': 1, 'a': 2}", "!1:10: the key stands twice"},
    {"type(1) == int && type(b'') == bytes && type(type(1)) == type", "true"},
    {"type(null) == null_type && type([]) == list && type(req.n) == double", "true"},
};

row const operators[] = {
    {"1 + 2 * 3 - 4 / 2", "5"},
    {"7 % 3 == 1 && -7 % 3 == -1", "true"},
    {"(1 + 2) * 3", "9"},
    {"- -1", "1"},
    {"!!true", "true"},
    {"-(-1)", "1"},
    {"9223372036854775807 + 1", "!1:21: integer overflow"},
    {"-9223372036854775808 / -1", "!integer overflow"},
    {"1u - 2u", "!integer overflow"},
    {"1 / 0", "!division by zero"},
    {"1 % 0", "!modulus by zero"},
    {"string(1.0 / 0.0)", R"("+Inf")"},
    {"'a' + 'b'", R"("ab")"},
    {"b'a' + b'b' == b'ab'", "true"},
    {"[1] + [2]", "[1,2]"},
    {"1 < 2 && 2 <= 2 && 'a' < 'b' && false < true && b'a' < b'b'", "true"},
    {"1 < 1.5 && 2u > 1 && 1.0 == 1 && 1u == 1.0", "true"},
    {"9223372036854775807 < 9223372036854775808.0 && 18446744073709551615u > -1", "true"},
    {"req.n == 3 && req.n < 4 && req.n >= 3u", "true"},
    {"req.n + 1", "!no such overload"},
    {"req.n + 1.0", "4.0"},
    {"dyn(1) == 'a'", "false"},
    {"dyn(1) < 'a'", "!no such overload"},
    {"req.list == [1, 2, 3] && [1.0, 2.0, 3.0] == req.list", "true"},
    {"{'b': 'c'} == req.nested.a && req.nested != {}", "true"},
    {"2 in [1, 2] && !(4 in req.list) && 'a' in req.nested && !('b' in req.nested)", "true"},
    {"true ? 1 : 2", "1"},
    {"false ? 1 : true ? 2 : 3", "2"},
    {"req.flag ? 'x' : 'y'", R"("x")"},
    {"req.n ? 'x' : 'y'", "!not a bool"},
    {"req.missing == 1 || true", "true"},
    {"true || req.missing == 1", "true"},
    {"false && req.missing == 1", "false"},
    {"req.missing == 1 && false", "false"},
    {"req.missing == 1 && true", "!no such key: missing"},
    {"req.n && false", "false"},
    {"req.n && true", "!not a bool"},
    {"req.nothing == null", "true"},
};

row const selections[] = {
    {"res.metadata.name", R"("app")"},
    {"req['with-dash']", "7.0"},
    {"req.list[1]", "2.0"},
    {"req.list[req.list[0]]", "2.0"},
    {"req.list[3]", "!outside of the list"},
    {"req.list[-1]", "!outside of the list"},
    {"req.list[0.5]", "!not whole"},
    {"req.tag[0]", "!no such overload"},
    {"req.tag.x", "!not a map but string"},
    {"has(req.nested.a) && !has(req.nested.z)", "true"},
    {"has(req.absent.z)", "!no such key: absent"},
    {"req.?nested.?a.b.orValue('d')", R"("c")"},
    {"req.?absent.a.b.orValue('d')", R"("d")"},
    {"req.?absent.hasValue()", "false"},
    {"req[?'n'].value()", "3.0"},
    {"req.list[?9].orValue(0.0)", "0.0"},
    {"has(req.?absent.b)", "false"},
    {"optional.of(1).or(optional.none()).value()", "1"},
    {"optional.none().value()", "!holds nothing"},
    {"optional.ofNonZeroValue('').hasValue()", "false"},
    {"optional.of(2).optMap(x, x * 3).value()", "6"},
    {"optional.of(2).optFlatMap(x, optional.none()).hasValue()", "false"},
    {"[?req.?n, ?req.?absent]", "[3.0]"},
    {"{?'a': req.?n, ?'b': req.?absent}", R"({"a":3.0})"},
    {"[optional.of(1), optional.none()].unwrapOpt()", "[1]"},
    {"[1, 2].first().value() == 1 && [1, 2].last().value() == 2 && ![].last().hasValue()", "true"},
    {"req.tag.split('/').last().value().split(':').first().value()", R"("app")"},
    {"req.tag.split(':').last().value() == res.metadata.annotations['tag']", "true"},
    {"[1, 2].all(req, req > 0)", "true"},
};

row const macros[] = {
    {"req.list.all(x, x > 0)", "true"},
    {"req.list.exists(x, x > 2)", "true"},
    {"req.list.exists_one(x, x > 1)", "false"},
    {"[1, 2].map(x, x * x)", "[1,4]"},
    {"[1, 2, 3].map(x, x > 1, x * 2)", "[4,6]"},
    {"[1, 2, 3].filter(x, x % 2 == 1)", "[1,3]"},
    {"req.nested.all(k, k == 'a')", "true"},
    {"{'a': 1}.map(k, k)", R"(["a"])"},
    {"req.commits.exists(c, c.modified.exists(f, f.startsWith('deploy/')))", "true"},
    {"[1, 0].exists(x, 1 / x == 1)", "true"},
    {"[0, 1].exists(x, 1 / x == 1)", "true"},
    {"[0, 2].exists(x, 1 / x == 1)", "!division by zero"},
    {"[0, 2].all(x, 1 / x == 1)", "false"},
    {"[[1, 2], [3]].map(l, l.map(x, x + size(l)))", "[[3,4],[4]]"},
    {"req.tag.all(x, true)", "!neither a list nor a map"},
    {"[].all(x, false)", "true"},
};

row const functions[] = {
    {"size('äb') == 2 && size(b'ab') == 2 && size([1]) == 1 && {}.size() == 0", "true"},
    {"string(1) + string(2u) + string(true) + string(b'x') + string(1.5)", R"("12truex1.5")"},
    {"string(req.n) + ' ' + string(req.big) + ' ' + string(0.00001)", R"("3 1.2345678e+07 1e-05")"},
    {"int('42') + int(3.9) + int(-3.9) + int(2u)", "44"},
    {"int('x')", "!not a int"},
    {"int(1e30)", "!integer overflow"},
    {"uint(-1)", "!integer overflow"},
    {"uint('7') + uint(1)", "8"},
    {"double('1.5') + double(1)", "2.5"},
    {"bool('true') && !bool('0')", "true"},
    {"bool('yes')", "!not a bool"},
    {"bytes('a') == b'a'", "true"},
    {"string(b'\\xff')", "!not UTF-8"},
    {"'abc'.startsWith('a') && 'abc'.endsWith('c') && 'abc'.contains('b')", "true"},
    {"req.tag.matches('^registry[.]io/.+:v[0-9]+') && matches('x', 'X|x')", "true"},
    {"'tacocat'.charAt(3) == 'o' && 'ab'.charAt(2) == ''", "true"},
    {"'ab'.charAt(3)", "!outside of the string"},
    {"'hällo'.indexOf('l') == 2 && 'hello'.indexOf('l', 3) == 3 && 'a'.indexOf('z') == -1", "true"},
    {"'hello'.lastIndexOf('l') == 3 && 'hello'.lastIndexOf('l', 2) == 2", "true"},
    {"'ÄBc'.lowerAscii() == 'Äbc' && 'aä'.upperAscii() == 'Aä'", "true"},
    {"'a.b.c'.replace('.', '-') + 'a.b.c'.replace('.', '-', 1) + 'ab'.replace('', '_')", R"("a-b-ca-b.c_a_b_")"},
    {"'a,b,c'.split(',')", R"(["a","b","c"])"},
    {"'a,b,c'.split(',', 2)", R"(["a","b,c"])"},
    {"'abc'.split('')", R"(["a","b","c"])"},
    {"'a'.split(',', 0)", "[]"},
    {"'häl'.substring(1) + 'häl'.substring(0, 2)", R"("älhä")"},
    {"'abc'.substring(2, 1)", "!outside of the string"},
    {"'  a b \\t'.trim()", R"("a b")"},
    {"['a', 'b'].join() + ['a', 'b'].join('-')", R"("aba-b")"},
    {"req.words.join(',')", R"("b,a,ä")"},
    {"'abä'.reverse()", R"("äba")"},
    {"strings.quote('a\"b')", R"("\"a\\\"b\"")"},
    {"'%s has %d of %.2f, %x %X %o %b %%, %e'.format([dyn('x'), dyn(2), dyn(1.5), 255, 255, 8, 5, dyn(1.0)])",
     R"("x has 2 of 1.50, ff FF 10 101 %, 1.000000e+00")"},
    {"'%s'.format([[1, 2]])", R"("[1, 2]")"},
    {"'%s %s'.format(['a'])", "!wants more values"},
    {"sets.contains([1, 2, 3], [2.0, 1]) || true", "!expected double, got int"},
    {"sets.contains([1, 2, 3], [2, 1]) && !sets.contains([1], [2])", "true"},
    {"sets.equivalent([1, 2], [2, 1, 1]) && !sets.equivalent([1, 2], [1])", "true"},
    {"sets.intersects([1, 2], [2, 3]) && !sets.intersects([1], [])", "true"},
    {"base64.encode(b'hello') == 'aGVsbG8=' && base64.decode('aGVsbG8') == b'hello'", "true"},
    {"base64.decode('*')", "!base64"},
};

row const refused[] = {
    {"", "!1:1: the expression ends too early"},
    {"1 +", "!1:4: the expression ends too early"},
    {"1 2", "!1:3: unexpected '2'"},
    {"req.", "!1:5: the expression ends too early"},
    {"(1", "!1:3: the expression ends too early"},
    {"req = 1", "!use '=='"},
    {"'open", "!1:1: a string without its end"},
    {"'\\q'", "!unknown escape"},
    {"true &&\n  unknown", "!2:3: undeclared reference to 'unknown'"},
    {"requrest.body.value", "!1:1: undeclared reference to 'requrest'"},
    {"nosuch(1)", "!undeclared reference to 'nosuch'"},
    {"'a'.nosuch()", "!undeclared reference to 'nosuch'"},
    {"'a'.size(1)", "!no matching overload for 'size' applied to (string, int)"},
    {"1 + 'a'", "!no matching overload for '_+_' applied to (int, string)"},
    {"1 + 1.0", "!no matching overload"},
    {"1 == 'a'", "!no matching overload"},
    {"1 && true", "!expected bool, got int"},
    {"1 ? 2 : 3", "!expected bool, got int"},
    {"true ? 1 : 'a'", "!expected int, got string"},
    {"[1, 'a']", "!expected int, got string"},
    {"{'a': 1, 'b': 'c'}", "!expected int, got string"},
    {"{[]: 1}", "!a key"},
    {"'a'.b", "!has no fields"},
    {"has(1)", "!'has' wants"},
    {"[1].all(1, true)", "!wants a name first"},
    {"[1].map(x, y)", "!undeclared reference to 'y'"},
    {"[1].exists(x, 'a')", "!expected bool"},
    {"timestamp('2024-01-01T00:00:00Z')", "!'timestamp' is not supported"},
    {"duration('1s')", "!'duration' is not supported"},
    {"req.t.getFullYear()", "!'getFullYear' is not supported"},
    {"Foo{a: 1}", "!messages are not supported"},
    {"package", "!reserved word"},
    {"'a'.matches('(')", "!1:13: regular expression"},
    {"claims.sub == 'x'", "!undeclared reference to 'claims'"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cel_expression)

BOOST_DATA_TEST_CASE(reads_literals, data::make(literals), r)
{
    expect(r);
}

BOOST_DATA_TEST_CASE(applies_operators, data::make(operators), r)
{
    expect(r);
}

BOOST_DATA_TEST_CASE(reaches_into_values, data::make(selections), r)
{
    expect(r);
}

BOOST_DATA_TEST_CASE(expands_macros, data::make(macros), r)
{
    expect(r);
}

BOOST_DATA_TEST_CASE(calls_functions, data::make(functions), r)
{
    expect(r);
}

BOOST_DATA_TEST_CASE(refuses_what_is_no_expression_and_says_where, data::make(refused), r)
{
    expect(r);
}

BOOST_AUTO_TEST_CASE(wants_a_bool_where_a_condition_is_asked_for)
{
    auto const condition = [](std::string_view text) {
        return cel::compile(text, names, {.result = cel::wanted::condition});
    };
    BOOST_TEST(condition("'test'").error().detail == "1:1: expected bool, got string");
    BOOST_TEST((condition("size('a')").error().code == errc::invalid_argument));
    BOOST_TEST(condition("req.flag").has_value());  // not known before it is evaluated
    BOOST_TEST((condition("req.n > 1")->type() == cel::kind::boolean));
    cel::bindings b;
    b.set("req", request).set("res", object);
    BOOST_TEST((condition("req.flag")->test(b).value() == cel::verdict::yes));
    BOOST_TEST((condition("req.n > 5")->test(b).value() == cel::verdict::no));
    BOOST_TEST(condition("req.tag")->test(b).error().detail == "1:1: expected bool, got string");
}

BOOST_AUTO_TEST_CASE(bounds_length_and_nesting)
{
    BOOST_TEST((cel::compile(std::string(20'000, ' ') + "1", names).error().code == errc::too_large));
    BOOST_TEST((cel::compile(std::string(5'000, '(') + "1", names).error().code == errc::too_large));
    BOOST_TEST((cel::compile(std::string(5'000, '['), names).error().code == errc::too_large));
    std::string sum = "1";
    std::string chain = "true";
    for (int i = 0; i < 500; ++i) {
        sum += "+1";
        chain += " && true";
    }
    BOOST_TEST((cel::compile(sum, names).error().code == errc::too_large));
    BOOST_TEST(outcome(evaluated(chain)) == "true");  // one node, however long
    BOOST_TEST(outcome(evaluated(std::string(4'001, '!') + "true")) == "false");
    BOOST_TEST(outcome(evaluated(std::string(4'001, '-') + "1")) == "-1");
}

BOOST_AUTO_TEST_CASE(stops_what_costs_too_much)
{
    std::string const nested = "[1,2,3,4,5,6,7,8,9,10]";
    std::string loop = "true";
    for (int i = 0; i < 12; ++i)
        loop = nested + ".all(x" + std::to_string(i) + ", " + loop + ")";
    BOOST_TEST((evaluated(loop).error().code == errc::too_large));

    std::string doubling = "['0123456789abcdef']";
    std::string sharing = "[[1]]";
    for (int i = 0; i < 60; ++i) {
        doubling += ".map(x, x + x)";
        sharing += ".map(x, [x, x])";
    }
    BOOST_TEST((evaluated(doubling).error().code == errc::too_large));
    BOOST_TEST((evaluated(sharing).error().code == errc::too_large));
    BOOST_TEST((evaluated(sharing + " == " + sharing).error().code == errc::too_large));
    BOOST_TEST((evaluated("'" + std::string(900, 'a') + "'.matches('(a*)*(a*)*(a*)*b')").has_value()));
}

BOOST_AUTO_TEST_CASE(is_empty_until_it_is_compiled)
{
    BOOST_TEST((cel::expression().evaluate({}).error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
