#!/usr/bin/env bash
# demo_photos.sh FOLDER: once, the demo's photographs from two Debian packages: only the packages' picture files
# are unpacked, nothing is installed. docs/demo-photos.md has their licences. Never fails: without them the
# server draws pictures of its own.
set -uo pipefail # and no -e, for that reason
source tools/console.sh
folder=$1
if [ -e "$folder.complete" ]; then exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# apt downloads as its own user where it can; else it warns.
[ "$(id -u)" -ne 0 ] || chown _apt "$work" 2>/dev/null

# unpack PACKAGE PATTERN RENAME: the package's files that match, renamed by a sed expression.
unpack() {
    (cd "$work" && apt-get -qq download "$1") >/dev/null 2>>"$work/errors" || return 1
    dpkg-deb --fsys-tarfile "$work/$1"_*.deb |
        tar --extract --directory "$folder" --wildcards --transform="$3" "$2"
}

say 'fetching: demo photographs (37 MB of Debian packages, 21 pictures kept)'
mkdir -p "$folder"
# The demo takes them in order of name: the portrait first.
if unpack python3-skimage '*/skimage/data/astronaut.png' 's,.*,00 Eileen Collins.png,' &&
    unpack plasma-workspace-data './usr/share/plasma/avatars/photos/*.png' 's,.*/,,'; then
    touch "$folder.complete" # beside it: the folder holds pictures only
else
    say 'the photographs could not be had, so the demo draws its own pictures:'
    cat "$work/errors"
fi
exit 0
