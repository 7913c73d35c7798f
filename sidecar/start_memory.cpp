#include "start_memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::sidecar {

namespace {

/// Of segments that may be read and run but not written: nothing in them can be lost.
int release_code(::dl_phdr_info* object, std::size_t, void* page_size)
{
    if (std::string_view(object->dlpi_name).starts_with("linux-"))  // the kernel's own
        return 0;
    auto const page = *static_cast<std::uintptr_t const*>(page_size);
    for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
        auto const& segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || segment.p_flags != (PF_R | PF_X))
            continue;
        auto const begin = (object->dlpi_addr + segment.p_vaddr + page - 1) & ~(page - 1);
        auto const end = (object->dlpi_addr + segment.p_vaddr + segment.p_memsz) & ~(page - 1);
        if (begin < end)  // an error leaves things as they were
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // NOLINT(performance-no-int-to-ptr)
    }
    return 0;
}

}  // namespace

void release_start_memory()
{
    ::malloc_trim(0);
    auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    ::dl_iterate_phdr(release_code, &page);
}

}  // namespace penstock::sidecar
