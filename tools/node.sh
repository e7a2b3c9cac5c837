# find_node: sets `node` and puts it first in PATH. The machine's own if it is new enough (20.10, the first with
# two reporters of node --test); otherwise a pinned version in build/node, verified by the lock file's hash.

find_node() {
    node=$(command -v node || true)
    new_enough "$node" || node=$(ls build/node/node_modules/node-linux-*/bin/node 2>/dev/null || true)
    if [ -z "$node" ]; then
        command -v npm >/dev/null || need node
        node=$(command -v node || true) # installed with npm
        new_enough "$node" || fetch_node
    fi
    node=$(readlink -f "$node")
    PATH=$(dirname "$node"):$PATH
}

new_enough() {
    [ -n "$1" ] || return
    "$1" --eval '
        const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 20 || (a == 20 && b >= 10) ? 0 : 1)'
}

fetch_node() {
    say 'fetching: Node 22 into build/node'
    mkdir -p build/node
    cp tools/node/package.json tools/node/package-lock.json build/node/
    quietly npm ci --prefix build/node --no-audit --no-fund --ignore-scripts
    node=$(ls build/node/node_modules/node-linux-*/bin/node) || fail "the npm registry has no Node for $(uname -m)"
}

# install_npm_packages FOLDER: npm ci there, once per lock file.
install_npm_packages() {
    local lock=$1/package-lock.json copy=$1/node_modules/.installed-lock
    if cmp -s "$lock" "$copy"; then return; fi
    command -v npm >/dev/null || need node
    quietly npm ci --prefix "$1" --no-audit --no-fund
    mkdir -p "${copy%/*}"
    cp "$lock" "$copy"
}
