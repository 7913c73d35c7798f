#ifndef PENSTOCK_OBSERVE_IMPL_PROCESS_COLLECTOR_IPP
#define PENSTOCK_OBSERVE_IMPL_PROCESS_COLLECTOR_IPP
#include <penstock/observe/process_collector.hpp>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

namespace penstock::observe {

namespace detail {

/// The first bytes of a file of /proc; empty when it cannot be read.
inline std::string read_proc(char const* path, std::size_t limit)
{
    struct close
    {
        void operator()(std::FILE* f) const noexcept { std::fclose(f); }
    };
    std::unique_ptr<std::FILE, close> const file(std::fopen(path, "re"));
    std::string out;
    if (file) {
        out.resize(limit);
        out.resize(std::fread(out.data(), 1, limit, file.get()));
    }
    return out;
}

/// The decimal number at the front.
inline std::uint64_t leading_number(std::string_view s) noexcept
{
    std::uint64_t n = 0;
    std::from_chars(s.data(), s.data() + s.size(), n);
    return n;
}

inline double boot_time()
{
    auto const stat = read_proc("/proc/stat", 1U << 20U);
    auto const at = stat.find("\nbtime ");
    return at == std::string::npos ? 0 : static_cast<double>(leading_number(std::string_view(stat).substr(at + 7)));
}

inline std::uint64_t count_fds()
{
    std::uint64_t n = 0;
    if (auto* const folder = ::opendir("/proc/self/fd")) {
        while (auto const* e = ::readdir(folder))
            n += e->d_name[0] != '.' ? 1U : 0U;
        ::closedir(folder);
    }
    return n == 0 ? 0 : n - 1;  // without the one that was open to count them
}

}  // namespace detail

PENSTOCK_DECL std::optional<process_state> parse_process_stat(std::string_view line, process_units const& units)
{
    auto const name_end = line.rfind(')');  // the name may hold spaces and brackets
    if (name_end == std::string_view::npos)
        return std::nullopt;
    line.remove_prefix(name_end + 1);
    std::array<std::string_view, 25> fields;  // from the third on
    std::size_t n = 0;
    while (n < fields.size()) {
        auto const begin = line.find_first_not_of(" \n");
        if (begin == std::string_view::npos)
            break;
        line.remove_prefix(begin);
        fields[n] = line.substr(0, line.find_first_of(" \n"));
        line.remove_prefix(fields[n++].size());
    }
    if (n < 22)
        return std::nullopt;
    auto const field = [&](std::size_t number) { return detail::leading_number(fields[number - 3]); };
    process_state out;
    out.cpu_seconds = static_cast<double>(field(14) + field(15)) / units.ticks_per_second;
    out.start_time_seconds = units.boot_time + static_cast<double>(field(22)) / units.ticks_per_second;
    out.virtual_bytes = field(23);
    out.resident_bytes = field(24) * units.page_size;
    return out;
}

PENSTOCK_DECL process_state read_process_state()
{
    static process_units const units{static_cast<double>(::sysconf(_SC_CLK_TCK)),
                                     static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)), detail::boot_time()};
    auto out = parse_process_stat(detail::read_proc("/proc/self/stat", 4096), units).value_or(process_state());
    out.open_fds = detail::count_fds();
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out.max_fds = limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<std::uint64_t>::max() : limit.rlim_cur;
    return out;
}

}  // namespace penstock::observe

#endif  // PENSTOCK_OBSERVE_IMPL_PROCESS_COLLECTOR_IPP
