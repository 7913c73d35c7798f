#ifndef PENSTOCK_JSON_WIPING_RESOURCE_HPP
#define PENSTOCK_JSON_WIPING_RESOURCE_HPP
#include <penstock/text/secret.hpp>

#include <boost/container/pmr/memory_resource.hpp>
#include <boost/json/storage_ptr.hpp>

#include <cstddef>
#include <new>

namespace penstock::json {

/** Memory that is overwritten before it is given back: for documents that hold secrets.

    A copy of a value takes the memory of where it goes: name this one there too.
    @par Thread safety
    Distinct objects: safe. Shared objects: safe. */
class wiping_resource final : public boost::container::pmr::memory_resource
{
public:
    /// What to give to a parser and to a value; it owns its resource.
    static boost::json::storage_ptr storage() { return boost::json::make_shared_resource<wiping_resource>(); }
private:
    static constexpr std::size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

    void* do_allocate(std::size_t size, std::size_t alignment) override
    {
        return alignment <= usual ? ::operator new(size) : ::operator new(size, std::align_val_t(alignment));
    }

    void do_deallocate(void* bytes, std::size_t size, std::size_t alignment) override
    {
        secret::wipe(bytes, size);
        if (alignment <= usual)
            ::operator delete(bytes);
        else
            ::operator delete(bytes, std::align_val_t(alignment));
    }

    bool do_is_equal(boost::container::pmr::memory_resource const& other) const noexcept override
    {
        return this == &other;
    }
};

}  // namespace penstock::json

#endif  // PENSTOCK_JSON_WIPING_RESOURCE_HPP
