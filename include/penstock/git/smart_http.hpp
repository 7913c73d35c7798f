#ifndef PENSTOCK_GIT_SMART_HTTP_HPP
#define PENSTOCK_GIT_SMART_HTTP_HPP
#include <penstock/error/result.hpp>
#include <penstock/git/advertisement.hpp>
#include <penstock/git/credential.hpp>
#include <penstock/git/ls_refs.hpp>
#include <penstock/git/reference.hpp>
#include <penstock/git/remote_url.hpp>
#include <penstock/git/smart_answer.hpp>
#include <penstock/http/transport.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::git {

struct smart_http_options
{
    std::size_t max_answer = 4 * 1024 * 1024;  ///< Bytes of one answer.
    std::size_t max_servers = 4096;            ///< Repositories whose capabilities are remembered.
    int max_redirects = 3;
};

/// What a `smart_http` has moved so far; bodies only.
struct smart_http_statistics
{
    std::uint64_t requests = 0;
    std::uint64_t advertisement_bytes = 0;
    std::uint64_t ls_refs_bytes = 0;
};

/** Asks Git servers over HTTP which references they have, without fetching objects.

    With protocol version 2 an answer holds only the references that were asked for: a few hundred bytes for a
    branch of a repository with 100 000. What a server can do is remembered for each repository, so that every
    call but the first is one POST. A server without version 2 lists everything, each time.
    @par Thread safety
    One thread. Calls may overlap.
    @see https://git-scm.com/docs/gitprotocol-http and https://git-scm.com/docs/gitprotocol-v2 */
template <http::transport Transport>
class smart_http
{
public:
    /// @param transport Outlives this object.
    explicit smart_http(Transport& transport, smart_http_options options = {})
        : transport_(&transport), options_(options)
    {}

    /** The references that begin with one of the prefixes; all of them when there is none.

        @param url `https://…`; userinfo in it is used when `who` is anonymous, and never sent as part of a URL.
        @return A failure of `check_answer`, `parse_remote` or the transport; `errc::too_large` for an answer
        beyond the limit. */
    awaitable<result<std::vector<reference>>> list(std::string url, std::vector<std::string> prefixes, credential who,
                                                   time_point deadline)
    {
        auto remote = parse_remote(url);
        if (!remote)
            co_return remote.error();
        if (!who.authorization().empty())
            remote->userinfo = std::move(who);
        auto const key = remote->base;
        if (auto const at = servers_.find(key); at != servers_.end()) {
            remote->base = at->second.base;
            auto const server = at->second.capabilities;
            auto listed = co_await ask(*remote, server, prefixes, deadline);
            if (listed || !is_stale(listed.error()))
                co_return listed;
            servers_.erase(key);  // the server has changed: learn it again, once
            remote->base = key;
        }
        auto server = co_await discover(*remote, deadline);
        if (!server)
            co_return server.error();
        if (server->version != 2) {
            std::erase_if(server->references, [&](reference const& r) { return !matches_prefix(r.name, prefixes); });
            co_return std::move(server->references);
        }
        if (!server->ls_refs)
            co_return failure(errc::unsupported, remote->base + ": the server cannot list references");
        remember(key, remote->base, *server);
        co_return co_await ask(*remote, *server, prefixes, deadline);
    }

    /// Forgets what servers can do.
    void forget() noexcept { servers_.clear(); }
    smart_http_statistics const& statistics() const noexcept { return statistics_; }
private:
    struct known
    {
        std::string base;  // where redirects led
        advertisement capabilities;
    };

    /// An answer that a server gives which no longer is what it was.
    static bool is_stale(failure const& f) noexcept
    {
        return f.code == errc::unexpected_status || f.code == errc::malformed || f.code == errc::not_found
               || f.code == errc::unsupported;
    }

    void remember(std::string const& key, std::string const& base, advertisement const& server)
    {
        if (servers_.size() >= options_.max_servers)
            servers_.erase(servers_.begin());
        servers_.insert_or_assign(key, known{base, server});
    }

