#include <penstock/crypto/base64.hpp>
#include <penstock/json/value.hpp>
#include <penstock/rate/token_bucket.hpp>

#include <chrono>

int main()
{
    using namespace penstock;
    auto const document = json::parse(R"({"n": 3})");
    rate::token_bucket bucket({.burst = 1, .period = std::chrono::seconds(2)});
    time_point const now{std::chrono::seconds(10)};
    auto const first = bucket.reserve(now);
    auto const second = bucket.reserve(now);
    return document && json::integer_at(*document, {"n"}) == 3 && first == now
                   && second == now + std::chrono::seconds(2) && crypto::base64_encode("a") == "YQ=="
               ? 0
               : 1;
}
