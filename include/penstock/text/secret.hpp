#ifndef PENSTOCK_TEXT_SECRET_HPP
#define PENSTOCK_TEXT_SECRET_HPP
#include <cstddef>
#include <cstring>
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

    /// Overwrites so many bytes, also where nobody reads them any more.
    static void wipe(void* bytes, std::size_t size) noexcept
    {
        if (size == 0)
            return;
        std::memset(bytes, 0, size);
        asm volatile("" : : "r"(bytes) : "memory");  // or the compiler leaves it out
    }

    /// Overwrites what a string holds, all of its capacity, then empties it.
    static void wipe(std::string& s) noexcept
    {
        s.resize(s.capacity());  // never allocates: the capacity is there
        wipe(s.data(), s.size());
        s.clear();
    }

    /// Appends; where `to` must grow, what it held before is overwritten.
    static void append(std::string& to, std::string_view piece)
    {
        if (piece.size() > to.capacity() - to.size()) {
            std::string larger;
            larger.reserve(2 * to.capacity() > to.size() + piece.size() ? 2 * to.capacity() : to.size() + piece.size());
            larger.append(to);
            to.swap(larger);
            wipe(larger);
        }
        to.append(piece);
    }
private:
    std::string bytes_;
};

}  // namespace penstock

#endif  // PENSTOCK_TEXT_SECRET_HPP
