#ifndef PENSTOCK_EMBEDDED_IMPL_FORGE_SERVER_IPP
#define PENSTOCK_EMBEDDED_IMPL_FORGE_SERVER_IPP
#include <penstock/embedded/forge_server.hpp>

#include <penstock/clock/deadline.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/embedded/impl/forge_spool.ipp>
#include <penstock/http/server.hpp>
#include <penstock/process/child.hpp>

#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/detached.hpp>

#include <array>
#include <exception>
#include <utility>

namespace penstock::embedded {
namespace detail {

inline http::server_options forge_listener(forge_options const& o)
{
    http::server_options out;
    out.address = o.address;
    out.port = o.port;
    out.max_body = o.max_body;
    return out;
}

/// What a CGI program learns about a request. @see RFC 3875 section 4.1
inline std::vector<std::string> cgi_environment(http::request_head const& head, forge_route const& route,
                                                std::string const& user, std::string const& peer)
{
    auto out = forge_repositories::environment();
    auto const add = [&out](char const* name, std::string_view value) {
        out.push_back(std::string(name).append("=").append(value));
    };
    add("GIT_HTTP_EXPORT_ALL", "1");
    add("GATEWAY_INTERFACE", "CGI/1.1");
    add("REQUEST_METHOD", head.method);
    add("PATH_INFO", "/" + route.repository + ".git/" + route.service);
    add("QUERY_STRING", head.query());
    add("CONTENT_TYPE", head.fields["Content-Type"]);
    if (head.content_length)
        add("CONTENT_LENGTH", std::to_string(*head.content_length));
    if (auto const coding = head.fields["Content-Encoding"]; !coding.empty())
        add("HTTP_CONTENT_ENCODING", coding);
    add("REMOTE_USER", user);
    add("REMOTE_ADDR", peer);
    return out;
}

}  // namespace detail

class forge_server::impl
{
public:
    impl(executor e, forge_options o)
        : ex(std::move(e)), options(std::move(o)), repositories(options.directory), hooks(ex, options.max_deliveries),
          spool(ex), server(ex, detail::forge_listener(options), [this](http::exchange& x) { return serve(x); })
    {}

    static awaitable<void> run(std::shared_ptr<impl> self)
    {
        auto group = asio::experimental::make_parallel_group(
            asio::co_spawn(self->ex, unwinding(self->server.run()), asio::deferred),
            asio::co_spawn(self->ex, unwinding(self->report()), asio::deferred));
        auto [order, served, reported] =
            co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
        (void)order;
        if (served)
            std::rethrow_exception(served);
        if (reported)
            std::rethrow_exception(reported);
    }

    /// Passes on what hooks report until it is cancelled.
    awaitable<void> report()
    {
        for (;;) {
            asio::cancellation_state const state = co_await asio::this_coro::cancellation_state;
            if (is_cancelled(state))
                co_return;
            auto const push = co_await spool.next();
            if (!push)
                co_return;
            for (auto const& update : push->updates) {
                auto facts = co_await repositories.describe(push->repository, update);
                facts.web_url = base + "/" + push->repository;
                facts.user = push->user;
                auto body = push_event_body(push->repository, update, facts);
                co_await hooks.send("push", push->repository, update.ref, update.after, std::move(body));
            }
            spool.done();
        }
    }

    static awaitable<void> refuse(http::exchange& e, int status, std::string why, std::string name = {},
                                  std::string value = {})
    {
        http::response answer(status, "text/plain; charset=utf-8", why + "\n");
        if (!name.empty())
            answer.fields.add(name, value);
        (void)co_await e.respond(answer);
    }

    awaitable<void> serve(http::exchange& e)
    {
        if (app && app->is_for(e.head().path())) {
            auto const body = co_await e.read_all(65536);
            auto answer = app->answer(e.head(), body ? std::string_view(*body) : "", clock::steady::wall());
            (void)co_await e.respond(std::move(answer));
            co_return;
        }
        auto const route = parse_forge_path(e.head().path());
        auto const* access = route ? repositories.find(route->repository) : nullptr;
        ++traffic.requests;
        if (!access) {
            co_await refuse(e, 404, "There is no such repository.");
            co_return;
        }
        auto const shown = e.head().fields["Authorization"];
        auto user = access->admit(shown);
        if (!user && app && app->admits(access->installation, shown, clock::steady::wall()))
            user = "x-access-token";
        if (!user) {
            ++traffic.refused;
            co_await refuse(e, 401, "This repository wants credentials.", "WWW-Authenticate",
                            "Basic realm=\"forge\", charset=\"UTF-8\"");
            co_return;
        }
        if (children >= options.max_children) {
            co_await refuse(e, 503, "Too many requests at once.", "Retry-After", "1");
            co_return;
        }
        std::vector<std::string> command{"git", "http-backend"};
        process::command spec(std::move(command));
        spec.environment = detail::cgi_environment(e.head(), *route, *user, std::string(e.peer()));
        spec.environment.push_back("GIT_PROJECT_ROOT=" + options.directory);
        auto const protocol = e.head().fields["Git-Protocol"];
        if (options.protocol_2 && !protocol.empty() && protocol.size() < 100)
            spec.environment.push_back(std::string("GIT_PROTOCOL=").append(protocol));
        bool started = false;
        ++children;
        clock::steady clock;
        auto const deadline = clock.now() + options.child_deadline;
        auto const relayed = co_await with_deadline(clock, deadline, relay(e, std::move(spec), *route, started));
        --children;
        if (!relayed && !started)
            co_await refuse(e, relayed.error().code == errc::deadline_exceeded ? 504 : 502, "Git did not answer.");
    }

