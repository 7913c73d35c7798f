#ifndef PENSTOCK_SYNC_FORGE_WEBHOOK_HPP
#define PENSTOCK_SYNC_FORGE_WEBHOOK_HPP
#include <penstock/clock/next_turn.hpp>
#include <penstock/crypto/digest.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/hook/envelope.hpp>
#include <penstock/hook/event.hpp>
#include <penstock/hook/scheme.hpp>
#include <penstock/hook/secret_usage.hpp>
#include <penstock/hook/verifier.hpp>
#include <penstock/http/exchange.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/sync/hook_answer.hpp>
#include <penstock/sync/intake.hpp>
#include <penstock/sync/spares.hpp>
#include <penstock/sync/webhook_work.hpp>
#include <penstock/text/hex.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace penstock::sync {

struct forge_webhook_options
{
    std::string provider;                             ///< As the forge is called; the label of the metrics.
    std::size_t max_body = 25 * 1024 * 1024;          ///< GitHub and GitLab send no more.
    std::size_t max_bodies = 64 * 1024 * 1024;        ///< Bytes that have arrived of all bodies; more are put off.
    std::size_t always = 256 * 1024;                  ///< A body that says it is not larger is never put off.
};

/** Serves `/webhook/github`, `/webhook/gitlab` or `/webhook/gitea`: verifies while the body arrives, then reads it,
    then hands it to the intake.

    The method, the length and the form of the signature are checked before any of the body is taken in. One
    thread; outlives its exchanges. */
template <hook::scheme Scheme, env::environment Env, store::item_store Store>
class forge_webhook
{
public:
    forge_webhook(Env& env, intake<Env, Store>& in, forge_webhook_options options)
        : env_(env), intake_(in), options_(std::move(options)),
          seconds_(env.metrics().make_histogram(metrics::names::webhook_answer_seconds, {options_.provider})),
          usage_(env.metrics(), options_.provider)
    {
        for (auto const name : outcomes)
            deliveries_.push_back(
                env.metrics().make_counter(metrics::names::webhook_deliveries_total, {options_.provider, name}));
    }

    /** Secrets, newest first, in place of those before; none refuses everything. Deliveries under way are judged by the
        old ones.

        @param names For metrics, in the same order; see `hook::secret_usage`. */
    result<void> use(std::vector<secret> const& secrets, std::vector<std::string> names = {},
                     hook::verifier_options const& options = {})
    {
        auto made = secrets.empty() ? result<hook::verifier<Scheme>>(hook::verifier<Scheme>())
                                    : hook::verifier<Scheme>::make(secrets, options);
        if (!made)
            return made.error();
        verifier_ = *std::move(made);
        ++lists_;
        names.resize(secrets.size());
        usage_.use(std::move(names));
        return {};
    }

    awaitable<void> handle(http::exchange& e)
    {
        auto const start = env_.clock().now();
        auto const job = jobs_.borrow();
        std::string outcome;
        co_await serve(e, *job, outcome);
        count(outcome);
        job->rest();  // who reads the answer slowly does not hold the body
        auto sent = co_await e.respond(job->answer);
        seconds_.observe(std::chrono::duration<double>(env_.clock().now() - start).count());
        if (!sent && env_.log().enabled(observe::level::debug))
            env_.log().write(observe::level::debug, "hooks", "the answer could not be sent",
                             {{"provider", options_.provider}, {"error", sent.error().message()}});
    }
private:
    /// Counts the bytes of a body while it is held.
    class holding
    {
    public:
        explicit holding(std::size_t& sum) : sum_(sum) {}
        holding(holding const&) = delete;
        holding& operator=(holding const&) = delete;
        ~holding() { sum_ -= bytes_; }
        void add(std::size_t bytes)
        {
            sum_ += bytes;
            bytes_ += bytes;
        }
    private:
        std::size_t& sum_;
        std::size_t bytes_ = 0;
    };

    static constexpr std::size_t at_once = 64 * 1024;  // bytes that are read before somebody else has a turn

    static constexpr std::array<std::string_view, 6> outcomes{"queued",  "ignored",    "duplicate",
                                                              "refused", "unverified", "too_large"};

    void count(std::string_view outcome) const
    {
        auto const at = std::find(outcomes.begin(), outcomes.end(), outcome);
        if (at != outcomes.end())
            deliveries_[static_cast<std::size_t>(at - outcomes.begin())].increment();
    }

