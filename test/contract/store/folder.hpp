#ifndef PENSTOCK_TEST_CONTRACT_STORE_FOLDER_HPP
#define PENSTOCK_TEST_CONTRACT_STORE_FOLDER_HPP
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

/// A folder of its own for one test; goes with it.
class folder
{
public:
    folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "penstock-store-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    folder(folder const&) = delete;
    folder& operator=(folder const&) = delete;
    ~folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::string file(std::string const& name = "store.db") const { return (path_ / name).string(); }
private:
    std::filesystem::path path_;
};

#endif  // PENSTOCK_TEST_CONTRACT_STORE_FOLDER_HPP
