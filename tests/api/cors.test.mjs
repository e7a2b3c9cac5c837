// Pages of other origins: preflights, and the answers and errors that they may read (docs/http-server.md, For browsers).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, put, send } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { RawConnection, exchange } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const page = 'http://localhost:3000';
const asked =
    'authorization, client-request-id, content-type, sdkversion, retry-attempt, x-peoplequery-querysources, if-none-match, prefer, consistencylevel';
const exposed = [
    'etag',
    'retry-after',
    'request-id',
    'client-request-id',
    'location',
    'www-authenticate',
];

let server, strict, open, closed, user;
before(async () => {
    [server, strict, open, closed] = await Promise.all([
        Server.start(),
        Server.start({ config: '[cors]\norigins = ["https://App.example.org:443"]\n' }),
        Server.start({ config: '[cors]\norigins = ["*"]\n' }),
        Server.start({ config: '[cors]\norigins = []\n' }),
    ]);
    user = await makeUser(server, { picture: jpeg(648, 648) });
});
after(() => Promise.all([server, strict, open, closed].map((one) => one.stop())));

const words = (value) => (value ?? '').toLowerCase().split(/\s*,\s*/).filter(Boolean);
const corsNames = (answer) =>
    Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
const preflight = (to, path, origin, method = 'PUT', headers = asked) =>
    send(to, 'OPTIONS', path, {
        headers: {
            Origin: origin,
            'Access-Control-Request-Method': method,
            'Access-Control-Request-Headers': headers,
        },
    });

function assertReadable(answer, origin) {
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    const names = words(answer.headers['access-control-expose-headers']);
    for (const name of exposed) assert.ok(names.includes(name), name);
    assert.ok(words(answer.headers.vary).includes('origin'));
    assert.equal(answer.headers['access-control-allow-credentials'], undefined);
}

test('a preflight is 204 before routing and without a token, for every path and method', async () => {
    for (const path of ['/v1.0/me/photo/$value', '/beta/nonsense', '/v1.0/users/unknown', '/']) {
        for (const method of ['GET', 'PUT', 'PATCH', 'POST', 'DELETE']) {
            const answer = await preflight(server, path, page, method);
            assert.equal(answer.status, 204, answer.text);
            assert.equal(answer.body.length, 0);
            assertReadable(answer, page);
            assert.ok(words(answer.headers['access-control-allow-methods']).includes(method.toLowerCase()));
            const headers = words(answer.headers['access-control-allow-headers']);
            for (const name of words(asked)) assert.ok(headers.includes(name), name);
            assert.ok(Number(answer.headers['access-control-max-age']) >= 600);
        }
    }
});

test('an unknown header name is allowed too; an invalid header name is not echoed', async () => {
    const answer = await preflight(server, '/v1.0/me', page, 'GET', 'x-mine,a b,<c>');
    const headers = words(answer.headers['access-control-allow-headers']);
    assert.ok(headers.includes('x-mine'));
    assert.ok(!headers.includes('a b') && !headers.includes('<c>'));
});

test('pages of this machine read by default: any port, http and https', async () => {
    for (const origin of ['http://localhost', 'https://localhost:5173', 'http://127.0.0.1:8000', 'http://[::1]:3000']) {
        assertReadable(await preflight(server, '/v1.0/me', origin), origin);
        assertReadable(await get(server, user.photo, server.admin, { Origin: origin }), origin);
    }
});

test('other origins get no permission, and the answer is otherwise the same', async () => {
    const plain = await get(server, user.photo, server.admin);
    for (const origin of ['https://example.org', 'null', 'http://localhost.example.org', 'http://localhost@evil.example']) {
        const asking = await preflight(server, '/v1.0/me', origin);
        assert.equal(asking.status, 204);
        assert.deepEqual(corsNames(asking), []);
        const answer = await get(server, user.photo, server.admin, { Origin: origin });
        assert.equal(answer.status, 200);
        assert.deepEqual(answer.body, plain.body);
        assert.deepEqual(corsNames(answer), []);
        assert.ok(words(answer.headers.vary).includes('origin'));
    }
});

test('without Origin there is no permission, but Vary names Origin for caches', async () => {
    const answer = await get(server, user.photo, server.admin);
    assert.deepEqual(corsNames(answer), []);
    assert.ok(words(answer.headers.vary).includes('origin'));
});

test('reads, 304, ranges, writes and HEAD can be read by the page', async () => {
    const headers = { Origin: page };
    const first = await get(server, user.photo, server.admin, headers);
    assertReadable(first, page);
    const again = { ...headers, 'If-None-Match': first.headers.etag };
    const unchanged = await get(server, user.photo, server.admin, again);
    assert.equal(unchanged.status, 304);
    assertReadable(unchanged, page);
    const part = await get(server, user.photo, server.admin, { ...headers, Range: 'bytes=0-9' });
    assert.equal(part.status, 206);
    assertReadable(part, page);
    assert.ok(words(part.headers['access-control-expose-headers']).includes('content-range'));
    assertReadable(await put(server, user.photo, server.admin, jpeg(64, 64), headers), page);
    assertReadable(await call(server, 'HEAD', user.photo, { token: server.admin, headers }), page);
});

