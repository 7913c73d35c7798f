#ifndef PENSTOCK_KUBE_OBJECT_PARSER_HPP
#define PENSTOCK_KUBE_OBJECT_PARSER_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace penstock::kube {

struct object_parser_options
{
    std::size_t max_size = 8U << 20U;  ///< Bytes of one document.
    std::size_t max_depth = 128;
    bool keep_managed_fields = false;  ///< `metadata.managedFields` is often half of an object.
    bool secret = false;  ///< All memory of the values, and of reading them, is overwritten when it is given back.
};

/** Reads JSON documents from slices that may end anywhere, also inside a token.

    `managedFields` is skipped while reading: it never becomes a value. Numbers, strings and nesting are those of
    RFC 8259; invalid UTF-8 is refused. No text is buffered.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class object_parser
{
public:
    explicit object_parser(object_parser_options options = {});
    object_parser(object_parser&&) noexcept;
    object_parser& operator=(object_parser&&) noexcept;
    ~object_parser();

    /** Takes bytes up to the end of the document.

        @return How many of them belong to it (also white space around it); the rest is the next document.
        `errc::malformed` or `errc::too_large`, after which only `reset` helps. */
    result<std::size_t> write(std::string_view bytes);

    /// Whether a whole document has been read.
    bool done() const noexcept;
    /// Whether a document has begun (white space does not count) and has not ended.
    bool inside() const noexcept;
    /// The document. Precondition: `done()`. Ready for the next one afterwards.
    boost::json::value release();
    /// Forgets everything.
    void reset();
private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// Reads exactly one document. `errc::malformed`, `errc::too_large`, or `errc::truncated` when it is not whole.
PENSTOCK_DECL result<boost::json::value> parse_object(std::string_view text, object_parser_options options = {});

}  // namespace penstock::kube

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/kube/impl/object_parser.ipp>
#endif
#endif  // PENSTOCK_KUBE_OBJECT_PARSER_HPP
