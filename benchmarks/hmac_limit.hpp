#ifndef PENSTOCK_BENCHMARKS_HMAC_LIMIT_HPP
#define PENSTOCK_BENCHMARKS_HMAC_LIMIT_HPP
#include "measure.hpp"
#include "payload.hpp"

#include <penstock/crypto/hmac.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace bench {

/// What nobody who verifies the body can do without: the limit of what is done with a delivery.
inline void add_hmac_limit(race& with, std::string const& body)
{
    namespace crypto = penstock::crypto;
    auto const mac = std::make_shared<crypto::hmac>();
    crypto::hmac_key const key(crypto::algorithm::sha256, webhook_secret);
    with.add("limit: HMAC-SHA256 of the body", [mac, key, &body](std::size_t times) {
        while (times-- > 0) {
            mac->reset(key);
            mac->update(body);
            keep(mac->finish());
        }
    });
}

}  // namespace bench

#endif  // PENSTOCK_BENCHMARKS_HMAC_LIMIT_HPP
