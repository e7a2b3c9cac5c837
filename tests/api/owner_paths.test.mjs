// The table of docs/http.md (Paths), row by row: every path of a photo, and the answer to each method.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head, put } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { fill, makeOwners, spellings, writings } from './lib/owners.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, assertSameHead, strongEtag } from './lib/world.mjs';

const picture = jpeg(64, 64);
let server, owners;
before(async () => {
    server = await Server.start();
    owners = await makeOwners(server, picture);
});
after(() => server.stop());

// The kind of owner and the rest of the path; then the answers to GET, PUT, PATCH and DELETE.
const rows = [
    ['user', '/photo', metadata, 405, 405, 200],
    ['group', '/photo', metadata, 405, 405, 200],
    ['user', '/photo/$value', bytes(64), 200, 200, 200],
    ['group', '/photo/$value', bytes(64), 200, 200, 200],
    ['user', '/photos', list, 405, 405, 405],
    ['group', '/photos', list, 405, 405, 405],
    ['user', '/photos/48x48', sizeMetadata, 405, 405, 405],
    ['group', '/photos/48x48', sizeMetadata, 405, 405, 405],
    ['user', '/photos/48x48/$value', bytes(48), 405, 405, 405],
    ['group', '/photos/48x48/$value', bytes(48), 405, 405, 405],
    ['team', '/photo', metadata, 405, 405, 405],
    ['team', '/photo/$value', bytes(64), 204, 204, 405],
    ['contact', '/photo', metadata, 405, 405, 405],
    ['contact', '/photo/$value', bytes(64), 200, 200, 405],
    ['/me', '/photo/48x48/$value', bytes(48), 405, 405, 405],
];
const kinds = { ...spellings, '/me': [['/me', "users('{user}')"]] };

const entry = (size) => ({ id: `${size}x${size}`, width: size, height: size });

function assertContext(body, context) {
    assert.equal(Object.keys(body)[0], '@odata.context');
    assert.equal(body['@odata.context'], context);
}

function metadata(answer, context) {
    const body = answer.json();
    assertContext(body, `${context}/photo/$entity`);
    assertEntry(body, 64);
}

function sizeMetadata(answer, context) {
    const body = answer.json();
    assertContext(body, `${context}/photos/$entity`);
    assertEntry(body, 48);
}

function list(answer, context) {
    const body = answer.json();
    assert.deepEqual(Object.keys(body), ['@odata.context', 'value']);
    assertContext(body, `${context}/photos`);
    assert.equal(body.value.length, 2);
    for (const [i, size] of [48, 64].entries()) assertEntry(body.value[i], size);
}

function assertEntry(body, size) {
    const { '@odata.context': _, ...rest } = body;
    assert.deepEqual(Object.keys(rest), [
        '@odata.mediaContentType',
        '@odata.mediaEtag',
        'id',
        'width',
        'height',
    ]);
    assert.equal(rest['@odata.mediaContentType'], 'image/jpeg');
    assert.match(rest['@odata.mediaEtag'], strongEtag);
    const { id, width, height } = rest;
    assert.deepEqual({ id, width, height }, entry(size));
}

function bytes(size) {
    return function bytesOf(answer) {
        assert.equal(answer.headers['content-type'], 'image/jpeg');
        assert.match(answer.headers.etag, strongEtag);
        assertWhole(answer.body, size);
    };
}

async function restore(path) {
    const value = path.replace(/\/photo$/i, '/photo/$value');
    const answer = await put(server, value, owners.token, picture);
    assert.ok([200, 204].includes(answer.status), answer.text);
}

/** Sends the requests of the row; the picture is always the same, so the owner does not change. */
async function assertMethod(method, path, status, allowed) {
    const body = method === 'PUT' || method === 'PATCH' ? picture : undefined;
    const answer = await call(server, method, path, { token: owners.token, body });
    const where = `${method} ${path}: ${answer.text}`;
    assert.equal(answer.status, status, where);
    if (status === 405) return assertNotAllowed(answer, allowed);
    assert.equal(answer.body.length, 0, where);
    if (method !== 'DELETE') return;
    assertError(await get(server, path, owners.token), 404, 'ImageNotFound');
    await restore(path);
}

function assertNotAllowed(answer, allowed) {
    assertError(answer, 405, 'Request_BadRequest');
    assert.equal(answer.headers.upgrade, undefined);
    const said = answer.headers.allow.split(', ').filter((method) => method !== 'OPTIONS');
    assert.deepEqual(said, allowed);
}

async function assertRow(base, path, context, [, , read, ...statuses]) {
    const answer = await get(server, path, owners.token);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    read(answer, `${server.origin}/${base}/$metadata#${fill(context, owners.ids)}`);
    assertSameHead(answer, await head(server, path, owners.token));
    const methods = { PUT: statuses[0], PATCH: statuses[1], DELETE: statuses[2] };
    const allowed = ['GET', 'HEAD', ...Object.keys(methods).filter((one) => methods[one] !== 405)];
    for (const [method, status] of Object.entries({ ...methods, POST: 405, TRACE: 405 }))
        await assertMethod(method, path, status, allowed);
}

for (const row of rows) {
    const [kind, tail] = row;
    for (const [path, context] of kinds[kind]) {
        for (const [how, write] of Object.entries(writings)) {
            if (how !== 'as documented' && write(path + tail) === path + tail) continue;
            test(`${path}${tail}, ${how} (docs/http.md)`, async () => {
                for (const base of ['v1.0', 'beta']) {
                    const written = fill(write(path + tail), owners.ids);
                    await assertRow(base, `/${base}${written}`, context, row);
                }
            });
        }
    }
}

