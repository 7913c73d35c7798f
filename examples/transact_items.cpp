// Moves an item from one place to another in one step, and only if nobody has changed either place since they were read.
//
// Prints:
//   moved: queue/done/17
//   a second move of what is gone: conflict
#include <penstock/store/memory_store.hpp>
#include <penstock/testing/loop.hpp>

#include <iostream>
#include <string>

using namespace penstock;
using store::precondition;

/// Works with every `transactional_store`: in memory here, `sqlite_store` where it must survive a crash.
template <store::transactional_store Store>
awaitable<int> move_items(Store& items)
{
    auto const queued = co_await items.put("queue/17", "work", precondition::absent());
    auto const seen = co_await items.scan("queue/", "", 100);
    if (!queued || !seen)
        co_return 1;

    store::transaction move("queue/");
    move.only_if(*seen);  // nothing below the prefix has come, gone or changed
    move.erase("queue/17", precondition::version(*queued)).put("queue/done/17", "work");
    auto const done = co_await items.commit(move);
    auto const after = co_await items.scan("queue/", "", 100);
    if (!done || !after || after->size() != 1)
        co_return 1;
    std::cout << "moved: " << after->front().key << '\n';

    auto const again = co_await items.commit(move);
    bool const refused = !again && again.error().code == condition::conflict;
    std::cout << "a second move of what is gone: " << (refused ? "conflict" : "done") << '\n';
    co_return refused ? 0 : 1;
}

int main()
{
    testing::loop loop;
    store::memory_store items;
    return loop.run(move_items(items));
}
