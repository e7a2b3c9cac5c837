#!/usr/bin/env bash
# clients.sh BINARY NODE [NAME...]: the official SDKs of every language against the binary, other programs that use
# Graph, clients made by generators, and Schemathesis; tables at the end. With names, those whose name contains one.
# Those of Python, Go and Java are built once in build/clients, the programs in tests/clients/programs; one without its runtime or registry is
# skipped, with the reason below the tables.
set -euo pipefail
source tools/console.sh
export CAMEO_BIN
CAMEO_BIN=$(realpath "$1") node=$2
names=("${@:3}")
clients=$PWD/build/clients sources=$PWD/tests/clients examples=$PWD/examples

# wanted CLIENTS: one of these is asked for.
wanted() {
    local clients=${1,,} name
    if [ ${#names[@]} -eq 0 ]; then return; fi
    for name in "${names[@]}"; do
        if [[ $clients == *"${name,,}"* ]]; then return; fi
    done
    return 1
}

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

# Large packages that ./dev test does without: 480 MB. None of their install scripts is needed.
make_programs() {
    npm install --prefix "$sources/programs" --ignore-scripts --no-audit --no-fund
}

if wanted 'msgraph-sdk (PyPI), O365 (PyPI), Office365-REST (PyPI), examples/python'; then
    make python .made "$sources/python/requirements.txt"
fi
if wanted Schemathesis; then make schemathesis .made "$sources/schemathesis/requirements.txt"; fi
if wanted 'msgraph-sdk-go, examples/go'; then
    make go client "$sources/go/go.mod" "$sources/go/main.go" "$examples/go/photo.go"
fi
if wanted 'microsoft-graph (Maven), examples/java'; then
    make java .made "$sources/java/pom.xml" "$sources/java/src/main/java/Client.java"
fi
if wanted 'Backstage catalog (npm), CLI for Microsoft 365 (npm), Auth.js (npm), Graph Toolkit, Chromium (npm)'; then
    make programs .made "$sources/programs/package.json"
fi

source tools/generators.sh
make_generators
status=0
"$node" tests/clients/generators.mjs "${names[@]}" || status=1
"$node" tests/clients/report.mjs docs/clients.md "${names[@]}" || status=1
exit $status
