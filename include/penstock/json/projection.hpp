#ifndef PENSTOCK_JSON_PROJECTION_HPP
#define PENSTOCK_JSON_PROJECTION_HPP
#include <penstock/config.hpp>
#include <penstock/json/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::json {

/// What a kept value was.
enum class kind
{
    null,
    boolean,
    number,
    string,
};

/// One scalar that a projection kept.
struct scalar
{
    json::kind kind = json::kind::null;
    std::string_view text;  ///< A string unescaped; a number as its digits; "true", "false" or "null".
};

/** What a projection found, by the place of the path in its list.

    Most texts stand in the document that was read: they live as long as it and this object do. */
class projected
{
public:
    /// The values of one path, in order.
    class values;

    projected() = default;
    explicit projected(std::size_t paths) : lines_(paths) {}
    projected(projected&&) noexcept = default;  // a copy would point into the texts of the first one
    projected& operator=(projected&&) noexcept = default;

    /// All that stood at the path: more than one under `*` or a repeated key.
    values all(std::size_t path) const noexcept;

    /// The last string there (so the last of repeated keys wins), or nothing.
    std::string_view text(std::size_t path) const noexcept;

    /// Whether the last value there is `true`.
    bool is_true(std::size_t path) const noexcept;

    /// The last whole number there, if it fits.
    std::optional<std::int64_t> integer(std::size_t path) const noexcept;

    /// Whether values were left out because `projection_limits` was reached.
    bool cut() const noexcept { return cut_; }
private:
    friend class projection;
    friend class projection_reader;
    friend class projection_sink;
    friend class skimmed_text;

    static constexpr std::uint32_t no_row = static_cast<std::uint32_t>(-1);

    struct row
    {
        scalar value;
        std::uint32_t next = no_row;  // of the same path
    };

    struct line
    {
        std::uint32_t first = no_row;
        std::uint32_t last = no_row;
        std::uint32_t size = 0;
    };

    void start(std::size_t paths, std::string_view document);
    void keep(std::size_t path, scalar const& value, std::size_t max_values);
    bool in_document(std::string_view text) const noexcept;
    std::string_view own(std::string_view text);
    scalar const* last(std::size_t path) const noexcept;

    std::vector<line> lines_;
    std::vector<row> rows_;
    std::vector<char> texts_;  // what had to be unescaped; never grows beyond what it reserved, for it is pointed into
    std::string_view document_;
    bool cut_ = false;
};

class projected::values
{
public:
    class iterator
    {
    public:
        using value_type = scalar;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        scalar const& operator*() const noexcept { return rows_[at_].value; }
        scalar const* operator->() const noexcept { return &rows_[at_].value; }
        iterator& operator++() noexcept
        {
            at_ = rows_[at_].next;
            return *this;
        }
        iterator operator++(int) noexcept
        {
            auto const before = *this;
            ++*this;
            return before;
        }
        bool operator==(iterator const& other) const noexcept { return at_ == other.at_; }
    private:
        friend class values;
        iterator(row const* rows, std::uint32_t at) : rows_(rows), at_(at) {}
        row const* rows_ = nullptr;
        std::uint32_t at_ = no_row;
    };

    iterator begin() const noexcept { return {rows_, of_.first}; }
    iterator end() const noexcept { return {rows_, no_row}; }
    std::size_t size() const noexcept { return of_.size; }
    bool empty() const noexcept { return of_.size == 0; }
private:
    friend class projected;
    values(row const* rows, line of) : rows_(rows), of_(of) {}
    row const* rows_;
    line of_;
};

inline projected::values projected::all(std::size_t path) const noexcept
{
    return {rows_.data(), lines_[path]};
}

/// What a projection may keep.
struct projection_limits
{
    json::limits document;
    std::size_t max_values = 16384;  ///< Scalars kept at one path; more make the answer cut.
    std::size_t max_text = 8192;  ///< Bytes of one kept value; a longer one is an error.
};

/** Reads few fields of a document in one pass, without a DOM. What stands at no path is checked and skipped.

    A path is keys joined by dots; `*` stands for every element of an array: "commits.*.modified.*". A key that holds
    a dot cannot be named.
    @par Thread safety
    Shared objects: safe; nothing changes after construction. */
class projection
{
public:
    /// An empty path keeps its place and finds nothing.
    explicit projection(std::span<std::string_view const> paths);
    projection(std::initializer_list<std::string_view> paths) : projection(std::span(paths.begin(), paths.size())) {}

    /** @return What was found; a document that is not an object or an array has nothing. Errors as of `parse`,
        `errc::too_large` for a value beyond `max_text` too. */
    result<projected> read(std::string_view bytes, projection_limits const& l = {}) const;

    /// The same, with the memory of what was found before: once warm, it allocates next to nothing.
    /// After an error `to` holds nothing to rely on.
    result<void> read_into(projected& to, std::string_view bytes, projection_limits const& l = {}) const;

    /** The same for a document whose sender has been authenticated: quicker, for it looks at little more than what stands
        at the paths. It finds what `read_into` finds in everything that is JSON, and refuses what it would keep and is
        not; but elsewhere only strings must end and brackets match. */
    result<void> skim_into(projected& to, std::string_view bytes, projection_limits const& l = {}) const;
private:
    friend class projection_reader;
    friend class projection_sink;
    friend class skimmed_text;

    struct branch  // most keys differ from all of them in one of these two
    {
        std::size_t size;
        char first;
        std::size_t to;
    };

    /// Tells keys by their last characters, the quote before them included: no more than the shortest of them has.
    struct key_table
    {
        bool any = false;
        unsigned shift = 0;
        std::array<std::uint8_t, 256> child{};  // a node, or 0; the others of this place follow it as `alike`

        std::size_t place(std::uint64_t tail) const noexcept { return ((tail >> shift) * 0x9e3779b97f4a7c15U) >> 56; }
    };

    struct node
    {
        std::string key;  // "*" for the elements of an array
        std::size_t path = no_path;
        std::vector<branch> children;
        std::uint8_t alike = 0;  // the next node of its place in the table of its parent
        key_table keys;
    };

    static constexpr std::size_t no_path = static_cast<std::size_t>(-1);
    static constexpr std::size_t no_node = static_cast<std::size_t>(-1);

    std::size_t child(std::size_t parent, std::string_view key) const noexcept;
    void make_table(node& of);

    std::vector<node> nodes_;
    std::size_t paths_ = 0;
    bool tables_ = false;  // whether every node has one
};

/** `projection::read_into` or `skim_into` in slices, for a loop that has other things to do meanwhile.

    The projection, what is found and the document must stay where they are until it is read. */
class projection_reader
{
public:
    /// What is looked at.
    enum class care
    {
        all,  ///< As `read_into`.
        kept,  ///< As `skim_into`, with the same result.
    };

    PENSTOCK_DECL projection_reader(projection const& of, projected& to, std::string_view bytes,
                                    projection_limits const& l = {}, care how = care::all);
    PENSTOCK_DECL projection_reader(projection_reader&&) noexcept;
    PENSTOCK_DECL projection_reader& operator=(projection_reader&&) noexcept;
    PENSTOCK_DECL ~projection_reader();

    /** Reads on for about `most` bytes, at least 1.
        @return How many are left, 0 once all is read, more than before where skimming was not enough; or an error as that of `read`, and then no more. */
    PENSTOCK_DECL result<std::size_t> read_some(std::size_t most);
private:
    friend class projection;
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace penstock::json

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/json/impl/projection.ipp>
#endif

#endif  // PENSTOCK_JSON_PROJECTION_HPP
