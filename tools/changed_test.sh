#!/usr/bin/env bash
# What `./dev check` reads after a change, tried on a small repository: the commit it compares with, the changed files, and
# the files that include them.
set -euo pipefail
tools=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
wrong=0
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE # a hook sets them
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x

cd "$folder"
git init --quiet --initial-branch=main
ln -s "$tools" tools
printf 'tools\n' >.gitignore
source tools/changed.sh

# file PATH LINES...
file() { mkdir -p "$(dirname "$1")" && printf '%s\n' "${@:2}" >"$1"; }
commit() { git add --all && git commit --quiet --message "$1"; }

# expect WHAT EXPECTED COMMAND...: the words that the command prints.
expect() {
    local printed
    printed=$("${@:3}" | xargs || true)
    if [ "$printed" != "$2" ]; then
        printf 'changed_test: %s: expected: %s\n    printed: %s\n' "$1" "$2" "$printed" >&2
        wrong=1
    fi
}
changed() { changed_files "$(base_commit)"; }
base_name() { git log -1 --format=%s "$(base_commit)"; }

file src/base/text.h '#pragma once'
file src/photo/sizes.h '#include "base/text.h"'
file src/photo/sizes.cc '#include "photo/sizes.h"'
file src/photo/photos.cc '  #  include "photo/sizes.h"' '#include <vector>'
file src/photo/sizes_test.cc '#include "photo/sizes.h"' '#include "base/text.h"'
file tests/faults/calls.h ''
file tests/faults/calls.cc '#include "calls.h"'
file docs/http.md text
commit first
expect 'the first commit, whole' \
    'src/base/text.h src/photo/photos.cc src/photo/sizes.cc src/photo/sizes.h src/photo/sizes_test.cc tests/faults/calls.cc tests/faults/calls.h' changed

expect 'direct includers' 'src/photo/sizes.h src/photo/sizes_test.cc' includers src/base/text.h
expect 'a header beside its source' 'tests/faults/calls.cc' includers tests/faults/calls.h
expect 'several headers' 'src/photo/sizes.h src/photo/sizes_test.cc tests/faults/calls.cc' \
    includers src/base/text.h tests/faults/calls.h
expect 'what each source reads' \
    'src/photo/photos.cc src/photo/sizes.h src/base/text.h src/photo/sizes.cc src/photo/sizes.h src/base/text.h src/photo/sizes_test.cc src/photo/sizes.h src/base/text.h tests/faults/calls.cc tests/faults/calls.h' \
    closure

file src/photo/photos.cc '// second'
commit second
expect 'on main, nothing uncommitted: the last commit' 'first src/photo/photos.cc' eval 'base_name; changed'
file src/photo/sizes.cc '// uncommitted'
file src/photo/new.cc '// git does not know it'
rm src/photo/sizes_test.cc
expect 'on main: what is uncommitted' 'second src/photo/new.cc src/photo/sizes.cc' eval 'base_name; changed'
commit third
git update-ref refs/remotes/origin/main HEAD~1
expect 'on main: what origin has not' 'second src/photo/new.cc src/photo/sizes.cc' eval 'base_name; changed'

git checkout --quiet -b topic
file src/base/text.h '// topic'
commit fourth
file src/base/text.h '// and more'
file docs/http.md 'other text'
expect 'a branch: its commits and what is uncommitted' 'third src/base/text.h' eval 'base_name; changed'
git update-ref refs/remotes/origin/main main
git update-ref refs/heads/main main~1
expect 'a branch of origin/main, where main is behind' 'third src/base/text.h' eval 'base_name; changed'
git checkout --quiet --force main
git merge --quiet --ff-only topic
git update-ref -d refs/remotes/origin/main
file docs/http.md 'third text'
expect 'a change without C++' '' changed

[ $wrong -eq 0 ] && echo 'a check reads what changed'
exit $wrong
