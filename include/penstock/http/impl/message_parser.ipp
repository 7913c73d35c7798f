#ifndef PENSTOCK_HTTP_IMPL_MESSAGE_PARSER_IPP
#define PENSTOCK_HTTP_IMPL_MESSAGE_PARSER_IPP
#include <penstock/error/errc.hpp>
#include <penstock/http/fields.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/optional/optional.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::http::detail {

namespace beast = boost::beast;

/** Drops the fields of a trailer. From some Boost on this overrides a function of its parser; before, those fields come
    as fields do. A class of its own, for none of the functions here may say `override`. */
template <bool IsRequest>
class parser_without_trailer : public beast::http::basic_parser<IsRequest>
{
    void on_trailer_field_impl(beast::http::field, beast::string_view, beast::string_view, error_code&) {}
};

/** Beast's parser, writing into our own fields. A piece of the body is a view into the bytes that were put.
    Fields of a trailer are dropped. */
template <bool IsRequest>
class message_parser final : public parser_without_trailer<IsRequest>
{
    using base = parser_without_trailer<IsRequest>;
public:
    /// All three outlive the parser. `method` and `target` are for requests.
    message_parser(std::string* method, std::string* target, http::fields& fields) noexcept
        : method_(method), target_(target), fields_(&fields)
    {
        this->body_limit(boost::none);
        this->header_limit(std::uint32_t(-1) / 4);  // counted by the reader: over all lines, not for each
    }

    int status() const noexcept { return status_; }
    int version() const noexcept { return version_; }

    /** As Beast's, but what may be the last chunk waits until its five bytes are there, as every message in chunks has
        them: fewer meet an assertion of Boost 1.81. */
    std::size_t put(boost::asio::const_buffer bytes, error_code& ec)
    {
        if (header_done_ && chunk_left_ == 0 && this->chunked()
            && may_be_last({static_cast<char const*>(bytes.data()), bytes.size()})) {
            ec = beast::http::error::need_more;
            return 0;
        }
        return base::put(bytes, ec);
    }

    /// The piece of the body that the last `put` found; empty if it found none.
    std::string_view take_piece() noexcept
    {
        auto const piece = piece_;
        piece_ = {};
        return piece;
    }
private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         error_code&) override
    {
        method_->assign(method.data(), method.size());
        target_->assign(target.data(), target.size());
        version_ = version;
    }
    void on_response_impl(int code, beast::string_view, int version, error_code&) override
    {
        status_ = code;
        version_ = version;
    }
    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code&) override
    {
        if (!header_done_)
            fields_->append({name.data(), name.size()}, {value.data(), value.size()});
    }
    void on_header_impl(error_code&) override { header_done_ = true; }
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view body, error_code&) override
    {
        piece_ = {body.data(), body.size()};
        return body.size();
    }
    /// Whether these are the first bytes of a last chunk, behind the end of the chunk before, and not all of it.
    static bool may_be_last(std::string_view bytes) noexcept
    {
        if (bytes.starts_with("\r\n"))
            bytes.remove_prefix(2);
        return bytes.size() < 5 && (bytes.empty() || bytes == "\r" || bytes.front() == '0');
    }

    void on_chunk_header_impl(std::uint64_t size, beast::string_view, error_code&) override { chunk_left_ = size; }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override
    {
        chunk_left_ -= body.size();
        piece_ = {body.data(), body.size()};
        return body.size();
    }
    void on_finish_impl(error_code&) override {}

    std::string* method_;
    std::string* target_;
    http::fields* fields_;
    std::string_view piece_;
    std::uint64_t chunk_left_ = 0;
    int status_ = 0;
    int version_ = 0;
    bool header_done_ = false;
};

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_MESSAGE_PARSER_IPP
