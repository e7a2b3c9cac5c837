#!/usr/bin/env bash
# tidy_one.sh BUILD SOURCE STAMP: clang-tidy over one source; makes STAMP when it is clean, else prints and fails.
set -euo pipefail
build=$1 source=$2 stamp=$3
options=(--quiet -p "$build")
# The analyzer follows each path through a test's macros: three quarters of the time, and no finding so far.
if [[ $source == *_test.cc ]]; then options+=('--checks=-clang-analyzer-*'); fi

status=0
# Its stderr only counts the findings that it hides in system headers.
output=$(clang-tidy-19 "${options[@]}" "$source" 2>/dev/null) || status=$?
if [ $status -ne 0 ] && [ -z "$output" ]; then
    echo "$source: clang-tidy ended with status $status and no output"
    exit 1
fi

# A finding's lines go on until the next finding. A finding in a library's header is left out: it cannot be mended here.
findings=$(awk -v root="$PWD/" '
    /^[^ ].*: (error|warning): / { kept = index($0, root) == 1 && !/: no header providing .*\[misc-include-cleaner/ }
    kept' <<<"$output")
if [ -n "$findings" ]; then
    printf '%s\n' "$findings"
    exit 1
fi
touch "$stamp"
