// Many photos in one streamed answer: docs/bulk.md.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, post } from './lib/http.mjs';
import { parts } from './lib/multipart.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeGroup, makeTeam, makeUser, unknownId } from './lib/world.mjs';

const path = '/cameo/v1/photos';
let server, people, faceless, token;
before(async () => {
    server = await Server.start();
    people = [];
    for (const size of [648, 240, 96, 64])
        people.push(await makeUser(server, { picture: jpeg(size, size) }));
    faceless = await makeUser(server);
    token = server.userToken(people[0].id, 'User.ReadBasic.All');
});
after(() => server.stop());

const ask = (body, as = token, to = server) => post(to, path, as, body);

async function bulk(body, as = token, to = server) {
    const answer = await ask(body, as, to);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['transfer-encoding'], 'chunked');
    return parts(answer);
}

/** A part equals the answer of the path, except for headers that differ each time. */
async function assertSameAsGet(part, tail, as = token) {
    const alone = await get(server, `/v1.0${tail}`, as);
    assert.equal(part.status, alone.status, tail);
    if (alone.status !== 200) {
        assert.equal(JSON.parse(part.body).error.code, alone.json().error.code);
        return;
    }
    assert.deepEqual(part.body, alone.body, tail);
    for (const name of ['etag', 'content-type', 'last-modified', 'content-length'])
        assert.equal(part.headers[name], alone.headers[name], name);
}

test('each part is the answer to a GET of that photo, in the order of the ids', async () => {
    const ids = [people[1].upn, people[0].id, unknownId, faceless.id, people[0].upn.toUpperCase()];
    for (const size of ['96x96', '48X48', '648x648', undefined]) {
        const found = await bulk({ ids, size });
        assert.deepEqual(
            found.map(({ id }) => id),
            ids,
        );
        for (const [i, part] of found.entries()) {
            const tail = size ? `photos/${size}/$value` : 'photo/$value';
            await assertSameAsGet(part, `/users/${encodeURIComponent(ids[i])}/${tail}`);
        }
    }
});

test('a photo that the client already has is 304 with its ETag and no bytes', async () => {
    const ids = people.map(({ id }) => id);
    const first = await bulk({ ids, size: '64x64' });
    const ifNoneMatch = Object.fromEntries(
        first.slice(1).map(({ id, headers }) => [id, headers.etag]),
    );
    ifNoneMatch[ids[3]] = '"0123"';
    const again = await bulk({ ids, size: '64x64', ifNoneMatch });
    assert.deepEqual(
        again.map(({ status }) => status),
        [200, 304, 304, 200],
    );
    for (const part of again.slice(1, 3)) {
        assert.equal(part.body.length, 0);
        assert.equal(part.headers.etag, ifNoneMatch[part.id]);
    }
});

test('`kind` selects groups and teams', async () => {
    const group = await makeGroup(server, { picture: jpeg(96, 96) });
    const team = await makeTeam(server, { picture: jpeg(120, 120) });
    const as = server.appToken('Group.Read.All');
    const [ofGroup] = await bulk({ ids: [group.id], kind: 'groups', size: '48x48' }, as);
    await assertSameAsGet(ofGroup, `/groups/${group.id}/photos/48x48/$value`, as);
    const [ofTeam, ofNone] = await bulk({ ids: [team.id, group.id], kind: 'teams' }, as);
    await assertSameAsGet(ofTeam, `/teams/${team.id}/photo/$value`, as);
    assert.equal(ofNone.status, 404);
});

test('permissions are those of each photo: User.Read allows only one\'s own', async () => {
    const own = server.userToken(people[0].id, 'User.Read');
    const found = await bulk({ ids: [people[0].id, people[1].id, unknownId] }, own);
    assert.deepEqual(
        found.map(({ status }) => status),
        [200, 403, 403],
    );
    assert.equal(found[1].body.toString().replace(/"(date|[a-z-]*request-id)":"[^"]*"/g, ''),
        found[2].body.toString().replace(/"(date|[a-z-]*request-id)":"[^"]*"/g, ''));
});

test('an invalid body is 400, no token 401, another method 405', async () => {
    for (const body of [
        {},
        { ids: 'x' },
        { ids: [] },
        { ids: [1] },
        { ids: Array(1001).fill('x') },
        { ids: ['x'], size: 'large' },
        { ids: ['x'], kind: 'pets' },
        { ids: ['x'], ifNoneMatch: ['x'] },
    ])
        assertError(await ask(body), 400, 'BadRequest');
    const headers = { 'Content-Type': 'application/json' };
    assertError(await call(server, 'POST', path, { token, body: '{', headers }), 400, 'BadRequest');
    assertError(await ask({ ids: ['x'] }, null), 401, 'InvalidAuthenticationToken');
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await call(server, method, path, { token });
        assertError(answer, 405, 'Request_BadRequest');
        assert.match(answer.headers.allow, /^POST\b/);
    }
    assertError(await get(server, '/cameo/v1/photos/x', token), 400, 'BadRequest');
});

test('a thousand parts, cold and warm, each with the right photo', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => people[i % 4].id);
    await server.stop();
    await server.start();
    for (const warmth of ['cold', 'warm']) {
        const found = await bulk({ ids, size: '64x64' });
        assert.equal(found.length, 1000, warmth);
        for (const [i, part] of found.entries()) {
            assert.equal(part.status, 200);
            assert.equal(part.headers.etag, found[i % 4].headers.etag);
            assert.deepEqual(part.body, found[i % 4].body);
        }
    }
});

test('ids are data: an id like a path or a header is an unknown id', async () => {
    const ids = ['../me', 'x/photo', 'a\r\nb', '%2e%2e', 'ä', "o'neil", '$count'];
    const found = await bulk({ ids });
    assert.deepEqual(
        found.map(({ id }) => id),
        ids,
    );
    for (const { status } of found) assert.ok([400, 404].includes(status), `${status}`);
});
