#include <penstock/json/projection.hpp>

#include <penstock/json/impl/text_outline.ipp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace penstock;
namespace data = boost::unit_test::data;

namespace {

json::projection const paths{"ref",
                             "repository.full_name",
                             "repository.id",
                             "list.*",
                             "list.*.id",
                             "list.*.*",
                             "commits",
                             "total_commits",
                             "a",
                             "commits.*.added.*",
                             "action",
                             "installation",
                             "x.default_name",
                             "*.a",
                             "x.y.z",
                             "\xc3\xa4.k"};
constexpr std::size_t path_count = 16;

std::string found(json::projected const& p)
{
    std::string all = p.cut() ? "cut " : "";
    for (std::size_t i = 0; i < path_count; ++i)
        for (auto const& one : p.all(i))
            all += std::to_string(i) + ':' + std::to_string(static_cast<int>(one.kind)) + ':' + std::string(one.text)
                   + '\n';
    return all;
}

std::string skimmed(std::string const& text, json::projection_limits const& l = {})
{
    json::projected p;
    auto const read = paths.skim_into(p, text, l);
    return read ? found(p) : read.error().message();
}

std::string in_slices(std::string const& text, std::size_t size, json::projection_limits const& l = {})
{
    json::projected p;
    json::projection_reader slices(paths, p, text, l, json::projection_reader::care::kept);
    for (;;) {
        auto const left = slices.read_some(size);
        if (!left)
            return left.error().message();
        if (*left == 0)
            return found(p);
    }
}

bool refused_in_slices(std::string const& text, std::size_t size)
{
    json::projected p;
    json::projection_reader slices(paths, p, text, {}, json::projection_reader::care::kept);
    auto left = slices.read_some(size);
    while (left && *left != 0)
        left = slices.read_some(size);
    return !left;
}

std::string parsed(std::string const& text, json::projection_limits const& l = {})
{
    json::projected p;
    auto const read = paths.read_into(p, text, l);
    return read ? found(p) : read.error().message();
}

/// Documents of every kind, mostly of the keys that are asked for; valid, or cut and changed at some places.
class writer
{
public:
    explicit writer(unsigned seed) : random_(seed) {}

    std::string document()
    {
        odd_ = below(3) == 0;
        out_.clear();
        space();
        below(4) == 0 ? array(0) : object(0);
        space();
        return out_;
    }
    std::string damaged()
    {
        auto text = document();
        for (auto n = 1 + below(3); n-- > 0 && !text.empty();) {
            auto const at = below(text.size());
            switch (below(4)) {
            case 0: text.resize(at); break;
            case 1: text.erase(at, 1 + below(4)); break;
            case 2: text.insert(at, 1, "\"\\{}[]:, a1\x01\xc3"[below(13)]); break;
            default: text[at] = "\"\\{}[]:, a1\x01\xc3"[below(13)];
            }
        }
        return text;
    }
private:
    std::size_t below(std::size_t n) { return random_() % n; }

    void space()
    {
        if (odd_)
            for (auto n = below(3); n-- > 0;)
                out_ += " \t\r\n"[below(4)];
    }
    void key()
    {
        static constexpr std::array names{"ref", "repository", "full_name",     "id",           "list",
                                          "a",   "commits",    "total_commits", "added",        "action",
                                          "*",   "x",          "default_name",  "installation", "y",
                                          "z",   "",           "html_url",      "\xc3\xa4",     "k"};
        std::string name = names[below(names.size())];
        if (odd_ && below(20) == 0 && !name.empty() && name[0] > 0)
            name = "\\u00" + std::string(1, "0123456789abcdef"[name[0] >> 4]) + "0123456789abcdef"[name[0] & 15]
                   + name.substr(1);
        out_ += '"' + name + '"';
    }
    void text()
    {
        out_ += '"';
        for (auto n = below(below(20) == 0 ? 9000 : 70); n-- > 0;) {
            static constexpr std::array escapes{"\\\"", "\\\\", "\\n", "\\u00e4", "\\ud83d\\ude00", "\xc3\xa4", "\\/"};
            if (odd_ && below(30) == 0)
                out_ += escapes[below(escapes.size())];
            else
                out_ += "abc{}[]:,/ '"[below(12)];
        }
        out_ += '"';
    }
    void value(int depth)
    {
        static constexpr std::array words{"true", "false", "null", "0", "-1", "12345678901234567890", "1.5e3", "42"};
        auto const kind = below(depth > 6 ? 4 : 8);
        if (kind < 2)
            text();
        else if (kind < 4)
            out_ += words[below(words.size())];
        else if (kind < 7)
            object(depth + 1);
        else
            array(depth + 1);
    }
    void object(int depth)
    {
        out_ += '{';
        space();
        for (auto n = below(8), i = n; i-- > 0;) {
            key();
            space();
            out_ += ':';
            space();
            value(depth);
            space();
            out_ += i != 0 ? "," : "";
            space();
        }
        out_ += '}';
    }
    void array(int depth)
    {
        out_ += '[';
        space();
        for (auto n = below(5), i = n; i-- > 0;) {
            value(depth);
            space();
            out_ += i != 0 ? "," : "";
            space();
        }
        out_ += ']';
    }

