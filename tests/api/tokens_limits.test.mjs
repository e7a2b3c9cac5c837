// Rate limits, the audit log, and the client's address behind proxies (docs/identity.md).
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { get, post, put, remove } from './lib/http.mjs';
import { parts } from './lib/multipart.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server, temporaryFolder } from './lib/server.mjs';
import { assertError, makeUser } from './lib/world.mjs';

const lines = (text) =>
    text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
const auditOf = (server) => lines(server.stdout).filter((line) => line.log === 'audit');

function assertThrottled(answer) {
    assertError(answer, 429, 'ApplicationThrottled');
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    assert.equal(answer.headers['cache-control'], 'no-store');
}

test('a caller above the rate limit gets Retry-After, and no other caller does', async () => {
    const server = await Server.start({
        config: '[limits]\nrequests_per_second = 1\nrequests_burst = 5\n',
    });
    const ada = await makeUser(server);
    const token = server.userToken(ada.id, 'User.ReadWrite');
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await get(server, '/v1.0/me', token));
    assert.ok(answers.filter((answer) => answer.status === 200).length >= 5);
    const last = answers.at(-1);
    assertThrottled(last);
    assert.ok(Number(last.headers['retry-after']) <= 2);
    assertThrottled(await get(server, '/v1.0/me', server.userToken(ada.id, 'User.Read')));
    assert.equal((await put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64))).status, 200);
    assert.equal((await get(server, ada.path, server.admin)).status, 200, 'another caller');
    await new Promise((done) => setTimeout(done, 1_000 * Number(last.headers['retry-after'])));
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
    await server.stop();
});

test('uploads have their own limit; a batch or a bulk call counts as many requests as it contains', async () => {
    const server = await Server.start({
        config:
            '[limits]\nuploads_per_second = 1\nuploads_burst = 1\n' +
            'requests_per_second = 1\nrequests_burst = 10\n',
    });
    const ada = await makeUser(server);
    const token = server.userToken(ada.id, 'User.ReadWrite');
    const upload = () => put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64));
    assert.equal((await upload()).status, 200);
    assertThrottled(await upload());
    const requests = Array.from({ length: 20 }, (_, i) => ({
        id: `${i}`,
        method: 'GET',
        url: '/me',
    }));
    const batch = (await post(server, '/v1.0/$batch', token, { requests })).json().responses;
    const statuses = batch.map(({ status }) => status);
    assert.ok(statuses.includes(200) && statuses.includes(429), statuses.join());
    for (const item of batch.filter(({ status }) => status === 429))
        assert.match(item.headers['Retry-After'], /^[1-9]\d*$/);

    const bea = await makeUser(server, { picture: jpeg(64, 64) });
    const other = server.userToken(bea.id, 'User.Read');
    const faces = parts(await post(server, '/cameo/v1/photos', other, { ids: Array(20).fill(bea.id) }));
    assert.equal(faces[0].status, 200);
    assert.equal(faces.at(-1).status, 429);
    assert.match(faces.at(-1).headers['retry-after'], /^[1-9]\d*$/);
    await server.stop();
});

test('refused tokens are counted by address, and accepted ones are not affected', async () => {
    const server = await Server.start({
        config:
            '[limits]\nrefusals_per_second = 1\nrefusals_burst = 3\n' +
            '[http]\ntrusted_proxies = ["127.0.0.0/8"]\n',
    });
    const from = (address, token) =>
        get(server, '/v1.0/users', token, { 'X-Forwarded-For': `6.6.6.6, ${address}` });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await from('203.0.113.5', 'nonsense')).status);
    assert.deepEqual(statuses.slice(0, 3), [401, 401, 401]);
    assert.ok(statuses.includes(429));
    assert.equal((await from('203.0.113.6', 'nonsense')).status, 401, 'another address');
    assert.equal((await from('203.0.113.5', server.admin)).status, 200);
    await server.stop();
    const seen = new Set(lines(server.stdout).map((line) => line.remote));
    assert.deepEqual([...seen].sort(), ['203.0.113.5', '203.0.113.6']);
});

