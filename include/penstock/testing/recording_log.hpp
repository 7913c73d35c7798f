#ifndef PENSTOCK_TESTING_RECORDING_LOG_HPP
#define PENSTOCK_TESTING_RECORDING_LOG_HPP
#include <penstock/observe/log.hpp>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace penstock::testing {

/// Keeps every line for a test to look at: `error logger: message key=value key=value`. Copies share. One thread.
class recording_log
{
public:
    static bool enabled(observe::level) noexcept { return true; }

    void write(observe::level at, std::string_view logger, std::string_view message,
               std::initializer_list<observe::field> fields)
    {
        static constexpr std::string_view names[] = {"trace", "debug", "info", "error"};
        std::ostringstream line;
        line << names[static_cast<std::size_t>(at)] << ' ' << logger << ": " << message;
        for (auto const& f : fields) {
            line << ' ' << f.key << '=';
            std::visit([&](auto const& v) { line << std::boolalpha << v; }, f.value);
        }
        lines_->push_back(line.str());
    }

    std::vector<std::string> const& lines() const noexcept { return *lines_; }

    /// Whether some line holds `text`.
    bool contains(std::string_view text) const
    {
        return std::any_of(lines_->begin(), lines_->end(),
                           [&](auto const& line) { return line.find(text) != std::string::npos; });
    }
private:
    std::shared_ptr<std::vector<std::string>> lines_ = std::make_shared<std::vector<std::string>>();
};
static_assert(observe::log<recording_log>);

}  // namespace penstock::testing

#endif  // PENSTOCK_TESTING_RECORDING_LOG_HPP