// The last row before the old form: contacts and teams have only the photo.
for (const kind of ['contact', 'team']) {
    for (const [path] of spellings[kind]) {
        for (const tail of ['/photos', '/photos/48x48', '/photos/48x48/$value']) {
            test(`${path}${tail} is 400 "Unsupported segment type", token or not (docs/http.md)`, async () => {
                for (const base of ['/v1.0', '/beta']) {
                    for (const token of [owners.token, undefined]) {
                        const where = base + fill(path + tail, owners.ids);
                        for (const method of ['GET', 'PUT', 'DELETE']) {
                            const answer = await call(server, method, where, { token });
                            assertError(answer, 400, 'BadRequest');
                            assert.match(answer.json().error.message, /Unsupported segment type/);
                        }
                    }
                }
            });
        }
    }
}

test('/users/{id}/photo/{size}/$value is not a path: the old form is only for /me (docs/http.md)', async () => {
    for (const path of [owners.user.path, owners.group.path, owners.team.path]) {
        const answer = await get(server, `${path}/photo/48x48/$value`, owners.token);
        assertError(answer, 400, 'BadRequest');
    }
});

test('a selection precedes /$entity in the context of every owner (docs/http.md)', async () => {
    for (const [path, context] of Object.values(spellings).flat()) {
        const where = fill(path, owners.ids);
        const answer = await get(server, `/v1.0${where}/photo?$select=id,width`, owners.token);
        const start = `${server.origin}/v1.0/$metadata#${fill(context, owners.ids)}`;
        assert.equal(answer.json()['@odata.context'], `${start}/photo(id,width)/$entity`);
        assert.deepEqual(Object.keys(answer.json()).slice(3), ['id', 'width']);
    }
});

test('every form of a path names one photo: one ETag and the same bytes (docs/http.md)', async () => {
    for (const [kind, ways] of Object.entries(spellings)) {
        const seen = new Map();
        for (const [path] of ways) {
            const owner = kind === 'contact' ? path.split('/').at(-1) : kind;
            const where = `/v1.0${fill(path, owners.ids)}/photo`;
            const answer = await get(server, `${where}/$value`, owners.token);
            const said = (await get(server, where, owners.token)).json()['@odata.mediaEtag'];
            assert.equal(said, answer.headers.etag, path);
            seen.set(owner, (seen.get(owner) ?? new Set()).add(answer.headers.etag));
        }
        for (const [owner, etags] of seen) assert.equal(etags.size, 1, owner);
    }
});

test('odata.metadata=full links to the owner with the same key as the context (docs/http.md)', async () => {
    for (const [path, context] of Object.values(spellings).flat()) {
        const where = `/v1.0${fill(path, owners.ids)}/photo`;
        const full = { Accept: 'application/json;odata.metadata=full' };
        const body = (await get(server, where, owners.token, full)).json();
        const link = `${server.origin}/v1.0/${fill(context, owners.ids)}/photo`;
        assert.equal(body['@odata.type'], '#microsoft.graph.profilePhoto');
        assert.equal(body['@odata.id'], link);
        assert.equal(body['@odata.mediaReadLink'], `${link}/$value`);
        const followed = new URL(body['@odata.mediaReadLink']).pathname;
        assert.equal((await get(server, followed, owners.token)).status, 200, followed);
    }
});

test('Vary names Authorization for every owner in every form of its path, on 200, 206, 304, 401, 403 and 404', async () => {
    const withoutPhotoRight = server.userToken(owners.ids.user, 'Mail.Read');
    for (const [path] of Object.values(spellings).flat()) {
        const photo = `/v1.0${fill(path, owners.ids)}/photo`;
        const bytes = `${photo}/$value`;
        const whole = await get(server, bytes, owners.token);
        const same = { 'If-None-Match': whole.headers.etag };
        const answers = [
            whole,
            await get(server, bytes, owners.token, same),
            await get(server, bytes, owners.token, { Range: 'bytes=0-9' }),
            await get(server, bytes),
            await get(server, bytes, withoutPhotoRight),
            await head(server, bytes, owners.token),
        ];
        assert.deepEqual(answers.map(({ status }) => status), [200, 304, 206, 401, 403, 200], path);
        for (const { headers, status } of answers)
            assert.equal(headers.vary, 'Authorization, Origin', `${path} ${status}`);
        const metadata = await get(server, photo, owners.token);
        assert.equal(metadata.headers.vary, 'Accept, Authorization, Origin', photo);
    }
});

test('304, 206 and 416 work for every owner in every form of its path (docs/http.md)', async () => {
    for (const [path] of Object.values(spellings).flat()) {
        const where = `/v1.0${fill(path, owners.ids)}/photo/$value`;
        const whole = await get(server, where, owners.token);
        const { etag } = whole.headers;
        const same = await get(server, where, owners.token, { 'If-None-Match': etag });
        assert.deepEqual([same.status, same.body.length], [304, 0], path);
        const part = await get(server, where, owners.token, { Range: 'bytes=2-9' });
        assert.equal(part.status, 206, path);
        assert.deepEqual(part.body, whole.body.subarray(2, 10));
        const beyond = await get(server, where, owners.token, { Range: 'bytes=9999999-' });
        assertError(beyond, 416, 'RequestedRangeNotSatisfiable');
    }
});

test('the whole query of $value is ignored, for every owner (docs/http.md)', async () => {
    for (const [path] of Object.values(spellings).flat()) {
        for (const query of ['?_=1712345678', '?$select=nonsense', '?']) {
            const where = `/v1.0${fill(path, owners.ids)}/photo/$value${query}`;
            assert.equal((await get(server, where, owners.token)).status, 200, where);
        }
    }
});