    std::minstd_rand random_;
    std::string out_;
    bool odd_ = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(json_skim)

BOOST_AUTO_TEST_CASE(finds_what_the_parser_finds_in_every_document)
{
    std::size_t kept = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        auto const text = writer(seed).document();
        auto const expected = parsed(text);
        BOOST_REQUIRE_EQUAL(skimmed(text), expected);
        if (expected.starts_with("JSON"))  // where it stopped may differ
            BOOST_REQUIRE(refused_in_slices(text, 1 + seed % 200));
        else
            BOOST_REQUIRE_EQUAL(in_slices(text, 1 + seed % 200), expected);
        kept += expected.empty() ? 0U : 1U;
    }
    BOOST_TEST(kept > 1000U);
}

BOOST_AUTO_TEST_CASE(refuses_nothing_that_the_parser_takes_and_finds_the_same)
{
    std::size_t right = 0, lenient = 0;
    for (unsigned seed = 0; seed < 8000; ++seed) {
        auto const text = writer(seed).damaged();
        json::projected p;
        bool const taken = paths.skim_into(p, text).has_value();
        if (taken)
            BOOST_REQUIRE_EQUAL(in_slices(text, 1 + seed % 200), found(p));
        else
            BOOST_REQUIRE(refused_in_slices(text, 1 + seed % 200));
        if (!paths.read(text)) {
            lenient += taken ? 1U : 0U;
            continue;
        }
        BOOST_REQUIRE_EQUAL(skimmed(text), parsed(text));
        ++right;
    }
    BOOST_TEST(right > 100U);
    BOOST_TEST(lenient < 4000U);
}

BOOST_DATA_TEST_CASE(refuses_as_the_parser_does_what_is_wrong_where_it_looks,
                     data::make({R"({"ref":"a)",
                                 R"({"ref":"a")",
                                 R"({"ref":"a"})"
                                 "x",
                                 R"({"ref":"a"}})",
                                 R"({"ref":"a"])",
                                 R"({"ref":"a" "b"})",
                                 R"({"ref":01})",
                                 R"({"ref":-})",
                                 R"({"ref":truex})",
                                 R"({"ref":tru})",
                                 R"({"ref":})",
                                 R"({"ref":)",
                                 R"({"ref"})"
                                 ":",
                                 R"({ref:"a"})",
                                 "{\"ref\":\"a\x01\"}",
                                 "{\"ref\":\"a\xff\"}",
                                 R"({"ref":"\x"})",
                                 R"({"ref":"\ud800"})",
                                 R"({"list":[1 2]})",
                                 R"({"list":[1,]})",
                                 R"({"list":[,]})",
                                 R"({"list":[1})",
                                 R"({"x":[}],"ref":"a"})",
                                 R"({"x":[{]},"ref":"a"})",
                                 R"({"q":[[],"ref":"a"})",
                                 R"(\{"ref":"a"})",
                                 R"({"ref"\:"a"})",
                                 "{",
                                 "}",
                                 "[",
                                 "",
                                 " ",
                                 "tru"}),
                     text)
{
    BOOST_TEST(skimmed(text) == parsed(text));
    BOOST_TEST(!paths.read(text));
}

