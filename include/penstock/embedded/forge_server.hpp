#ifndef PENSTOCK_EMBEDDED_FORGE_SERVER_HPP
#define PENSTOCK_EMBEDDED_FORGE_SERVER_HPP
#include <penstock/clock/awaitable.hpp>
#include <penstock/config.hpp>
#include <penstock/embedded/forge_app.hpp>
#include <penstock/embedded/forge_hooks.hpp>
#include <penstock/embedded/forge_repositories.hpp>
#include <penstock/error/result.hpp>
#include <penstock/time/types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace penstock::embedded {

struct forge_options
{
    std::string directory;              ///< Where the repositories live; absolute.
    std::string address = "127.0.0.1";  ///< Numeric.
    std::uint16_t port = 0;             ///< 0 lets the system choose.
    std::string public_url;             ///< What events show; empty for `http://<address>:<port>`.
    bool protocol_2 = true;             ///< False: clients are told nothing of Git's protocol version 2.
    std::size_t max_children = 16;      ///< Git processes at once; beyond it 503 with Retry-After.
    std::size_t max_body = 256 * 1024 * 1024;
    std::size_t max_deliveries = 256;   ///< How many attempts to deliver a webhook are kept.
    duration child_deadline = std::chrono::seconds(120);
};

/// What Git clients have done so far.
struct forge_traffic
{
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;          ///< Answered with 401.
    std::uint64_t advertisements = 0;   ///< `info/refs` for fetching.
    std::uint64_t ls_refs = 0;          ///< Version 2 requests for references.
    std::uint64_t ls_refs_bytes = 0;    ///< Bytes of the answers to them.
    std::uint64_t last_ls_refs_bytes = 0;
    std::uint64_t fetches = 0;          ///< Other requests to `git-upload-pack`.
    std::uint64_t pushes = 0;           ///< Requests to `git-receive-pack`.
};

/** A small forge: real bare repositories over smart HTTP (`git http-backend` as a CGI program), and webhooks in
    GitHub's form for what the repositories' own `post-receive` hooks report.

    A repository whose hook file is removed sends no webhook. Needs `git` in PATH, 2.18 or later.
    @par Thread safety
    One thread. After `start`: destroy it after `stop`, or with its loop stopped. */
class forge_server
{
public:
    PENSTOCK_DECL forge_server(executor ex, forge_options o);
    PENSTOCK_DECL ~forge_server();

    /// Makes the directory, binds and listens. @return The port.
    PENSTOCK_DECL result<std::uint16_t> listen();

    /// Serves until `stop` or until cancelled.
    PENSTOCK_DECL awaitable<void> run();

    /// `listen`, and `run` by itself from now on. @return The port.
    PENSTOCK_DECL result<std::uint16_t> start();

    /// Ends `run`; what is under way is cut off at the deadline.
    PENSTOCK_DECL awaitable<void> stop(time_point deadline);

    /// `http://127.0.0.1:1234/owner/name.git`; known after `listen`.
    PENSTOCK_DECL std::string url_of(std::string const& name) const;

    /** Knows a GitHub App from now on, in place of the one before; see `forge_app`.
        @param public_pem The public half of its key. */
    PENSTOCK_DECL forge_app& install(std::string id, std::string public_pem);

    /// Where the API of that App is: `githubAppBaseURL`; known after `listen`.
    PENSTOCK_DECL std::string api_url() const;

    PENSTOCK_DECL forge_repositories& repositories() noexcept;
    PENSTOCK_DECL forge_hooks& hooks() noexcept;
    PENSTOCK_DECL forge_traffic const& traffic() const noexcept;
private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace penstock::embedded

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/embedded/impl/forge_server.ipp>
#endif

#endif  // PENSTOCK_EMBEDDED_FORGE_SERVER_HPP
