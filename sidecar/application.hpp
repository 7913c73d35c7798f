#ifndef PENSTOCK_SIDECAR_APPLICATION_HPP
#define PENSTOCK_SIDECAR_APPLICATION_HPP
#include "sync_system.hpp"
#include "world.hpp"

#include <penstock/http/server.hpp>

#include <memory>
#include <string>

namespace penstock::sidecar {

struct application_settings
{
    std::string hooks_addr = ":9295";
    std::string metrics_addr = ":8085";
    std::string health_addr = ":9445";
    std::string store_path;  ///< SQLite file.
    duration drain = std::chrono::seconds(6);  ///< How long a stop may take.
    kube::connection cluster;
    sync_settings sync;
};

/// `[host]:port`, as Go writes it. An empty host is every address; port 0 lets the system choose.
struct address
{
    std::string host;
    std::uint16_t port = 0;
};
result<address> parse_address(std::string const& text, std::string const& flag);

/** The sidecar without signals and files: three ports and the sync system. The demo, the tests and `penstock run`
    are made of it. One thread. */
class application
{
public:
    application(world& env, executor ex, application_settings settings);
    ~application();

    /** Opens the store and the ports.
        @return What is in the way, with what to do: a port in use, a store that cannot be written. */
    result<void> open();

    /// Works until `stop`, drains, and returns when nothing is left; a failure if something broke.
    awaitable<result<void>> run();

    /// Begins to drain. Safe to call more than once.
    void stop();

    result<void> reload(configuration const& fresh);

    std::uint16_t hooks_port() const;
    std::uint16_t metrics_port() const;
    std::uint16_t health_port() const;
    sync_system& sync();
private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace penstock::sidecar

#endif  // PENSTOCK_SIDECAR_APPLICATION_HPP
