#!/usr/bin/env bash
# test.sh BUILD NODE: the unit programs of a build folder, then the suites in Node against its binary. Output is
# shown only of failed tests. Ends with a table and one line of totals; its status is 0 if all passed.
set -euo pipefail
source tools/console.sh
build=$(realpath "$1") node=$2
logs=$build/test-logs
rm -rf "$logs"
mkdir -p "$logs"
passed=0 failed=0 skipped=0
table=()

# With this program a sanitizer's report names functions.
export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19 TSAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
export UBSAN_OPTIONS=print_stacktrace=1
# The HEVC and AV1 decoders are not instrumented, so ThreadSanitizer does not see their locks and reports races of their threads.
export TSAN_OPTIONS=ignore_noninstrumented_modules=1

# At an offset of whole hours a mistake in the minutes would stay hidden. In this form it needs no zone data.
export TZ=XXX-5:45

now() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# row SUITE PASSED FAILED SKIPPED MICROSECONDS
row() {
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    table+=("$(printf '%-18s %8d %8d %8d %8d.%d' "$1" "$2" "$3" "$4" $(($5 / 1000000)) $(($5 / 100000 % 10)))")
}

# last_number FILE PATTERN: the number that PATTERN's \1 catches in its last match, or 0.
last_number() {
    local number
    number=$(sed -nE "s/$2/\1/p" "$1" 2>/dev/null | tail -n 1) || true
    printf '%s' "${number:-0}"
}

unit() {
    local name=$1 log=$logs/$1.log status=0 start bad
    start=$(now)
    timeout 300 "$build/tests/test_$name" --gtest_color=no >"$log" 2>&1 || status=$?
    bad=$(last_number "$log" '^\[  FAILED  \] ([0-9]+) tests?, listed below:$')
    if [ $status -ne 0 ]; then
        [ "$bad" -gt 0 ] || bad=1 # it crashed or timed out before it printed the count
        say "--- $name (status $status)"
        grep -avE '^($|\[( RUN      |       OK |----------|==========))' "$log" || true
    fi
    row "$name" "$(last_number "$log" '^\[  PASSED  \] ([0-9]+) tests?\.$')" "$bad" \
        "$(last_number "$log" '^\[  SKIPPED \] ([0-9]+) tests?, listed below:$')" $(($(now) - start))
}

# node_tests NAME FOLDER: the *.test.mjs there, against the binary.
node_tests() {
    local name=$1 tap=$logs/$1.tap log=$logs/$1.log status=0 start bad
    start=$(now)
    (cd "$2" && CAMEO_BIN=$binary timeout 900 "$node" --test --test-concurrency="$(nproc)" --test-reporter=tap \
        --test-reporter-destination="$tap" --test-reporter=spec --test-reporter-destination=stdout \
        ./*.test.mjs) >"$log" 2>&1 || status=$?
    bad=$(last_number "$tap" '^# fail ([0-9]+)$')
    if [ $status -ne 0 ]; then
        [ "$bad" -gt 0 ] || bad=1
        say "--- $name (status $status)"
        sed -n '/failing tests:$/,$p' "$log" | grep -a . || tail -n 100 "$log"
    fi
    bad=$((bad + $(last_number "$tap" '^# cancelled ([0-9]+)$')))
    row "$name" "$(last_number "$tap" '^# pass ([0-9]+)$')" "$bad" \
        "$(last_number "$tap" '^# skipped ([0-9]+)$')" $(($(now) - start))
}

for name in $(ctest --test-dir "$build" --show-only | sed -nE 's/^ *Test +#[0-9]+: //p'); do
    unit "$name"
done
binary=$build/cameo
node_tests api tests/api
node_tests clients tests/clients
node_tests generators tests/generators
node_tests web web/test
node_tests page tests/web
node_tests faults tests/faults
node_tests corpus tests/corpus

printf '\n%-18s %8s %8s %8s %10s\n' suite passed failed skipped seconds
printf '%s\n' "${table[@]}"
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
