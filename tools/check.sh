#!/usr/bin/env bash
# check.sh: everything that reads the sources without running them. Goes through all steps and fails if any did.
set -uo pipefail
source tools/console.sh
broken=()

# step NAME COMMAND...
step() {
    local name=$1 start=$SECONDS
    shift
    if "$@"; then
        printf '%-10s ok      %4d s\n' "$name" $((SECONDS - start))
    else
        printf '%-10s BROKEN  %4d s\n' "$name" $((SECONDS - start))
        broken+=("$name")
    fi
}

format() { find src bench fuzz tests/faults -name '*.h' -o -name '*.cc' | xargs clang-format-19 --dry-run -Werror; }
include_rules() { quietly tools/include_rules_test.sh && tools/include_rules.sh; }
packages() { quietly tools/packages_test.sh; }
headers() { quietly ninja -C build/release -j "$(nproc)" -k 0 --quiet check_headers fuzz_sources; }
cppcheck_all() {
    mkdir -p build/cppcheck
    cppcheck --quiet --error-exitcode=1 -j "$(nproc)" --cppcheck-build-dir=build/cppcheck --std=c++20 --language=c++ \
        --enable=warning,performance,portability --inline-suppr --library=googletest \
        --suppressions-list=tools/cppcheck.txt -I src src
}

step format format
step "include rules" include_rules
step packages packages
step headers headers
step cppcheck cppcheck_all
step tidy tools/tidy.sh
[ ${#broken[@]} -eq 0 ] || fail "broken: ${broken[*]}"
