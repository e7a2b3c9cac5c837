#!/usr/bin/env bash
# Tests the packages that `need` chooses, with a small imitation of apt and dpkg.
set -euo pipefail
cd "$(dirname "$0")"
source ./console.sh
source ./packages.sh
wrong=0

needs_of() {
    printf '%s\n' 'compiler # compiles' 'lib1 lib1-extra | lib lib-extra # a library: of two parts' \
        'plugin | core # a part' 'compiler # for tests'
}
installed() { comm -12 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' $has | sort -u); }
known_to_apt() { comm -12 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' $has $knows | sort -u); }
apt_get() {
    [ "$1" = install ] || { knows+=" $after_update" && return; }
    shift 3
    printf '%s\n' "$@" | sort | xargs
}
quietly() { "$@"; }

# expect HAS KNOWS AFTER_UPDATE OUTPUT: the installed packages, those of apt's lists, and those added by fetching the lists.
expect() {
    local has=$1 knows=$2 after_update=$3 said
    said=$( (need any) 2>&1 | grep -v '^installing: ' || true)
    if [ "$said" != "$4" ]; then
        printf 'packages_test: with [%s], known [%s]: expected: %s\n    said: %s\n' "$1" "$2" "$4" "$said" >&2
        wrong=1
    fi
}

all='compiler lib1 lib1-extra lib lib-extra plugin core'
expect 'compiler lib1 lib1-extra plugin' '' '' ''
expect '' "$all" '' 'compiler lib1 lib1-extra plugin'
expect 'compiler' "$all" '' 'lib1 lib1-extra plugin'
expect 'compiler lib1' "$all" '' 'lib1-extra plugin'
# A set is chosen as a whole, and an older release's first.
expect 'compiler' 'lib1 lib lib-extra core' '' 'core lib lib-extra'
expect 'compiler lib lib-extra core' 'lib1' '' ''
expect 'compiler lib lib-extra core' 'lib1 lib1-extra' '' 'lib1 lib1-extra'
# A bare machine.
expect '' '' "$all" 'compiler lib1 lib1-extra plugin'
expect 'core' '' 'compiler lib lib-extra' 'compiler lib lib-extra'
# A missing package is named with its purpose, and no other is.
said=$(has=compiler knows='lib1 lib core' after_update='' && (need any) 2>&1) && wrong=1
if [ "$(head -n 1 <<<"$said")" != 'apt knows no lib1 lib1-extra nor lib lib-extra, which is needed: a library: of two parts' ] ||
    grep -qE 'compiler|plugin' <<<"$said" || ! grep -q 'apt-get update' <<<"$said"; then
    printf 'packages_test: for a missing set it printed: %s\n' "$said" >&2
    wrong=1
fi

[ $wrong -eq 0 ] && echo 'packages are chosen as they should be'
exit $wrong