    /// From the client to the child, then from the child to the client.
    awaitable<result<void>> relay(http::exchange& e, process::command spec, forge_route route, bool& started)
    {
        auto child = process::child::start(co_await asio::this_coro::executor, std::move(spec));
        if (!child)
            co_return child.error();
        bool ls_refs = false;
        for (bool first = true; e.head().method == "POST"; first = false) {
            auto const slice = co_await e.read_some();
            if (!slice)
                co_return slice.error();
            if (slice->empty())
                break;
            if (first && route.service == "git-upload-pack")
                ls_refs = slice->substr(0, 64).find("command=ls-refs") != std::string_view::npos;
            auto const written = co_await child->write(*slice);
            if (!written)
                break;  // it has seen enough: its answer says why
        }
        child->close_input();
        count(e, route, ls_refs);
        std::string begun;
        std::array<char, 32768> buffer;
        for (;;) {
            auto const n = co_await child->read_some(buffer);
            if (!n)
                co_return n.error();
            std::string_view piece(buffer.data(), *n);
            if (!started) {
                begun.append(piece);
                auto head = parse_cgi_head(begun);
                if (!head || begun.size() > 65536 || (*n == 0 && !*head))
                    co_return failure(errc::malformed, "git http-backend: " + child->errors());
                if (!*head)
                    continue;
                started = true;
                auto const ok = co_await e.start(std::move((*head)->answer));
                if (!ok)
                    co_return ok;
                piece = std::string_view(begun).substr((*head)->size);
            } else if (*n == 0)
                break;
            if (ls_refs) {
                traffic.ls_refs_bytes += piece.size();
                traffic.last_ls_refs_bytes += piece.size();
            }
            auto const ok = co_await e.write(piece);
            if (!ok)
                co_return ok;
        }
        auto const finished = co_await e.finish();
        auto const patience = clock::steady::now() + std::chrono::seconds(5);
        co_await child->wait(patience);
        co_return finished;
    }

    void count(http::exchange const& e, forge_route const& route, bool ls_refs)
    {
        if (route.service == "git-receive-pack")
            ++traffic.pushes;
        else if (ls_refs)
            ++traffic.ls_refs, traffic.last_ls_refs_bytes = 0;
        else if (route.service == "git-upload-pack")
            ++traffic.fetches;
        else if (e.head().query().find("git-upload-pack") != std::string_view::npos)
            ++traffic.advertisements;
    }

    executor ex;
    forge_options options;
    forge_repositories repositories;
    forge_hooks hooks;
    detail::forge_spool spool;
    http::server server;
    forge_traffic traffic;
    std::string base;
    std::optional<forge_app> app;
    std::size_t children = 0;
};

PENSTOCK_DECL forge_server::forge_server(executor ex, forge_options o)
    : impl_(std::make_shared<impl>(std::move(ex), std::move(o)))
{}
PENSTOCK_DECL forge_server::~forge_server() = default;

PENSTOCK_DECL result<std::uint16_t> forge_server::listen()
{
    if (auto const ok = impl_->repositories.prepare(); !ok)
        return ok.error();
    if (auto const ok = impl_->spool.open(impl_->repositories.spool()); !ok)
        return ok.error();
    auto port = impl_->server.listen();
    if (!port)
        return port;
    auto const& o = impl_->options;
    auto const host = o.address.find(':') == std::string::npos ? o.address : "[" + o.address + "]";
    impl_->base = o.public_url.empty() ? "http://" + host + ":" + std::to_string(*port) : o.public_url;
    return port;
}

PENSTOCK_DECL awaitable<void> forge_server::run()
{
    return impl::run(impl_);
}

PENSTOCK_DECL result<std::uint16_t> forge_server::start()
{
    auto port = listen();
    if (port)
        asio::co_spawn(impl_->ex, unwinding(impl::run(impl_)), asio::detached);
    return port;
}

PENSTOCK_DECL awaitable<void> forge_server::stop(time_point deadline)
{
    return impl_->server.drain(deadline);
}

PENSTOCK_DECL std::string forge_server::url_of(std::string const& name) const
{
    return impl_->base + "/" + name + ".git";
}

PENSTOCK_DECL forge_repositories& forge_server::repositories() noexcept
{
    return impl_->repositories;
}
PENSTOCK_DECL forge_app& forge_server::install(std::string id, std::string public_pem)
{
    return impl_->app.emplace(std::move(id), std::move(public_pem));
}
PENSTOCK_DECL std::string forge_server::api_url() const
{
    return impl_->base + "/api/v3";
}
PENSTOCK_DECL forge_hooks& forge_server::hooks() noexcept
{
    return impl_->hooks;
}
PENSTOCK_DECL forge_traffic const& forge_server::traffic() const noexcept
{
    return impl_->traffic;
}

}  // namespace penstock::embedded

#endif  // PENSTOCK_EMBEDDED_IMPL_FORGE_SERVER_IPP
