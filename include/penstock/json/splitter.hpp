#ifndef PENSTOCK_JSON_SPLITTER_HPP
#define PENSTOCK_JSON_SPLITTER_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/json/impl/text_block.ipp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::json {

struct splitter_limits
{
    std::size_t max_size = 8U << 20U;  ///< Bytes of one piece.
    std::size_t max_depth = 128;
    std::size_t max_envelope = 256U << 10U;  ///< Bytes of what is around the elements.
};

/** Cuts what arrives into the texts of single objects, wherever the slices end: inside of a word, an escape or a
    character too.

    Either the documents of a stream, one behind the other (a watch), or the elements of one array of one document (a
    list): then no more than one of them is ever held. Looks for strings and brackets only, 64 characters at a time; what
    a piece holds beyond that is for who reads it to judge. A piece that arrived in one slice is not copied.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class splitter
{
public:
    /// The documents of a stream.
    explicit splitter(splitter_limits const& l = {}) : splitter(std::string(), l) {}
    /// @param array Which member of the document holds the elements; empty: the pieces are whole documents.
    PENSTOCK_DECL explicit splitter(std::string array, splitter_limits const& l = {});

    /** The next piece.

        @param bytes What was read; what has been used is removed from its front.
        @return Valid until the next call and as long as the bytes. Nothing when all bytes are used and no further piece
        is whole, or the list has come to its end. `errc::malformed` or `errc::too_large`, after which nothing helps. */
    PENSTOCK_DECL std::optional<result<std::string_view>> next(std::string_view& bytes);

    /// Whether the document of the elements is whole.
    bool done() const noexcept { return state_ == state::done; }
    /// Once it is: the document, with an empty array for that of the elements.
    std::string const& envelope() const noexcept { return envelope_; }

    /// To be called at the end of the bytes: `errc::truncated` if they end inside of something.
    PENSTOCK_DECL result<void> finish() const;
private:
    enum class state : std::uint8_t
    {
        start,          // before a document
        document,       // inside of one, or of an element
        around,         // inside of the document of the elements, and not of the array
        first_element,  // behind the bracket of the array
        next_element,   // behind a comma
        comma,          // behind an element
        done,
    };
    enum class found : std::uint8_t
    {
        nothing,
        end,    // of what was open
        array,  // of the elements, maybe
        fault,
    };

    found scan(std::string_view bytes, std::size_t& used);
    found bracket(char c);
    detail::text_block read(std::string_view bytes);
    std::uint64_t escapes(std::uint64_t backslash, std::size_t size) noexcept;
    std::optional<result<std::string_view>> whole(std::string_view& bytes, std::size_t used);
    std::optional<failure> begin(std::string_view& bytes);
    std::optional<failure> surround(std::string_view& bytes);
    bool names_the_array() const;
    failure fault(errc code, char const* what) const;

    splitter_limits limits_;
    std::string array_;
    detail::block_reader read_;
    state state_ = state::start;
    std::string open_;            // the brackets that are open
    std::size_t base_ = 0;        // as many of them are around a piece
    std::uint64_t inside_ = 0;    // all ones where a string goes on in what comes next
    std::uint64_t escaped_ = 0;   // 1 where the first character of it is escaped
    errc code_ = errc::malformed;
    char const* fault_ = nullptr;
    std::string piece_;           // what came of it in earlier slices
    bool given_ = false;          // `piece_` was handed out
    std::string envelope_;
    std::uint64_t taken_ = 0;     // bytes so far, for faults
};

}  // namespace penstock::json

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/json/impl/splitter.ipp>
#endif

#endif  // PENSTOCK_JSON_SPLITTER_HPP
