#!/usr/bin/env bash
# bench.sh [NAME...]: all benchmarks, or those named.
set -euo pipefail
source tools/console.sh

server() {
    bash tools/demo_photos.sh build/demo-photos
    bench/http/cameo.sh build/release/cameo build/demo-photos
    say 'over TLS'
    HTTPS=1 bench/http/cameo.sh build/release/cameo build/demo-photos
}
http() {
    bench/http/compare.sh build/release
    say 'over TLS'
    HTTPS=1 bench/http/compare.sh build/release
}
image() {
    bash tools/bench_photos.sh build/bench-photos
    build/release/image_bench build/bench-photos
}
directory() {
    rm -rf build/bench-directory
    mkdir -p build/bench-directory
    build/release/directory_bench build/bench-directory
}

[ $# -gt 0 ] || set -- server http image directory
for name in "$@"; do
    case $name in
        server | http | image | directory) ;;
        *) fail "there is no benchmark '$name'; there are: server http image directory" 2 ;;
    esac
    say "--- $name"
    "$name"
done
