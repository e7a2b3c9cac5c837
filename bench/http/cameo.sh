#!/bin/bash
# CPU time per request of the real server (token check, rights, lookup, cache) against nginx with the same bytes
# as static files: compare.sh, with the demo organisation in a folder of its own.
#
#   bench/http/cameo.sh CAMEO [PHOTO_FOLDER]
# HTTPS=1: over TLS, with the certificate of 'cameo dev-cert'. The variables of compare.sh apply too.
set -euo pipefail
cameo=$1 photos=${2:-}
work=$(mktemp -d)
printf '[http]\nthreads = 1\n[limits]\nrequests_per_second = 0\n[log]\naccess = "off"\n' >"$work/bench.toml"
listen=--listen
if [[ -n ${HTTPS:-} ]]; then
    "$cameo" dev-cert --data "$work/data" >/dev/null
    export CAMEO_CERT=$work/data/dev-ca/server.pem CAMEO_KEY=$work/data/dev-ca/server-key.pem
    listen=--tls-listen
fi
taskset -c "${SERVER_CPU:-0}" "$cameo" serve --data "$work/data" "$listen" 127.0.0.1:0 --demo \
    --config "$work/bench.toml" ${photos:+--demo-photos "$photos"} >"$work/out" 2>"$work/err" &
CAMEO_PID=$!
trap 'kill $CAMEO_PID; wait $CAMEO_PID || true; rm -rf "$work"' EXIT
for ((i = 0; i < 300; ++i)); do
    CAMEO_URL=$(sed -n 's/^listening on //p' "$work/out")
    [[ -z $CAMEO_URL ]] || break
    kill -0 $CAMEO_PID || { cat "$work/err" >&2; exit 1; }
    sleep 0.1
done
token=$("$cameo" token --data "$work/data" --user eileen@contoso.example --scopes "User.ReadBasic.All")
header="Authorization: Bearer $token"

# The sizes nearest to 2, 12 and 60 KB of one person, each as KB:path.
sizes=$(for side in 48 64 96 120 240 360 432 504 648; do
    path="/v1.0/users/eileen@contoso.example/photos/${side}x${side}/\$value"
    echo "$(curl -sfk -H "$header" "$CAMEO_URL$path" | wc -c) $path"
done)
nearest() { awk -v want="$1" '{ d = $1 > want ? $1 - want : want - $1 } NR == 1 || d < best { best = d; line = $0 }
    END { split(line, part); printf "%.1f:%s\n", part[1] / 1000, part[2] }' <<<"$sizes"; }
export CAMEO_PID CAMEO_URL CAMEO_HEADER=$header
CAMEO_PATHS="$(nearest 2000) $(nearest 12000) $(nearest 60000)" "$(dirname "$0")/compare.sh"
