// What GCC 14 and later call where an exception leaves a function that may not throw; older runtimes lack it.
#include <exception>

extern "C" [[gnu::weak, noreturn]] void __cxa_call_terminate(void*) noexcept
{
    std::terminate();
}
