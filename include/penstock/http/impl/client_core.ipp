#ifndef PENSTOCK_HTTP_IMPL_CLIENT_CORE_IPP
#define PENSTOCK_HTTP_IMPL_CLIENT_CORE_IPP
#include <penstock/http/client.hpp>
#include <penstock/http/impl/connector.ipp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace penstock::http {

namespace detail {

/// A connection of a client: the wire, and what was read from it.
struct link
{
    link(std::unique_ptr<wire> w, std::string pool_key, std::string tls_name, std::shared_ptr<asio::ssl::context> tls)
        : context(std::move(tls)), line(std::move(w)), reader(*line), key(std::move(pool_key)),
          name(std::move(tls_name))
    {}
    std::shared_ptr<asio::ssl::context> context;  // outlives the wire
    std::unique_ptr<wire> line;
    message_reader<false> reader;
    std::string key;
    std::string name;
    time_point idle_since{};
    bool reused = false;
};

struct free_session
{
    void operator()(SSL_SESSION* s) const noexcept { SSL_SESSION_free(s); }
};

}  // namespace detail

/// The pool of idle connections, and how a new one is made.
class client::impl
{
public:
    using link_ptr = std::unique_ptr<detail::link>;

    impl(executor ex, client_options o) : executor_(std::move(ex)), options(std::move(o)), certificates_(options.tls) {}

    /// An idle connection that still looks alive, or null.
    link_ptr take(std::string const& key, bool tls)
    {
        if (tls)
            look_at_files();
        auto const at = idle_.find(key);
        auto const oldest = clock::steady::now() - options.idle_timeout;
        while (at != idle_.end() && !at->second.empty()) {
            auto found = std::move(at->second.back());
            at->second.pop_back();
            if (found->idle_since >= oldest && found->line->quiet()) {
                found->reused = true;
                ++statistics.reused;
                return found;
            }
        }
        return nullptr;
    }

    /// Keeps a connection whose answer was read to its end.
    void keep(link_ptr l)
    {
        if (l->context && l->context != context_)
            return;  // made with certificates that have been replaced
        auto const now = clock::steady::now();
        for (auto at = idle_.begin(); at != idle_.end();) {
            while (!at->second.empty() && at->second.front()->idle_since < now - options.idle_timeout)
                at->second.pop_front();
            at = at->second.empty() ? idle_.erase(at) : std::next(at);
        }
        if (options.max_idle_per_host < 1)
            return;
        auto& links = idle_[l->key];
        if (links.size() >= static_cast<std::size_t>(options.max_idle_per_host))
            links.pop_front();
        l->idle_since = now;
        links.push_back(std::move(l));
    }

    /// The tickets of TLS 1.3 come after the handshake, so the session is taken when an answer has been read,
    /// and also from a connection that the peer closes then.
    void keep_session(detail::link& l)
    {
        auto* const tls = l.line->tls();
        if (tls == nullptr || l.context != context_)
            return;
        std::unique_ptr<SSL_SESSION, detail::free_session> session(SSL_get1_session(tls->native_handle()));
        if (!session || SSL_SESSION_is_resumable(session.get()) != 1)
            return;
        if (sessions_.size() >= max_sessions && !sessions_.contains(l.key))
            sessions_.clear();
        sessions_[l.key] = std::move(session);
    }

    void close_idle() { idle_.clear(); }

    /// A new connection to where `d` says. `d` and `p` outlive the call.
    awaitable<result<link_ptr>> connect(detail::destination const& d, time_point deadline, detail::progress& p)
    {
        clock::steady clock;
        std::shared_ptr<asio::ssl::context> tls;
        if (d.tls) {
            auto context = this->context();
            if (!context)
                co_return context.error();
            tls = *context;
        }
        auto const limit = std::min(deadline, clock.now() + options.connect_timeout);
        bool const direct = d.proxy.host.empty();
        p.doing = "connecting";
        auto attempt = d.endpoint.empty() ? detail::connect(direct ? d.host : d.proxy.host,
                                                            direct ? d.port : d.proxy.port, options, limit, p)
                                          : detail::connect_to_unix(d.endpoint);
        auto made = co_await std::move(attempt);  // within `limit`
        if (!made)
            co_return made.error();
        ++statistics.connections;
        auto wire = *std::move(made);
        auto const name = options.tls.server_name.empty() ? d.host : options.tls.server_name;
        if (d.tls && !direct) {
            p.doing = "asking the proxy for a tunnel";
            auto tunnel = detail::open_tunnel(*wire, d);
            auto const until = std::min(deadline, clock.now() + options.handshake_timeout);
            if (auto const r = co_await with_deadline(clock, until, std::move(tunnel)); !r)
                co_return r.error();
        }
        if (d.tls) {
            p.doing = "in the TLS handshake";
            auto const session = sessions_.find(d.key());
            auto handshake =
                detail::secure(*wire, name, tls, session == sessions_.end() ? nullptr : session->second.get(),
                               !options.tls.insecure_skip_verify);
            auto const until = std::min(deadline, clock.now() + options.handshake_timeout);
            if (auto const r = co_await with_deadline(clock, until, std::move(handshake)); !r)
                co_return r.error();
            if (SSL_session_reused(wire->tls()->native_handle()) == 1)
                ++statistics.resumed;
        }
        co_return std::make_unique<detail::link>(std::move(wire), d.key(), name, std::move(tls));
    }

    executor const& get_executor() const noexcept { return executor_; }
private:
    executor executor_;
public:
    client_options options;
    client_statistics statistics;
private:
    result<std::shared_ptr<asio::ssl::context>> context()
    {
        if (!context_) {
            auto made = certificates_.make();
            if (!made)
                return made;
            context_ = *made;
        }
        return context_;
    }

    /// Takes new certificates from their files; what was made with the old ones serves nobody any more.
    void look_at_files()
    {
        auto const now = clock::steady::now();
        if (!context_ || now < next_look_)
            return;
        next_look_ = now + std::chrono::seconds(1);
        if (!certificates_.changed())
            return;
        auto made = certificates_.make();
        ++(made ? statistics.tls_reloads : statistics.tls_reload_failures);
        if (!made)
            return;
        context_ = *made;
        sessions_.clear();
        std::erase_if(idle_, [](auto const& entry) { return entry.first.starts_with("https "); });
    }

    static constexpr std::size_t max_sessions = 256;

    detail::client_certificates certificates_;
    std::shared_ptr<asio::ssl::context> context_;
    time_point next_look_ = time_point::min();
    std::map<std::string, std::deque<link_ptr>> idle_;
    std::map<std::string, std::unique_ptr<SSL_SESSION, detail::free_session>> sessions_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_IMPL_CLIENT_CORE_IPP
