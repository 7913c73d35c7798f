#ifndef PENSTOCK_HTTP_ACCOUNT_MAP_HPP
#define PENSTOCK_HTTP_ACCOUNT_MAP_HPP
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace penstock::http {

/** The accounts of hosts, and of credentials at hosts; so many of each kind and no more.

    One more takes the place of that of its kind which nobody holds and was asked for longest ago. If all are held, a
    credential gets the account of its host, and a host that of all hosts for which there was no room.
    @par Thread safety
    Distinct objects: safe. Shared objects: unsafe. */
template <class Account>
class account_map
{
public:
    using name = std::pair<std::string, std::string>;  ///< A host, and a credential; empty for that of the host.

    account_map(std::size_t max_credentials, std::size_t max_hosts)
        : max_credentials_(max_credentials), max_hosts_(max_hosts)
    {}

    /// @param make Gives a `std::shared_ptr<Account>` for a host, or for "other".
    template <class Make>
    std::shared_ptr<Account> find(name const& wanted, Make const& make)
    {
        auto at = entries_.find(wanted);
        if (at == entries_.end()) {
            bool const of_host = wanted.second.empty();
            if (!make_room(of_host))
                return of_host ? find_rest(make) : find({wanted.first, std::string()}, make);
            at = entries_.emplace(wanted, entry(make(wanted.first))).first;
        }
        at->second.used = ++turns_;
        return at->second.account;
    }

    /// Without that of all others.
    std::size_t size() const noexcept { return entries_.size(); }
private:
    struct entry
    {
        explicit entry(std::shared_ptr<Account> a) : account(std::move(a)) {}
        std::shared_ptr<Account> account;
        std::uint64_t used = 0;
    };

    bool make_room(bool of_host)
    {
        std::size_t count = 0;
        auto oldest = entries_.end();
        for (auto at = entries_.begin(); at != entries_.end(); ++at) {
            if (at->first.second.empty() != of_host)
                continue;
            ++count;
            bool const held = at->second.account.use_count() > 1;
            if (!held && (oldest == entries_.end() || at->second.used < oldest->second.used))
                oldest = at;
        }
        if (count < (of_host ? max_hosts_ : max_credentials_))
            return true;
        if (oldest == entries_.end())
            return false;
        entries_.erase(oldest);
        return true;
    }

    template <class Make>
    std::shared_ptr<Account> find_rest(Make const& make)
    {
        if (!rest_)
            rest_ = make(std::string("other"));
        return rest_;
    }

    std::size_t max_credentials_;
    std::size_t max_hosts_;
    std::map<name, entry> entries_;
    std::shared_ptr<Account> rest_;
    std::uint64_t turns_ = 0;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_ACCOUNT_MAP_HPP
