#ifndef PENSTOCK_TEST_UNIT_KUBE_IN_PROCESS_CLUSTER_HPP
#define PENSTOCK_TEST_UNIT_KUBE_IN_PROCESS_CLUSTER_HPP
#include <penstock/embedded/kube_api.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/testing/manual_clock.hpp>

#include "scripted_transport.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace kube_test {

/// What goes wrong with one request.
enum class mishap
{
    none,
    refused,     // no connection
    hang,        // nothing comes, and nothing is done
    done_after,  // it is done, and the answer does not come
};

/** The embedded API without sockets, on manual time. Every client has a transport of its own; what its script holds
    befalls its next requests. */
class in_process_transport
{
public:
    in_process_transport(embedded::kube_api& api, testing::manual_clock clock) : api_(&api), clock_(std::move(clock)) {}

    awaitable<result<http::response>> send(http::request r, time_point deadline)
    {
        std::string const line = r.method + ' ' + r.url.substr(r.url.find('/', r.url.find("//") + 2));
        requests.push_back(line);
        auto next = mishap::none;
        if (!mishaps.empty()) {
            next = mishaps.front();
            mishaps.pop_front();
        }
        if (away || next == mishap::refused)
            co_return failure(errc::connection_failed, "connection refused");
        if (next == mishap::hang) {
            auto late = co_await nothing_comes(clock_, deadline);
            co_return late;
        }
        embedded::kube_call const call(r.method, line.substr(r.method.size() + 1), std::move(r.fields),
                                       std::move(r.body));
        auto answer = api_->serve(call);
        if (next == mishap::done_after) {
            auto late = co_await nothing_comes(clock_, deadline);
            co_return late;
        }
        if (!std::holds_alternative<http::response>(answer))
            co_return failure(errc::unsupported, "a watch");
        co_return std::get<http::response>(std::move(answer));
    }

    awaitable<result<std::unique_ptr<http::incoming>>> open(http::request, time_point)
    {
        co_return failure(errc::unsupported, "a watch");
    }

    std::deque<mishap> mishaps;
    bool away = false;
    std::vector<std::string> requests;  // `PUT /apis/…`
private:
    embedded::kube_api* api_;
    testing::manual_clock clock_;
};
static_assert(http::transport<in_process_transport>);

}  // namespace kube_test

#endif  // PENSTOCK_TEST_UNIT_KUBE_IN_PROCESS_CLUSTER_HPP
