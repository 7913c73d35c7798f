#ifndef PENSTOCK_BENCHMARKS_PUSH_CLIENT_HPP
#define PENSTOCK_BENCHMARKS_PUSH_CLIENT_HPP
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// A process that sends prepared requests over keep-alive connections, one after the other on each. It does as
/// little as it can, so that the server under test is what limits.
namespace bench {

/// What the client is told to do, over a pipe.
struct client_order
{
    std::uint32_t port = 0;  ///< 0 ends it.
    std::uint32_t requests = 0;
    std::uint32_t per_second = 0;  ///< 0: as many as the connections carry; else one at a time, at this rate.
};

struct client_report
{
    std::uint64_t accepted = 0;  ///< Answers 200 and 202.
    std::uint64_t ns = 0;
    std::uint64_t p50_ns = 0;  ///< From the first byte sent to the answer.
    std::uint64_t p99_ns = 0;
};

class push_client
{
    using clock = std::chrono::steady_clock;
public:
    /** @param requests Whole requests, each with `id_mark` in it, which gives way to a new number each time.
        @param awake Never sleeps: for who has a core of its own. To wake a sleeper on another core costs the server
        time, and the more often the slower the server is. */
    push_client(std::vector<std::string> requests, std::string_view id_mark, std::size_t connections,
                bool awake = false)
        : requests_(std::move(requests)), mark_(id_mark), connections_(connections), awake_(awake)
    {}

    /// Serves orders until the pipe closes or the port is 0. For a process of its own.
    void serve(int pipe)
    {
        client_order order;
        while (::read(pipe, &order, sizeof order) == static_cast<ssize_t>(sizeof order) && order.port != 0) {
            auto& over = lane_to(order.port);
            took_.clear();
            auto done = order.per_second == 0 ? run(over, order.requests) : pace(over, order);
            if (!took_.empty()) {
                done.p50_ns = part(0.50);
                done.p99_ns = part(0.99);
            }
            if (::write(pipe, &done, sizeof done) != static_cast<ssize_t>(sizeof done))
                break;
        }
    }
private:
    struct connection
    {
        int socket = -1;
        clock::time_point sent;
    };
    struct lane
    {
        std::uint32_t port;
        int poll;
        std::vector<connection> connections;
    };

    static void demand(bool holds, char const* what)
    {
        if (holds)
            return;
        std::perror(what);
        std::_Exit(1);
    }

    lane& lane_to(std::uint32_t port)
    {
        for (auto& l : lanes_)
            if (l.port == port)
                return l;
        lane made{port, ::epoll_create1(0), {}};
        for (std::size_t i = 0; i < connections_; ++i) {
            ::sockaddr_in where{};
            where.sin_family = AF_INET;
            where.sin_port = htons(static_cast<std::uint16_t>(port));
            where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            int const s = ::socket(AF_INET, SOCK_STREAM, 0);
            demand(::connect(s, reinterpret_cast<::sockaddr*>(&where), sizeof where) == 0, "connect");
            int const on = 1;
            ::setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ::epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            demand(::epoll_ctl(made.poll, EPOLL_CTL_ADD, s, &event) == 0, "epoll_ctl");
            made.connections.push_back({s, {}});
        }
        lanes_.push_back(std::move(made));
        return lanes_.back();
    }

    void send_next(connection& to)
    {
        auto& request = requests_[sent_ % requests_.size()];
        auto const at = request.find(mark_) + mark_.size();
        std::array<char, 17> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(++sent_));
        request.replace(at, 16, digits.data(), 16);
        to.sent = clock::now();
        for (std::size_t done = 0; done < request.size();) {
            auto const n = ::send(to.socket, request.data() + done, request.size() - done, MSG_NOSIGNAL);
            demand(n > 0, "send");
            done += static_cast<std::size_t>(n);
        }
    }

    /// Answers are short and come in one piece: nothing is pipelined.
    void receive(connection& from, client_report& report)
    {
        std::array<char, 4096> answer;
        auto const n = ::recv(from.socket, answer.data(), answer.size(), 0);
        demand(n > 0, "recv");
        std::string_view const text(answer.data(), static_cast<std::size_t>(n));
        report.accepted += text.starts_with("HTTP/1.1 200 ") || text.starts_with("HTTP/1.1 202 ") ? 1U : 0U;
        took_.push_back(static_cast<std::uint64_t>(std::chrono::nanoseconds(clock::now() - from.sent).count()));
    }

    client_report run(lane& over, std::uint32_t count)
    {
        client_report report;
        auto const start = clock::now();
        std::uint32_t begun = 0;
        for (auto& c : over.connections)
            if (begun < count) {
                send_next(c);
                ++begun;
            }
        std::array<::epoll_event, 64> events{};
        for (std::uint32_t ended = 0; ended < count;) {
            int const ready =
                ::epoll_wait(over.poll, events.data(), static_cast<int>(events.size()), awake_ ? 0 : 10'000);
            bool const late = awake_ && clock::now() - start > std::chrono::seconds(60);
            demand(ready > 0 || (awake_ && !late), "no answer");
            for (int i = 0; i < ready; ++i) {
                auto& c = over.connections[events[static_cast<std::size_t>(i)].data.u64];
                receive(c, report);
                ++ended;
                if (begun < count) {
                    send_next(c);
                    ++begun;
                }
            }
        }
        report.ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(clock::now() - start).count());
        return report;
    }

    client_report pace(lane& over, client_order const& order)
    {
        client_report report;
        auto const start = clock::now();
        for (std::uint32_t i = 0; i < order.requests; ++i) {
            while (clock::now() - start < std::chrono::nanoseconds(std::chrono::seconds(i)) / order.per_second)
                continue;  // it has a core of its own, and a timer would come late
            auto& c = over.connections[i % over.connections.size()];
            send_next(c);
            receive(c, report);
        }
        report.ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(clock::now() - start).count());
        return report;
    }

    std::uint64_t part(double share)
    {
        auto const at = static_cast<std::ptrdiff_t>(share * static_cast<double>(took_.size() - 1));
        std::nth_element(took_.begin(), took_.begin() + at, took_.end());
        return took_[static_cast<std::size_t>(at)];
    }

    std::vector<std::string> requests_;
    std::string mark_;
    std::size_t connections_;
    bool awake_;
    std::uint64_t sent_ = 0;
    std::vector<lane> lanes_;
    std::vector<std::uint64_t> took_;
};

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_PUSH_CLIENT_HPP