    void refuse(http::response& to, failure const& why, std::string_view delivery, std::string& outcome)
    {
        bool const signature = why.code == errc::signature_missing || why.code == errc::signature_malformed
                               || why.code == errc::signature_mismatch || why.code == errc::signature_expired;
        outcome = signature ? "unverified" : why.code == errc::too_large ? "too_large" : "refused";
        if (env_.log().enabled(observe::level::info))
            env_.log().write(observe::level::info, "hooks", "refused a delivery",
                             {{"provider", options_.provider}, {"delivery", delivery}, {"error", why.message()}});
        to = hook_refusal(why, delivery);
    }

    /// A large body, in slices: small deliveries do not wait for all of it.
    static awaitable<result<void>> decode_in_turns(webhook_work& job, hook::envelope const& envelope)
    {
        hook::event_reader reader(job.event, envelope, job.body);
        for (;;) {
            auto const left = reader.read_some(at_once);
            if (!left)
                co_return left.error();
            if (*left == 0)
                co_return result<void>();
            if (auto const ec = co_await clock::next_turn())
                co_return failure(ec);
        }
    }

    /// Writes the answer into `job`.
    awaitable<void> serve(http::exchange& e, webhook_work& job, std::string& outcome)
    {
        auto const& head = e.head();
        auto const envelope = hook::read_envelope(head.fields);
        auto const delivery = envelope.delivery.substr(0, 256);
        if (head.method != "POST") {
            outcome = "refused";
            write_hook_answer(job.answer, 405, verdict::refused, "a delivery is a POST", delivery);
            job.answer.fields.set("Allow", "POST");
            co_return;
        }
        if (head.content_length && *head.content_length > options_.max_body)
            co_return refuse(job.answer, failure(errc::too_large), delivery, outcome);
        auto const announced = static_cast<std::size_t>(head.content_length.value_or(options_.max_body));
        bool const small = announced <= options_.always;  // so clients that send large bodies slowly stop no others
        holding counted(held_);
        auto check = verifier_.begin(head.fields, env_.clock().wall());
        auto const list = lists_;
        if (!check)
            co_return refuse(job.answer, check.error(), delivery, outcome);
        std::optional<crypto::hasher> hash;
        if (envelope.shared_delivery)
            hash.emplace(crypto::algorithm::sha256);
        job.start(std::min<std::size_t>(announced, 64U * 1024U));
        for (;;) {
            auto slice = co_await e.read_some();
            if (!slice)
                co_return refuse(job.answer, slice.error(), delivery, outcome);
            if (slice->empty())
                break;
            if (job.body.size() + slice->size() > options_.max_body)
                co_return refuse(job.answer, failure(errc::too_large), delivery, outcome);
            if (!small && held_ + slice->size() > options_.max_bodies)
                co_return refuse(job.answer, failure(errc::unavailable, "bodies", std::chrono::seconds(1)), delivery,
                                 outcome);
            counted.add(slice->size());
            check->update(*slice);
            if (hash)
                hash->update(*slice);
            job.add(*slice, announced);
        }
        auto matched = check->finish();
        if (!matched)
            co_return refuse(job.answer, matched.error(), delivery, outcome);
        if (list == lists_)  // the places of an older list are not those that are shown now
            usage_.matched(*matched, env_.clock().wall());
        result<void> read;
        if (job.body.size() <= at_once)
            read = hook::decode_into(job.event, envelope, job.body);
        else
            read = co_await decode_in_turns(job, envelope);
        if (!read)
            co_return refuse(job.answer, unreadable(read.error()), delivery, outcome);
        envelope.write_hashed_key(job.id, hash ? to_hex(hash->finish().view()) : std::string());
        auto taken = co_await intake_.take(job.event, job.id);
        outcome = to_string(taken.what);
        if (taken.what == verdict::refused)
            co_return refuse(job.answer, taken.problem, delivery, outcome);
        if (env_.log().enabled(observe::level::debug))
            env_.log().write(observe::level::debug, "hooks", outcome,
                             {{"provider", options_.provider}, {"delivery", delivery}, {"reason", taken.reason}});
        write_hook_answer(job.answer, taken.what == verdict::queued ? 202 : 200, taken.what, taken.reason, delivery);
    }

    Env& env_;
    intake<Env, Store>& intake_;
    forge_webhook_options options_;
    metrics::histogram seconds_;
    std::vector<metrics::counter> deliveries_;  // one for each of `outcomes`
    hook::secret_usage<std::remove_cvref_t<decltype(std::declval<Env&>().metrics())>> usage_;
    hook::verifier<Scheme> verifier_;
    std::uint64_t lists_ = 0;  // of secrets, so far
    std::size_t held_ = 0;
    spares<webhook_work> jobs_;
};

}  // namespace penstock::sync

#endif  // PENSTOCK_SYNC_FORGE_WEBHOOK_HPP
