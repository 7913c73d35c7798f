#ifndef PENSTOCK_HTTP_GOVERNED_OPTIONS_HPP
#define PENSTOCK_HTTP_GOVERNED_OPTIONS_HPP
#include <penstock/rate/priority.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/rate/token_bucket.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace penstock::http {

/** How the calls of one credential are paced. A bucket admits its burst and what it earns meanwhile: the defaults keep
    the sum of both within GitHub's limits for every minute, and every hour.
    @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
struct governed_options  // at namespace scope; every field works by default
{
    rate::quota_options quota;
    std::map<std::string, double, std::less<>> reserves;  ///< By host, in place of `quota.reserve`.
    rate::priority_shares kept;                           ///< Of what is left by the reserve.
    int concurrency = 20;  ///< Requests to one host at once; GitHub stops at 100 for everybody together.
    /// Points for each request: 1 to read, 5 to write. 100 and 750 in a minute; GitHub takes 900.
    rate::token_bucket_options points{.burst = 100, .period = std::chrono::milliseconds(80)};
    /// Writes, mutations of GraphQL among them: 20 and 60 in a minute; GitHub takes about 80 that create something.
    rate::token_bucket_options writes{.burst = 20, .period = std::chrono::seconds(1)};
    /// The same for an hour: 200 and 300; GitHub takes 500.
    rate::token_bucket_options writes_of_an_hour{.burst = 200, .period = std::chrono::seconds(12)};
    std::size_t max_accounts = 64;  ///< Credentials that are told apart; see `account_map` for one more.
    std::size_t max_hosts = 64;  ///< Hosts that are told apart.
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_GOVERNED_OPTIONS_HPP
