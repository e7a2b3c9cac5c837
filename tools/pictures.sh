# Sourced: extracts pictures from Debian packages without installing them.
pictures_work=$(mktemp -d)
trap 'rm -rf "$pictures_work"' EXIT
# apt downloads as its own user if it can write here; otherwise it warns.
[ "$(id -u)" -ne 0 ] || chown _apt "$pictures_work" 2>/dev/null || true

# unpack FOLDER PACKAGE PATTERN RENAME: the package's files that match, renamed by a sed expression. Errors are
# written to $pictures_work/errors.
unpack() {
    (cd "$pictures_work" && apt-get -qq download "$2") >/dev/null 2>>"$pictures_work/errors" || return 1
    dpkg-deb --fsys-tarfile "$pictures_work/$2"_*.deb |
        tar --extract --directory "$1" --wildcards --transform="$4" "$3"
}
