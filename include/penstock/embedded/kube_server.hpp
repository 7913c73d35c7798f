#ifndef PENSTOCK_EMBEDDED_KUBE_SERVER_HPP
#define PENSTOCK_EMBEDDED_KUBE_SERVER_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/embedded/kube_handler.hpp>
#include <penstock/embedded/kube_store.hpp>
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::embedded {

struct kube_server_options
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 lets the system choose.
    kube_store_options store;
    kube_handler_options handler;
};

/** A Kubernetes API server in memory, over HTTP on the loopback: enough for `kubectl`, `flux` and clients of
    watches. It has no controllers but garbage collection and the removal of namespaces.

    @code
    kube_server server(context.get_executor());
    auto port = server.start();
    server.seed(crds_yaml);
    @endcode
    One thread: the store may be used directly from the server's thread. */
class kube_server
{
public:
    PENSTOCK_DECL explicit kube_server(executor ex, kube_server_options options = {});
    /// Cancels what is open; it unwinds when the loop runs on.
    PENSTOCK_DECL ~kube_server();
    kube_server(kube_server const&) = delete;
    kube_server& operator=(kube_server const&) = delete;

    /// Listens, and serves from now on. @return The port.
    PENSTOCK_DECL result<std::uint16_t> start();
    /// Closes everything; watches are cut at the deadline. Returns when nothing is left.
    PENSTOCK_DECL awaitable<void> stop(time_point deadline);

    /// `http://127.0.0.1:<port>`; empty before `start`.
    PENSTOCK_DECL std::string url() const;
    /// A kubeconfig with one context, `penstock`; holds the token.
    PENSTOCK_DECL std::string kubeconfig() const;

    PENSTOCK_DECL kube_store& store() noexcept;
    PENSTOCK_DECL kube_handler& handler() noexcept;
    kube_faults& faults() noexcept { return handler().faults(); }
    void drop_watches() { handler().drop_watches(); }
    /// See `kube_store::seed`.
    result<std::size_t> seed(std::string_view documents) { return store().seed(documents); }
private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/kube_server.ipp>
#endif
#endif  // PENSTOCK_EMBEDDED_KUBE_SERVER_HPP
