#ifndef PENSTOCK_TEXT_SECRET_HPP
#define PENSTOCK_TEXT_SECRET_HPP
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

/** Bytes that must not be seen: zeroed on destruction and on overwrite, and without any way to print them.

    `reveal()` is the only way to read, so that every use can be found by its name.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
class secret
{
public:
    secret() = default;
    explicit secret(std::string bytes) noexcept : bytes_(std::move(bytes)) { wipe(bytes); }
    secret(secret const&) = default;
    secret(secret&& other) noexcept : bytes_(std::move(other.bytes_)) { wipe(other.bytes_); }
    ~secret() { wipe(bytes_); }

    secret& operator=(secret const& other)
    {
        if (this != &other) {
            std::string copy(other.bytes_);
            wipe(bytes_);
            bytes_.swap(copy);
        }
        return *this;
    }

    secret& operator=(secret&& other) noexcept
    {
        if (this != &other) {
            wipe(bytes_);
            bytes_ = std::move(other.bytes_);
            wipe(other.bytes_);
        }
        return *this;
    }

    /// The bytes. The view is valid until this object changes.
    std::string_view reveal() const noexcept { return bytes_; }
    bool empty() const noexcept { return bytes_.empty(); }
    std::size_t size() const noexcept { return bytes_.size(); }

    /// Overwrites what a string holds, all of its capacity, then empties it.
    static void wipe(std::string& s) noexcept
    {
        s.resize(s.capacity());  // never allocates: the capacity is there
        auto* p = static_cast<char volatile*>(s.data());
        for (std::size_t i = 0; i < s.size(); ++i)
            p[i] = '\0';
        s.clear();
    }
private:
    std::string bytes_;
};

}  // namespace penstock

#endif  // PENSTOCK_TEXT_SECRET_HPP
