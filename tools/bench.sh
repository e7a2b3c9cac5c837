#!/usr/bin/env bash
# bench.sh [NAME...]: all benchmarks, or those named. CAMEO_BEFORE=BINARY: `server` measures that one beside it.
set -euo pipefail
source tools/console.sh

build() { quietly ninja -C build/release "$@"; }

server() {
    build cameo cameo-image-worker
    bash tools/bench_photos.sh build/bench-photos
    bench/http/as_run.sh build/bench-photos build/release/cameo ${CAMEO_BEFORE:+"$CAMEO_BEFORE"}
    say 'one thread without log, over TLS'
    bash tools/demo_photos.sh build/demo-photos
    HTTPS=1 bench/http/cameo.sh build/release/cameo build/demo-photos
}
http() {
    build bench_http_server
    bench/http/compare.sh build/release
    say 'over TLS'
    HTTPS=1 bench/http/compare.sh build/release
}
image() {
    bash tools/bench_photos.sh build/bench-photos
    # The build was configured before libvips was there.
    [ -x build/release/image_bench ] || quietly cmake --preset release
    build image_bench
    build/release/image_bench build/bench-photos
}
directory() {
    build directory_bench
    rm -rf build/bench-directory
    mkdir -p build/bench-directory
    build/release/directory_bench build/bench-directory
}
log() {
    build log_bench
    for _ in 1 2 3; do build/release/log_bench | cat >/dev/null; done
}
faces() {
    build cameo cameo-image-worker
    source tools/packages.sh
    source tools/node.sh
    need test
    find_node
    install_npm_packages tests/api
    bash tools/demo_photos.sh build/demo-photos
    export CAMEO_BIN=$PWD/build/release/cameo
    "$node" bench/faces/faces.mjs build/demo-photos build/bench-faces
    say 'over TLS'
    HTTPS=1 "$node" bench/faces/faces.mjs build/demo-photos build/bench-faces
}

[ $# -gt 0 ] || set -- server http image directory log faces
for name in "$@"; do
    case $name in
        server | http | image | directory | log | faces) ;;
        *) fail "there is no benchmark '$name'; there are: server http image directory log faces" 2 ;;
    esac
    say "--- $name"
    "$name"
done