BOOST_AUTO_TEST_CASE(does_not_look_at_what_stands_at_no_path)
{
    std::string const text = R"({"other":[1 2,{"k" tru}],"n":0123,"ref":"refs/heads/main","m":"\x"})";
    BOOST_TEST(skimmed(text) == "0:3:refs/heads/main\n");
    BOOST_TEST(!paths.read(text));
    for (std::size_t size = 1; size <= text.size(); ++size)
        BOOST_TEST(in_slices(text, size) == skimmed(text));
}

BOOST_AUTO_TEST_CASE(reads_what_nobody_wants_in_slices_too)
{
    auto const text =
        R"({"other":[)" + std::string(64 * 1024, ' ') + R"(],"m":")" + std::string(64 * 1024, 'm') + R"(","ref":"a"})";
    json::projected p;
    json::projection_reader slices(paths, p, text, {}, json::projection_reader::care::kept);
    std::size_t calls = 1;
    for (auto left = text.size(), next = left; (next = slices.read_some(1024).value()) != 0; left = next, ++calls)
        BOOST_REQUIRE(left - next < 1024 + 2 * json::detail::block_size);
    BOOST_TEST(calls > 100U);
    BOOST_TEST(found(p) == "0:3:a\n");
}

BOOST_AUTO_TEST_CASE(counts_the_depth_as_the_parser_does)
{
    for (std::size_t depth = 55; depth < 75; ++depth)
        for (auto const* const key : {"other", "list"}) {
            auto const text =
                std::string("{\"") + key + "\":" + std::string(depth, '[') + std::string(depth, ']') + '}';
            BOOST_TEST(skimmed(text) == parsed(text));
            json::projection_limits shallow;
            shallow.document.max_depth = 60;
            BOOST_TEST(skimmed(text, shallow) == parsed(text, shallow));
            shallow.document.max_depth = 70;
            BOOST_TEST(skimmed(text, shallow) == parsed(text, shallow));
        }
}

BOOST_AUTO_TEST_CASE(keeps_the_limits_of_the_parser)
{
    json::projection_limits few;
    few.max_values = 2;
    few.max_text = 4;
    few.document.max_size = 40;
    for (std::string const text : {R"({"list":[1,2,3]})", R"({"ref":"abcd"})", R"({"ref":"abcde"})", R"({"ref":12345})",
                                   R"({"other":"a text that is longer than it may be"})"})
        BOOST_TEST(skimmed(text, few) == parsed(text, few));
    BOOST_TEST(skimmed(R"({"list":[1,2,3]})", few).starts_with("cut "));
}

BOOST_AUTO_TEST_CASE(every_way_to_read_a_block_gives_the_same)
{
    std::vector<json::detail::block_reader> readers{&json::detail::read_blocks_portable};
#ifdef PENSTOCK_JSON_BLOCKS
    readers.push_back(&json::detail::read_blocks_sse2);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul"))
        readers.push_back(&json::detail::read_blocks_avx2);
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("pclmul"))
        readers.push_back(&json::detail::read_blocks_avx512);
#endif
    std::minstd_rand random(7);
    std::array<char, json::detail::block_size> text{};
    for (int round = 0; round < 2000; ++round) {
        for (auto& c : text)
            c = round % 2 == 0 ? static_cast<char>(random()) : "\"\\:{}[]_Yy\x7f,a "[random() % 14];
        json::detail::text_block expected{};
        for (std::size_t i = 0; i < text.size(); ++i) {
            auto const bit = std::uint64_t{1} << i;
            expected.quote |= text[i] == '"' ? bit : 0;
            expected.backslash |= text[i] == '\\' ? bit : 0;
            expected.colon |= text[i] == ':' ? bit : 0;
            expected.bracket |= text[i] != '\0' && std::strchr("[]{}Yy_\x7f", text[i]) != nullptr ? bit : 0;
        }
        expected.inside = json::detail::odd_so_far(expected.quote);
        for (auto const read : readers) {
            json::detail::text_block got{};
            read(text.data(), 1, &got);
            BOOST_REQUIRE(std::memcmp(&got, &expected, sizeof got) == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
