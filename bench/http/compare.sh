#!/bin/bash
# CPU time per request of this server against nginx with the same bytes as static files.
#
#   bench/http/compare.sh BUILD_FOLDER              bench_http_server from there; HTTPS=1: over TLS, the sizes 2, 16, 48
#   CAMEO_PID=… CAMEO_URL=http://127.0.0.1:8080 CAMEO_PATHS="2:/a 12:/b 60:/c" \
#   CAMEO_HEADER="Authorization: Bearer …" bench/http/compare.sh
#                                                   a running server; each path with its
#                                                   size in KB (nginx serves a file of as many bytes as it does);
#                                                   where the URL is https, also CAMEO_CERT and CAMEO_KEY for nginx
# Also: ROUNDS (3), SECONDS_EACH (4), CONNECTIONS (32), SERVER_CPU (0), LOAD_CPU (1), NGINX_EXTRA
# (more directives, such as "tcp_nopush on;").
# The two alternate, so that other load affects both; the result is the median of the rounds.
set -euo pipefail

rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-4} connections=${CONNECTIONS:-32}
server_cpu=${SERVER_CPU:-0} load_cpu=${LOAD_CPU:-1} port=${NGINX_PORT:-18182}
if [[ -n ${HTTPS:-} ]]; then usual='2:/2 16:/16 48:/48'; else usual='2:/2 12:/12 60:/60'; fi
paths=${CAMEO_PATHS:-$usual}
header=${CAMEO_HEADER:-Accept: */*}
work=$(mktemp -d)
started=()
finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
    rm -rf "$work"
}
trap finish EXIT

if [[ -z ${CAMEO_PID:-} ]]; then
    pair=()
    if [[ -n ${HTTPS:-} ]]; then
        CAMEO_CERT=$work/cert.pem CAMEO_KEY=$work/key.pem
        pair=("$CAMEO_CERT" "$CAMEO_KEY")
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
            -keyout "$CAMEO_KEY" -out "$CAMEO_CERT" 2>/dev/null
    fi
    taskset -c "$server_cpu" "$1/bench_http_server" 0 1 "${pair[@]}" >"$work/port" &
    CAMEO_PID=$!
    started+=("$CAMEO_PID")
    until [[ $(wc -l <"$work/port") -eq $((${#pair[@]} > 0 ? 2 : 1)) ]]; do sleep 0.05; done
    CAMEO_URL=http${HTTPS:+s}://127.0.0.1:$(tail -n 1 "$work/port")
fi
tls=
if [[ $CAMEO_URL == https:* ]]; then
    tls="ssl_certificate $CAMEO_CERT; ssl_certificate_key $CAMEO_KEY; ssl_protocols TLSv1.2 TLSv1.3;"
fi

mkdir "$work/www"
chmod 755 "$work" "$work/www"  # the worker may run as another user
for path in $paths; do
    curl -sfk -H "$header" -o "$work/www/${path%%:*}" "$CAMEO_URL${path#*:}"
done
cat >"$work/nginx.conf" <<EOF
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
    access_log off;
    default_type image/jpeg;
    sendfile on;
    ${NGINX_EXTRA:-}
    keepalive_timeout 75;
    keepalive_requests 1000000000;
    client_header_buffer_size 4k;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 60s;
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
    uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    server {
        listen 127.0.0.1:$port${tls:+ ssl};
        $tls
        root $work/www;
        add_header Cache-Control "private, no-cache";
    }
}
EOF
taskset -c "$server_cpu" nginx -p "$work" -c "$work/nginx.conf" &
started+=($!)
nginx=$!
nginx_url=http${tls:+s}://127.0.0.1:$port
until curl -sfk -o /dev/null "$nginx_url/${paths%%:*}"; do sleep 0.05; done
worker=$(pgrep -P "$nginx")

# utime + stime in ticks; the command name may contain spaces, so the fields are counted after it.
ticks() { sed 's/^.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# round PID URL: CPU microseconds per request.
round() {
    local before requests
    before=$(ticks "$1")
    taskset -c "$load_cpu" wrk -t1 -c"$connections" -d"${seconds}s" -H "$header" "$2" >"$work/out"
    if grep -q "Non-2xx" "$work/out"; then cat "$work/out" >&2; return 1; fi
    requests=$(awk '/requests in/ { print $1 }' "$work/out")
    echo $((($(ticks "$1") - before) * 1000000 / $(getconf CLK_TCK))) "$requests" |
        awk '{ printf "%.3f\n", $1 / $2 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

printf '%6s %12s %12s %7s\n' KB "cameo µs" "nginx µs" ratio
for path in $paths; do
    kb=${path%%:*}
    : >"$work/ours"
    : >"$work/theirs"
    for ((i = 0; i < rounds; ++i)); do
        round "$CAMEO_PID" "$CAMEO_URL${path#*:}" >>"$work/ours"
        round "$worker" "$nginx_url/$kb" >>"$work/theirs"
    done
    echo "$kb $(median <"$work/ours") $(median <"$work/theirs")" |
        awk '{ printf "%6s %12.2f %12.2f %7.2f\n", $1, $2, $3, $2 / $3 }'
done
