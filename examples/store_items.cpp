// Keeps items where they survive a crash, and changes one only if nobody else has: what `put` gives back is a
// version, and the next write can name it.
//
// Prints:
//   cursor = 41, written as version 1
//   a write on top of version 1: done
//   a second write on top of version 1: conflict
//   after opening again: cursor = 42
#include <penstock/store/sqlite_store.hpp>
#include <penstock/testing/loop.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>

using namespace penstock;
using store::precondition;

awaitable<int> write_items(store::sqlite_store& items)
{
    auto const first = co_await items.put("cursor", "41", precondition::absent());
    if (!first)
        co_return 1;
    std::cout << "cursor = 41, written as version " << *first << '\n';
    auto const second = co_await items.put("cursor", "42", precondition::version(*first));
    std::cout << "a write on top of version 1: " << (second ? "done" : "refused") << '\n';
    auto const late = co_await items.put("cursor", "43", precondition::version(*first));
    bool const refused = !late && late.error().code == errc::conflict;
    std::cout << "a second write on top of version 1: " << (refused ? "conflict" : "done") << '\n';
    co_return second&& refused ? 0 : 1;
}

awaitable<int> read_items(store::sqlite_store& items)
{
    auto const found = co_await items.get("cursor");
    if (!found || !*found)
        co_return 1;
    std::cout << "after opening again: cursor = " << (*found)->value << '\n';
    co_return (*found)->value == "42" ? 0 : 1;
}

int main()
{
    std::string directory = (std::filesystem::temp_directory_path() / "penstock-example-XXXXXX").string();
    if (::mkdtemp(directory.data()) == nullptr)
        return 1;
    asio::io_context context(1);
    int failed = 0;
    for (auto* const step : {&write_items, &read_items}) {
        auto items = store::sqlite_store::open(directory + "/items.db");
        if (!items) {
            std::cerr << items.error().message() << '\n';
            return 1;
        }
        failed += testing::run_for_real(context, step(**items));
    }
    std::filesystem::remove_all(directory);
    return failed;
}
