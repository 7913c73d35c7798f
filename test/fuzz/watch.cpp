// The body of a watch. Oracle: it says the same in slices of any size as in one piece.
#include "input.hpp"

#include <penstock/kube/watch_decoder.hpp>

#include <boost/json/serialize.hpp>

#include <string>

using namespace penstock;

namespace {

class listener
{
public:
    void take(std::string_view slice)
    {
        while (!ended_) {
            auto event = decoder_.next(slice);
            if (!event)
                return;
            if (!*event) {
                heard_ += "failure " + std::to_string(event->error().code.value());
                ended_ = true;
                return;
            }
            heard_ +=
                std::to_string(static_cast<int>((*event)->kind)) + boost::json::serialize((*event)->object) + "\n";
        }
    }

    std::string end() { return ended_ ? heard_ : heard_ + (decoder_.finish() ? "end" : "truncated"); }
private:
    kube::watch_decoder decoder_{"things", {.max_size = 4096, .max_depth = 32}};
    std::string heard_;
    bool ended_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const bytes = fuzz::input(data, size).rest();
    listener whole, sliced;
    whole.take(bytes);
    fuzz::in_slices(bytes, [&](std::string_view slice) { sliced.take(slice); });
    fuzz::require(whole.end() == sliced.end(), "slices make no difference");
    return 0;
}
