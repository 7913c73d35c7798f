#include <penstock/store/memory_store.hpp>
#include <penstock/store/transaction.hpp>

int main()
{
    using namespace penstock;
    store::memory_store items;
    store::transaction t("queue/");
    t.put("queue/1", "a");
    static_assert(store::transactional_store<store::memory_store>);
    return t.valid() ? 0 : 1;
}