test('without trusted_proxies a client cannot choose its address', async () => {
    const server = await Server.start();
    await get(server, '/v1.0/me', undefined, {
        'X-Forwarded-For': '203.0.113.5',
        Forwarded: 'for=203.0.113.5',
    });
    await server.stop();
    for (const line of lines(server.stdout)) assert.equal(line.remote, '127.0.0.1');
});

test('the audit log has writes and refusals: caller, request, resource and outcome', async () => {
    const server = await Server.start();
    const ada = await makeUser(server);
    const token = server.userToken(ada.id, 'User.ReadWrite');
    const written = await put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64));
    await get(server, '/v1.0/me/photo', token);
    const denied = await get(server, '/v1.0/users/someone/photo', token);
    const unknown = await get(server, '/v1.0/groups/g/photo', 'nonsense');
    const removed = await remove(server, `${ada.path}/photo/$value`, server.admin);
    await server.stop();
    const audit = auditOf(server);
    const of = (answer) =>
        audit.filter((line) => line.request_id === answer.headers['request-id']);
    const [write] = of(written);
    assert.equal(of(written).length, 1);
    assert.equal(write.user, ada.id);
    assert.equal(write.app, 'cameo-token');
    assert.match(write.tenant, /^[0-9a-f-]{36}$/);
    assert.deepEqual(
        [write.method, write.path, write.resource, write.outcome, write.status, write.remote],
        ['PUT', '/v1.0/me/photo/$value', `users/${ada.id}`, 'done', 200, '127.0.0.1'],
    );
    const [refusal] = of(denied);
    assert.deepEqual(
        [refusal.user, refusal.resource, refusal.outcome, refusal.status],
        [ada.id, 'users/someone', 'refused', 403],
    );
    const [outsider] = of(unknown);
    assert.deepEqual(
        [outsider.user, outsider.resource, outsider.outcome, outsider.status],
        [undefined, 'groups/g', 'refused', 401],
    );
    const [removal] = of(removed);
    assert.deepEqual([removal.user, removal.app, removal.status], [undefined, 'api-tests', 200]);
    assert.equal(
        audit.filter((line) => line.method === 'GET' && line.outcome === 'done').length,
        0,
        'no reads',
    );
});

test('audit = "all" has reads, "off" nothing; audit_file receives the lines, readable by its owner only', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    const server = await Server.start({
        config: `[log]\naudit = "all"\naudit_file = "${file}"\n`,
    });
    const ada = await makeUser(server);
    await get(server, '/v1.0/me', server.userToken(ada.id, 'User.Read'));
    await server.stop();
    assert.deepEqual(auditOf(server), []);
    const methods = lines(readFileSync(file, 'utf8')).map((line) => line.method);
    assert.deepEqual(methods, ['POST', 'GET']);
    assert.equal(statSync(file).mode & 0o777, 0o600);

    const quiet = await Server.start({ config: '[log]\naudit = "off"\n' });
    await makeUser(quiet);
    await quiet.stop();
    assert.deepEqual(auditOf(quiet), []);
});

test('the server prints and writes no token', async () => {
    const file = join(temporaryFolder(), 'audit.log');
    const server = await Server.start({
        config: `[log]\naudit = "all"\naudit_file = "${file}"\n`,
    });
    const ada = await makeUser(server);
    const token = server.userToken(ada.id, 'User.ReadWrite');
    const app = server.admin;
    for (const secret of [token, app, `${token.slice(0, -3)}abc`]) {
        await get(server, '/v1.0/me', secret);
        await put(server, '/v1.0/me/photo/$value', secret, jpeg(64, 64));
        await get(server, `/v1.0/users/${secret}/photo`, secret);
        await get(server, `/v1.0/me?access_token=${secret}`, secret);
        await get(server, `/${secret}`, secret);
        await get(server, '/v1.0/me', secret, { 'client-request-id': secret.slice(0, 120) });
        await post(server, '/v1.0/$batch', secret, {
            requests: [{ id: '1', method: 'DELETE', url: `/users/${secret}/photo/$value` }],
        });
    }
    await server.stop();
    const written = server.stdout + server.stderr + readFileSync(file, 'utf8');
    for (const secret of [token, app])
        for (const piece of secret.split('.'))
            assert.ok(!written.includes(piece), `a piece of a token was written: ${piece}`);
    assert.match(written, /\[token\]/, 'its place is marked');
});
