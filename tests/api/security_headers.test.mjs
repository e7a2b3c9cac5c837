// The header fields that restrict browsers (docs/http-server.md, For browsers): on every answer, also on those of the
// HTTP layer.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { get, send } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { RawConnection, exchange } from './lib/raw.mjs';
import { Server, makeCertificate, temporaryFolder } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const hour = '[tls]\nhsts_seconds = 3600\n';
let server, user, token;
before(async () => {
    server = await Server.start({ config: '[http]\nhead_seconds = 1\nmax_connections = 8\n' });
    user = await makeUser(server, { picture: jpeg(300, 300) });
    token = server.userToken(user.id, 'User.Read');
});
after(() => server.stop());

const ask = (more = '', path = '/healthz') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;

test('X-Content-Type-Options: nosniff is on every answer of every layer', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.yaml', '/v1.0/$metadata', '/nonsense', '/v1.0/me'])
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST'])
            assert.equal((await send(server, method, path)).headers['x-content-type-options'], 'nosniff', `${method} ${path}`);
    for (const [status, bytes] of [
        [400, 'nonsense\r\n\r\n'],
        [408, 'GET / HTTP/1.1\r\n'],
        [414, `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n\r\n`],
        [417, ask('Expect: coffee\r\n')],
        [431, ask(`X: ${'x'.repeat(40_000)}\r\n`)],
        [501, ask('Transfer-Encoding: gzip\r\n')],
        [505, 'GET / HTTP/2.0\r\n\r\n'],
    ]) {
        const answer = await exchange(server, bytes);
        assert.equal(answer.status, status);
        assert.equal(answer.headers['x-content-type-options'], 'nosniff', `${status}`);
    }
});

test('it is on the 503 above max_connections too', async () => {
    const held = [];
    let answer;
    // A connection counts once it is accepted; connections of earlier tests may still count.
    for (let i = 0; i < 9 && answer?.status !== 503; i++) {
        const one = await RawConnection.open(server);
        held.push(one);
        await one.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        answer = await one.answer();
    }
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    for (const one of held) one.close();
});

test('Strict-Transport-Security is sent over TLS, and not over plain HTTP', async () => {
    const folder = temporaryFolder();
    const ca = makeCertificate(folder);
    const [cert, key] = ['server.pem', 'server-key.pem'].map((name) => {
        const copy = join(folder, name); // so that it is not the development certificate of the server's own folder
        copyFileSync(join(folder, 'dev-ca', name), copy);
        return copy;
    });
    const both = await Server.start({
        config: hour,
        args: ['--tls-listen', '127.0.0.1:0', '--tls-cert', cert, '--tls-key', key],
    });
    const port = Number(/^listening on https:\/\/127\.0\.0\.1:(\d+)$/m.exec(both.stdout)[1]);
    for (const bytes of [ask(), ask('', '/v1.0/me'), 'nonsense\r\n\r\n']) {
        const secure = await exchange({ port, secure: true, ca }, bytes);
        assert.equal(secure.headers['strict-transport-security'], 'max-age=3600', bytes);
        assert.equal((await exchange(both, bytes)).headers['strict-transport-security'], undefined, bytes);
    }
    await both.stop();
});

test('it is sent without TLS where public_url is https, as behind a proxy that terminates TLS', async () => {
    for (const [config, wanted] of [
        ['public_url = "https://faces.example.org"\n', 'max-age=31536000'],
        [`public_url = "https://faces.example.org"\n${hour}`, 'max-age=3600'],
        ['public_url = "https://faces.example.org"\n[tls]\nhsts_seconds = 0\n', undefined],
        ['public_url = "http://faces.example.org"\n', undefined],
        ['public_url = "https://localhost:8443"\n', undefined],
    ]) {
        const own = await Server.start({ config });
        assert.equal((await send(own, 'GET', '/healthz')).headers['strict-transport-security'], wanted, config);
        await own.stop();
    }
});

test('it is never sent with the certificate of cameo dev-cert: a browser would keep it for all of localhost', async () => {
    const own = await Server.start({ secure: true, config: hour });
    assert.equal((await send(own, 'GET', '/healthz')).headers['strict-transport-security'], undefined);
    await own.stop();
});

test('Cross-Origin-Resource-Policy of a photo follows [cors] origins: 200, 206 and 304', async () => {
    for (const [origins, wanted] of [
        [undefined, 'same-origin'],
        ['[]', 'same-origin'],
        ['["https://app.example.org"]', 'same-origin'],
        ['["*"]', 'cross-origin'],
    ]) {
        const own = origins ? await Server.start({ config: `[cors]\norigins = ${origins}\n` }) : server;
        const someone = origins ? await makeUser(own, { picture: jpeg(300, 300) }) : user;
        const mine = origins ? own.userToken(someone.id, 'User.Read') : token;
        const whole = await get(own, someone.photo, mine);
        const answers = [
            whole,
            await get(own, someone.photo, mine, { Range: 'bytes=0-9' }),
            await get(own, someone.photo, mine, { 'If-None-Match': whole.headers.etag }),
        ];
        assert.deepEqual(answers.map(({ status }) => status), [200, 206, 304]);
        for (const { headers } of answers) assert.equal(headers['cross-origin-resource-policy'], wanted, origins);
        if (origins) await own.stop();
    }
});
