#ifndef PENSTOCK_TEST_FUZZ_INPUT_HPP
#define PENSTOCK_TEST_FUZZ_INPUT_HPP
#include <penstock/http/fields.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What every fuzz target needs: its input as text, taken apart in a way in which seeds can be written by hand.
namespace fuzz {

/// An oracle of a target: what does not hold ends the program, so that libFuzzer keeps the input.
inline void require(bool holds, char const* what)
{
    if (holds)
        return;
    std::fprintf(stderr, "the oracle does not hold: %s\n", what);
    std::abort();
}

/// The input of one run, read from the front.
class input
{
public:
    input(std::uint8_t const* data, std::size_t size) noexcept : rest_(reinterpret_cast<char const*>(data), size) {}

    /// Up to the separator, which is dropped; all of it where there is none.
    std::string_view until(std::string_view separator) noexcept
    {
        auto const end = rest_.find(separator);
        auto const part = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + separator.size());
        return part;
    }

    std::string_view line() noexcept { return until("\n"); }

    /// Lines `name: value` up to an empty one.
    penstock::http::fields fields()
    {
        penstock::http::fields read;
        while (!rest_.empty()) {
            auto const one = line();
            if (one.empty())
                break;
            auto const colon = std::min(one.find(": "), one.size());
            read.append(one.substr(0, colon), one.substr(std::min(colon + 2, one.size())));
        }
        return read;
    }

    std::string_view rest() const noexcept { return rest_; }
private:
    std::string_view rest_;
};

/// Hands bytes over in slices whose lengths the bytes decide themselves, 1 to 64 and every fourth an empty one.
template <class F>
void in_slices(std::string_view bytes, F take)
{
    for (std::size_t turn = 1; !bytes.empty(); ++turn) {
        auto const size = turn % 4 == 0 ? 0 : 1 + (static_cast<unsigned char>(bytes.front()) * turn) % 64;
        auto const slice = bytes.substr(0, size);
        bytes.remove_prefix(slice.size());
        take(slice);
    }
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

#endif  // PENSTOCK_TEST_FUZZ_INPUT_HPP
