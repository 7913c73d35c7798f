#include <penstock/sync/route.hpp>

int main()
{
    using namespace penstock;
    sync::route_table routes;
    return routes.find(hook::push_event{}).keys.empty() ? 0 : 1;
}
