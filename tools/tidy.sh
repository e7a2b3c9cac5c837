#!/usr/bin/env bash
# tidy.sh [PATH-PREFIX...]: clang-tidy over each source that build/release can compile, or over those whose path starts with
# one of the prefixes. A source that passed is read again only when its text, a header it includes, its compile command or
# the rules changed: build/tidy holds one empty file for each that passed.
set -euo pipefail
source tools/console.sh
source tools/changed.sh
build=build/release passed=build/tidy
mkdir -p "$passed"

wanted() {
    local prefix
    for prefix in "${prefixes[@]}"; do
        if [[ $1 == "$prefix"* ]]; then return 0; fi
    done
    return 1
}

# The compile commands name the precompiled headers, so clang-tidy needs those.
[ -e "$build/build.ninja" ] || quietly cmake --preset release
quietly ninja -C "$build" -j "$(nproc)" precompiled_libraries precompiled_tests

prefixes=("${@:-}")
rules=$( (clang-tidy-19 --version; cat .clang-tidy) | sha256sum)
todo=() known=0
while read -r -a files; do
    wanted "${files[0]}" || continue
    command=$(grep -F "$PWD/${files[0]}\"" "$build/compile_commands.json") || continue # not compiled on this machine
    known=$((known + 1))
    key=$( (printf '%s' "$rules$command"; cat "${files[@]}") | sha256sum)
    key=$passed/${key%% *}
    [ -e "$key" ] || todo+=("${files[0]}" "$key")
done < <(closure)
[ "$known" -gt 0 ] || fail "tidy: $build compiles no source${1:+ below $*}"
[ ${#todo[@]} -gt 0 ] || exit 0

printf '%s\0' "${todo[@]}" | xargs -0 -n 2 -P "$(nproc)" bash tools/tidy_one.sh "$build"
