#ifndef PENSTOCK_JSON_PROJECTION_HPP
#define PENSTOCK_JSON_PROJECTION_HPP
#include <penstock/config.hpp>
#include <penstock/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
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
    std::string text;  ///< A string unescaped; a number as its digits; "true", "false" or "null".
};

/// What a projection found, by the place of the path in its list.
class projected
{
public:
    explicit projected(std::size_t paths) : found_(paths) {}

    /// All that stood at the path, in order: more than one under `*` or a repeated key.
    std::vector<scalar> const& all(std::size_t path) const { return found_[path]; }

    /// The last string there (so the last of repeated keys wins), or nothing.
    std::string_view text(std::size_t path) const noexcept;

    /// Whether the last value there is `true`.
    bool is_true(std::size_t path) const noexcept;

    /// The last whole number there, if it fits.
    std::optional<std::int64_t> integer(std::size_t path) const noexcept;

    /// Whether values were left out because `projection_limits` was reached.
    bool cut() const noexcept { return cut_; }
private:
    friend class projection_sink;
    std::vector<std::vector<scalar>> found_;
    bool cut_ = false;
};

/// What a projection may keep.
struct projection_limits
{
    json::limits document;
    std::size_t max_values = 16384;  ///< Scalars kept at one path; more make the answer cut.
    std::size_t max_text = 8192;     ///< Bytes of one kept value; a longer one is an error.
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
private:
    friend class projection_sink;

    struct node
    {
        std::string key;  // "*" for the elements of an array
        std::size_t path = no_path;
        std::vector<std::size_t> children;
    };

    static constexpr std::size_t no_path = static_cast<std::size_t>(-1);
    static constexpr std::size_t no_node = static_cast<std::size_t>(-1);

    std::size_t child(std::size_t parent, std::string_view key) const noexcept;

    std::vector<node> nodes_;
    std::size_t paths_ = 0;
};

}  // namespace penstock::json

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/json/impl/projection.ipp>
#endif

#endif  // PENSTOCK_JSON_PROJECTION_HPP
