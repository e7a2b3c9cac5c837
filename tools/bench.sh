#!/usr/bin/env bash
# bench.sh [NAME...]: all benchmarks, or those named.
set -euo pipefail
source tools/console.sh

server() {
    bash tools/demo_photos.sh build/demo-photos
    bench/http/cameo.sh build/release/cameo build/demo-photos
}
http() { bench/http/compare.sh build/release; }
image() {
    bash tools/bench_photos.sh build/bench-photos
    build/release/image_bench build/bench-photos
}

[ $# -gt 0 ] || set -- server http image
for name in "$@"; do
    case $name in
        server | http | image) ;;
        *) fail "there is no benchmark '$name'; there are: server http image" 2 ;;
    esac
    say "--- $name"
    "$name"
done
