#ifndef PENSTOCK_HTTP_IMPL_LOOKUP_IPP
#define PENSTOCK_HTTP_IMPL_LOOKUP_IPP
#include <penstock/clock/gate.hpp>
#include <penstock/error/result.hpp>
#include <penstock/http/fields.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>

#include <netdb.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace penstock::http::detail {

using endpoints = std::vector<asio::ip::tcp::endpoint>;

/// What a name stands for, or why nothing is known.
struct lookup_answer
{
    endpoints found;
    int error = 0;  ///< Of `getaddrinfo`.
};

/** Looks names up on threads of its own, for `getaddrinfo` cannot be interrupted: a name whose servers do not answer
    holds up neither the others nor the end of the program. There are as many threads as names were ever looked up at
    once, 4 to 64. Everybody who asks for the same name waits for one look-up. Thread-safe; lives as long as the
    process. */
class lookups
{
public:
    using name = std::pair<std::string, std::string>;

    /// Who waits. It belongs to the thread of its loop, and is destroyed there.
    struct waiter
    {
        explicit waiter(executor e) : ex(e), answered(std::move(e)) {}
        executor ex;
        clock::gate answered;
        lookup_answer answer;
    };

    static lookups& instance()
    {
        static auto& one = *new lookups;  // never destroyed: its threads may be inside of getaddrinfo at the end
        return one;
    }

    void ask(std::string const& host, std::string const& port, std::shared_ptr<waiter> const& who)
    {
        std::lock_guard const lock(mutex_);
        auto const [at, fresh] = waiting_.try_emplace({host, port});
        at->second.push_back(who);
        if (!fresh)
            return;
        if (waiting_.size() > count_ && count_ < max_threads)
            add_thread();
        asio::post(threads_, [this, host, port] { look_up(host, port); });
    }

    void leave(std::string const& host, std::string const& port, std::shared_ptr<waiter> const& who)
    {
        std::lock_guard const lock(mutex_);
        if (auto const at = waiting_.find({host, port}); at != waiting_.end())
            at->second.remove(who);
    }
private:
    static constexpr std::size_t min_threads = 4;
    static constexpr std::size_t max_threads = 64;

    void add_thread()
    {
        try {
            std::thread([this] { threads_.attach(); }).detach();
            ++count_;
        } catch (std::system_error const&) {  // no more to be had: the names wait for each other
            return;
        }
    }

    /// Whether somebody still waits; if not, the question is dropped.
    bool is_wanted(std::string const& host, std::string const& port)
    {
        std::lock_guard const lock(mutex_);
        auto const at = waiting_.find({host, port});
        if (!at->second.empty())
            return true;
        waiting_.erase(at);
        return false;
    }

    void look_up(std::string const& host, std::string const& port)
    {
        if (!is_wanted(host, port))
            return;
        ::addrinfo hints = {};
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
        ::addrinfo* list = nullptr;
        lookup_answer answer;
        answer.error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
        for (auto const* one = list; one != nullptr; one = one->ai_next) {
            asio::ip::tcp::endpoint where;
            if (one->ai_addrlen > where.capacity())
                continue;
            std::memcpy(where.data(), one->ai_addr, one->ai_addrlen);
            where.resize(one->ai_addrlen);
            answer.found.push_back(where);
        }
        if (list != nullptr)
            ::freeaddrinfo(list);
        std::lock_guard const lock(mutex_);
        auto const at = waiting_.find({host, port});
        for (auto& who : at->second) {  // whose loop is there as long as they wait
            auto const ex = who->ex;
            asio::post(ex, [who = std::move(who), answer] {
                who->answer = answer;
                who->answered.notify();
            });
        }
        waiting_.erase(at);
    }

    std::mutex mutex_;
    std::map<name, std::list<std::shared_ptr<waiter>>> waiting_;
    asio::thread_pool threads_{min_threads};
    std::size_t count_ = min_threads;
};

/// Whether a name is this machine by its meaning, which no server of names is asked for (RFC 6761, section 6.3).
inline bool is_localhost(std::string_view host) noexcept
{
    if (host.ends_with('.'))
        host.remove_suffix(1);
    constexpr std::string_view name = "localhost";
    if (host.size() < name.size() || (host.size() > name.size() && host[host.size() - name.size() - 1] != '.'))
        return false;
    return iequals(host.substr(host.size() - name.size()), name);
}

/// Finds the addresses of a host. A waiter can leave at any time.
inline awaitable<result<endpoints>> resolve(std::string host, std::string port)
{
    error_code ec;
    auto const number = static_cast<std::uint16_t>(std::stoul(port));
    if (auto const address = asio::ip::make_address(host, ec); !ec) {
        endpoints one{asio::ip::tcp::endpoint(address, number)};
        co_return one;
    }
    if (is_localhost(host)) {
        endpoints both{asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), number),
                       asio::ip::tcp::endpoint(asio::ip::address_v6::loopback(), number)};
        co_return both;
    }
    struct leaving
    {
        leaving(std::string h, std::string p, std::shared_ptr<lookups::waiter> w)
            : host(std::move(h)), port(std::move(p)), who(std::move(w))
        {}
        leaving(leaving const&) = delete;
        leaving& operator=(leaving const&) = delete;
        ~leaving() { lookups::instance().leave(host, port, who); }
        std::string host;
        std::string port;
        std::shared_ptr<lookups::waiter> who;
    };
    leaving const place(host, port, std::make_shared<lookups::waiter>(co_await asio::this_coro::executor));
    lookups::instance().ask(host, port, place.who);
    ec = co_await place.who->answered.wait();
    if (ec)
        co_return failure(ec);
    auto const& answer = place.who->answer;
    if (answer.error != 0 || answer.found.empty())
        co_return failure(errc::connection_failed,
                          "looking up " + host + ": "
                              + (answer.error != 0 ? ::gai_strerror(answer.error) : "no address"));
    co_return answer.found;
}

}  // namespace penstock::http::detail

#endif  // PENSTOCK_HTTP_IMPL_LOOKUP_IPP
