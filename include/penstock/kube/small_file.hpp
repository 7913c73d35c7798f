#ifndef PENSTOCK_KUBE_SMALL_FILE_HPP
#define PENSTOCK_KUBE_SMALL_FILE_HPP
#include <penstock/error/result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace penstock::kube {

/** The content of a credential or configuration file.

    Blocks the calling thread: for local files that the kubelet or the user put there.
    @return `errc::invalid_configuration` when it cannot be read, `errc::too_large` above `limit` bytes. The
    detail names the file. */
inline result<std::string> read_small_file(std::string const& path, std::size_t limit)
{
    constexpr std::size_t step = 16U << 10U;
    std::ifstream file(path, std::ios::binary);
    std::error_code unknown;
    auto const size = std::filesystem::file_size(path, unknown);
    std::string content;
    if (!unknown)  // in one piece: what it holds may be secret, and growing leaves copies behind
        content.reserve(static_cast<std::size_t>(std::min<std::uintmax_t>(size, limit)) + step);
    while (file && content.size() <= limit) {
        auto const before = content.size();
        content.resize(before + step);
        file.read(content.data() + before, static_cast<std::streamsize>(step));
        content.resize(before + static_cast<std::size_t>(file.gcount()));
    }
    if (file.fail() && !file.eof())
        return failure(errc::invalid_configuration, path + ": cannot be read");
    if (content.size() > limit)
        return failure(errc::too_large, path + ": longer than " + std::to_string(limit) + " bytes");
    return content;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_SMALL_FILE_HPP
