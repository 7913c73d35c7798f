#ifndef PENSTOCK_SIDECAR_FILE_WATCH_HPP
#define PENSTOCK_SIDECAR_FILE_WATCH_HPP
#include <sys/stat.h>

#include <string>
#include <utility>

namespace penstock::sidecar {

/** Notices that a file is another one than before, by what the path leads to: so also when a ConfigMap mount swaps
    the symlink above it, which a watch of the file itself would miss. */
class file_watch
{
public:
    explicit file_watch(std::string path) : path_(std::move(path)), seen_(look()) {}

    /// True once for each change. A file that is away for a moment is no change.
    bool changed()
    {
        auto const now = look();
        if (now == seen_ || now == mark())
            return false;
        seen_ = now;
        return true;
    }
private:
    struct mark
    {
        ino_t inode = 0;
        off_t size = 0;
        long seconds = 0;
        long nanoseconds = 0;
        bool operator==(mark const&) const = default;
    };

    mark look() const
    {
        struct stat s = {};
        if (path_.empty() || ::stat(path_.c_str(), &s) != 0)
            return {};
        return {s.st_ino, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec};
    }

    std::string path_;
    mark seen_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_FILE_WATCH_HPP
