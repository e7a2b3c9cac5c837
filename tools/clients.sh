#!/usr/bin/env bash
# clients.sh BINARY NODE [NAME...]: the official SDKs of every language against the binary, other programs that use
# Graph, clients made by generators, and Schemathesis; tables at the end. With names, those whose name contains one. Those of
# Python, Go, Java, C# and PHP are built once in build/clients, the programs in tests/clients/programs; one without its runtime
# or registry is skipped, with the reason below the tables, and keeps its last result.
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

# make LANGUAGE[-MAJOR] STAMP SOURCE...: runs make_LANGUAGE MAJOR unless STAMP is newer than the sources.
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
    if "make_${language%-*}" "${language##*-}" >"$folder/log" 2>&1; then
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

# In copies of the sources, since the build writes beside them. The majors have the same source and other packages.
make_csharp() {
    local folder=$clients/csharp-$1
    command -v dotnet >/dev/null && dotnet --list-sdks | grep -qE '^[1-9][0-9]\.' ||
        skip "csharp-$1" 'there is no .NET SDK (10 or later)' || return
    cp "$sources/csharp/Client.cs" "$sources/csharp/Client.csproj" "$folder/" &&
        DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet build "$folder/Client.csproj" --configuration Release \
            -p:GraphMajor="$1" --output "$folder/out" ||
        skip "csharp-$1" "its packages could not be fetched, or it could not be built: build/clients/csharp-$1/log"
}

# Composer turns off the plugins of packages when root runs it without this variable.
make_php() {
    local folder=$clients/php-$1
    command -v composer >/dev/null && php -r 'exit(extension_loaded("curl") ? 0 : 1);' ||
        skip "php-$1" 'there is no PHP with curl, or no Composer' || return
    cp "$sources/php/composer-$1.json" "$folder/composer.json" &&
        COMPOSER_ALLOW_SUPERUSER=1 composer update --working-dir="$folder" --no-interaction --no-progress --prefer-dist ||
        skip "php-$1" "Composer could not install its packages: build/clients/php-$1/log"
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
for major in 5 6; do
    if wanted "Microsoft.Graph $major (NuGet), examples/csharp"; then
        make "csharp-$major" .made "$sources/csharp/Client.csproj" "$sources/csharp/Client.cs"
    fi
done
for major in 2 3; do
    if wanted "microsoft-graph $major (PHP), examples/php"; then
        make "php-$major" .made "$sources/php/composer-$major.json"
    fi
done
if wanted 'Backstage catalog (npm), CLI for Microsoft 365 (npm), Auth.js (npm), Graph Toolkit, Chromium (npm)'; then
    make programs .made "$sources/programs/package.json"
fi

source tools/generators.sh
make_generators
status=0
"$node" tests/clients/generators.mjs "${names[@]}" || status=1
"$node" tests/clients/report.mjs docs/clients.md tests/clients/results "${names[@]}" || status=1
exit $status
