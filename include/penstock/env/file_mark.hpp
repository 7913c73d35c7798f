#ifndef PENSTOCK_ENV_FILE_MARK_HPP
#define PENSTOCK_ENV_FILE_MARK_HPP
#include <penstock/env/small_file.hpp>
#include <penstock/time/types.hpp>

#include <chrono>

namespace penstock::env {

/** Whether a file is still what was read of it, without reading it.

    Inode, size and times tell, the time of the last change among them, which nobody can set back. Two writes within a
    tick of the file system's clock look the same: what had been changed less than 2 s before it was read does not count
    as known, and is to be read again.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class file_mark
{
public:
    static constexpr duration settled_after = std::chrono::seconds(2);

    /// It was read when it looked like this.
    /// @param now Of the system's clock, as the times of files are.
    void read(small_file::print const& p, wall_time now) noexcept
    {
        auto const changed =
            wall_time(std::chrono::duration_cast<wall_time::duration>(std::chrono::nanoseconds(p.changed)));
        seen_ = p;
        settled_ = now - changed > settled_after;
    }

    bool knows(small_file::print const& p) const noexcept { return settled_ && p == seen_; }
private:
    small_file::print seen_;
    bool settled_ = false;
};

}  // namespace penstock::env

#endif  // PENSTOCK_ENV_FILE_MARK_HPP
