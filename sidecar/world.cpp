#include "world.hpp"

#include <penstock/text/redact.hpp>

#include <string>

namespace penstock::sidecar {

namespace {

redactor& log_redactor()
{
    static redactor one;
    return one;
}

}  // namespace

world make_world(std::string_view level, std::string_view encoding)
{
    observe::json_lines_options o;
    o.encoding = encoding == "console" ? observe::encoding::console : observe::encoding::json;
    o.threshold = level == "trace"   ? observe::level::trace
                  : level == "debug" ? observe::level::debug
                  : level == "error" ? observe::level::error
                                     : observe::level::info;
    o.redact = [](std::string_view text) {
        std::string scratch;
        return std::string(log_redactor().apply(text, scratch));
    };
    return world(clock::steady(), observe::prometheus_sink(), observe::json_lines(o));
}

void redact_from_logs(secret const& value)
{
    auto const added = log_redactor().add(value);
    static_cast<void>(added);  // too short to be told from ordinary text: such a secret is refused elsewhere
}

}  // namespace penstock::sidecar
