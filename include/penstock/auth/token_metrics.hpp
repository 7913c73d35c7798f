#ifndef PENSTOCK_AUTH_TOKEN_METRICS_HPP
#define PENSTOCK_AUTH_TOKEN_METRICS_HPP
#include <penstock/auth/token_state.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/metrics/names.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace penstock::auth {

/// What a cache of tokens measures. Caches of the same kind of source share their series.
class token_metrics
{
public:
    template <env::environment Env>
    token_metrics(Env& env, std::string_view source)
        : minted_(env.metrics().make_counter(metrics::names::token_mints_total, {source, "minted"})),
          failed_(env.metrics().make_counter(metrics::names::token_mints_total, {source, "failed"})),
          evicted_(env.metrics().make_counter(metrics::names::token_cache_evictions_total, {})),
          age_(env.metrics().make_histogram(metrics::names::token_age_seconds, {source}))
    {
        constexpr std::array<std::string_view, 3> verdicts{"superseded", "young", "dropped"};
        for (std::size_t i = 0; i < verdicts.size(); ++i)
            refused_[i] = env.metrics().make_counter(metrics::names::token_refusals_total, {source, verdicts[i]});
    }

    void minted(bool good) const { (good ? minted_ : failed_).increment(); }
    void evicted() const { evicted_.increment(); }
    void handed_out(duration age) const { age_.observe(std::chrono::duration<double>(age).count()); }
    void refused(token_refusal how) const { refused_[static_cast<std::size_t>(how)].increment(); }
private:
    metrics::counter minted_, failed_, evicted_;
    metrics::histogram age_;
    std::array<metrics::counter, 3> refused_;
};

}  // namespace penstock::auth

#endif  // PENSTOCK_AUTH_TOKEN_METRICS_HPP
