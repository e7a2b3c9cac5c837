#!/usr/bin/env bash
# tidy.sh [PATH-PREFIX...]: clang-tidy over what build/release compiles, or over the part that lies below a prefix.
# A source whose every word is unchanged (itself, the headers it reads, its compile command, the rules) passed
# before and is not read again: build/tidy holds one empty file for each that passed.
set -euo pipefail
source tools/console.sh
build=build/release passed=build/tidy
mkdir -p "$passed"

# Lines "source header header ...", for each object, of what lies in this repository.
sources_and_headers() {
    ninja -C "$build" -t deps | awk -v root="$PWD/" '
        # The source comes first, wherever a precompiled header has it in the list.
        function add(path) {
            if (path ~ /^build\//) return
            if (path ~ /\.cc$/ && source == "") source = path
            else line = line " " path
        }
        function flush() { if (source != "") print source line; source = line = "" }
        /^[^ ].*: #deps/ { flush(); next }
        index($1, root) == 1 { add(substr($1, length(root) + 1)) }
        /^ +\.\.\/\.\.\// { add(substr($1, 7)) }  # as ccache writes them where it has a base folder
        END { flush() }' | sort -u
}

wanted() {
    local prefix
    for prefix in "${prefixes[@]}"; do
        if [[ $1 == "$prefix"* ]]; then return 0; fi
    done
    return 1
}

prefixes=("${@:-}")
rules=$( (clang-tidy-19 --version; cat .clang-tidy) | sha256sum)
todo=() known=0
while read -r -a files; do
    wanted "${files[0]}" || continue
    known=$((known + 1))
    key=$({
        printf '%s' "$rules"
        grep -F "${files[0]}" "$build/compile_commands.json"
        cat "${files[@]}"
    } | sha256sum)
    key=$passed/${key%% *}
    [ -e "$key" ] || todo+=("${files[0]}" "$key")
done < <(sources_and_headers)
[ "$known" -gt 0 ] || fail "tidy: ninja knows no sources${1:+ below $*}; was build/release built?"
[ ${#todo[@]} -gt 0 ] || exit 0

printf '%s\0' "${todo[@]}" | xargs -0 -n 2 -P "$(nproc)" bash tools/tidy_one.sh "$build"
