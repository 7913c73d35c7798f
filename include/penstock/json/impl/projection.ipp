#ifndef PENSTOCK_JSON_IMPL_PROJECTION_IPP
#define PENSTOCK_JSON_IMPL_PROJECTION_IPP
#include <penstock/json/impl/parse_failure.ipp>
#include <penstock/json/impl/projection_sink.ipp>
#include <penstock/json/impl/skimmer.ipp>
#include <penstock/json/projection.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <functional>
#include <limits>
#include <utility>

namespace penstock::json {

PENSTOCK_DECL void projected::start(std::size_t paths, std::string_view document)
{
    lines_.assign(paths, line());
    rows_.clear();
    if (rows_.capacity() > 4096)  // a large document must not be paid for by all that come after it
        rows_.shrink_to_fit();
    if (texts_.capacity() > std::size_t{64} * 1024)
        texts_ = {};
    texts_.clear();
    document_ = document;
    cut_ = false;
}

PENSTOCK_DECL void projected::keep(std::size_t path, scalar const& value, std::size_t max_values)
{
    auto& there = lines_[path];
    if (there.size == max_values) {
        cut_ = true;
        return;
    }
    auto const at = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back({value, no_row});
    (there.size == 0 ? there.first : rows_[there.last].next) = at;
    there.last = at;
    ++there.size;
}

PENSTOCK_DECL bool projected::in_document(std::string_view text) const noexcept
{
    std::less_equal<> const before;  // of any two pointers
    return before(document_.data(), text.data())
           && before(text.data() + text.size(), document_.data() + document_.size());
}

PENSTOCK_DECL std::string_view projected::own(std::string_view text)
{
    if (texts_.empty())
        texts_.reserve(document_.size());  // unescaping makes no text longer
    auto const at = texts_.size();
    texts_.insert(texts_.end(), text.begin(), text.end());
    return {texts_.data() + at, text.size()};
}

PENSTOCK_DECL scalar const* projected::last(std::size_t path) const noexcept
{
    auto const& there = lines_[path];
    return there.size == 0 ? nullptr : &rows_[there.last].value;
}

PENSTOCK_DECL std::string_view projected::text(std::size_t path) const noexcept
{
    auto const* const there = last(path);
    return there == nullptr || there->kind != kind::string ? std::string_view() : there->text;
}

PENSTOCK_DECL bool projected::is_true(std::size_t path) const noexcept
{
    auto const* const there = last(path);
    return there != nullptr && there->kind == kind::boolean && there->text == "true";
}

PENSTOCK_DECL std::optional<std::int64_t> projected::integer(std::size_t path) const noexcept
{
    auto const* const there = last(path);
    if (there == nullptr || there->kind != kind::number)
        return std::nullopt;
    auto const& text = there->text;
    std::int64_t value = 0;
    auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    return ec == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

PENSTOCK_DECL projection::projection(std::span<std::string_view const> paths) : nodes_(1), paths_(paths.size())
{
    for (std::size_t place = 0; place < paths.size(); ++place) {
        auto rest = paths[place];
        if (rest.empty())
            continue;
        std::size_t at = 0;
        while (true) {
            auto const key = rest.substr(0, rest.find('.'));
            auto next = child(at, key);
            if (next == no_node) {
                next = nodes_.size();
                nodes_.emplace_back();
                nodes_[next].key = key;
                nodes_[at].children.push_back({key.size(), key.empty() ? '\0' : key.front(), next});
            }
            at = next;
            if (key.size() == rest.size())
                break;
            rest.remove_prefix(key.size() + 1);
        }
        nodes_[at].path = place;
    }
    tables_ = nodes_.size() <= std::numeric_limits<std::uint8_t>::max();
    if (tables_)
        std::for_each(nodes_.begin(), nodes_.end(), [this](node& n) { make_table(n); });
}

PENSTOCK_DECL void projection::make_table(node& of)
{
    auto size = sizeof(std::uint64_t);
    for (auto const& b : of.children)
        size = std::min(size, b.size + 1);
    of.keys.shift = static_cast<unsigned>(64 - 8 * size);
    for (auto const& b : of.children) {
        auto& child = nodes_[b.to];
        if (child.key == "*")
            continue;
        auto const quoted = '"' + child.key;
        std::array<char, sizeof(std::uint64_t)> tail{};
        std::copy_n(quoted.end() - static_cast<std::ptrdiff_t>(size), size, tail.end() - size);
        child.alike =
            std::exchange(of.keys.child[of.keys.place(detail::word_at(tail.data()))], static_cast<std::uint8_t>(b.to));
        of.keys.any = true;
    }
}

PENSTOCK_DECL std::size_t projection::child(std::size_t parent, std::string_view key) const noexcept
{
    char const first = key.empty() ? '\0' : key.front();
    for (auto const& candidate : nodes_[parent].children)
        if (candidate.size == key.size() && candidate.first == first && nodes_[candidate.to].key == key)
            return candidate.to;
    return no_node;
}

PENSTOCK_DECL result<projected> projection::read(std::string_view bytes, projection_limits const& l) const
{
    projected found;
    if (auto const read = read_into(found, bytes, l); !read)
        return read.error();
    return found;
}

class projection_reader::impl
{
public:
    impl(projection const& of, projected& to, std::string_view bytes, projection_limits const& l, care how)
        : of_(&of), to_(&to), limits_(l), bytes_(bytes)
    {
        if (bytes.size() > l.document.max_size)
            return;
        to.start(of.paths_, bytes);
        if (how == care::kept && of.tables_)
            skimmer_.emplace(of, limits_, to, bytes, detail::best_block_reader());
    }
    impl(impl const&) = delete;  // the parser looks at the limits

    result<std::size_t> read_some(std::size_t most)
    {
        if (bytes_.size() > limits_.document.max_size)
            return detail::size_failure(bytes_.size(), limits_.document.max_size);
        try {
            if (skimmer_)
                if (auto const how = skimmer_->read_some(most); how != skimmer::progress::given_up)
                    return how == skimmer::progress::done ? 0
                                                          : std::max<std::size_t>(bytes_.size() - skimmer_->at(), 1);
            if (!parser_) {
                if (skimmer_) {  // from the start, with the parser
                    skimmer_.reset();
                    to_->start(of_->paths_, bytes_);
                }
                parser_.emplace(options_for(limits_), *of_, limits_, *to_);
            }
            auto const slice = bytes_.substr(read_, most);
            bool const more = slice.size() < bytes_.size() - read_;
            error_code ec;
            auto const used = parser_->write_some(more, slice.data(), slice.size(), ec);
            read_ += used;
            if (!ec && used < slice.size())
                ec = boost::json::error::extra_data;
            if (ec == make_error_code(errc::too_large))
                return failure(errc::too_large, "JSON at byte " + std::to_string(read_) + ", a value is too long");
            if (ec)
                return detail::parse_failure(ec, read_);
            return bytes_.size() - read_;
        } catch (std::exception const& e) {
            return failure(errc::malformed, e.what());
        }
    }
private:
    static boost::json::parse_options options_for(projection_limits const& l)
    {
        boost::json::parse_options made;
        made.max_depth = l.document.max_depth;
        return made;
    }

    projection const* of_;
    projected* to_;
    projection_limits limits_;
    std::string_view bytes_;
    std::size_t read_ = 0;
    std::optional<skimmer> skimmer_;  // until it has given up
    std::optional<boost::json::basic_parser<projection_sink>> parser_;
};

PENSTOCK_DECL projection_reader::projection_reader(projection const& of, projected& to, std::string_view bytes,
                                                   projection_limits const& l, care how)
    : impl_(std::make_unique<impl>(of, to, bytes, l, how))
{}

PENSTOCK_DECL projection_reader::projection_reader(projection_reader&&) noexcept = default;
PENSTOCK_DECL projection_reader& projection_reader::operator=(projection_reader&&) noexcept = default;
PENSTOCK_DECL projection_reader::~projection_reader() = default;

PENSTOCK_DECL result<std::size_t> projection_reader::read_some(std::size_t most)
{
    return impl_->read_some(most);
}

PENSTOCK_DECL result<void> projection::read_into(projected& to, std::string_view bytes,
                                                 projection_limits const& l) const
{
    projection_reader::impl all(*this, to, bytes, l, projection_reader::care::all);
    if (auto const read = all.read_some(bytes.size()); !read)
        return read.error();
    return {};
}

PENSTOCK_DECL result<void> projection::skim_into(projected& to, std::string_view bytes,
                                                 projection_limits const& l) const
{
    if (tables_ && bytes.size() <= l.document.max_size) {
        try {
            to.start(paths_, bytes);
            if (skimmer(*this, l, to, bytes, detail::best_block_reader()).read_some(bytes.size())
                == skimmer::progress::done)
                return {};
        } catch (std::exception const& e) {
            return failure(errc::malformed, e.what());
        }
    }
    return read_into(to, bytes, l);
}

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_IMPL_PROJECTION_IPP
