#!/bin/bash
# CPU time per request of the server as it is run (two I/O threads, access log to a file, 64 connections, the photos
# of 200 people in turn) against nginx with its log on and the same bytes as static files.
#
#   bench/http/as_run.sh PHOTO_FOLDER CAMEO [EARLIER_CAMEO]
# All take turns in one run, so that a noisy machine affects all of them; the median of the rounds counts. Rows: a
# photo at 48, 240 and 648 pixels, users that do not exist (404), requests without a token (401).
# Also: ROUNDS (5), SECONDS_EACH (2).
set -euo pipefail

photos=$(realpath "$1")
shift
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-2} people=200
work=$(mktemp -d)
chmod 755 "$work"
started=()
finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
    rm -rf "$work"
}
trap finish EXIT

pids=() urls=() tokens=()

# start CAMEO: a server whose data folder holds the people and their photos.
start() {
    local name=${#pids[@]} url= app
    cat >"$work/$name.toml" <<EOF
[http]
threads = 2
[limits]
requests_per_second = 0
uploads_per_second = 0
[log]
access = "stdout"
EOF
    "$1" serve --data "$work/data$name" --listen 127.0.0.1:0 --config "$work/$name.toml" >"$work/out$name" 2>&1 &
    started+=($!) pids+=($!)
    for ((i = 0; i < 300; ++i)); do
        url=$(sed -n 's/^listening on //p;10q' "$work/out$name")
        [[ -z $url ]] || break
        kill -0 "${pids[-1]}" || { cat "$work/out$name" >&2; exit 1; }
        sleep 0.1
    done
    app=$("$1" token --data "$work/data$name" --app bench --roles User.ReadWrite.All --ttl 1h)
    local pictures=("$photos"/*)
    for ((i = 0; i < people; ++i)); do
        local user="{\"userPrincipalName\":\"p$i@bench.example\",\"displayName\":\"P $i\""
        user+=",\"mailNickname\":\"p$i\",\"accountEnabled\":true}"
        curl -sf -o /dev/null -H "Authorization: Bearer $app" -H 'Content-Type: application/json' -d "$user" \
            "$url/v1.0/users" -: -sf -o /dev/null -H "Authorization: Bearer $app" -H 'Content-Type: image/jpeg' -X PUT \
            --data-binary "@${pictures[i % ${#pictures[@]}]}" "$url/v1.0/users/p$i@bench.example/photo/\$value" ||
            { echo "the server did not take the photo of p$i" >&2; exit 1; }
    done
    urls+=("$url") tokens+=("$("$1" token --data "$work/data$name" --app bench --roles User.Read.All)")
}
for binary in "$@"; do start "$binary"; done

mkdir "$work/www"
chmod 755 "$work/www"
for size in 48 240 648; do
    for ((i = 0; i < people; ++i)); do
        curl -sf -o "$work/www/$size-p$i" -H "Authorization: Bearer ${tokens[0]}" \
            "${urls[0]}/v1.0/users/p$i@bench.example/photos/${size}x$size/\$value"
    done
done
cat >"$work/nginx.conf" <<EOF
daemon off;
worker_processes 2;
pid $work/nginx.pid;
error_log $work/nginx-error.log crit;
events { worker_connections 1024; }
http {
    access_log $work/nginx.log;
    default_type image/jpeg;
    sendfile on;
    keepalive_requests 1000000000;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 60s;
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
    uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    server {
        listen 127.0.0.1:${NGINX_PORT:-18182} reuseport;
        root $work/www;
        add_header Cache-Control "private, no-cache";
        location /closed { return 401; }
    }
}
EOF
nginx -p "$work" -c "$work/nginx.conf" 2>/dev/null &
started+=($!)
nginx=$!
until curl -s -o /dev/null "http://127.0.0.1:${NGINX_PORT:-18182}/48-p0"; do sleep 0.05; done

cat >"$work/cameo.lua" <<'EOF'
local made = {}
function init(args)
    local row, token = args[1], args[2]
    for i = 0, 199 do
        local path = '/v1.0/users/p' .. i .. '@bench.example/photos/' .. row .. 'x' .. row .. '/$value'
        if row == '404' then path = '/v1.0/users/absent' .. i .. '@bench.example/photo/$value' end
        if row == '401' then path = '/v1.0/users/p' .. i .. '@bench.example/photo/$value' end
        local fields = row ~= '401' and { Authorization = 'Bearer ' .. token } or {}
        made[i] = wrk.format('GET', path, fields)
    end
end
local next = 0
function request() next = (next + 1) % 200; return made[next] end
EOF
cat >"$work/nginx.lua" <<'EOF'
local made = {}
function init(args)
    local row = args[1]
    for i = 0, 199 do
        local path = '/' .. row .. '-p' .. i
        if row == '401' then path = '/closed' end
        made[i] = wrk.format('GET', path, {})
    end
end
local next = 0
function request() next = (next + 1) % 200; return made[next] end
EOF

# ticks PID…: utime + stime; the command name may hold spaces, so count from behind it.
ticks() {
    local sum=0 pid
    for pid in "$@"; do sum=$((sum + $(sed 's/^.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'))); done
    echo "$sum"
}
# round SCRIPT URL ROW TOKEN PID…: CPU microseconds per request.
round() {
    local script=$1 url=$2 row=$3 token=$4 before requests
    shift 4
    before=$(ticks "$@")
    wrk -t1 -c64 -d"${seconds}s" -s "$script" "$url" -- "$row" "$token" >"$work/out"
    if [[ $row != 40? ]] && grep -q Non-2xx "$work/out"; then cat "$work/out" >&2; return 1; fi
    requests=$(awk '/requests in/ { print $1 }' "$work/out")
    echo $((($(ticks "$@") - before) * 1000000 / $(getconf CLK_TCK))) "$requests" | awk '{ printf "%.3f\n", $1 / $2 }'
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

mapfile -t workers < <(pgrep -P "$nginx")
printf '%6s %10s' row 'nginx µs'
for binary in "$@"; do printf ' %22s %7s' "$(basename "$(dirname "$(realpath "$binary")")") µs" ratio; done
printf '\n'
for row in 48 240 648 404 401; do
    rm -f "$work"/round.*
    for ((i = 0; i < rounds; ++i)); do
        round "$work/nginx.lua" "http://127.0.0.1:${NGINX_PORT:-18182}" "$row" - "${workers[@]}" >>"$work/round.nginx"
        for k in "${!pids[@]}"; do
            round "$work/cameo.lua" "${urls[k]}" "$row" "${tokens[k]}" "${pids[k]}" >>"$work/round.$k"
        done
    done
    nginx_time=$(median "$work/round.nginx")
    printf '%6s %10.2f' "$row" "$nginx_time"
    for k in "${!pids[@]}"; do
        awk -v ours="$(median "$work/round.$k")" -v theirs="$nginx_time" \
            'BEGIN { printf " %21.2f %7.2f", ours, ours / theirs }'
    done
    printf '\n'
done
