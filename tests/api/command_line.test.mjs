// The command line: output, rejected input, exit status (0 success, 1 failure, 2 wrong usage).
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { Agent, get as httpGet } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { get, send } from './lib/http.mjs';
import { Server, run, temporaryFolder } from './lib/server.mjs';
import { open } from './lib/tokens.mjs';
import { makeUser, unknownId } from './lib/world.mjs';

let server, user;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { userPrincipalName: 'cli@contoso.example' });
});
after(() => server.stop());

test('--help and --version print to stdout and end with 0', () => {
    const help = run('--help');
    assert.equal(help.status, 0);
    assert.match(help.stdout, /serve/);
    assert.match(help.stdout, /token/);
    const version = run('--version');
    assert.equal(version.status, 0);
    assert.match(version.stdout, /\d+\.\d+/);
});

const wrongUsage = {
    'no command': [],
    'an unknown command': ['dance'],
    'an unknown option': ['serve', '--data', '/nonexistent', '--dance'],
    'serve without --data': ['serve', '--listen', '127.0.0.1:0'],
    'token without --data': ['token', '--user', 'x', '--scopes', 'User.Read'],
};
for (const [what, args] of Object.entries(wrongUsage)) {
    test(`${what} is wrong usage: exit 2 and a message on stderr`, () => {
        const done = run(...args);
        assert.equal(done.status, 2, done.stderr);
        assert.ok(done.stderr.trim().length > 0);
    });
}

test('--listen that is not HOST:PORT is refused', () => {
    for (const listen of ['nonsense', '127.0.0.1', '127.0.0.1:99999', '127.0.0.1:x', ':']) {
        const done = run('serve', '--data', join(temporaryFolder(), 'data'), '--listen', listen);
        assert.ok([1, 2].includes(done.status), `${listen}: ${done.status}`);
        assert.ok(done.stderr.trim().length > 0);
    }
});

test('a port in use is exit 1 with a message on stderr', () => {
    const done = run(
        'serve',
        '--data',
        join(temporaryFolder(), 'data'),
        '--listen',
        `127.0.0.1:${server.port}`,
    );
    assert.equal(done.status, 1, done.stderr);
    assert.ok(done.stderr.trim().length > 0);
});

test('the first start on an empty folder makes a signing key that only its owner may read', () => {
    const key = join(server.data, 'signing-key.pem');
    assert.ok(existsSync(key));
    assert.equal(statSync(key).mode & 0o777, 0o600);
});

test('token prints a token and nothing else', () => {
    const done = run('token', '--data', server.data, '--user', user.id, '--scopes', 'User.Read');
    assert.equal(done.status, 0, done.stderr);
    assert.match(done.stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n?$/);
    assert.equal(done.stderr, '');
});

test('a user token contains user, audience, scopes and expiry', () => {
    const { header, claims } = open(
        server.token(
            '--user',
            user.upn,
            '--scopes',
            'User.Read ProfilePhoto.Read.All',
            '--ttl',
            '30m',
        ),
    );
    assert.match(header.alg, /^(RS256|PS256|ES256)$/);
    assert.ok(header.kid);
    assert.equal(claims.oid, user.id);
    assert.deepEqual(claims.scp.split(' ').sort(), ['ProfilePhoto.Read.All', 'User.Read']);
    assert.equal(claims.exp - (claims.nbf ?? claims.iat), 1800);
    assert.equal(claims.roles, undefined);
    for (const name of ['iss', 'aud', 'tid']) assert.ok(claims[name], name);
});

test('an app token has roles, no scp and no user', () => {
    const { claims } = open(
        server.token(
            '--app',
            'sync',
            '--roles',
            'User.Read.All ProfilePhoto.ReadWrite.All',
            '--ttl',
            '1h',
        ),
    );
    assert.deepEqual([...claims.roles].sort(), ['ProfilePhoto.ReadWrite.All', 'User.Read.All']);
    assert.equal(claims.scp, undefined);
    assert.equal(claims.exp - (claims.nbf ?? claims.iat), 3600);
});

test('a user is named by UPN or id, in any casing', async () => {
    for (const key of [user.upn, user.id, user.upn.toUpperCase()]) {
        const me = await get(
            server,
            '/v1.0/me',
            server.token('--user', key, '--scopes', 'User.Read'),
        );
        assert.equal(me.json().id, user.id);
    }
});

