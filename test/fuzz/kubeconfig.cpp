// A kubeconfig, as a file that is in memory only. Oracle: what is accepted names a server that can be spoken to.
#include "input.hpp"

#include <penstock/kube/kubeconfig.hpp>

#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static int const file = ::memfd_create("kubeconfig", MFD_CLOEXEC);
    bool const written =
        file >= 0 && ::ftruncate(file, 0) == 0 && ::pwrite(file, data, size, 0) == static_cast<::ssize_t>(size);
    fuzz::require(written, "there is memory for the file");
    kube::connection_options options;
    options.kubeconfig = "/proc/self/fd/" + std::to_string(file);
    options.variable = [](std::string const&) { return std::nullopt; };
    for (auto const* context : {"", "prod"}) {
        options.context = context;
        auto const c = kube::load_connection(options);
        if (c)
            fuzz::require(c->server.starts_with("http://") || c->server.starts_with("https://"), "a server is named");
        else
            fuzz::require(c.error().code == errc::invalid_configuration || c.error().code == errc::unsupported,
                          "a failure is one of the configuration");
    }
    return 0;
}
