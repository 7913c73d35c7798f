#ifndef PENSTOCK_HTTP_CONDITIONAL_HPP
#define PENSTOCK_HTTP_CONDITIONAL_HPP
#include <penstock/env/environment.hpp>
#include <penstock/http/transport.hpp>
#include <penstock/http/validator_cache.hpp>
#include <penstock/metrics/names.hpp>

#include <memory>
#include <string>
#include <utility>

namespace penstock::http {

/** Asks again for what it knows already with `If-None-Match` and `If-Modified-Since`, and gives what it has kept when
    the peer says that nothing has changed: the caller sees a 200 in both cases.

    GitHub does not count a 304, so put this over `governed`. A token may change at any time: see `validator_cache`.
    A field that is new with each request, such as a trace id, keeps every answer from being found again. Streams pass
    through. Copies share what is kept.
    @par Thread safety
    One thread.
    @see RFC 9110 section 13, RFC 9111 section 4.3 */
template <env::environment Env, transport Transport>
class conditional
{
public:
    conditional(Env& env, Transport next, validator_cache_options const& o = {})
        : next_(std::move(next)), cache_(std::make_shared<validator_cache>(o)),
          first_(env.metrics().make_counter(metrics::names::http_validations_total, {"first"})),
          unchanged_(env.metrics().make_counter(metrics::names::http_validations_total, {"unchanged"})),
          changed_(env.metrics().make_counter(metrics::names::http_validations_total, {"changed"}))
    {}

    /// A copy that asks for another credential: a name for whom the forge answers, never the token.
    conditional as(std::string credential) const
    {
        conditional copy(*this);
        copy.credential_ = std::move(credential);
        return copy;
    }

    awaitable<result<response>> send(request r, time_point deadline)
    {
        auto const cache = cache_;
        auto const asked = cache->prepare(r, credential_);
        auto answer = co_await next_.send(std::move(r), deadline);
        if (!answer)
            co_return answer;
        auto const how = cache->settle(asked, *answer);
        (how == validated::first ? first_ : how == validated::unchanged ? unchanged_ : changed_).increment();
        co_return answer;
    }

    awaitable<result<std::unique_ptr<incoming>>> open(request r, time_point deadline)
    {
        return next_.open(std::move(r), deadline);
    }

    validator_cache const& cache() const noexcept { return *cache_; }
private:
    Transport next_;
    std::shared_ptr<validator_cache> cache_;
    std::string credential_;
    metrics::counter first_, unchanged_, changed_;
};

}  // namespace penstock::http

#endif  // PENSTOCK_HTTP_CONDITIONAL_HPP
