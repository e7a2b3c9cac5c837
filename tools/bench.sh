#!/usr/bin/env bash
# bench.sh [NAME...]: the comparison with nginx (http) and the benchmark programs of the build; all, or those named.
set -euo pipefail
source tools/console.sh
wanted() { [ ${#names[@]} -eq 0 ] || [[ " ${names[*]} " == *" $1 "* ]]; }
names=("$@")
found=0
for program in build/release/bench/*; do
    name=${program##*/}
    if [ -f "$program" ] && [ -x "$program" ] && wanted "$name"; then
        found=1
        say "--- $name"
        "$program"
    fi
done
if [ -x bench/http/compare.sh ] && wanted http; then
    found=1
    say '--- http'
    bench/http/compare.sh
fi
[ $found -eq 1 ] || fail "there is no benchmark named '$*'"