test('no two tokens are equal', () => {
    const one = run(
        'token',
        '--data',
        server.data,
        '--app',
        'a',
        '--roles',
        'User.Read.All',
    ).stdout;
    const two = run(
        'token',
        '--data',
        server.data,
        '--app',
        'b',
        '--roles',
        'User.Read.All',
    ).stdout;
    assert.notEqual(one, two);
});

const token = (...args) => run('token', '--data', server.data, ...args);

test('a token for an unknown user or tenant is exit 1 and prints none', () => {
    for (const done of [
        token('--user', 'unknown@contoso.example', '--scopes', 'User.Read'),
        token('--user', unknownId, '--scopes', 'User.Read'),
        token('--app', 'x', '--roles', 'User.Read.All', '--tenant', 'nowhere'),
    ]) {
        assert.equal(done.status, 1, done.stderr);
        assert.equal(done.stdout, '');
        assert.ok(done.stderr.trim().length > 0);
    }
});

test('--tenant default is the tenant of the first start', () => {
    assert.equal(token('--app', 'x', '--roles', 'User.Read.All', '--tenant', 'default').status, 0);
});

test('token with incomplete or conflicting options is wrong usage: exit 2', () => {
    for (const done of [
        token(),
        token('--user', user.id),
        token('--scopes', 'User.Read'),
        token('--app', 'x'),
        token('--user', user.id, '--scopes', 'User.Read', '--app', 'x', '--roles', 'User.Read.All'),
        token('--user', user.id, '--roles', 'User.Read.All'),
        token('--user', user.id, '--scopes', 'User.Read', '--ttl', 'soon'),
        token('--user', user.id, '--scopes', 'User.Read', '--ttl', '-1h'),
        token('--user', user.id, '--scopes', 'User.Read', '--directory-role', 'Court Jester'),
    ]) {
        assert.equal(done.status, 2, done.stderr);
        assert.equal(done.stdout, '');
    }
});

test('token in a folder that is not a data folder is exit 1', () => {
    const done = run(
        'token',
        '--data',
        join(temporaryFolder(), 'nothing'),
        '--app',
        'x',
        '--roles',
        'User.Read.All',
    );
    assert.equal(done.status, 1, done.stderr);
    assert.equal(done.stdout, '');
});

// Each invalid file, with the key that the message must name.
const wrongConfigs = [
    ['nonsense = 1', 'nonsense'],
    ['[limits]\nupload_bites = 5', 'upload_bites'],
    ['[nonsense]\nx = 1', 'nonsense'],
    ['[http]\nthreads = "many"', 'threads'],
    ['[http]\nthreads = -1', 'threads'],
    ['[limits]\nupload_bytes = 0', 'upload_bytes'],
    ['[limits]\ncrop_upload_bytes = 0', 'crop_upload_bytes'],
    ['[limits]\ncrop_upload_bytes = 3_999_999', 'crop_upload_bytes'],
    ['[limits]\ncrop_upload_bytes = 9_000_000\nbodies_in_flight_mb = 8', 'crop_upload_bytes'],
    ['[limits]\nbodies_in_flight_mb = 3', 'bodies_in_flight_mb'],
    ['[http]\nbody_bytes_per_second = -1', 'body_bytes_per_second'],
    ['[limits]\nside = "wide"', 'side'],
    ['missing_metadata = "maybe"', 'missing_metadata'],
    ['missing_metadata = 404', 'missing_metadata'],
    ['oversize = "huge"', 'oversize'],
    ['size_id_case = "Title"', 'size_id_case'],
    ['not_found_max_age = "long"', 'not_found_max_age'],
    ['not_found_max_age = -5', 'not_found_max_age'],
    ['public_url = "not a url"', 'public_url'],
    ['public_url = 7', 'public_url'],
    ['[log]\naccess = "sometimes"', 'access'],
    ['[cors]\norigins = "https://app.example.org"', 'origins'],
    ['[cors]\norigins = ["https://app.example.org/page"]', 'origins'],
    ['[tls]\nmin_version = "1.1"', 'min_version'],
    ['[tls]\nhandshake_seconds = 0', 'handshake_seconds'],
    ['[tls]\nlisten = "nonsense"', 'listen'],
    ['[cache]\nrenditions_mb = -3', 'renditions_mb'],
    ['[image]\nworkers = 1.5', 'workers'],
    ['[storage]\nretired_blob_grace_seconds = "x"', 'retired_blob_grace_seconds'],
    ['cache_control = "a\\r\\nSet-Cookie: x"', 'cache_control'],
    ['cache_control = "max-age=300"', 'cache_control'],
    ['allow_shared_caching = "yes"', 'allow_shared_caching'],
    ['[tls]\nhsts_seconds = -1', 'hsts_seconds'],
    ['limits = 3', 'limits'],
];
// A start in that folder, with that file as the configuration.
const serveWith = (folder, name) =>
    run('serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--config', join(folder, name));

