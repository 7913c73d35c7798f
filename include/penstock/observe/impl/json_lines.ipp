#ifndef PENSTOCK_OBSERVE_IMPL_JSON_LINES_IPP
#define PENSTOCK_OBSERVE_IMPL_JSON_LINES_IPP
#include <penstock/observe/json_lines.hpp>

#include <penstock/text/utf8.hpp>

#include <boost/json/serialize.hpp>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <variant>

namespace penstock::observe {

namespace detail {

inline constexpr std::array<std::string_view, 4> level_names{"trace", "debug", "info", "error"};
inline constexpr std::array<std::string_view, 4> own_keys{"level", "ts", "logger", "msg"};

inline std::string quoted(std::string_view s)
{
    return boost::json::serialize(boost::json::string_view(s.data(), s.size()));
}

inline std::string number(double d)
{
    if (!std::isfinite(d))
        return std::isnan(d) ? "\"NaN\"" : d > 0 ? "\"+Inf\"" : "\"-Inf\"";
    std::array<char, 32> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), d).ptr;
    return std::string(digits.data(), end);
}

}  // namespace detail

class json_lines::impl
{
public:
    explicit impl(json_lines_options o) : options_(std::move(o)), threshold_(options_.threshold) {}

    void write(level at, std::string_view logger, std::string_view message, std::initializer_list<field> fields)
    {
        auto const name = detail::level_names[static_cast<std::size_t>(at) % detail::level_names.size()];
        std::string line;
        line.reserve(256);
        if (options_.encoding == encoding::json) {
            line += "{\"level\":\"";
            line += name;
            line += "\",\"ts\":\"" + iso8601_ms(options_.now()) + "\",\"logger\":" + text(logger);
            line += ",\"msg\":" + text(message);
            add(line, fields, ",");
            line += '}';
        } else {
            line += iso8601_ms(options_.now()) + '\t';
            for (char const c : name)
                line += static_cast<char>(c - 'a' + 'A');
            line += '\t' + plain(logger) + '\t' + plain(message);
            if (fields.size() != 0) {
                line += "\t{";
                add(line, fields, "");
                line += '}';
            }
        }
        line += '\n';
        send(line);
    }

    std::atomic<std::uint64_t>& dropped() noexcept { return dropped_; }
    std::atomic<level>& threshold() noexcept { return threshold_; }
private:
    std::string clean(std::string_view s) const
    {
        auto const safe = options_.redact ? options_.redact(s) : std::string(s);  // before it is cut and escaped
        return valid_utf8(safe, options_.max_text);
    }

    std::string text(std::string_view s) const { return detail::quoted(clean(s)); }

    /// For the console: what would break the line apart is escaped.
    std::string plain(std::string_view s) const
    {
        std::string out;
        for (char const c : clean(s)) {
            if (static_cast<unsigned char>(c) >= 0x20U && c != 0x7f) {
                out += c;
                continue;
            }
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
            out += code.data();
        }
        return out;
    }

    void add(std::string& line, std::initializer_list<field> fields, std::string_view separator) const
    {
        for (auto const& f : fields) {
            line += separator;
            separator = ",";
            std::string key(f.key);
            for (auto const own : detail::own_keys)
                if (key == own)
                    key += '_';  // a key may stand once
            line += detail::quoted(valid_utf8(key)) + ':';
            if (auto const* s = std::get_if<std::string_view>(&f.value))
                line += text(*s);
            else if (auto const* i = std::get_if<std::int64_t>(&f.value))
                line += std::to_string(*i);
            else if (auto const* d = std::get_if<double>(&f.value))
                line += detail::number(*d);
            else
                line += std::get<bool>(f.value) ? "true" : "false";
        }
    }

    void send(std::string const& line)
    {
        std::lock_guard const lock(mutex_);
        ::pollfd ready{options_.fd, POLLOUT, 0};
        if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) {
            ++dropped_;
            return;
        }
        auto const whole = torn_ ? '\n' + line : line;
        ssize_t n = 0;
        do
            n = ::write(options_.fd, whole.data(), whole.size());
        while (n < 0 && errno == EINTR);
        if (n != static_cast<ssize_t>(whole.size()))
            ++dropped_;
        if (n > 0)
            torn_ = whole[static_cast<std::size_t>(n) - 1] != '\n';  // the next line ends this piece
    }

    json_lines_options const options_;
    std::atomic<level> threshold_;
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_;
    bool torn_ = false;
};

PENSTOCK_DECL json_lines::json_lines(json_lines_options options) : impl_(std::make_shared<impl>(std::move(options))) {}

PENSTOCK_DECL bool json_lines::enabled(level at) const noexcept
{
    return at >= impl_->threshold().load(std::memory_order_relaxed);
}

PENSTOCK_DECL void json_lines::write(level at, std::string_view logger, std::string_view message,
                                     std::initializer_list<field> fields) noexcept
{
    if (!enabled(at))
        return;
    try {
        impl_->write(at, logger, message, fields);
    } catch (...) {  // no memory, or the hook threw: a log must not end the program
        ++impl_->dropped();
    }
}

PENSTOCK_DECL void json_lines::set_threshold(level at) noexcept
{
    impl_->threshold().store(at, std::memory_order_relaxed);
}

PENSTOCK_DECL std::uint64_t json_lines::dropped() const noexcept
{
    return impl_->dropped().load(std::memory_order_relaxed);
}

PENSTOCK_DECL std::string iso8601_ms(wall_time t)
{
    auto const day = std::chrono::floor<std::chrono::days>(t);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const time(std::chrono::floor<std::chrono::milliseconds>(t - day));
    std::array<char, 48> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return out.data();
}

}  // namespace penstock::observe

#endif  // PENSTOCK_OBSERVE_IMPL_JSON_LINES_IPP
