#include <penstock/testing/manual_clock.hpp>
#include <penstock/testing/recording_sink.hpp>

#include <chrono>

int main()
{
    using namespace penstock;
    testing::manual_clock clock;
    auto const before = clock.now();
    clock.advance(std::chrono::seconds(3));
    return clock.now() - before == std::chrono::seconds(3) ? 0 : 1;
}
