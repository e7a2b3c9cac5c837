// `$batch`: docs/http.md, $batch, with the requests that clients were seen to send.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head, post } from './lib/http.mjs';
import { blue, jpeg, red } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser, unknownId } from './lib/world.mjs';

let server, ada, bob, token;
before(async () => {
    server = await Server.start();
    ada = await makeUser(server, { picture: jpeg(648, 648) });
    bob = await makeUser(server);
    token = server.userToken(ada.id, 'User.ReadWrite User.ReadBasic.All');
});
after(() => server.stop());

const send = (requests, { path = '/v1.0/$batch', as = token } = {}) =>
    post(server, path, as, { requests });

async function batch(requests, options) {
    const answer = await send(requests, options);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers['content-type'], /^application\/json/);
    const { responses, ...rest } = answer.json();
    assert.deepEqual(rest, {});
    for (const item of responses) assert.equal(typeof item.headers, 'object', 'always present');
    return responses;
}

const item = (id, method, url, more) => ({ id, method, url, ...more });

test('pictures are standard base64 with type and ETag, JSON is JSON, in request order (docs/http.md)', async () => {
    const [small, metadata, missing] = await batch([
        item('z', 'GET', '/me/photos/48x48/$value'),
        item('a', 'GET', '/me/photo'),
        item('m', 'GET', `/users/${bob.id}/photo/$value`),
    ]);
    const alone = await get(server, '/v1.0/me/photos/48x48/$value', token);
    assert.deepEqual([small.id, metadata.id, missing.id], ['z', 'a', 'm']);
    assert.equal(small.status, 200);
    assert.equal(small.headers['Content-Type'], 'image/jpeg');
    assert.equal(small.headers.ETag, alone.headers.etag);
    assert.match(small.body, /^[A-Za-z0-9+/]+={0,2}$/);
    assert.deepEqual(Buffer.from(small.body, 'base64'), alone.body);
    assert.equal(metadata.headers['Content-Type'], 'application/json');
    assert.equal(metadata.body['@odata.mediaEtag'], small.headers.ETag, 'clients compare them');
    assert.equal(missing.status, 404);
    assert.equal(missing.body.error.code, 'ImageNotFound');
});

test('a url may lack the slash, or contain the version (docs/http.md)', async () => {
    const urls = ['/me', 'me', '/v1.0/me', 'v1.0/me', '/beta/me', '/me?$select=id', 'me?%24select=id'];
    const answers = await batch(urls.map((url, i) => item(`${i}`, 'GET', url)));
    for (const [i, answer] of answers.entries()) {
        assert.equal(answer.status, 200, urls[i]);
        assert.equal(answer.body.id, ada.id);
    }
});

test('an absolute url, a nested batch or an unknown method is 400 for that item only (docs/http.md)', async () => {
    const answers = await batch([
        item('1', 'GET', `${server.origin}/v1.0/me`),
        item('2', 'POST', '/$batch', { body: { requests: [] } }),
        item('3', 'TRACE', '/me'),
        { id: '4', method: 'GET' },
        item('5', 'GET', '/me'),
    ]);
    assert.deepEqual(
        answers.map(({ status }) => status),
        [400, 400, 400, 400, 200],
    );
    for (const { body } of answers.slice(0, 4)) {
        assert.equal(body.error.code, 'BadRequest');
        assert.ok(body.error.innerError['request-id']);
    }
});

test('an item that the batch itself rejects has no-store, like every error', async () => {
    const answers = await batch([
        item('1', 'GET', `${server.origin}/v1.0/me`),
        item('2', 'PUT', '/me/photo/$value', { body: '***' }),
        item('3', 'GET', '/me', { dependsOn: ['1'] }),
    ]);
    for (const { status, headers } of answers) {
        assert.ok([400, 424].includes(status));
        assert.equal(headers['Cache-Control'], 'no-store');
    }
});

test('uploads: base64 or base64url, padded or not, with or without headers (docs/http.md)', async () => {
    const pictures = [jpeg(64, 64, red), jpeg(66, 66, blue), jpeg(100, 100, red), jpeg(101, 99, blue)];
    const forms = [
        (bytes) => bytes.toString('base64'),
        (bytes) => bytes.toString('base64url'),
        (bytes) => bytes.toString('base64').replace(/=+$/, ''),
        (bytes) => bytes.toString('base64url') + '='.repeat((3 - (bytes.length % 3)) % 3),
    ];
    for (const [i, form] of forms.entries()) {
        const more = { body: form(pictures[i]) };
        if (i % 2) more.headers = { 'Content-Type': 'image/jpeg' };
        const [put, read] = await batch([
            item('put', i % 2 ? 'PATCH' : 'PUT', '/me/photo/$value', more),
            item('read', 'GET', '/me/photo', { dependsOn: ['put'] }),
        ]);
        assert.equal(put.status, 200);
        assert.equal('body' in put, false);
        assert.equal('Content-Type' in put.headers, false);
        assert.equal(read.body.width, [64, 64, 96, 96][i], 'read-your-writes');
    }
});

