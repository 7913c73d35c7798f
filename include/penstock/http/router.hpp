#ifndef PENSTOCK_HTTP_ROUTER_HPP
#define PENSTOCK_HTTP_ROUTER_HPP
#include <penstock/http/exchange.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

/** Finds the handler for a path: a value for each exact path, or for everything below a prefix.

    Pure: paths are compared byte for byte, undecoded and without the query. An exact path goes before a prefix, a
    long prefix before a short one.
    @tparam T What is found; copied out by pointer, so it may be a handler. */
template <class T>
class route_table
{
public:
    void exact(std::string path, T value) { exact_.emplace_back(std::move(path), std::move(value)); }

    /// `prefix` itself, and what follows it after a '/': "/hook" finds "/hook" and "/hook/a", not "/hooks".
    void below(std::string prefix, T value)
    {
        while (prefix.ends_with('/'))
            prefix.pop_back();
        auto const at = std::find_if(below_.begin(), below_.end(),
                                     [&](auto const& entry) { return entry.first.size() < prefix.size(); });
        below_.emplace(at, std::move(prefix), std::move(value));
    }

    /// Null if nothing fits. Valid until the table changes.
    T const* find(std::string_view path) const noexcept
    {
        for (auto const& [name, value] : exact_)
            if (name == path)
                return &value;
        for (auto const& [prefix, value] : below_)
            if (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/'))
                return &value;
        return nullptr;
    }
private:
    std::vector<std::pair<std::string, T>> exact_;
    std::vector<std::pair<std::string, T>> below_;  // longest first
};

/// A handler that asks the table, and answers 404 where it has none. Handlers are shared by copies.
class router
{
public:
    router& exact(std::string path, handler h)
    {
        table_.exact(std::move(path), std::move(h));
        return *this;
    }
    router& below(std::string prefix, handler h)
    {
        table_.below(std::move(prefix), std::move(h));
        return *this;
    }

    /// The router outlives the exchange.
    awaitable<void> operator()(exchange& x) const
    {
        auto const* const found = table_.find(x.head().path());
        return found != nullptr ? (*found)(x) : not_found(x);
    }
private:
    static awaitable<void> not_found(exchange& x)
    {
        response answer(404, "text/plain; charset=utf-8", "404 page not found\n");
        auto const sent = co_await x.respond(answer);
        static_cast<void>(sent);  // the peer has gone
    }

    route_table<handler> table_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_ROUTER_HPP
