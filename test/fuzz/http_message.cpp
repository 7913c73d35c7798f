// A message of HTTP/1, as the server and the client parse it, without a socket. Oracle: it reads the same in slices
// of any size as in one piece.
#include "input.hpp"

#include <penstock/http/impl/message_parser.ipp>

#include <boost/asio/buffer.hpp>

#include <string>

using namespace penstock;

namespace {

template <bool IsRequest>
class reader
{
public:
    /// Puts what is there into the parser, as the reader of a connection does.
    void take(std::string_view slice)
    {
        held_.append(slice);
        error_code ec;
        while (!held_.empty() && !failed_ && !parser_.is_done()) {
            auto const used = parser_.put(boost::asio::const_buffer(held_.data(), held_.size()), ec);
            body_ += parser_.take_piece();
            held_.erase(0, used);
            if (ec == boost::beast::http::error::need_more)
                return;
            failed_ = static_cast<bool>(ec);
        }
    }

    std::string said() const
    {
        if (failed_)
            return "malformed";
        if (!parser_.is_header_done())
            return "no header";
        auto all = method_ + " " + target_ + " " + std::to_string(parser_.status()) + " "
                   + std::to_string(parser_.version()) + "\n";
        for (auto const& [name, value] : fields_)
            all += name + ": " + value + "\n";
        return all + "\n" + body_ + (parser_.is_done() ? "\ndone" : "\nopen");
    }
private:
    std::string method_;
    std::string target_;
    http::fields fields_;
    http::detail::message_parser<IsRequest> parser_{&method_, &target_, fields_};
    std::string held_;
    std::string body_;
    bool failed_ = false;
};

template <bool IsRequest>
void read(std::string_view bytes)
{
    reader<IsRequest> whole, sliced;
    whole.take(bytes);
    fuzz::in_slices(bytes, [&](std::string_view slice) { sliced.take(slice); });
    auto const one = whole.said(), other = sliced.said();
    bool const ended = one.ends_with("\ndone") || other.ends_with("\ndone");
    bool const wrong = one == "malformed" || other == "malformed";
    bool const header = one != "no header" && other != "no header";
    // In slices a fault may be seen at an earlier byte, before the message is whole.
    fuzz::require(one == other || !(ended || (header && !wrong)), "slices make no difference");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const bytes = fuzz::input(data, size).rest();
    read<true>(bytes);
    read<false>(bytes);
    return 0;
}