test('a PUT without body, or with a body that is not base64, is 400 for that item (docs/http.md)', async () => {
    const answers = await batch([
        item('1', 'PUT', '/me/photo/$value'),
        item('2', 'PUT', '/me/photo/$value', { body: '***' }),
        item('3', 'PUT', '/me/photo/$value', { body: 'bm8gcGljdHVyZQ==' }),
        item('4', 'PUT', '/me/photo/$value', { body: { a: 1 } }),
    ]);
    assert.deepEqual(
        answers.map(({ status }) => status),
        [400, 400, 415, 415],
    );
});

test('dependents of a failed item are 424, down the line (docs/http.md)', async () => {
    const answers = await batch([
        item('1', 'GET', '/users/unknown/photo/$value'),
        item('2', 'GET', '/me', { dependsOn: ['1'] }),
        item('3', 'GET', '/me', { dependsOn: ['2'] }),
        item('4', 'GET', '/me', { dependsOn: [] }),
        item('5', 'GET', '/me', { dependsOn: ['4'] }),
    ]);
    assert.deepEqual(
        answers.map(({ status }) => status),
        [404, 424, 424, 200, 200],
    );
});

test('conditional headers work per item; an Authorization inside an item is ignored (docs/http.md)', async () => {
    const { headers } = await get(server, '/v1.0/me/photo/$value', token);
    const [known, other] = await batch([
        item('1', 'GET', '/me/photo/$value', { headers: { 'If-None-Match': headers.etag } }),
        item('2', 'GET', '/me', { headers: { authorization: 'Bearer x', 'Content-Type': 'a/b' } }),
    ]);
    assert.equal(known.status, 304);
    assert.equal(known.headers.ETag, headers.etag);
    assert.equal('body' in known, false);
    assert.equal(other.status, 200);
});

test('malformed batches are 400 as a whole (docs/http.md)', async () => {
    const one = item('1', 'GET', '/me');
    for (const requests of [
        undefined,
        {},
        'x',
        [1],
        [{ method: 'GET', url: '/me' }],
        [one, one],
        [one, { ...one, id: '1' }],
        [item('a', 'GET', '/me'), item('A', 'GET', '/me')],
        [{ ...one, dependsOn: ['2'] }],
        [{ ...one, dependsOn: ['1'] }],
        [item('1', 'GET', '/me', { dependsOn: ['2'] }), item('2', 'GET', '/me', { dependsOn: ['1'] })],
        Array.from({ length: 21 }, (_, i) => item(`${i}`, 'GET', '/me')),
    ]) {
        assertError(await send(requests), 400, 'BadRequest');
    }
    for (const body of ['', '{', '[]', 'null']) {
        const headers = { 'Content-Type': 'application/json' };
        const answer = await call(server, 'POST', '/v1.0/$batch', { token, body, headers });
        assertError(answer, 400, 'BadRequest');
    }
});

test('twenty items, every one failing, are still 200 (docs/http.md)', async () => {
    const requests = Array.from({ length: 20 }, (_, i) =>
        item(`${i}`, 'GET', `/users/${unknownId}/photo`),
    );
    const answers = await batch(requests);
    assert.deepEqual(
        answers.map(({ id, status }) => [id, status]),
        requests.map(({ id }) => [id, 404]),
    );
});

test('permissions are checked for each item, with the outer token (docs/http.md)', async () => {
    const own = server.userToken(ada.id, 'User.Read');
    const [self, other] = await batch(
        [item('1', 'GET', '/me/photo'), item('2', 'GET', `/users/${bob.id}/photo`)],
        { as: own },
    );
    assert.deepEqual([self.status, other.status], [200, 403]);
    assertError(await send([item('1', 'GET', '/me')], { as: null }), 401, 'InvalidAuthenticationToken');
});

test('%24batch, any case and /beta are the same path; other methods are 405 (docs/http.md)', async () => {
    for (const path of ['/v1.0/%24batch', '/v1.0/$BATCH', '/beta/$batch']) {
        const [me] = await batch([item('1', 'GET', '/me')], { path });
        assert.equal(me.status, 200, path);
    }
    const refused = await get(server, '/v1.0/$batch', token);
    assertError(refused, 405, 'Request_BadRequest');
    assert.equal(refused.headers.allow, 'POST, OPTIONS');
    assert.equal((await head(server, '/v1.0/$batch', token)).status, 405);
});

test('concurrent batches of writes and reads lose nothing (docs/http.md)', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => makeUser(server)));
    const admin = server.admin;
    const bodies = [jpeg(64, 64, red).toString('base64'), jpeg(96, 96, blue).toString('base64')];
    const rounds = people.map((person, i) =>
        batch(
            [
                item('put', 'PUT', `/users/${person.id}/photo/$value`, { body: bodies[i % 2] }),
                item('get', 'GET', `/users/${person.id}/photo`, { dependsOn: ['put'] }),
            ],
            { as: admin },
        ),
    );
    for (const [i, [put, read]] of (await Promise.all(rounds)).entries()) {
        assert.equal(put.status, 200);
        assert.equal(read.body.width, [64, 96][i % 2]);
    }
});
