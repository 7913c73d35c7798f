#!/bin/sh
# Shows tools/count_tests a JUnit file of ctest with every way in which a test can end.
set -eu
tools=$(cd "$(dirname "$0")/../../../tools" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0

# expect FILE: what is counted is what stands in standard input.
expect() {
    cat >"$root/expected"
    "$tools/count_tests" "$1" >"$root/counted" 2>"$root/errors" || echo "ended with $?" >>"$root/counted"
    diff "$root/expected" "$root/counted" || failed=1
}

escape='[NON-XML-CHAR-0x1B][1;34;49m'
cat >"$root/tests.xml" <<XML
<testsuite name="(empty)">
	<testcase name="unit.a" classname="unit.a" time="1" status="run">
		<system-out>Running 4 test cases...
${escape}a.cpp(1): Entering test case "passes"
${escape}a.cpp(2): Entering test case "lacks"
${escape}skipped: there is no kubectl
a.cpp(3): Entering test case "lacks_two"
skipped: there is no zsh
skipped: there is no fish
says what it skipped: nothing
a.cpp(4): Entering test case &quot;passes_too&quot;
</system-out>
	</testcase>
	<testcase name="unit.b" classname="unit.b" time="1" status="fail">
		<failure message=""/>
		<system-out>Running 3 test cases...
b.cpp(1): Entering test case "fails"
b.cpp(1): error: in "b/fails": check has failed
b.cpp(2): error: in "b/fails": check has failed
b.cpp(3): Entering test case "lacks"
skipped: no
</system-out>
	</testcase>
	<testcase name="c.program" classname="c" time="1" status="notrun">
		<skipped message="SKIP_RETURN_CODE=77"/>
		<system-out>skipped: nginx is not installed
</system-out>
	</testcase>
	<testcase name="d.silent" classname="d" time="1" status="notrun">
		<skipped message="SKIP_RETURN_CODE=77"/>
		<system-out></system-out>
	</testcase>
	<testcase name="e.lost" classname="e" time="1" status="notrun">
		<skipped message="Unable to find executable"/>
	</testcase>
	<testcase name="f.script" classname="f" time="1" status="run">
		<system-out>ok</system-out>
	</testcase>
	<testcase name="g.crashed" classname="g" time="1" status="fail">
		<system-out>Running 7 test cases...</system-out>
	</testcase>
</testsuite>
XML
expect "$root/tests.xml" <<'END'
unit.a lacks: there is no kubectl
unit.a lacks_two: there is no fish
unit.b lacks: no
c.program: nginx is not installed
d.silent: it ended with 77 and did not say why
10 3 5
END

cat >"$root/cut.xml" <<'XML'
	<testcase name="unit.a" classname="unit.a" time="1" status="run">
		<system-out>Running 4 test cases...
[This part of the test output was removed since it exceeds the threshold of 1024 bytes.]
</system-out>
	</testcase>
XML
expect "$root/cut.xml" <<'END'
4 0 0
ended with 1
END
grep -q '^unit.a: its output is cut off' "$root/errors" || failed=1
exit $failed
