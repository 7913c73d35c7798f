#ifndef PENSTOCK_PENSTOCK_HPP
#define PENSTOCK_PENSTOCK_HPP

/** The component `core` in one include: words, decisions, clocks, queues and pollers. What talks to a peer (http,
    hook, kube, git, store, sync and so on) is included by its own header, for it costs seconds to compile.
    Made by tools/check_umbrella --write. */
#include <penstock/cel/bindings.hpp>
#include <penstock/cel/budget.hpp>
#include <penstock/cel/checker.hpp>
#include <penstock/cel/evaluator.hpp>
#include <penstock/cel/expression.hpp>
#include <penstock/cel/function.hpp>
#include <penstock/cel/lexer.hpp>
#include <penstock/cel/number.hpp>
#include <penstock/cel/pattern.hpp>
#include <penstock/cel/pattern_parser.hpp>
#include <penstock/cel/syntax.hpp>
#include <penstock/cel/utf8.hpp>
#include <penstock/cel/value.hpp>
#include <penstock/clock/awaitable.hpp>
#include <penstock/clock/deadline.hpp>
#include <penstock/clock/gate.hpp>
#include <penstock/clock/source.hpp>
#include <penstock/clock/steady.hpp>
#include <penstock/clock/task_group.hpp>
#include <penstock/clock/wait_until.hpp>
#include <penstock/env/environment.hpp>
#include <penstock/error/condition.hpp>
#include <penstock/error/errc.hpp>
#include <penstock/error/result.hpp>
#include <penstock/json/projection.hpp>
#include <penstock/json/value.hpp>
#include <penstock/metrics/family.hpp>
#include <penstock/metrics/names.hpp>
#include <penstock/metrics/sink.hpp>
#include <penstock/observe/json_lines.hpp>
#include <penstock/observe/log.hpp>
#include <penstock/observe/utf8.hpp>
#include <penstock/poll/cadence.hpp>
#include <penstock/poll/fleet.hpp>
#include <penstock/poll/flights.hpp>
#include <penstock/poll/hosts.hpp>
#include <penstock/poll/poller.hpp>
#include <penstock/poll/schedule.hpp>
#include <penstock/poll/source.hpp>
#include <penstock/rate/limiter.hpp>
#include <penstock/rate/quota.hpp>
#include <penstock/rate/token_bucket.hpp>
#include <penstock/reconcile/controller.hpp>
#include <penstock/reconcile/controller_metrics.hpp>
#include <penstock/reconcile/outcome.hpp>
#include <penstock/reconcile/queue.hpp>
#include <penstock/reconcile/queue_entry.hpp>
#include <penstock/reconcile/reconciler.hpp>
#include <penstock/reconcile/retry.hpp>
#include <penstock/text/credential.hpp>
#include <penstock/text/hex.hpp>
#include <penstock/text/redact.hpp>
#include <penstock/text/secret.hpp>
#include <penstock/time/backoff.hpp>
#include <penstock/time/go_duration.hpp>
#include <penstock/time/http_date.hpp>
#include <penstock/time/indexed_heap.hpp>
#include <penstock/time/rfc3339.hpp>
#include <penstock/time/types.hpp>
#include <penstock/version.hpp>

#endif  // PENSTOCK_PENSTOCK_HPP