for (const [text, key] of wrongConfigs) {
    test(`a configuration with ${JSON.stringify(text)} is refused and names ${key}`, () => {
        const folder = temporaryFolder();
        writeFileSync(join(folder, 'c.toml'), text);
        const done = serveWith(folder, 'c.toml');
        assert.ok([1, 2].includes(done.status), `${done.status} ${done.stderr}`);
        assert.ok(done.stderr.includes(key), done.stderr);
        assert.doesNotMatch(done.stdout, /listening on/);
    });
}

test('a configuration that is not TOML, or is missing, is refused with its name', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'broken.toml'), 'this is = = not toml');
    for (const name of ['broken.toml', 'absent.toml']) {
        const done = serveWith(folder, name);
        assert.ok([1, 2].includes(done.status));
        assert.ok(done.stderr.includes(name), done.stderr);
    }
});

test('every known key is accepted', async () => {
    const own = await Server.start({
        config: `public_url = "http://localhost:1"
missing_metadata = "404"
oversize = "404"
size_id_case = "lower"
cache_control = "private, no-cache"
allow_shared_caching = false
not_found_max_age = 60
[limits]
upload_bytes = 4194304
crop_upload_bytes = 20971520
bodies_in_flight_mb = 64
side = 12000
baseline_jpeg_pixels = 50000000
other_pixels = 25000000
directory_side = 4096
[http]
threads = 1
max_connections = 100
max_head_bytes = 16384
idle_seconds = 60
head_seconds = 10
body_seconds = 30
body_bytes_per_second = 2048
write_seconds = 30
[cache]
renditions_mb = 64
photos = 1000
users = 1000
tokens = 1000
[image]
workers = 1
worker_memory_mb = 512
[log]
access = "stdout"
[storage]
retired_blob_grace_seconds = 60
`,
    });
    assert.deepEqual(await own.stop(), { code: 0, signal: null });
});

test('/healthz, /readyz and /metrics need no token', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
        for (const bearer of [undefined, 'garbage']) {
            assert.equal((await send(server, 'GET', path, { token: bearer })).status, 200, path);
        }
    }
    assert.match((await send(server, 'GET', '/metrics')).text, /^# TYPE \S+ \w+$/m);
});

test('/readyz is 200 under many concurrent probes and scrapes', async () => {
    const agent = new Agent({ maxSockets: 300 });
    const ask = (path) =>
        new Promise((done, fail) => {
            const request = { host: '127.0.0.1', port: server.port, path, agent };
            httpGet(request, (answer) => {
                answer.resume().on('end', () => done(answer.statusCode));
            }).on('error', fail);
        });
    const scrapes = Array.from({ length: 100 }, () => ask('/metrics'));
    const probes = await Promise.all(Array.from({ length: 200 }, () => ask('/readyz')));
    await Promise.all(scrapes);
    agent.destroy();
    assert.deepEqual([...new Set(probes)], [200]);
});

test('/healthz, /readyz and /metrics are read only: 405 with Allow', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
        for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
            const answer = await send(server, method, path);
            assert.equal(answer.status, 405, `${method} ${path}`);
            assert.equal(answer.headers.allow, 'GET, HEAD');
        }
    }
});

test('metrics contain no user and no token', async () => {
    await get(server, user.path, server.admin);
    const { text } = await send(server, 'GET', '/metrics');
    assert.ok(!text.includes(user.id) && !text.includes(user.upn) && !text.includes(server.admin));
});
