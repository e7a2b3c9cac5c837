// The control socket (docs/transfer.md): HTTP for the commands of this machine, and for no other connection.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const version = { 'Cameo-Control-Version': '5' };
let server, secure, user, tenant;
before(async () => {
    server = await Server.start();
    secure = await Server.start({ secure: true });
    user = await makeUser(server);
    tenant = JSON.parse(Buffer.from(server.admin.split('.')[1], 'base64url')).tid;
});
after(() => Promise.all([server.stop(), secure.stop()]));

/** One request over the control socket: { status, json }. */
function control(method, path, { headers = version, body } = {}) {
    return new Promise((done, fail) => {
        const request = http.request(
            { socketPath: join(server.data, 'control.sock'), method, path, headers },
            (response) => {
                const chunks = [];
                response.on('data', (chunk) => chunks.push(chunk));
                response.on('end', () => {
                    const text = Buffer.concat(chunks).toString();
                    done({ status: response.statusCode, json: text ? JSON.parse(text) : undefined });
                });
            },
        );
        request.on('error', fail);
        request.end(body);
    });
}

const photo = () => `/control/tenants/${tenant}/users/${user.id}/photo`;
const paths = () => [
    ['GET', '/control/server'],
    ['PUT', `${photo()}?storage=mailbox&source=import`],
    ['DELETE', `${photo()}?blob=0123456789abcdef0123456789abcdef`],
    ['POST', '/control/blobs/0123456789abcdef0123456789abcdef/keep'],
    ['POST', '/control/orphans/remove'],
    ['PUT', '/control/leases/a1'],
    ['POST', '/control/leases/a1/renew'],
    ['DELETE', '/control/leases/a1'],
];

test('no path of the control socket exists over TCP or HTTPS: 400', async () => {
    for (const [method, path] of paths())
        for (const to of [server, secure]) {
            const body = method === 'PUT' ? jpeg(64, 64) : undefined;
            const answer = await exchange(to, method, path, { headers: version, body });
            assert.equal(answer.status, 400, `${method} ${to.origin}${path}`);
        }
});

test('no path of the Graph API exists on the control socket: 400', async () => {
    for (const path of ['/v1.0/me/photo', '/healthz', '/metrics', '/'])
        assert.equal((await control('GET', path)).status, 400, path);
});

test('the socket is for its owner only', () => {
    assert.equal(statSync(join(server.data, 'control.sock')).mode & 0o777, 0o600);
});

test('a request without the version, or with another, is refused with a sentence', async () => {
    for (const headers of [{}, { 'Cameo-Control-Version': '4' }, { 'Cameo-Control-Version': '6' }]) {
        const { status, json } = await control('GET', '/control/server', { headers });
        assert.equal(status, 400);
        assert.match(json.error.message, /use the command of the server's version/);
    }
});

test('a photo is put and removed, and both are in the audit log', async () => {
    const put = await control('PUT', `${photo()}?storage=mailbox&source=import`, { body: jpeg(64, 64) });
    assert.deepEqual(put, { status: 200, json: { stored: true } });
    const refused = await control('PUT', `${photo()}?storage=mailbox&source=import`, { body: 'no picture' });
    assert.equal(refused.status, 415);
    assert.equal(refused.json.error.code, 'UnsupportedMediaType');
    const removed = await control('DELETE', `${photo()}?blob=0123456789abcdef0123456789abcdef`);
    assert.equal(removed.status, 412);
    const audited = () =>
        server.stdout
            .split('\n')
            .filter((line) => line.includes('"log":"audit"') && line.includes('/control/'))
            .map((line) => JSON.parse(line));
    for (let look = 0; look < 200 && audited().length < 3; look++) await sleep(10);
    const lines = audited();
    assert.deepEqual(
        lines.map(({ method, resource, outcome, app }) => [method, resource, outcome, app]),
        [
            ['PUT', `users/${user.id}`, 'done', 'cameo'],
            ['PUT', `users/${user.id}`, 'refused', 'cameo'],
            ['DELETE', `users/${user.id}`, 'refused', 'cameo'],
        ],
    );
    assert.match(lines[0].remote, /^user \d+$/);
});

test('a lease is taken, renewed and ended; one that was never taken is not renewed', async () => {
    assert.equal((await control('PUT', '/control/leases/a1')).status, 204);
    assert.equal((await control('POST', '/control/leases/a1/renew')).status, 204);
    assert.equal((await control('POST', '/control/orphans/remove')).status, 503);
    assert.equal((await control('DELETE', '/control/leases/a1')).status, 204);
    assert.equal((await control('POST', '/control/leases/a1/renew')).status, 400);
    assert.equal((await control('POST', '/control/orphans/remove')).status, 200);
});

test('the limits of requests do not apply', async () => {
    const own = await Server.start({
        config: '[limits]\nrequests_per_second = 1\nrequests_burst = 1\nuploads_per_second = 1\nuploads_burst = 1\n',
    });
    const before = server;
    server = own;
    try {
        for (let i = 0; i < 20; i++) assert.equal((await control('GET', '/control/server')).status, 200);
    } finally {
        server = before;
        await own.stop();
    }
});
