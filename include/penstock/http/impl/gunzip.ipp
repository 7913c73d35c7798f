#ifndef PENSTOCK_HTTP_IMPL_GUNZIP_IPP
#define PENSTOCK_HTTP_IMPL_GUNZIP_IPP
#include <penstock/http/gunzip.hpp>

#include <boost/beast/zlib/error.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/crc.hpp>

#include <array>
#include <utility>

namespace penstock::http {

class gunzip::impl
{
public:
    explicit impl(gunzip_options const& o) : options_(o) { stream_.reset(15); }

    result<void> put(std::string_view piece, std::string& out)
    {
        in_ += piece.size();
        while (!piece.empty()) {
            if (at_ == part::body) {
                if (auto const r = inflate(piece, out); !r)
                    return r;
            } else if (auto const r = frame(piece.front()); !r) {
                return r;
            } else {
                piece.remove_prefix(1);
            }
        }
        return {};
    }

    result<void> finish() const
    {
        if (at_ == part::header && count_ == 0 && members_ != 0)
            return {};
        return failure(errc::truncated, "the gzip body");
    }
private:
    /// What comes next. A member is a header of ten bytes, what its flags announce, the body, and eight bytes.
    enum class part
    {
        header,
        extra_length,
        extra,
        name,
        comment,
        header_check,
        body,
        trailer
    };

    static constexpr unsigned char has_check = 2, has_extra = 4, has_name = 8, has_comment = 16;

    static failure bad(char const* what) { return {errc::malformed, std::string("the gzip body: ") + what}; }

    void enter(part p) noexcept
    {
        at_ = p;
        count_ = 0;
    }

    /// Goes on to the next part of the header that the flags announce.
    void after(part p) noexcept
    {
        if (p < part::extra_length && (flags_ & has_extra) != 0)
            return enter(part::extra_length);
        if (p < part::name && (flags_ & has_name) != 0)
            return enter(part::name);
        if (p < part::comment && (flags_ & has_comment) != 0)
            return enter(part::comment);
        if (p < part::header_check && (flags_ & has_check) != 0)
            return enter(part::header_check);
        stream_.reset(15);
        checksum_.reset();
        size_ = 0;
        enter(part::body);
    }

    /// One byte of what surrounds the body.
    result<void> frame(char c)
    {
        auto const byte = static_cast<unsigned char>(c);
        switch (at_) {
        case part::header:
            if ((count_ == 0 && byte != 0x1f) || (count_ == 1 && byte != 0x8b) || (count_ == 2 && byte != 8)
                || (count_ == 3 && (byte & 0xe0U) != 0))
                return bad(members_ == 0 ? "it is not gzip" : "something follows it");
            if (count_ == 3)
                flags_ = byte;
            if (++count_ == 10)
                after(part::header);
            break;
        case part::extra_length:
            extra_ = count_ == 0 ? byte : extra_ + byte * 256U;
            if (++count_ == 2)
                extra_ != 0 ? enter(part::extra) : after(part::extra);
            break;
        case part::extra:
            if (++count_ == extra_)
                after(part::extra);
            break;
        case part::name:
        case part::comment:
            if (++count_ > 4096)
                return bad("a name without end");
            if (byte == 0)
                after(at_);
            break;
        case part::header_check:
            if (++count_ == 2)
                after(part::header_check);
            break;
        case part::trailer: return trailer(byte);
        case part::body: break;
        }
        return {};
    }

    result<void> trailer(unsigned char byte)
    {
        trailer_[count_] = byte;
        if (++count_ < trailer_.size())
            return {};
        auto const number = [this](std::size_t at) {
            return trailer_[at] | static_cast<std::uint32_t>(trailer_[at + 1]) << 8U
                   | static_cast<std::uint32_t>(trailer_[at + 2]) << 16U
                   | static_cast<std::uint32_t>(trailer_[at + 3]) << 24U;
        };
        if (number(0) != checksum_.checksum() || number(4) != static_cast<std::uint32_t>(size_))
            return bad("its checksum is wrong");
        ++members_;
        enter(part::header);
        return {};
    }

    result<void> inflate(std::string_view& piece, std::string& out)
    {
        namespace zlib = boost::beast::zlib;
        for (;;) {
            zlib::z_params z;
            z.next_in = piece.data();
            z.avail_in = piece.size();
            z.next_out = block_.data();
            z.avail_out = block_.size();
            error_code ec;
            stream_.write(z, zlib::Flush::sync, ec);
            piece.remove_prefix(piece.size() - z.avail_in);
            auto const n = block_.size() - z.avail_out;
            checksum_.process_bytes(block_.data(), n);
            size_ += n;
            out_ += n;
            if (out_ > options_.max_size)
                return failure(errc::too_large,
                               "the gzip body has more than " + std::to_string(options_.max_size) + " bytes");
            if (out_ > options_.free_size && out_ / options_.max_ratio > in_)
                return failure(errc::too_large,
                               "the gzip body grows more than " + std::to_string(options_.max_ratio) + " times");
            out.append(block_.data(), n);
            if (ec == zlib::error::end_of_stream) {
                enter(part::trailer);
                return {};
            }
            if (ec && ec != zlib::error::need_buffers)
                return bad("it is damaged");
            if (ec || z.avail_out != 0)
                return {};  // all of the piece is used
        }
    }

    gunzip_options options_;
    boost::beast::zlib::inflate_stream stream_;
    boost::crc_32_type checksum_;
    std::array<char, 16 * 1024> block_;
    std::array<unsigned char, 8> trailer_{};
    std::uint64_t in_ = 0;
    std::uint64_t out_ = 0;
    std::uint64_t size_ = 0;  // of this member
    std::size_t count_ = 0;   // bytes of this part
    std::size_t extra_ = 0;
    unsigned members_ = 0;
    part at_ = part::header;
    unsigned char flags_ = 0;
};

PENSTOCK_DECL gunzip::gunzip(gunzip_options const& o) : impl_(std::make_unique<impl>(o)) {}
PENSTOCK_DECL gunzip::gunzip(gunzip&&) noexcept = default;
PENSTOCK_DECL gunzip& gunzip::operator=(gunzip&&) noexcept = default;
PENSTOCK_DECL gunzip::~gunzip() = default;

PENSTOCK_DECL result<void> gunzip::put(std::string_view piece, std::string& out)
{
    return impl_->put(piece, out);
}

PENSTOCK_DECL result<void> gunzip::finish() const
{
    return impl_->finish();
}

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_IMPL_GUNZIP_IPP
