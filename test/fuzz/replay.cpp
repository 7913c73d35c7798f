// The main of a fuzz target where there is no libFuzzer: each seed as it is, cut off at up to 64 places, and with one
// byte turned over at up to 64 places. Always the same inputs, so a failure comes again.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

void feed(std::string const& bytes)
{
    std::vector<std::uint8_t> const exact(bytes.begin(), bytes.end());  // no byte behind them is readable
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void replay(std::string const& seed)
{
    feed(seed);
    auto const step = seed.size() / 64 + 1;
    for (std::size_t at = 0; at < seed.size(); at += step) {
        feed(seed.substr(0, at));
        auto turned = seed;
        turned[at] = static_cast<char>(turned[at] ^ (1 << (at / step % 8)));
        feed(turned);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    std::size_t seeds = 0;
    for (int i = 1; i < argc; ++i) {
        for (auto const& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file())
                continue;
            std::ifstream in(entry.path(), std::ios::binary);
            std::string const seed{std::istreambuf_iterator<char>(in), {}};
            std::printf("%s, %zu bytes\n", entry.path().filename().c_str(), seed.size());
            std::fflush(stdout);  // the name of the seed is there when the target ends the program
            replay(seed);
            ++seeds;
        }
    }
    if (seeds == 0)
        std::fprintf(stderr, "usage: %s FOLDER...: no seed was found\n", argv[0]);
    return seeds == 0 ? 1 : 0;
}
