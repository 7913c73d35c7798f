#ifndef PENSTOCK_ENV_IMPL_SMALL_FILE_IPP
#define PENSTOCK_ENV_IMPL_SMALL_FILE_IPP
#include <penstock/env/small_file.hpp>

#include <penstock/text/secret.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace penstock::env {

namespace detail {

inline std::string cannot_be_read(int why)
{
    return ": cannot be read (" + std::generic_category().message(why) + ")";
}

}  // namespace detail

PENSTOCK_DECL small_file::~small_file()
{
    if (fd_ >= 0)
        ::close(fd_);
}

PENSTOCK_DECL result<small_file> small_file::open(std::string path, pipes what)
{
    small_file out;
    out.path_ = std::move(path);
    out.fd_ = ::open(out.path_.c_str(), O_RDONLY | O_CLOEXEC | (what == pipes::refuse ? O_NONBLOCK : 0));
    struct stat at = {};
    if (out.fd_ < 0 || ::fstat(out.fd_, &at) != 0)
        return failure(errc::invalid_configuration, out.path_ + detail::cannot_be_read(errno));
    bool const regular = S_ISREG(at.st_mode);
    if (what == pipes::refuse && !regular)
        return failure(errc::invalid_configuration, out.path_ + ": is no file");
    auto const nanoseconds = [](timespec const& t) {
        return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
    };
    out.print_.device = static_cast<std::uint64_t>(at.st_dev);
    out.print_.inode = static_cast<std::uint64_t>(at.st_ino);
    out.print_.regular = regular;
    out.print_.size = regular ? static_cast<std::uint64_t>(at.st_size) : 0;
    out.print_.modified = nanoseconds(at.st_mtim);
    out.print_.changed = nanoseconds(at.st_ctim);
    return out;
}

PENSTOCK_DECL result<std::string> small_file::read(std::size_t limit)
{
    constexpr std::size_t step = 16U << 10U;
    std::string content;
    // In one piece as a rule: what it holds may be secret, and growing leaves copies behind.
    content.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(print_.size, limit)) + step);
    auto const refuse = [&](errc code, std::string const& why) {
        secret::wipe(content);
        return failure(code, path_ + why);
    };
    while (content.size() <= limit) {
        auto const before = content.size();
        if (content.capacity() < before + step) {  // it has grown, or nobody knew its size
            std::string larger;
            larger.reserve(2 * content.capacity() + step);
            larger.append(content);
            content.swap(larger);
            secret::wipe(larger);
        }
        content.resize(before + step);
        auto const n = ::read(fd_, content.data() + before, step);
        int const why = n < 0 ? errno : 0;
        content.resize(before + static_cast<std::size_t>(std::max<::ssize_t>(n, 0)));
        if (n < 0 && why != EINTR)
            return refuse(errc::invalid_configuration, detail::cannot_be_read(why));
        if (n == 0)
            break;
    }
    if (content.size() > limit)
        return refuse(errc::too_large, ": longer than " + std::to_string(limit) + " bytes");
    return content;
}

}  // namespace penstock::env

#endif  // PENSTOCK_ENV_IMPL_SMALL_FILE_IPP
