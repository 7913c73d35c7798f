#ifndef PENSTOCK_SYNC_INTAKE_VERDICT_HPP
#define PENSTOCK_SYNC_INTAKE_VERDICT_HPP
#include <cstdint>
#include <string_view>

namespace penstock::sync {

/// What became of an event; the `status` of the JSON answer.
enum class verdict : std::uint8_t
{
    queued,     ///< Written down, and will be worked on.
    ignored,    ///< Understood, and needs nothing.
    duplicate,  ///< The same delivery was taken before.
    refused,    ///< Not taken; `problem` says why, and the sender should come back.
};

constexpr std::string_view to_string(verdict v) noexcept
{
    switch (v) {
    case verdict::queued: return "queued";
    case verdict::ignored: return "ignored";
    case verdict::duplicate: return "duplicate";
    case verdict::refused: return "refused";
    }
    return "unknown";
}

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_INTAKE_VERDICT_HPP
