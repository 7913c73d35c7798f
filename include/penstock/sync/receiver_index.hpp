#ifndef PENSTOCK_SYNC_RECEIVER_INDEX_HPP
#define PENSTOCK_SYNC_RECEIVER_INDEX_HPP
#include <penstock/config.hpp>
#include <penstock/sync/receiver.hpp>
#include <penstock/sync/receiver_filter.hpp>
#include <penstock/text/secret.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace penstock::sync {

/// What the Secret of a Receiver holds. `email` and `audience` are wanted by gcr only.
struct receiver_credential
{
    std::optional<secret> token;  ///< Nothing: no Secret, or no key `token` in it.
    bool has_email = false;
    bool has_audience = false;
};

/// A Receiver with everything that a request needs. Never changes; a request in progress keeps it alive.
struct served_receiver
{
    receiver what;
    receiver_credential credential;
    receiver_filters filters;
    std::optional<failure> filter_problem;  ///< An expression that cannot be used.
};

/** Finds Receivers by the path of a request, exactly.

    A Receiver is found under the path that its token gives and under `status.webhookPath`: the first is right as soon
    as the token has been read, the second is what Flux told people, and holds while the Secret is not readable. An
    empty token gives no path of its own, for everybody could compute it.

    The digest puts its parts together without separators, so two Receivers can share a path. Flux serves whichever
    comes first; here such a path is `ambiguous` and acts for neither.
    @par Thread safety
    Unsafe. */
class receiver_index
{
public:
    enum class lookup : std::uint8_t
    {
        none,
        one,
        ambiguous,
    };

    struct found
    {
        lookup what = lookup::none;
        std::shared_ptr<served_receiver const> receiver;  ///< Set when `one`.
    };

    /// Adds a Receiver, or replaces what was known of it; compiles its filters.
    PENSTOCK_DECL void put(receiver r, receiver_credential credential);

    PENSTOCK_DECL void erase(std::string_view ns, std::string_view name);

    /// @param path Without the query string.
    PENSTOCK_DECL found find(std::string_view path) const;

    /// Receivers that share a path with another one, each as namespace and name; for logs and `explain`.
    PENSTOCK_DECL std::vector<std::pair<std::string, std::string>> collisions() const;

    std::size_t size() const noexcept { return entries_.size(); }
private:
    using key = std::pair<std::string, std::string>;
    struct entry
    {
        std::shared_ptr<served_receiver const> receiver;
        std::vector<std::string> paths;
    };

    std::map<key, entry> entries_;
    std::unordered_map<std::string, std::vector<key>> paths_;
};

}  // namespace penstock::sync

#ifdef PENSTOCK_HEADER_ONLY
#include <penstock/sync/impl/receiver_index.ipp>
#endif

#endif  // PENSTOCK_SYNC_RECEIVER_INDEX_HPP
