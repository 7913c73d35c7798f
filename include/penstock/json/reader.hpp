#ifndef PENSTOCK_JSON_READER_HPP
#define PENSTOCK_JSON_READER_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/json/impl/text_outline.ipp>

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::json {

/** Reads a document that is in memory, value by value, without a DOM: whoever knows what should stand there asks for it,
    and passes over the rest.

    @code
    json::reader in(text, scratch);
    std::string_view key;
    for (in.open_object(); in.next_key(key);)
        key == "name" ? in.string(name) : in.skip();
    if (!in.finish())
        return in.error();
    @endcode
    Everything that is asked for is checked as RFC 8259 wants it. What is passed over is looked at 64 characters at a
    time: there strings must end, and brackets match, and nothing else is checked. After the first fault everything
    gives false, and `error` tells it. Nothing is allocated but for texts with escapes in them.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class reader
{
public:
    /// What the next value is.
    enum class value
    {
        object,
        array,
        string,
        number,
        boolean,
        null,
        nothing,  ///< None begins here, or there was a fault.
    };

    static constexpr std::size_t max_depth = 256;

    /// @param text,scratch Outlive the reader. The second holds texts that had to be unescaped, one at a time.
    PENSTOCK_DECL reader(std::string_view text, std::string& scratch);
    reader(reader const&) = delete;
    reader& operator=(reader const&) = delete;

    PENSTOCK_DECL value peek();

    /// Goes into an object; `next_key` gives its members, one before each value.
    PENSTOCK_DECL bool open_object();
    /// @param key Valid until the next text is read. @return False at the end of the object too.
    PENSTOCK_DECL bool next_key(std::string_view& key);
    /// Goes into an array; `next_element` is true before each of its values.
    PENSTOCK_DECL bool open_array();
    PENSTOCK_DECL bool next_element();

    /// @param text Valid until the next text is read; without escapes it stands in the document.
    PENSTOCK_DECL bool string(std::string_view& text);
    /// @param digits As they stand there.
    PENSTOCK_DECL bool number(std::string_view& digits);
    PENSTOCK_DECL bool boolean(bool& flag);
    PENSTOCK_DECL bool null();
    /// Passes over a value of any kind.
    PENSTOCK_DECL bool skip();
    /// The same, and gives its text.
    PENSTOCK_DECL bool raw(std::string_view& text);

    /// Whether there was no fault, and nothing but white space is left.
    PENSTOCK_DECL bool finish();
    bool good() const noexcept { return fault_ == nullptr; }
    /// `errc::malformed`, or `errc::too_large` for what is nested too deep; the detail names the place.
    PENSTOCK_DECL failure error() const;
private:
    bool fail(char const* what) noexcept;
    bool begins(char c, char const* what);
    bool comma_or(char end, bool& ended);
    bool quoted(std::string_view& text);
    bool unescape(std::string_view text);
    bool word(std::string_view which);
    bool skip_brackets();
    void behind_space() noexcept;

    std::string_view text_;
    std::string& scratch_;
    std::size_t at_ = 0;
    bool fresh_ = false;  // an object or an array was opened, and nothing of it read
    char const* fault_ = nullptr;
    detail::text_outline outline_;
};

}  // namespace penstock::json

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/json/impl/reader.ipp>
#endif

#endif  // PENSTOCK_JSON_READER_HPP
