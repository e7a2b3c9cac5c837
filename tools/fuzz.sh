#!/usr/bin/env bash
# fuzz.sh SECONDS: builds the fuzz targets with sanitizers and runs each that long. Findings are written to
# build/fuzz/found, and the input is printed; the corpus in build/fuzz/corpus is kept and grows with each run.
set -euo pipefail
source tools/console.sh
seconds=$1
[ -e build/fuzz/build.ninja ] || quietly cmake --preset fuzz
ninja -C build/fuzz -j "$(nproc)" --quiet fuzzers
export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19 UBSAN_OPTIONS=print_stacktrace=1
mkdir -p build/fuzz/found
build/fuzz/image_seeds build/fuzz/corpus/image_render_fuzz build/fuzz/corpus/image_heif_fuzz
broken=0
for program in build/fuzz/fuzzers/*; do
    [ -x "$program" ] || fail 'there are no fuzz targets yet'
    name=${program##*/}
    corpus=build/fuzz/corpus/$name
    seeds=fuzz/seeds/$name
    mkdir -p "$corpus"
    status=0
    "$program" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/found/$name-" "$corpus" $([ ! -d "$seeds" ] || echo "$seeds") \
        >"build/fuzz/$name.log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$name.log")
    if [ $status -eq 0 ]; then
        printf '%-24s %10s runs, nothing found\n' "$name" "$runs"
    else
        broken=$((broken + 1))
        printf '%-24s %10s runs, FAILED\n' "$name" "$runs"
        grep -vE '^#[0-9]+\s+(NEW|REDUCE|pulse|INITED|RELOAD)' "build/fuzz/$name.log" | tail -n 60
    fi
done
[ $broken -eq 0 ] || fail "$broken targets failed; their inputs are in build/fuzz/found"
