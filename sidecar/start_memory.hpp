#ifndef PENSTOCK_SIDECAR_START_MEMORY_HPP
#define PENSTOCK_SIDECAR_START_MEMORY_HPP

namespace penstock::sidecar {

/** Gives memory back that only the start needed: free heap, and the pages of code, which come back from the page cache
    as they are used. Half of what is resident after the start is code that never runs again.

    Call it once, when the program has settled; it takes about a millisecond. Any thread. */
void release_start_memory();

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_START_MEMORY_HPP
