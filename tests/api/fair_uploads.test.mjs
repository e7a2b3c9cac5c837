// How uploads share the decoders: callers alternate, and a request's time limit counts from its arrival (docs/identity.md).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { get, put } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { RawConnection } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const metric = async (server, name) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await get(server, '/metrics')).body)?.[1]);

async function until(holds) {
    const end = Date.now() + 30_000;
    while (!(await holds())) {
        assert.ok(Date.now() < end, 'in time');
        await new Promise((done) => setTimeout(done, 10));
    }
}

const workersOf = (server) =>
    readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8')
        .trim()
        .split(/\s+/)
        .map(Number);

function uploadOf(path, token, picture) {
    const head =
        `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Length: ${picture.length}\r\nContent-Type: image/jpeg\r\nConnection: close\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), picture]);
}

/** Sends an upload on its own connection; returns a promise of the answer. */
async function startUpload(server, path, token, picture) {
    const connection = await RawConnection.open(server);
    await connection.write(uploadOf(path, token, picture));
    return connection.answer({ within: 120_000 });
}

test("with 500 waiting uploads of one caller, another caller's is next", async () => {
    const server = await Server.start({
        config:
            '[image]\nworkers = 1\n[log]\naccess = "off"\n' +
            '[limits]\nuploads_per_second = 0\nrequest_seconds = 600\n',
    });
    const ada = await makeUser(server);
    const bea = await makeUser(server);
    const tokens = [ada, bea].map((user) => server.userToken(user.id, 'User.ReadWrite'));
    for (const token of tokens) await get(server, '/v1.0/me', token); // the tokens are known
    const [worker] = workersOf(server);
    process.kill(worker, 'SIGSTOP');
    let done = 0;
    const path = '/v1.0/me/photo/$value';
    const picture = (i) => Buffer.concat([jpeg(64, 64), Buffer.from(`${i}`)]); // all different
    const many = Array.from({ length: 500 }, (_, i) =>
        startUpload(server, path, tokens[0], picture(i)).then((answer) => {
            done += 1;
            return answer.status;
        }),
    );
    await until(async () => (await metric(server, 'cameo_upload_queue')) === 499);
    const other = startUpload(server, path, tokens[1], jpeg(65, 65)).then((answer) => [answer, done]);
    await until(async () => (await metric(server, 'cameo_upload_queue')) === 500);
    process.kill(worker, 'SIGCONT');
    const [answer, before] = await other;
    assert.equal(answer.status, 200);
    assert.ok(before < 100, `${before} others were first`); // includes uploads that ended while this answer was sent
    assert.deepEqual(new Set(await Promise.all(many)), new Set([200]));
    await server.stop();
});

test('a request that waits past its time limit is dropped with Retry-After', async () => {
    const server = await Server.start({
        config: '[image]\nworkers = 1\n[limits]\nrequest_seconds = 1\nuploads_per_second = 0\n',
    });
    const ada = await makeUser(server);
    const bea = await makeUser(server);
    const tokens = [ada, bea].map((user) => server.userToken(user.id, 'User.ReadWrite'));
    for (const token of tokens) await get(server, '/v1.0/me', token);
    const [worker] = workersOf(server);
    process.kill(worker, 'SIGSTOP');
    const path = '/v1.0/me/photo/$value';
    const connections = [];
    for (let i = 0; i < 9; i++) connections.push(await RawConnection.open(server));
    // Together, so that all run out of time with the first one.
    connections.forEach((connection, i) =>
        connection.write(uploadOf(path, tokens[i === 0 ? 0 : 1], jpeg(64, 64))),
    );
    for (const connection of connections) {
        const answer = await connection.answer({ within: 120_000 });
        assert.equal(answer.status, 503);
        assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
        assert.equal(answer.json().error.code, 'ServiceUnavailable');
    }
    assert.ok((await metric(server, 'cameo_late_requests_total')) >= 1);
    // Another worker serves, once it has started.
    await until(async () => (await put(server, path, tokens[1], jpeg(64, 64))).status === 200);
    await server.stop();
});
