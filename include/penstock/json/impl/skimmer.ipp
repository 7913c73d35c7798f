#ifndef PENSTOCK_JSON_IMPL_SKIMMER_IPP
#define PENSTOCK_JSON_IMPL_SKIMMER_IPP
#include <penstock/json/impl/skimmed_text.ipp>
#include <penstock/json/projection.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::json {

/** Finds what stands at the paths of a projection without looking at most of the text: 64 characters at a time tell
    where strings, brackets and colons are.

    It knows only what is plain. Whatever else it meets, an escape in what is kept, a character that is not ASCII, a
    fraction, anything wrong, it gives up, and the parser judges. What it takes for right and the parser would not is what
    stands at no path: there only strings must end and brackets match. */
class skimmer : skimmed_text
{
public:
    skimmer(projection const& of, projection_limits const& l, projected& to, std::string_view text,
            detail::block_reader reader) noexcept
        : skimmed_text(of, l, to, text, reader)
    {}

    enum class progress
    {
        done,
        paused,
        given_up,  // the parser must read it again; what has been found until then is of no use
    };

    /// Reads on for about `most` characters, at least 1.
    progress read_some(std::size_t most)
    {
        if (limits_.document.max_depth > max_depth)
            return progress::given_up;
        stop_ = most < text_.size() - std::min(at_, text_.size()) ? at_ + most : text_.size();
        limit_ = stop_ == text_.size() ? outline_.blocks() : stop_ / detail::block_size + 1;
        for (auto how = step::next; how == step::next;)
            switch (in_) {
            case part::start: how = start(); break;
            case part::value: how = value(); break;
            case part::members: how = members(); break;
            case part::unwanted: how = unwanted(); break;
            case part::behind: how = behind(); break;
            case part::end: return progress::done;
            case part::broken: return progress::given_up;
            }
        return in_ == part::broken ? progress::given_up : progress::paused;
    }

    /// Where it is in the text.
    std::size_t at() const noexcept { return at_; }
private:
    static constexpr std::size_t max_depth = 64;

    enum class part : std::uint8_t
    {
        start,
        value,     // at its first character, which there is; `node_` is its place
        members,   // of the object that is innermost
        unwanted,  // in an object or an array that nobody wants, `depth_` deep
        behind,    // a value
        end,
        broken,
    };
    enum class step : std::uint8_t
    {
        next,
        pause,
    };
    struct level
    {
        std::size_t node;  // of the object; of an array, that of its elements
        bool array;
    };

    step go(part to) noexcept
    {
        in_ = to;
        return step::next;
    }
    step give_up() noexcept
    {
        in_ = part::broken;
        return step::pause;
    }

    step start() noexcept
    {
        at_ = behind_space(0);
        if (at_ == text_.size() || (text_[at_] != '{' && text_[at_] != '['))
            return give_up();
        node_ = 0;
        return go(part::value);
    }

    step value()
    {
        auto const path = path_of(node_);
        auto end = given_up;
        switch (text_[at_]) {
        case '{':
            if (!has_keys(node_))
                return skip(part::behind);
            if (!open({node_, false}))
                return give_up();
            ++at_;
            return go(part::members);
        case '[': {
            auto const elements = elements_of(node_);
            if (elements == no_node)
                return skip(part::behind);
            if (!open({elements, true}))
                return give_up();
            at_ = behind_space(at_ + 1);
            if (at_ == text_.size())
                return give_up();
            if (text_[at_] != ']') {
                node_ = elements;
                return step::next;
            }
            --depth_;
            end = at_ + 1;
            break;
        }
        case '"': end = string(at_, path); break;
        case 't': end = word(at_, "true", kind::boolean, path); break;
        case 'f': end = word(at_, "false", kind::boolean, path); break;
        case 'n': end = word(at_, "null", kind::null, path); break;
        default: end = number(at_, path);
        }
        if (end == given_up)
            return give_up();
        at_ = end;
        return go(part::behind);
    }

