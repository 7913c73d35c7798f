#ifndef PENSTOCK_JSON_IMPL_SPLITTER_IPP
#define PENSTOCK_JSON_IMPL_SPLITTER_IPP
#include <penstock/json/impl/text_blocks.ipp>
#include <penstock/json/splitter.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace penstock::json {

PENSTOCK_DECL splitter::splitter(std::string array, splitter_limits const& l)
    : limits_(l), array_(std::move(array)), read_(detail::best_block_reader())
{}

PENSTOCK_DECL failure splitter::fault(errc code, char const* what) const
{
    return {code, "JSON near byte " + std::to_string(taken_) + ": " + what};
}

PENSTOCK_DECL std::optional<result<std::string_view>> splitter::next(std::string_view& bytes)
{
    if (std::exchange(given_, false)) {
        piece_.clear();
        if (piece_.capacity() > std::size_t{256} * 1024)  // all that come after a large one must not pay for it
            piece_.shrink_to_fit();
    }
    while (!bytes.empty()) {
        if (fault_ != nullptr)
            return fault(code_, fault_);
        if (state_ == state::done) {
            auto const rest = std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size());
            bytes.remove_prefix(rest);
            if (bytes.empty())
                break;
            return fault(errc::malformed, fault_ = "something stands behind the document");
        }
        if (state_ == state::document) {
            std::size_t used = 0;
            auto const what = scan(bytes, used);
            if (what == found::fault)
                return fault(code_, fault_);
            if (piece_.size() + used > limits_.max_size)
                return fault(code_ = errc::too_large, fault_ = "an object is too long");
            if (what == found::end)
                return whole(bytes, used);
            piece_.append(bytes);
            taken_ += bytes.size();
            bytes = {};
            break;
        }
        auto const problem = state_ == state::around ? surround(bytes) : begin(bytes);
        if (problem)
            return *problem;
    }
    return std::nullopt;
}

/// A piece has come to its end.
PENSTOCK_DECL std::optional<result<std::string_view>> splitter::whole(std::string_view& bytes, std::size_t used)
{
    std::string_view piece = bytes.substr(0, used);
    if (!piece_.empty()) {
        piece_.append(piece);
        piece = piece_;
    }
    given_ = true;
    taken_ += used;
    bytes.remove_prefix(used);
    state_ = array_.empty() ? state::start : state::comma;
    return piece;
}

/// Between pieces: white space, commas, and the bracket with which the next one begins.
PENSTOCK_DECL std::optional<failure> splitter::begin(std::string_view& bytes)
{
    auto const space = std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size());
    bytes.remove_prefix(space);
    taken_ += space;
    if (bytes.empty())
        return std::nullopt;
    char const c = bytes.front();
    if (state_ == state::start && c == '{') {
        state_ = array_.empty() ? state::document : state::around;
        return std::nullopt;
    }
    if (c == '{' && state_ != state::comma) {
        state_ = state::document;
        return std::nullopt;
    }
    if (state_ == state::comma && c == ',') {
        state_ = state::next_element;
    } else if ((state_ == state::comma || state_ == state::first_element) && c == ']') {
        open_.pop_back();
        base_ = 0;
        envelope_.push_back(']');
        state_ = state::around;
    } else {
        return fault(errc::malformed, fault_ = state_ == state::comma   ? "a comma or the end of the list is expected"
                                               : state_ == state::start ? "an object is expected"
                                                                        : "the list holds something else than objects");
    }
    bytes.remove_prefix(1);
    ++taken_;
    return std::nullopt;
}

/// What is around the elements: kept, for there is little of it.
PENSTOCK_DECL std::optional<failure> splitter::surround(std::string_view& bytes)
{
    std::size_t used = 0;
    auto const what = scan(bytes, used);
    if (what == found::fault)
        return fault(code_, fault_);
    if (what == found::nothing)
        used = bytes.size();
    if (envelope_.size() + used > limits_.max_envelope)
        return fault(code_ = errc::too_large, fault_ = "what is around the list is too long");
    envelope_.append(bytes.substr(0, used));
    taken_ += used;
    bytes.remove_prefix(used);
    if (what == found::end) {
        state_ = state::done;
    } else if (what == found::array && names_the_array()) {
        base_ = open_.size();
        state_ = state::first_element;
    }
    return std::nullopt;
}