test('on /me the answer varies by token and by origin', async () => {
    const token = server.userToken(user.upn, 'User.Read');
    const answer = await get(server, '/v1.0/me/photo/$value', token, { Origin: page });
    assertReadable(answer, page);
    assert.ok(words(answer.headers.vary).includes('authorization'));
});

test('errors can be read by the page: 400, 401, 403, 404, 405, 413, 415', async () => {
    const headers = { Origin: page };
    const reader = server.appToken('User.Read.All');
    const large = { ...headers, Connection: 'close' };
    const answers = [
        [400, await get(server, '/v1.0/nonsense', server.admin, headers)],
        [401, await get(server, user.photo, undefined, headers)],
        [403, await put(server, user.photo, reader, jpeg(64, 64), headers)],
        [404, await get(server, '/v1.0/users/unknown/photo', server.admin, headers)],
        [405, await call(server, 'POST', user.photo, { token: server.admin, headers })],
        [413, await put(server, user.photo, server.admin, Buffer.alloc(5_000_000), large)],
        [415, await put(server, user.photo, server.admin, Buffer.from('no image'), headers)],
    ];
    for (const [status, answer] of answers) {
        assert.equal(answer.status, status, answer.text);
        assertReadable(answer, page);
    }
});

test('an early rejection can be read too, if Origin had arrived', async () => {
    const answer = await exchange(
        server,
        `PUT ${user.photo} HTTP/1.1\r\nHost: x\r\nOrigin: ${page}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n`,
    );
    assert.equal(answer.status, 400);
    assertReadable(answer, page);
});

test('the 503 of a server with too many connections can be read too', async () => {
    const full = await Server.start({ config: '[http]\nmax_connections = 1\n' });
    const request = `GET /v1.0/me HTTP/1.1\r\nHost: x\r\nOrigin: ${page}\r\n\r\n`;
    const first = await RawConnection.open(full);
    await first.write(request);
    assert.equal((await first.answer()).status, 401);
    const answer = await exchange(full, request);
    assert.equal(answer.status, 503);
    assert.equal(answer.json().error.code, 'ServiceUnavailable');
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    assert.equal(answer.headers.connection, 'close');
    assertReadable(answer, page);
    first.close();
    await full.stop();
});

test('OPTIONS that is not a preflight is 204 with Allow; an unknown path stays 400', async () => {
    for (const headers of [{}, { Origin: page }]) {
        const answer = await call(server, 'OPTIONS', user.photo, { headers });
        assert.equal(answer.status, 204);
        assert.deepEqual(words(answer.headers.allow), ['get', 'head', 'put', 'patch', 'delete', 'options']);
        assert.equal((await call(server, 'OPTIONS', '/v1.0/nonsense', { headers })).status, 400);
    }
    const whole = await exchange(server, 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal(whole.status, 204);
    assert.ok(words(whole.headers.allow).includes('get'));
});

test('OPTIONS of / is 204 by HTTP/1.0 without Host and by HTTP/1.1, as health checks send it (docs/http.md)', async () => {
    for (const request of [
        'OPTIONS / HTTP/1.0\r\n\r\n',
        'OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n',
        'OPTIONS /?check HTTP/1.0\r\n\r\n',
        `OPTIONS http://${server.origin.replace(/^.*\//, '')} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ]) {
        const answer = await exchange(server, request);
        assert.equal(answer.status, 204, request);
        assert.ok(words(answer.headers.allow).includes('get'));
    }
    assert.equal((await exchange(server, 'GET / HTTP/1.0\r\n\r\n')).status, 200);
});

test('configured origins replace those of this machine', async () => {
    const app = 'https://app.example.org';
    assertReadable(await preflight(strict, '/v1.0/me', app), app);
    assertReadable(await get(strict, '/v1.0/me', undefined, { Origin: app }), app);
    for (const origin of [page, 'http://app.example.org', 'https://app.example.org:8443'])
        assert.deepEqual(corsNames(await preflight(strict, '/v1.0/me', origin)), []);
});

test('"*" lets every page read, with a cache or without', async () => {
    for (const headers of [{}, { Origin: 'https://anywhere.example' }]) {
        const answer = await get(open, '/v1.0/me', undefined, headers);
        assert.equal(answer.headers['access-control-allow-origin'], '*');
        assert.ok(!words(answer.headers.vary).includes('origin'));
    }
    assert.equal((await preflight(open, '/v1.0/me', 'https://anywhere.example')).status, 204);
});

test('an empty list lets no page read', async () => {
    assert.deepEqual(corsNames(await preflight(closed, '/v1.0/me', page)), []);
    assert.deepEqual(corsNames(await get(closed, '/v1.0/me', undefined, { Origin: page })), []);
});

test('/metrics, /healthz and /readyz are for the operator, not for pages', async () => {
    for (const path of ['/metrics', '/healthz', '/readyz']) {
        assert.deepEqual(corsNames(await send(server, 'GET', path, { headers: { Origin: page } })), []);
        const asking = await preflight(server, path, page, 'GET');
        assert.equal(asking.status, 405);
        assert.deepEqual(corsNames(asking), []);
    }
});
