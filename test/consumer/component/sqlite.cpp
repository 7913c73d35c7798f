#include <penstock/store/sqlite_store.hpp>

#include <iostream>

int main()
{
    using namespace penstock;
    auto const none = store::sqlite_store::open("/no/such/directory/items.db");
    if (none || none.error().code != errc::store_failed)
        return 1;
    std::cout << none.error().message() << '\n';
    return 0;
}