    http::request make_request(std::string method, std::string url, credential const& who) const
    {
        http::request out(std::move(method), std::move(url));
        out.fields.set("Git-Protocol", "version=2");
        out.fields.set("User-Agent", "git/2.0 (penstock)");  // some servers take others for browsers
        if (!who.authorization().empty())
            out.fields.set("Authorization", std::string(who.authorization().reveal()));
        return out;
    }

    /// Sends, and takes the body in up to the limit. A redirect comes back without its body.
    awaitable<result<http::response>> exchange(http::request request, std::string shown, std::string wanted,
                                               time_point deadline)
    {
        ++statistics_.requests;
        auto stream = co_await transport_->open(std::move(request), deadline);
        if (!stream)
            co_return stream.error();
        http::response out = (*stream)->head();
        if (out.status >= 300 && out.status < 400)
            co_return out;
        if (auto const ok = check_answer(out, shown, wanted); !ok)
            co_return ok.error();
        for (;;) {
            auto const piece = co_await (*stream)->read(deadline);
            if (!piece)
                co_return piece.error();
            if (piece->empty())
                co_return out;
            if (out.body.size() + piece->size() > options_.max_answer)
                co_return failure(errc::too_large, shown + ": the server lists more references than can be taken in");
            out.body.append(*piece);
        }
    }

    /// Asks what the server can do; `remote` follows redirects.
    awaitable<result<advertisement>> discover(remote_url& remote, time_point deadline)
    {
        for (int hop = 0; hop <= options_.max_redirects; ++hop) {
            auto request = make_request("GET", remote.advertisement(), remote.userinfo);
            std::string wanted = "application/x-git-upload-pack-advertisement";
            auto answer = co_await exchange(std::move(request), remote.base, std::move(wanted), deadline);
            if (!answer)
                co_return answer.error();
            statistics_.advertisement_bytes += answer->body.size();
            if (answer->status == 200) {
                auto server = parse_advertisement(answer->body);
                if (!server)
                    co_return failure(server.error().code, remote.base + ": " + server.error().detail);
                co_return server;
            }
            auto next = follow_redirect(remote, answer->fields["Location"]);
            if (!next)
                co_return next.error();
            remote = *std::move(next);
        }
        co_return failure(errc::unexpected_status, remote.base + ": too many redirects");
    }

    awaitable<result<std::vector<reference>>> ask(remote_url const& remote, advertisement const& server,
                                                  std::vector<std::string> const& prefixes, time_point deadline)
    {
        auto body = ls_refs_request(server, prefixes);
        if (!body)
            co_return body.error();
        auto request = make_request("POST", remote.upload_pack(), remote.userinfo);
        request.fields.set("Content-Type", "application/x-git-upload-pack-request");
        request.fields.set("Accept", "application/x-git-upload-pack-result");
        request.body = *std::move(body);
        std::string wanted = "application/x-git-upload-pack-result";
        auto answer = co_await exchange(std::move(request), remote.base, std::move(wanted), deadline);
        if (!answer)
            co_return answer.error();
        if (answer->status != 200)
            co_return failure(errc::unexpected_status,
                              remote.base + ": the server moved, it answered " + std::to_string(answer->status));
        statistics_.ls_refs_bytes += answer->body.size();
        auto out = parse_ls_refs(answer->body);
        if (!out)
            co_return failure(out.error().code, remote.base + ": " + out.error().detail);
        std::erase_if(*out, [&](reference const& r) { return !matches_prefix(r.name, prefixes); });
        co_return out;
    }

    Transport* transport_;
    smart_http_options options_;
    smart_http_statistics statistics_;
    std::map<std::string, known, std::less<>> servers_;
};

}  // namespace penstock::git

#endif  // PENSTOCK_GIT_SMART_HTTP_HPP
