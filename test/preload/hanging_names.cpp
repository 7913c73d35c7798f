// Preloaded into a program under test: the servers of every name below `hang.test` do not answer, and
// every name below `near.test` is this machine.
#include <dlfcn.h>
#include <netdb.h>
#include <unistd.h>

#include <string_view>

extern "C" int getaddrinfo(char const* node, char const* service, addrinfo const* hints, addrinfo** found)
{
    if (node != nullptr && std::string_view(node).ends_with(".hang.test")) {
        for (unsigned left = 60; left != 0;)
            left = ::sleep(left);
        return EAI_AGAIN;
    }
    using type = int (*)(char const*, char const*, addrinfo const*, addrinfo**);
    static auto const real = reinterpret_cast<type>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    bool const near = node != nullptr && std::string_view(node).ends_with(".near.test");
    return real(near ? "127.0.0.1" : node, service, hints, found);
}
