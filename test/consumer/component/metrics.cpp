#include <penstock/metrics/names.hpp>
#include <penstock/observe/prometheus_sink.hpp>

int main()
{
    using namespace penstock;
    static constexpr metrics::family calls{"consumer_calls_total", "Calls.", metrics::kind::counter, {"to"}};
    observe::prometheus_sink sink;
    sink.make_counter(calls, {"forge"}).increment();
    return sink.text().find("consumer_calls_total{to=\"forge\"} 1") != std::string::npos ? 0 : 1;
}
