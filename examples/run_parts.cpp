// Starts the parts of a program in order and stops them in order: what is served first goes last, and what leads ends
// before the caches that it reads. Probes ask by name.
//
// Prints:
//   readyz: 503 [-]start: caches have not synced yet
//   + probes, + cache, + controller
//   readyz: 200 [+]start ok
//   - controller, - cache, - probes
#include <penstock/reconcile/runner.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>
#include <string>

using namespace penstock;
using namespace std::chrono_literals;
using reconcile::stage;

using world = env::basic_environment<testing::manual_clock>;

/// Stands for a server, an informer or a controller: it runs until it is cancelled.
struct stand_in
{
    awaitable<result<void>> run()
    {
        story += (story.empty() ? "+ " : ", + ") + name;
        auto const ec = co_await env.clock().sleep_until(time_point::max());
        story += (story.empty() ? "- " : ", - ") + name;
        co_return failure(ec);
    }
    awaitable<result<void>> synced()
    {
        auto const ec = co_await env.clock().sleep_until(env.clock().now() + 2s);
        co_return ec ? result<void>(failure(ec)) : result<void>();
    }

    world& env;
    std::string name;
    std::string& story;
};

int main()
{
    testing::loop loop;  // manual time; a program has an io_context and clock::steady
    std::string story;
    stand_in probes{loop.env, "probes", story};
    stand_in cache{loop.env, "cache", story};
    stand_in controller{loop.env, "controller", story};

    reconcile::runner program(loop.env, loop.context.get_executor());
    reconcile::part caches("cache", [&] { return cache.run(); });
    caches.ready = [&] { return cache.synced(); };
    program.add(stage::leading, reconcile::part("controller", [&] { return controller.run(); }));
    program.add(stage::caches, caches);
    program.add(stage::http, reconcile::part("probes", [&] { return probes.run(); }));
    auto const ask = [&] {
        auto const answer = program.ready().ask();
        std::cout << "readyz: " << answer.status << ' ' << answer.text.substr(0, answer.text.find('\n')) << '\n';
        return answer.status;
    };

    auto const run = loop.start(program.run());
    auto const before = ask();
    loop.advance(2s);
    std::cout << std::exchange(story, std::string()) << '\n';
    auto const after = ask();
    program.stop();
    loop.settle();
    std::cout << story << '\n';
    return run.get() && before == 503 && after == 200 && story == "- controller, - cache, - probes" ? 0 : 1;
}
