// The settings that change answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, head, put } from './lib/http.mjs';
import { assertWhole } from './lib/jpeg_inspection.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertSameHead,
    makeContact,
    makeGroup,
    makeTeam,
    makeUser,
    unknownId,
} from './lib/world.mjs';

let server, user, bare, token;
before(async () => {
    server = await Server.start({
        config: [
            'public_url = "https://photos.contoso.example"',
            'missing_metadata = "1x1"',
            'oversize = "nearest"',
            'size_id_case = "upper"',
            'cache_control = "private, max-age=300"',
            'not_found_max_age = 7',
        ].join('\n'),
    });
    user = await makeUser(server, { picture: jpeg(504, 504) });
    bare = await makeUser(server);
    token = server.userToken(user.id, 'User.Read');
});
after(() => server.stop());

const context = (tail) => `https://photos.contoso.example/v1.0/$metadata#${tail}`;

test('missing_metadata = "1x1": metadata without a photo is the documented 200 (docs/http.md)', async () => {
    const answer = await get(server, `${bare.path}/photo`, server.admin);
    assert.equal(answer.status, 200);
    const { '@odata.context': where, ...photo } = answer.json();
    assert.equal(where, context(`users('${bare.id}')/photo/$entity`));
    assert.deepEqual(
        { ...photo, id: photo.id.toLowerCase() },
        {
            '@odata.mediaContentType': 'image/gif',
            '@odata.mediaEtag': '',
            id: '1x1',
            width: 1,
            height: 1,
        },
    );
    assertSameHead(answer, await head(server, `${bare.path}/photo`, server.admin));
});

test('missing_metadata = "1x1": bytes are 404 all the same, /photos too (docs/http.md)', async () => {
    for (const path of ['photo/$value', 'photos', 'photos/48x48/$value']) {
        assertError(await get(server, `${bare.path}/${path}`, server.admin), 404, 'ImageNotFound');
    }
});

test('missing_metadata = "1x1": an owner who does not exist is 404 all the same (docs/http.md)', async () => {
    assertError(
        await get(server, `/v1.0/users/${unknownId}/photo`, server.admin),
        404,
        'Request_ResourceNotFound',
    );
});

test('oversize = "nearest" answers with the largest smaller size (docs/http.md)', async () => {
    for (const size of ['648x648', '648X648', '5000x5000']) {
        const bytes = await get(server, `/v1.0/me/photos/${size}/$value`, token);
        assert.equal(bytes.status, 200, size);
        assertWhole(bytes.body, 504);
        const photo = (await get(server, `/v1.0/me/photos/${size}`, token)).json();
        assert.deepEqual([photo.id, photo.width, photo.height], ['504X504', 504, 504]);
    }
    assertError(
        await get(server, `${bare.path}/photos/648x648/$value`, server.admin),
        404,
        'ImageNotFound',
    );
    assertError(await get(server, '/v1.0/me/photos/axb/$value', token), 400, 'BadRequest');
});

test('oversize = "nearest": the answer has the ETag of the photo and honours If-None-Match (docs/http.md)', async () => {
    const { etag } = (await get(server, '/v1.0/me/photo/$value', token)).headers;
    const path = '/v1.0/me/photos/648x648/$value';
    assert.equal((await get(server, path, token)).headers.etag, etag);
    assert.equal((await get(server, path, token, { 'If-None-Match': etag })).status, 304);
});

test('size_id_case = "upper" gives 240X240, and both forms work in requests (docs/http.md)', async () => {
    const list = (await get(server, '/v1.0/me/photos', token)).json().value;
    assert.ok(list.every(({ id, width }) => id === `${width}X${width}`));
    for (const size of ['240x240', '240X240']) {
        assert.equal((await get(server, `/v1.0/me/photos/${size}`, token)).json().id, '240X240');
        assertWhole((await get(server, `/v1.0/me/photos/${size}/$value`, token)).body, 240);
    }
});

test('public_url is the origin of every link (docs/http.md)', async () => {
    const full = { Accept: 'application/json;odata.metadata=full' };
    assert.equal(
        (await get(server, '/v1.0/me/photo', token)).json()['@odata.context'],
        context(`users('${user.id}')/photo/$entity`),
    );
    assert.equal(
        (await get(server, '/v1.0/me', token)).json()['@odata.context'],
        context('users/$entity'),
    );
    const { text } = await get(server, '/v1.0/me/photo', token, full);
    assert.ok(!text.includes('127.0.0.1'));
});

test('with public_url no header of the client changes a link (docs/http.md)', async () => {
    const answer = await get(server, '/v1.0/me/photo', token, {
        Host: 'elsewhere.example',
        'X-Forwarded-Host': 'evil.example',
    });
    assert.ok(!answer.text.includes('elsewhere') && !answer.text.includes('evil'));
});

test('cache_control is the Cache-Control of bytes, not_found_max_age that of a missing photo (docs/http.md)', async () => {
    assert.equal(
        (await get(server, '/v1.0/me/photo/$value', token)).headers['cache-control'],
        'private, max-age=300',
    );
    assert.equal(
        (await get(server, bare.photo, server.admin)).headers['cache-control'],
        'private, max-age=7',
    );
});

test('uploads work unchanged under these settings', async () => {
    assert.equal((await put(server, bare.photo, server.admin, jpeg(64, 64))).status, 200);
    assert.equal((await get(server, `${bare.path}/photo`, server.admin)).json().id, '64X64');
});

test('the settings hold for groups, teams and contacts too (docs/http.md)', async () => {
    const kinds = {
        groups: [await makeGroup(server), await makeGroup(server, { picture: jpeg(100, 100) })],
        teams: [await makeTeam(server), await makeTeam(server, { picture: jpeg(100, 100) })],
        users: [
            await makeContact(server, bare),
            await makeContact(server, bare, { picture: jpeg(100, 100) }),
        ],
    };
    for (const [set, [without, owner]] of Object.entries(kinds)) {
        const missing = (await get(server, `${without.path}/photo`, server.admin)).json();
        assert.ok(missing['@odata.context'].startsWith(context(`${set}('`)), set);
        assert.deepEqual(
            [missing.id.toLowerCase(), missing['@odata.mediaContentType']],
            ['1x1', 'image/gif'],
        );
        const bytes = await get(server, without.photo, server.admin);
        assertError(bytes, 404, 'ImageNotFound');
        assert.equal(bytes.headers['cache-control'], 'private, max-age=7');
        assert.equal((await get(server, `${owner.path}/photo`, server.admin)).json().id, '96X96');
        const { headers } = await get(server, owner.photo, server.admin);
        assert.equal(headers['cache-control'], 'private, max-age=300');
    }
    const nearest = await get(server, `${kinds.groups[1].path}/photos/648x648/$value`, server.admin);
    assertWhole(nearest.body, 96);
});
