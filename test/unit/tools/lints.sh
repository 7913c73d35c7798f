#!/bin/sh
# Shows each lint of tools/ a tree with known faults: it must name them all, and nothing else.
set -eu
tools=$(cd "$(dirname "$0")/../../../tools" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
failed=0

# expect LINT LINE...: what the lint says of the tree begins each line with these places, in this order.
expect() {
    lint=$1
    shift
    got=$("$tools/$lint" "$root" 2>/dev/null | grep -E -o '^[a-z./_]+:[0-9]+' | tr '\n' ' ')
    if [ "$got" != "${*:+$* }" ]; then
        echo "$lint found: $got"
        echo "it should find: $*"
        failed=1
    fi
}

mkdir -p include/penstock/error include/penstock/rate include/penstock/kube/impl include/penstock/git \
    include/penstock/poll include/penstock/http test src
cat >include/penstock/error/result.hpp <<'END'
#include <penstock/error/errc.hpp>
#include <penstock/rate/bucket.hpp>
#include <boost/asio/error.hpp>
END
cat >include/penstock/poll/poller.hpp <<'END'
#include <penstock/config.hpp>
#include <penstock/rate/bucket.hpp>
#include <penstock/http/transport.hpp>
#include <boost/beast/http.hpp>
#include <boost/asio/awaitable.hpp>
END
cat >include/penstock/kube/impl/watch.ipp <<'END'
#include <boost/beast/http.hpp>
#include <penstock/kube/watch.hpp>
#include <penstock/http/transport.hpp>
  #  include "penstock/git/reference.hpp"
#include <penstock/penstock.hpp>
END
expect check_floors include/penstock/error/result.hpp:2 include/penstock/error/result.hpp:3 \
    include/penstock/kube/impl/watch.ipp:4 include/penstock/kube/impl/watch.ipp:5 \
    include/penstock/poll/poller.hpp:3 include/penstock/poll/poller.hpp:4
rm -r include/penstock/*

awk 'BEGIN { for (i = 0; i < 301; i++) print "//" }' >include/penstock/long.hpp
awk 'BEGIN { for (i = 0; i < 300; i++) print "//" }' >include/penstock/not_long.hpp
awk 'BEGIN { for (i = 0; i < 501; i++) print "//" }' >test/long.cpp
mkdir examples
awk 'BEGIN { for (i = 0; i < 80; i++) print "//" }' >examples/long.cpp
awk 'BEGIN { for (i = 0; i < 79; i++) print "//" }' >examples/not_long.cpp
expect check_sizes examples/long.cpp:80 include/penstock/long.hpp:301 test/long.cpp:501
rm -r include/penstock/* test/* examples

printf '#ifndef A\n#define A\n#endif\n' >include/penstock/wrong_guard.hpp
printf 'fine\n// TO%s: later\n' DO >src/unfinished.cpp
printf 'a method\n' >src/method.cpp
printf '\n' >src/string_util.cpp
expect check_names src/string_util.cpp:1 ./src/unfinished.cpp:2 include/penstock/wrong_guard.hpp:1
rm include/penstock/* src/*

mkdir -p examples docs/guide
printf 'int main()\n{\n    f(1);\n    return 0;\n}\n' >examples/f.cpp
cat >docs/guide/f.md <<'END'
# F, as `examples/f.cpp` has it
```cpp
f(1);
return 0;
```
```sh
f; echo "this is no C++" {
```
```cpp
f(2);
```
```cpp
f(1)
```
## Threads and cancelling
END
cat >docs/guide/g.md <<'END'
# G, as `examples/g.cpp` would have it

    find_package(f CONFIG REQUIRED)
    remote        it does not take its JWT (could not be decoded); check it, …
    f(1);  // as it was
    auto x = f(
        1)
```
#include <f>
explained by f.md
```
- an item
  f(1);
```c++
f(1);
```
END
printf '# Install\n    f --now\n' >docs/guide/install.md
expect check_guides docs/guide/f.md:9 docs/guide/f.md:12 docs/guide/g.md:1 docs/guide/g.md:5 docs/guide/g.md:6 \
    docs/guide/g.md:9 docs/guide/g.md:14 docs/guide/g.md:1 docs/guide/g.md:1 docs/guide/g.md:1
rm -r examples docs

cat >src/coroutine.cpp <<'END'
awaitable<void> f()
{
    co_await send(request{.target = "/x"});                       // a braced temporary
    co_await send({.target = "/x"});                              // another
    auto x = co_await run([s = std::string("a")] { return s; });  // a lambda that keeps a string
    auto y = co_await run([this] { return s_; });
    auto z = co_await run([&](int i) { return f{i}; });
    options o{.a = co_await g()};              // awaits inside the braces
    auto v = std::vector<int>{co_await g()};   // the same
    auto w = a ? co_await g() : b;             // a choice
    if (auto const ec = co_await sleep(1)) {
        co_return ec;
    }
    // co_await: a duration has no destructor
    co_await wait(seconds{5});
    auto l = [p = std::move(q)]() -> awaitable<void> { co_await g(); };
    co_spawn(ex, [p]() mutable -> awaitable<result<int>> { co_await g(); }, detached);
    f(options{.a = 1}, co_await g());          // a braced temporary before it
    request r{.target = "co_await {x}"};
    co_await send(std::move(r));
    switch (x) { case 1: { co_await h(); break; } default: co_await h(); }
    try { co_await h(); } catch (...) {}
    std::string s = R"({"a": {"b": co_await}})";
    co_await spawn(ex, [a]() -> awaitable<void> { co_await h(); }, use);  // a lambda by value
    co_await g(a ? b : c);
    f(a ? b : c, co_await g());
    auto u = co_await g() ? 1 : 2;  // a choice by what was awaited
}
END
expect check_coroutines src/coroutine.cpp:3 src/coroutine.cpp:4 src/coroutine.cpp:5 src/coroutine.cpp:8 \
    src/coroutine.cpp:9 src/coroutine.cpp:10 src/coroutine.cpp:18 src/coroutine.cpp:24 src/coroutine.cpp:27

mkdir -p docs test/unit
printf 'BOOST_AUTO_TEST_SUITE(queue)\nBOOST_AUTO_TEST_CASE(is_there)\n' >test/unit/queue.cpp
printf '#!/bin/sh\n# kills the leader\n' >test/kill.sh
cat >docs/conformance.md <<'END'
| section | what must hold | test file | test |
|---|---|---|---|
| Queue | fine | `test/unit/queue.cpp` | `queue/is_there` |
| Queue | fine | `test/kill.sh` | `kills the leader` |
| Queue | fine | — | it does not apply |
| Queue | no such case | `test/unit/queue.cpp` | `queue/is_there`, `queue/is_not` |
| Queue | no such suite | `test/unit/queue.cpp` | `line/is_there` |
| Queue | no such file | `test/unit/line.cpp` | `queue/is_there` |
| Queue | no test | `test/unit/queue.cpp` | later |
| Queue | `test/unit/queue.cpp` | `queue/is_there` |
| Queue | not said in the script | `test/kill.sh` | `kills nobody` |
END
expect check_conformance docs/conformance.md:6 docs/conformance.md:7 docs/conformance.md:8 docs/conformance.md:9 \
    docs/conformance.md:10 docs/conformance.md:11
rm -r docs test/unit test/kill.sh
exit $failed