    step members()
    {
        auto const node = levels_[depth_ - 1].node;
        auto block = at_ / detail::block_size;
        if (block >= limit_)
            return pause(block);
        auto marks = from(outline_.at(block).mark, at_);
        for (;;) {
            while (marks == 0) {
                if (++block >= limit_)
                    return pause(block);
                marks = outline_.at(block).mark;
            }
            auto const at = block * detail::block_size + static_cast<std::size_t>(std::countr_zero(marks));
            marks &= marks - 1;
            if (text_[at] == ':') {
                auto const child = member(node, at);
                if (child == no_node)
                    continue;
                at_ = child == given_up_node ? text_.size() : behind_space(at + 1);
                if (at_ == text_.size())
                    return give_up();
                node_ = child;
                return go(part::value);
            }
            at_ = at;
            if (text_[at] != '}')
                return skip(part::members);
            ++at_;
            --depth_;
            return go(part::behind);
        }
    }

    step behind() noexcept
    {
        at_ = behind_space(at_);
        if (depth_ == 0)
            return at_ == text_.size() && !outline_.odd() ? go(part::end) : give_up();
        if (at_ == text_.size())
            return give_up();
        auto const& in = levels_[depth_ - 1];
        char const c = text_[at_];
        if (!in.array) {
            if (c != ',' && c != '}')
                return give_up();
            return go(part::members);
        }
        if (c == ']') {
            ++at_;
            --depth_;
            return step::next;
        }
        at_ = behind_space(at_ + 1);
        if (c != ',' || at_ == text_.size())
            return give_up();
        node_ = in.node;
        in_ = part::value;
        return at_ < stop_ ? step::next : step::pause;
    }

    bool open(level const& l) noexcept
    {
        if (depth_ >= limits_.document.max_depth)
            return false;
        levels_[depth_++] = l;
        return true;
    }

    /// Past what begins here, to go on with `then`.
    step skip(part then) noexcept
    {
        then_ = then;
        arrays_ = 0;
        deeper_ = 0;
        return go(part::unwanted);
    }

    step unwanted() noexcept
    {
        auto block = at_ / detail::block_size;
        if (block >= limit_)
            return pause(block);
        auto brackets = from(outline_.at(block).bracket, at_);
        for (;;) {
            while (brackets == 0) {
                if (++block >= limit_)
                    return pause(block);
                brackets = outline_.at(block).bracket;
            }
            auto const at = block * detail::block_size + static_cast<std::size_t>(std::countr_zero(brackets));
            brackets &= brackets - 1;
            char const c = text_[at];
            if (c == '{' || c == '[') {
                if (depth_ + ++deeper_ > limits_.document.max_depth)
                    return give_up();
                arrays_ = arrays_ << 1 | (c == '[' ? 1U : 0U);
                continue;
            }
            if (deeper_ == 0 || (c != '}' && c != ']') || (c == ']') != ((arrays_ & 1) != 0))
                return give_up();
            arrays_ >>= 1;
            if (--deeper_ == 0) {
                at_ = at + 1;
                return go(then_);
            }
        }
    }

    /// Nothing of interest is left before this block.
    step pause(std::size_t block) noexcept
    {
        if (block >= outline_.blocks())
            return give_up();
        at_ = std::max(at_, block * detail::block_size);
        return step::pause;
    }

    static std::uint64_t from(std::uint64_t bits, std::size_t at) noexcept
    {
        return bits & (~std::uint64_t{0} << (at % detail::block_size));
    }

    std::size_t at_ = 0;
    std::size_t stop_ = 0;
    std::size_t limit_ = 0;  // the first block that is not looked at yet
    std::size_t node_ = 0;
    std::size_t depth_ = 0;      // of `levels_`
    std::size_t deeper_ = 0;     // within what is unwanted
    std::uint64_t arrays_ = 0;   // a bit for each of them, the innermost the lowest
    part in_ = part::start;
    part then_ = part::behind;
    std::array<level, max_depth> levels_;
};

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_SKIMMER_IPP
