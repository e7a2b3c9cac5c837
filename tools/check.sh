#!/usr/bin/env bash
# check.sh [all]: every check that reads the sources without running them. Takes all steps, and fails if one did.
# Without `all`, the slow steps read only what changed since base_commit (tools/changed.sh), and the files that include a
# changed header directly: the compiler reads the headers among them, clang-tidy and cppcheck the sources.
set -uo pipefail
source tools/console.sh
source tools/changed.sh
failed=()

# step NAME COMMAND...
step() {
    local name=$1 start=$SECONDS
    shift
    if "$@"; then
        printf '%-14s ok      %4d s\n' "$name" $((SECONDS - start))
    else
        printf '%-14s FAILED  %4d s\n' "$name" $((SECONDS - start))
        failed+=("$name")
    fi
}

format() { cxx_files | xargs clang-format-19 --dry-run -Werror; }
include_rules() { quietly tools/include_rules_test.sh && tools/include_rules.sh; }
scripts() { quietly tools/packages_test.sh && quietly tools/changed_test.sh; }
openapi() { "$node" tools/openapi.mjs check; }
headers() { [ $# -eq 0 ] || quietly ninja -C build/release -j "$(nproc)" -k 0 --quiet "$@"; }
tidy() { [ $# -eq 0 ] || tools/tidy.sh "$@"; }

# run_cppcheck STATE FILE-OR-FOLDER...: STATE is a folder of its own, since the results there are those of one list of files.
run_cppcheck() {
    [ $# -gt 1 ] || return 0
    mkdir -p "$1"
    cppcheck --quiet --error-exitcode=1 -j "$(nproc)" --cppcheck-build-dir="$1" --std=c++20 --language=c++ \
        --enable=warning,performance,portability --inline-suppr --library=googletest \
        --suppressions-list=tools/cppcheck.txt -I src "${@:2}"
}

# object FILE: the object that compiles this header alone, or this fuzz target.
object() {
    local header=${1#src/}
    case $1 in
        src/*.h) printf '%s\n' "CMakeFiles/check_headers.dir/headers/${header//\//_}.cc.o" ;;
        fuzz/*_fuzz.cc) printf '%s\n' "fuzz/CMakeFiles/fuzz_sources.dir/${1#fuzz/}.o" ;;
    esac
}

check_changed() {
    local base changed=() files=() sources=() objects=() file
    base=$(base_commit)
    mapfile -t changed < <(changed_files "$base")
    mapfile -t files < <({ printf '%s\n' "${changed[@]}"; includers "${changed[@]}"; } | grep . | sort -u)
    mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep '\.cc$')
    mapfile -t objects < <(for file in "${files[@]}"; do object "$file"; done)
    say "since $(git log -1 --format='%h %s' "$base" 2>/dev/null): ${#changed[@]} C++ files changed, ${#sources[@]} sources to read"
    if ! git diff --quiet "$base" -- .clang-tidy tools/cppcheck.txt; then
        say "the rules changed: './dev check all' reads every source by them"
    fi
    step headers headers "${objects[@]}"
    step cppcheck run_cppcheck build/cppcheck-changed $(printf '%s\n' "${sources[@]}" | grep '^src/')
    step tidy tidy "${sources[@]}"
}

step format format
step "include rules" include_rules
step scripts scripts
step openapi openapi
if [ "${1:-}" = all ]; then
    step headers headers check_headers fuzz_sources
    step cppcheck run_cppcheck build/cppcheck src
    step tidy tools/tidy.sh
else
    check_changed
fi
[ ${#failed[@]} -eq 0 ] || fail "failed: ${failed[*]}"
