#!/bin/sh
# Runs tools/fuzz_target with a target that has a processor for only a part of its time, and with one that finds something.
set -eu
source=$(cd "$(dirname "$0")/../../.." && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
mkdir -p tools build/fuzz/test/fuzz test/fuzz/corpus/lazy test/fuzz/corpus/bad
cp "$source/tools/fuzz_target" tools/
failed=0

# Works for less than it was told to, as on a machine that is busy with other things.
cat >build/fuzz/test/fuzz/fuzz_lazy <<'END'
#!/bin/sh
echo "$*" >>calls
i=0
while [ $i -lt 200000 ]; do i=$((i + 1)); done
echo "stat::number_of_executed_units: 100"
times >>spent
END
cat >build/fuzz/test/fuzz/fuzz_bad <<'END'
#!/bin/sh
echo "$*" >>calls
echo "an oracle does not hold"
exit 77
END
chmod +x build/fuzz/test/fuzz/*

tools/fuzz_target 2 lazy 2>said || { echo "a target that found nothing has failed" && failed=1; }
runs=$(wc -l <calls)
grep -q -x "» fuzz_lazy: ${runs}00 inputs in 2 s on a processor ($runs runs)" said || { cat said && failed=1; }
awk 'NR % 2 == 1 { gsub("s", ""); for (i = 1; i <= 2; i++) { split($i, part, "m"); spent += part[1] * 60 + part[2] } }
    END { if (spent < 1.5) { print "it had only " spent " s"; exit 1 } }' spent || failed=1
[ "$runs" -gt 1 ] || { echo "the target was not run again" && failed=1; }
grep -q -e '^.* -max_total_time=2 .*build/fuzz/corpus/lazy test/fuzz/corpus/lazy$' calls || { cat calls && failed=1; }
tail -n 1 calls | grep -q -e ' -max_total_time=1 ' || { echo "what is left is not less" && failed=1; }

rm calls
touch test/fuzz/corpus/bad.dict
if tools/fuzz_target 2 bad 2>said; then
    echo "a finding is no failure" && failed=1
fi
grep -q 'an oracle does not hold' said || { echo "what was found is not shown" && failed=1; }
[ "$(grep -c -e '-dict=test/fuzz/corpus/bad.dict' calls)" = 1 ] || { cat calls && failed=1; }
exit $failed
