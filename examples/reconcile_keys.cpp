// Reconciles keys the way a Kubernetes controller does: whatever wakes a key, it is worked on once at a time, a
// failure comes back after a growing wait, and what is added meanwhile is merged.
//
// Prints:
//   app-1: replicas 0 -> 3
//   app-2: the API server is busy, trying again
//   app-2: replicas 0 -> 3
#include <penstock/reconcile/controller.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>
#include <map>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;

/// Brings each app to three replicas. It looks at the state and decides from that, not from what woke it.
class scaler
{
public:
    using key_type = std::string;

    awaitable<result<reconcile::outcome>> reconcile(std::string app)
    {
        if (app == "app-2" && failures_++ == 0) {
            std::cout << app << ": the API server is busy, trying again\n";
            co_return failure(errc::unavailable, "busy");
        }
        auto& replicas = replicas_[app];
        if (replicas != 3)
            std::cout << app << ": replicas " << replicas << " -> 3\n";
        replicas = 3;
        co_return reconcile::outcome::again_after(10min);  // look again for drift
    }

    std::size_t scaled() const { return replicas_.size(); }
private:
    std::map<std::string, int> replicas_;
    int failures_ = 0;
};

int main()
{
    testing::loop loop;  // manual time; a program has an io_context and clock::steady
    scaler apps;
    reconcile::controller_options options;
    options.name = "scaler";
    reconcile::controller controller(loop.env, apps, loop.context.get_executor(), options);
    auto const run = loop.start(controller.run());

    for (int webhook = 0; webhook < 3; ++webhook)
        controller.add("app-1");  // three reasons, one reconcile
    controller.add("app-2");
    loop.advance(1s);

    controller.stop(loop.clock.now() + 5s);
    loop.settle();
    return run.get() && apps.scaled() == 2 ? 0 : 1;
}
