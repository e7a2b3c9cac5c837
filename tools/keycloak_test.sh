#!/usr/bin/env bash
# keycloak_test.sh BINARY NODE: tokens of a real Keycloak against the server. Maven downloads Keycloak into
# build/keycloak; without Maven, Java 17 or the artifact, the test is skipped with a message.
set -euo pipefail
source tools/console.sh
binary=$(realpath "$1") node=$2
version=26.4.7
home=build/keycloak/keycloak-$version

skip() {
    say "test keycloak: skipped: $*"
    exit 0
}

java_version() { java -version 2>&1 | sed -nE '1s/.*version "([0-9]+).*/\1/p'; }

command -v java >/dev/null || skip 'there is no java; Keycloak needs version 17 or newer'
[ "$(java_version)" -ge 17 ] || skip "java is version $(java_version); Keycloak needs 17 or newer"

if [ ! -x "$home/bin/kc.sh" ]; then
    command -v mvn >/dev/null || skip 'there is no mvn to fetch Keycloak with'
    say "fetching: Keycloak $version into build/keycloak"
    # In build/: without a project, Maven leaves a folder named ${project.basedir} where it runs.
    (cd build && timeout 900 mvn -q -B dependency:unpack \
        "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:zip" \
        "-DoutputDirectory=$PWD/keycloak") >build/keycloak-fetch.log 2>&1 ||
        skip "Maven could not fetch Keycloak $version; build/keycloak-fetch.log has its output"
    chmod +x "$home/bin/kc.sh"
fi

cd tests/identity
CAMEO_BIN=$binary KEYCLOAK_HOME=$OLDPWD/$home exec timeout 600 "$node" --test ./*.test.mjs
