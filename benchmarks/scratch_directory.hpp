#ifndef PENSTOCK_BENCHMARKS_SCRATCH_DIRECTORY_HPP
#define PENSTOCK_BENCHMARKS_SCRATCH_DIRECTORY_HPP
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace bench {

/// Where the database lies: in TMPDIR, so that the disk that is meant can be chosen.
class scratch_directory
{
public:
    scratch_directory()
    {
        auto made = (std::filesystem::temp_directory_path() / "penstock-bench-XXXXXX").string();
        if (::mkdtemp(made.data()) == nullptr)
            throw std::runtime_error("no directory for the database");
        path_ = made;
    }
    scratch_directory(scratch_directory const&) = delete;
    ~scratch_directory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string const& path() const noexcept { return path_; }
private:
    std::string path_;
};

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_SCRATCH_DIRECTORY_HPP
