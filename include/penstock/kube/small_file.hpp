#ifndef PENSTOCK_KUBE_SMALL_FILE_HPP
#define PENSTOCK_KUBE_SMALL_FILE_HPP
#include <penstock/error/result.hpp>

#include <cstddef>
#include <fstream>
#include <string>

namespace penstock::kube {

/** The content of a credential or configuration file.

    Blocks the calling thread: for local files that the kubelet or the user put there.
    @return `errc::invalid_configuration` when it cannot be read, `errc::too_large` above `limit` bytes. The
    detail names the file. */
inline result<std::string> read_small_file(std::string const& path, std::size_t limit)
{
    std::ifstream file(path, std::ios::binary);
    std::string content(limit + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.eof() && file.fail())
        return failure(errc::invalid_configuration, path + ": cannot be read");
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > limit)
        return failure(errc::too_large, path + ": longer than " + std::to_string(limit) + " bytes");
    return content;
}

}  // namespace penstock::kube

#endif  // PENSTOCK_KUBE_SMALL_FILE_HPP
