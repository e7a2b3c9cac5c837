// Common proxies and caches in front of a server, each a process on loopback with its own folder:
// plain HTTP/1.1 on one port and HTTP/2 without TLS on another. Processes are ended by their own pid only.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './server.mjs';

const running = new Set();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// Debian's daemons are in sbin, which is not in every PATH.
const PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`;

const kinds = {
    /** `cache`: a cache of answers that allow it; `gzip`: compresses every answer. Caddy alone has no cache. */
    nginx: ({ folder, server, h1, h2, cache = false, gzip = false }) => [
        'nginx',
        ['-p', folder, '-e', 'stderr', '-c', file(folder, 'nginx.conf', `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    client_max_body_size 10m;
    upstream cameo { server 127.0.0.1:${server.port}; keepalive 16; }
    ${cache ? `proxy_cache_path ${folder}/cache keys_zone=photos:1m;` : ''}
    ${gzip ? 'gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1;' : ''}
    server {
        listen 127.0.0.1:${h1};
        listen 127.0.0.1:${h2} http2;
        location / {
            proxy_pass http://cameo;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            ${cache ? 'proxy_cache photos; add_header X-Cache-Status $upstream_cache_status always;' : ''}
        }
    }
}`)],
    ],
    haproxy: ({ folder, server, h1, h2, cache = false, gzip = false }) => [
        'haproxy',
        ['-db', '-f', file(folder, 'haproxy.cfg', `
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    http-reuse safe
${cache ? 'cache photos\n    total-max-size 4\n    max-object-size 100000' : ''}
listen cameo
    bind 127.0.0.1:${h1}
    bind 127.0.0.1:${h2} proto h2
    ${cache ? 'http-request cache-use photos\n    http-response cache-store photos' : ''}
    ${gzip ? 'compression algo gzip' : ''}
    server cameo 127.0.0.1:${server.port}
`)],
    ],
    apache: ({ folder, server, h1, h2, cache = false, gzip = false }) => [
        'apache2',
        ['-X', '-d', folder, '-f', file(folder, 'apache.conf', `
ServerName localhost
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/apache.log

User nobody
Group nogroup
${['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'http2', ...(cache ? ['cache', 'cache_disk'] : []), ...(gzip ? ['filter', 'deflate'] : [])]
    .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
    .join('\n')}
Listen 127.0.0.1:${h1}
Listen 127.0.0.1:${h2}
Protocols h2c http/1.1
${cache ? `CacheRoot ${folder}/cache\nCacheEnable disk /` : ''}
${gzip ? 'SetOutputFilter DEFLATE' : ''}
ProxyPass / http://127.0.0.1:${server.port}/
`)],
    ],
    caddy: ({ folder, server, h1, h2, gzip = false }) => [
        'caddy',
        ['run', '--adapter', 'caddyfile', '--config', file(folder, 'Caddyfile', `
{
    admin off
    servers {
        protocols h1 h2c
    }
}
http://127.0.0.1:${h1}, http://127.0.0.1:${h2} {
    ${gzip ? 'encode gzip {\n        minimum_length 1\n        match status 200\n    }' : ''}
    reverse_proxy 127.0.0.1:${server.port}
}
`)],
    ],
    squid: ({ folder, server, h1 }) => [
        'squid',
        ['-N', '-f', file(folder, 'squid.conf', `
http_port 127.0.0.1:${h1} accel defaultsite=127.0.0.1:${server.port}
cache_peer 127.0.0.1 parent ${server.port} 0 no-query originserver login=PASSTHRU
http_access allow all
cache_mem 16 MB
pid_filename none
access_log none
cache_log ${folder}/cache.log
cache_store_log none
coredump_dir ${folder}
shutdown_lifetime 0 seconds
`)],
    ],
};

function file(folder, name, text) {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
}

/** The reason why a test with this proxy cannot run here; false if it can. */
export function missing(kind) {
    const [program] = kinds[kind]({ folder: temporaryFolder(), server: {} });
    const found = spawnSync('which', [program], { env: { ...process.env, PATH } }).status === 0;
    return found ? false : `${program} is not installed: apt-get install ${program}`;
}

/** Starts one in front of `server`: { port, h2, origin, stop() }. */
export async function startProxy(kind, server, options = {}) {
    for (let attempt = 1; ; attempt++) {
        const started = await tryToStart(kind, server, options);
        if (started.port) return started;
        // Another process may have opened the port since it was found free.
        if (attempt === 3) throw new Error(`${kind} did not start:\n${started.said}`);
    }
}

async function tryToStart(kind, server, options) {
    const folder = temporaryFolder();
    const [h1, h2] = [await freePort(), await freePort()];
    const [program, args] = kinds[kind]({ folder, server, h1, h2, ...options });
    for (const inner of ['body', 'cache']) mkdirSync(join(folder, inner));
    const env = { ...process.env, PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    running.add(child);
    for (const one of [child, child.stdout, child.stderr]) one.unref(); // else a failed test would hang its file
    let said = '';
    for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4000)));
    const ended = new Promise((done) => child.once('exit', done)).then(() => running.delete(child));
    const stop = () => (child.ref(), child.kill('SIGKILL'), ended);
    for (let i = 0; i < 500 && running.has(child); i++) {
        if (await answers(h1)) return { port: h1, h2, origin: `http://127.0.0.1:${h1}`, stop };
        await sleep(20);
    }
    await stop();
    return { said };
}

function freePort() {
    return new Promise((done) => {
        const probe = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => done(port));
        });
    });
}

function answers(port) {
    return new Promise((done) => {
        const socket = net.connect({ host: '127.0.0.1', port });
        socket.once('connect', () => done(true)).once('error', () => done(false));
        socket.once('connect', () => socket.destroy());
    });
}
