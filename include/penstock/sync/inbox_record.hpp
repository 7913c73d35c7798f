#ifndef PENSTOCK_SYNC_INBOX_RECORD_HPP
#define PENSTOCK_SYNC_INBOX_RECORD_HPP
#include <penstock/config.hpp>
#include <penstock/error/result.hpp>
#include <penstock/sync/wish.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::sync {

/// One delivery as it lies in the store: a wish and the keys that it is for, as a JSON object.
class inbox_record
{
public:
    static constexpr std::string_view prefix = "inbox/";

    std::string name;  ///< The key in the store; sorts by time of arrival.
    sync::wish wish;
    std::vector<std::string> keys;

    // Both write over what is in `to`, whose memory is used again.
    PENSTOCK_DECL static void write_name(std::string& to, wall_time received, std::uint64_t counter);
    PENSTOCK_DECL static void encode(std::string& to, sync::wish const& w, std::vector<std::string> const& keys);
    /// @return `errc::malformed` for what is not a record; `wish.since` is the epoch, for it was another process.
    PENSTOCK_DECL static result<inbox_record> decode(std::string_view name, std::string_view text);
};

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/inbox_record.ipp>
#endif

#endif  // PENSTOCK_SYNC_INBOX_RECORD_HPP
