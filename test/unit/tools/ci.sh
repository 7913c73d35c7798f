#!/bin/bash
# Runs .ci/run in a tree whose steps all end well, but for one that fails and one that cannot run here.
set -euo pipefail
source=$(cd "$(dirname "$0")/../../.." && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{.ci,tools,bin}
cp "$source/.ci/run" "$root/.ci/run"
cp "$source/tools/count_tests" "$root/tools/"
for program in tools/each_header bin/cmake bin/ctest; do
    printf '#!/bin/sh\nexit 0\n' >"$root/$program"
done
cat >"$root/dev" <<'END'
#!/bin/sh
case $1 in
    test) # the same cases as of `gcc`
        mkdir -p build/test
        cat >build/test/tests.xml <<'XML'
	<testcase name="unit.a" classname="unit.a" time="1" status="run">
		<system-out>Running 3 test cases...
a.cpp(1): Entering test case "lacks"
skipped: there is no kubectl
</system-out>
	</testcase>
XML
        ;;
    gcc) mkdir -p build/gcc && cp build/kept.xml build/gcc/tests.xml ;;
    lint) [ ! -e lint_fails ] || exit 1 ;;
    boost) echo "skipped: there is no newer Boost" >&2 && exit 77 ;;
esac
[ ! -e build/test/tests.xml ] || cp build/test/tests.xml build/kept.xml
END
chmod +x "$root/dev" "$root"/{tools,bin}/*
failed=0

# expect STATUS: how it ends, and the last lines of it are what stands in standard input.
expect() {
    local status=0
    cat >"$root/expected"
    PATH=$root/bin:$PATH "$root/.ci/run" >"$root/log" 2>&1 || status=$?
    [ $status = "$1" ] || { echo "it ended with $status, and should with $1" && failed=1; }
    sed '1,/minutes in all$/d' "$root/log" >"$root/got"
    diff "$root/expected" "$root/got" || failed=1
}

expect 0 <<'END'
» 2 passes more, of the same cases with GCC and under ASan and UBSan
» 2 could not run here:
  the step boost: there is no newer Boost
  unit.a lacks: there is no kubectl
2 passed, 0 failed
END
grep -q '^===== boost: skipped after' "$root/log" || { echo "the step is not said to be skipped" && failed=1; }
grep -q '^===== asan: ok after' "$root/log" || { echo "what comes after it did not run" && failed=1; }

touch "$root/lint_fails"
expect 1 <<'END'
» 2 passes more, of the same cases with GCC and under ASan and UBSan
» 1 could not run here:
  unit.a lacks: there is no kubectl
2 passed, 1 failed
END
grep -q '^✗ the step lint failed' "$root/log" || { echo "the step that failed is not named" && failed=1; }
if grep -q '^===== docs' "$root/log"; then
    echo "it went on after a failure" && failed=1
fi
[ $failed = 0 ] || tail -n 20 "$root/log"
exit $failed
