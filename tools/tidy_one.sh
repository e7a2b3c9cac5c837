#!/usr/bin/env bash
# tidy_one.sh BUILD SOURCE STAMP: clang-tidy over one source; makes STAMP when it is clean, else prints and fails.
set -euo pipefail
build=$1 source=$2 stamp=$3
options=(--quiet -p "$build")
# The analyzer walks each path through a test's macros: three quarters of the time, and nothing found.
if [[ $source == *_test.cc ]]; then options+=('--checks=-clang-analyzer-*'); fi

status=0
# On stderr it counts what it hides in system headers.
said=$(clang-tidy-19 "${options[@]}" "$source" 2>/dev/null) || status=$?
if [ $status -ne 0 ] && [ -z "$said" ]; then
    echo "$source: clang-tidy ended with status $status and no word"
    exit 1
fi

# A finding's lines go on until the next finding. One inside a library's header is not ours to mend.
findings=$(awk -v house="$PWD/" '
    /^[^ ].*: (error|warning): / { kept = index($0, house) == 1 && !/: no header providing .*\[misc-include-cleaner/ }
    kept' <<<"$said")
if [ -n "$findings" ]; then
    printf '%s\n' "$findings"
    exit 1
fi
touch "$stamp"
