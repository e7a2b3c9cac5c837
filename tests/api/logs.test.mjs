// The access log: one JSON object a line on stdout, and never a token.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get, put } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { exchange } from './lib/raw.mjs';
import { Server } from './lib/server.mjs';
import { makeUser } from './lib/world.mjs';

const accessLines = (server) =>
    server.stdout
        .split('\n')
        .filter((line) => line.startsWith('{') && JSON.parse(line).log === undefined);

async function someTraffic(server) {
    const user = await makeUser(server, { picture: jpeg(64, 64) });
    const token = server.userToken(user.id, 'User.ReadWrite');
    const garbage = 'eyJhbGciOiJub25lIn0.Z2FyYmFnZS1ib2R5.Z2FyYmFnZS1zaWduYXR1cmU';
    const answers = [
        await get(server, '/v1.0/me/photo/$value', token),
        await put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64)),
        await get(server, '/v1.0/me/photo', garbage),
        await get(server, '/v1.0/nonsense/%0d%0a%22%7b%7d?x=%0a%0d"', token),
        await get(server, '/v1.0/me', undefined, { Authorization: `Basic ${token}` }),
        await get(server, user.path, server.admin, {
            'client-request-id': '"},{"evil":"',
            'User-Agent': 'evil"\\agent\u00ff',
        }),
        await get(server, '/v1.0/me/photo', undefined, { Authorization: `${token}` }),
    ];
    await exchange(
        server,
        `GET /v1.0/me/photo HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer ${token}\r\n\r\n`,
    );
    await exchange(server, `Bearer ${token}\r\n\r\n`);
    return { answers, secrets: [token, garbage, server.admin] };
}

test('every line that begins with { is JSON, one for each request, with its status and request-id', async () => {
    const server = await Server.start();
    const { answers } = await someTraffic(server);
    await server.stop();
    const lines = accessLines(server).map((line) => JSON.parse(line));
    assert.ok(lines.length >= answers.length, `${lines.length} lines`);
    for (const answer of answers) {
        const line = lines.find((one) => Object.values(one).includes(answer.headers['request-id']));
        assert.ok(line, `a line holds ${answer.headers['request-id']}`);
        assert.ok(Object.values(line).includes(answer.status), JSON.stringify(line));
    }
});

test('a line has the path as sent, with every slash (docs/http.md)', async () => {
    const server = await Server.start();
    const path = '//v1.0//users///nobody%40x/photo';
    const answer = await get(server, path, server.admin);
    assert.equal(answer.status, 404);
    await server.stop();
    const line = accessLines(server).find((one) => one.includes(answer.headers['request-id']));
    assert.ok(Object.values(JSON.parse(line)).includes(path), line);
});

test('no log line contains a token or the signature of one', async () => {
    const server = await Server.start();
    const { secrets } = await someTraffic(server);
    await server.stop();
    const logged = server.stdout + server.stderr;
    for (const secret of secrets) {
        const [, payload, signature] = secret.split('.');
        assert.ok(!logged.includes(signature), 'no signature');
        assert.ok(!logged.includes(payload), 'no claims');
    }
});

test('access = "off" writes no access line', async () => {
    const server = await Server.start({ config: '[log]\naccess = "off"\n' });
    await someTraffic(server);
    await server.stop();
    assert.deepEqual(accessLines(server), []);
});
