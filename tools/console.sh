# Sourced by every script here: messages on stdout, errors on stderr.

say() { printf '%s\n' "$*"; }

# fail MESSAGE [STATUS]
fail() {
    printf 'dev: %s\n' "$1" >&2
    exit "${2:-1}"
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
    local output status=0
    output=$("$@" 2>&1) || status=$?
    [ $status -eq 0 ] || printf '%s\n' "$output" >&2
    return $status
}
