#ifndef PENSTOCK_BENCHMARKS_LIST_SERVER_HPP
#define PENSTOCK_BENCHMARKS_LIST_SERVER_HPP
#include "peer_process.hpp"
#include "pods.hpp"

#include <sys/socket.h>

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace bench {

/** As much of an API server as an informer of pods needs: lists in one piece, as the cache of a server gives them, and watches
    on which nothing happens. It does not stream lists. `/relist` ends the watches with 410; `/state` says how many lists
    were answered and how many watches are open. A thread for each connection. */
class list_server
{
public:
    explicit list_server(std::int64_t pods) : pods_(pods) {}

    /// Serves until the process ends.
    void serve(std::uint16_t port)
    {
        int const door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int const on = 1;
        ::setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        ::sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(door, reinterpret_cast<::sockaddr*>(&where), sizeof where) != 0 || ::listen(door, 16) != 0)
            return;
        for (;;)
            if (int const s = ::accept(door, nullptr, nullptr); s >= 0)
                std::thread([this, s] { talk(s); }).detach();
    }
private:
    static bool send(int s, std::string_view bytes)
    {
        while (!bytes.empty()) {
            auto const sent = ::send(s, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    static bool send_chunk(int s, std::string_view bytes)
    {
        char head[32];
        auto const size = std::snprintf(head, sizeof head, "%zx\r\n", bytes.size());
        return send(s, {head, static_cast<std::size_t>(size)}) && send(s, bytes) && send(s, "\r\n");
    }
    static bool answer(int s, std::string_view status, std::string_view body)
    {
        return send(s, "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: application/json\r\nContent-Length: "
                           + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    }
    static bool begin(int s)
    {
        return send(s, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    void talk(int s)
    {
        std::string read;
        for (bool good = true; good;) {
            char piece[4096];
            auto end = read.find("\r\n\r\n");
            if (end == std::string::npos) {
                auto const got = ::recv(s, piece, sizeof piece, 0);
                if (got <= 0)
                    break;
                read.append(piece, static_cast<std::size_t>(got));
                continue;
            }
            good = act(s, read.substr(0, end));
            read.erase(0, end + 4);
        }
        ::close(s);
    }

    bool act(int s, std::string const& head)
    {
        auto const has = [&head](std::string_view what) { return head.find(what) != std::string::npos; };
        if (has("GET /state"))
            return answer(s, "200 OK", state());
        if (has("GET /relist")) {
            std::lock_guard const hold(mutex_);
            ++turn_;
            changed_.notify_all();
            return answer(s, "200 OK", "{}");
        }
        if (has("sendInitialEvents=true"))
            return answer(s, "422 Unprocessable Entity",
                          R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":"sendInitialEvents is )"
                          R"(forbidden for watch","reason":"Invalid","code":422})");
        return has("watch=true") ? watch(s) : list(s, has("as=PartialObjectMetadataList"));
    }

    std::string state()
    {
        std::lock_guard const hold(mutex_);
        return std::to_string(lists_) + ' ' + std::to_string(watches_);
    }

    bool list(int s, bool partial)
    {
        auto text = list_head(partial);
        if (!begin(s))
            return false;
        for (std::int64_t n = 0; n < pods_; ++n) {
            text += n == 0 ? "" : ",";
            text += partial ? partial_pod(n) : pod(n);
            if (text.size() > 64U * 1024U) {
                if (!send_chunk(s, text))
                    return false;
                text.clear();
            }
        }
        bool const whole = send_chunk(s, text + "]}\n") && send(s, "0\r\n\r\n");
        std::lock_guard const hold(mutex_);
        lists_ += whole ? 1 : 0;
        return whole;
    }

    bool watch(int s)
    {
        std::unique_lock hold(mutex_);
        auto const turn = turn_;
        ++watches_;
        bool const begun = begin(s);
        changed_.wait(hold, [&] { return turn_ != turn; });
        --watches_;
        hold.unlock();
        return begun
               && send_chunk(s, R"({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure",)"
                                R"("message":"too old resource version","reason":"Expired","code":410}})"
                                "\n")
               && send(s, "0\r\n\r\n");
    }

    std::int64_t pods_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int turn_ = 0;
    int lists_ = 0;
    int watches_ = 0;
};

/// What one of them answers to a short request.
inline std::string asked(std::uint16_t port, std::string const& path)
{
    int const s = connected(port);
    if (s < 0)
        throw std::runtime_error("the server has gone");
    auto const question = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    char got[1024];
    auto const size = ::send(s, question.data(), question.size(), MSG_NOSIGNAL) > 0 ? ::recv(s, got, sizeof got, 0) : 0;
    ::close(s);
    std::string_view const text(got, size > 0 ? static_cast<std::size_t>(size) : 0);
    auto const body = text.find("\r\n\r\n");
    return body == text.npos ? std::string() : std::string(text.substr(body + 4));
}

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_LIST_SERVER_HPP
