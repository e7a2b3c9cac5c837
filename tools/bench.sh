#!/usr/bin/env bash
# bench.sh [NAME...]: all benchmarks, or those named.
set -euo pipefail
source tools/console.sh

http() { bench/http/compare.sh build/release; }
image() {
    bash tools/demo_photos.sh build/demo-photos
    build/release/image_bench build/demo-photos
}

[ $# -gt 0 ] || set -- http image
for name in "$@"; do
    case $name in
        http | image) ;;
        *) fail "there is no benchmark '$name'; there are: http image" 2 ;;
    esac
    say "--- $name"
    "$name"
done