/// Whether what is around ends with the name of the array, a colon and a bracket.
PENSTOCK_DECL bool splitter::names_the_array() const
{
    std::string_view rest = envelope_;
    rest.remove_suffix(1);
    auto const strip = [&rest] {
        while (!rest.empty() && detail::is_space(rest.back()))
            rest.remove_suffix(1);
    };
    strip();
    if (!rest.ends_with(':'))
        return false;
    rest.remove_suffix(1);
    strip();
    return rest.ends_with('"') && rest.substr(0, rest.size() - 1).ends_with(array_)
           && rest.substr(0, rest.size() - 1 - array_.size()).ends_with('"');
}

/// What a backslash stands before that is none of another's; `size` of the 64 characters are there.
PENSTOCK_DECL std::uint64_t splitter::escapes(std::uint64_t backslash, std::size_t size) noexcept
{
    constexpr std::uint64_t even = 0x5555555555555555U;
    backslash &= ~escaped_;
    auto const follows = backslash << 1 | escaped_;
    auto const odd_starts = backslash & ~even & ~follows;
    auto const carried = odd_starts + backslash;
    auto const escaped = (even ^ (carried << 1)) & follows;
    if (size < detail::block_size)
        escaped_ = escaped >> size & 1;
    else
        escaped_ = carried < odd_starts ? 1 : 0;
    return escaped;
}

/// Up to 64 characters, of which those that are not there count as white space.
PENSTOCK_DECL detail::text_block splitter::read(std::string_view bytes)
{
    detail::text_block block;
    if (bytes.size() >= detail::block_size) {
        read_(bytes.data(), 1, &block);
    } else {
        std::array<char, detail::block_size> rest;
        rest.fill(' ');
        std::memcpy(rest.data(), bytes.data(), bytes.size());
        read_(rest.data(), 1, &block);
    }
    if ((block.backslash | escaped_) != 0) [[unlikely]] {
        block.quote &= ~escapes(block.backslash, bytes.size());
        block.inside = detail::odd_so_far(block.quote);
    }
    block.inside ^= inside_;
    inside_ = 0 - (block.inside >> 63);
    return block;
}

/// @param used How many bytes there are up to and with what was found.
PENSTOCK_DECL splitter::found splitter::scan(std::string_view bytes, std::size_t& used)
{
    for (std::size_t from = 0; from < bytes.size(); from += detail::block_size) {
        auto const block = read(bytes.substr(from, detail::block_size));
        for (auto brackets = block.bracket & ~block.inside; brackets != 0; brackets &= brackets - 1) {
            auto const at = from + static_cast<std::size_t>(std::countr_zero(brackets));
            auto const what = bracket(bytes[at]);
            if (what == found::nothing) [[likely]]
                continue;
            used = at + 1;
            inside_ = escaped_ = 0;  // what comes next is read from here
            return what;
        }
    }
    used = bytes.size();
    return found::nothing;
}

PENSTOCK_DECL splitter::found splitter::bracket(char c)
{
    if (c == '{' || c == '[') {
        if (open_.size() == limits_.max_depth) {
            code_ = errc::too_large;
            fault_ = "nested too deep";
            return found::fault;
        }
        open_.push_back(c);
        return state_ == state::around && c == '[' && open_.size() == 2 ? found::array : found::nothing;
    }
    if (open_.size() == base_ || c != open_.back() + 2) {  // in ASCII each stands two behind the one that opens
        fault_ = "a bracket does not match";
        return found::fault;
    }
    open_.pop_back();
    return open_.size() == base_ ? found::end : found::nothing;
}

PENSTOCK_DECL result<void> splitter::finish() const
{
    if (state_ == state::done || (array_.empty() && state_ == state::start))
        return {};
    return fault(errc::truncated, "it ends too early");
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_SPLITTER_IPP
