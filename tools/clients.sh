#!/usr/bin/env bash
# clients.sh BINARY NODE: the official SDKs of every language against the binary, a table of clients and checks at
# the end, and Schemathesis beside them. Those of Python, Go and Java are built once in build/clients; one without its
# runtime or registry is skipped, with the reason in the table.
set -euo pipefail
source tools/console.sh
export CAMEO_BIN
CAMEO_BIN=$(realpath "$1") node=$2
clients=$PWD/build/clients sources=$PWD/tests/clients examples=$PWD/examples

# make LANGUAGE STAMP SOURCE...: runs make_LANGUAGE unless STAMP is newer than the sources.
make() {
    local language=$1 stamp=$clients/$1/$2 folder=$clients/$1 source stale=
    shift 2
    for source in "$@"; do
        if [ ! "$stamp" -nt "$source" ]; then stale=yes; fi
    done
    if [ -z "$stale" ]; then return; fi
    mkdir -p "$folder"
    rm -f "$stamp" "$folder/.skipped"
    say "building: the $language client"
    if "make_$language" >"$folder/log" 2>&1; then
        touch "$stamp"
    elif [ ! -e "$folder/.skipped" ]; then
        skip "$language" "it could not be built: $(grep -av '^[[:space:]]*$' "$folder/log" | tail -n 1)" || true
    fi
}

# skip LANGUAGE REASON
skip() {
    printf '%s\n' "$2" >"$clients/$1/.skipped"
    return 1
}

make_python() {
    command -v python3 >/dev/null || skip python 'there is no python3' || return
    python3 -m venv "$clients/python" && "$clients/python/bin/pip" install --quiet -r "$sources/python/requirements.txt"
}

make_schemathesis() {
    command -v python3 >/dev/null || skip schemathesis 'there is no python3' || return
    python3 -m venv "$clients/schemathesis" &&
        "$clients/schemathesis/bin/pip" install --quiet -r "$sources/schemathesis/requirements.txt"
}

# Its first build takes about ten minutes: the SDK is 500,000 lines.
make_go() {
    command -v go >/dev/null || skip go 'there is no Go (1.24 or later)' || return
    (
        cd "$sources/go" &&
            export GOCACHE=$clients/go-build GOFLAGS=-buildvcs=false &&
            nice go build -o "$clients/go/example" "$examples/go/photo.go" &&
            nice go build -o "$clients/go/client" .
    )
}

make_java() {
    command -v mvn >/dev/null && command -v javac >/dev/null || skip java 'there is no JDK with Maven' || return
    # Inside build/: Maven makes a folder named ${project.basedir} in the folder it runs in when a goal has no project.
    (cd "$clients/java" && mvn --batch-mode --quiet --file "$sources/java/pom.xml" compile dependency:copy-dependencies)
}

make python .made "$sources/python/requirements.txt"
make schemathesis .made "$sources/schemathesis/requirements.txt"
make go client "$sources/go/go.mod" "$sources/go/main.go" "$examples/go/photo.go"
make java .made "$sources/java/pom.xml" "$sources/java/src/main/java/Client.java"
exec "$node" tests/clients/report.mjs docs/clients.md
