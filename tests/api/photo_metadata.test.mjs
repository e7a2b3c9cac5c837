// The JSON about a photo: members, their order, contexts, options of OData.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertSameHead, makeUser, strongEtag } from './lib/world.mjs';

let server, user, token;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, {
        userPrincipalName: 'Adele.Vance@contoso.example',
        picture: jpeg(100, 100),
    });
    token = server.userToken(user.id, 'User.Read');
});
after(() => server.stop());

const members = [
    '@odata.context',
    '@odata.mediaContentType',
    '@odata.mediaEtag',
    'id',
    'width',
    'height',
];
const metadata = async (path, accept) => {
    const answer = await get(server, path, token, accept ? { Accept: accept } : {});
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers['content-type'], /^application\/json\b/);
    return answer.json();
};
const context = (tail, base = 'v1.0') => `${server.origin}/${base}/$metadata#${tail}`;

test('metadata has its members in this order: context, mediaContentType, mediaEtag, id, width, height (docs/http.md)', async () => {
    const photo = await metadata('/v1.0/me/photo');
    assert.deepEqual(Object.keys(photo), members);
    assert.equal(photo['@odata.mediaContentType'], 'image/jpeg');
    assert.deepEqual([photo.id, photo.width, photo.height], ['96x96', 96, 96]);
});

test('metadata of one size has the same members in the same order (docs/http.md)', async () => {
    const photo = await metadata('/v1.0/me/photos/48x48');
    assert.deepEqual(Object.keys(photo), members);
    assert.deepEqual([photo.id, photo.width, photo.height], ['48x48', 48, 48]);
});

test('mediaEtag is a string with its quotes, byte for byte the ETag of $value in every size (docs/http.md)', async () => {
    const etag = (await get(server, '/v1.0/me/photo/$value', token)).headers.etag;
    assert.match(etag, strongEtag);
    assert.equal((await metadata('/v1.0/me/photo'))['@odata.mediaEtag'], etag);
    for (const photo of (await metadata('/v1.0/me/photos')).value) {
        assert.equal(photo['@odata.mediaEtag'], etag);
        assert.equal((await metadata(`/v1.0/me/photos/${photo.id}`))['@odata.mediaEtag'], etag);
        assert.equal(
            (await get(server, `/v1.0/me/photos/${photo.id}/$value`, token)).headers.etag,
            etag,
        );
    }
    const { text } = await get(server, '/v1.0/me/photo', token);
    assert.ok(text.includes(JSON.stringify(etag)), 'the JSON has escaped quotes');
});

test('the list is ascending by size and its items have all members but the context (docs/http.md)', async () => {
    const list = await metadata('/v1.0/me/photos');
    assert.deepEqual(Object.keys(list), ['@odata.context', 'value']);
    assert.deepEqual(
        list.value.map(({ id }) => id),
        ['48x48', '64x64', '96x96'],
    );
    for (const photo of list.value) assert.deepEqual(Object.keys(photo), members.slice(1));
});

test('contexts under /me name the user by id (docs/http.md)', async () => {
    assert.equal(
        (await metadata('/v1.0/me/photo'))['@odata.context'],
        context(`users('${user.id}')/photo/$entity`),
    );
    assert.equal(
        (await metadata('/v1.0/me/photos'))['@odata.context'],
        context(`users('${user.id}')/photos`),
    );
    assert.equal(
        (await metadata('/v1.0/me/photos/48x48'))['@odata.context'],
        context(`users('${user.id}')/photos/$entity`),
    );
});

test('contexts under /users have the key as sent, @ as %40 (docs/http.md)', async () => {
    const keys = [
        [user.id, user.id],
        ['Adele.Vance@contoso.example', 'Adele.Vance%40contoso.example'],
        ['Adele.Vance%40contoso.example', 'Adele.Vance%40contoso.example'],
        ['ADELE.vance@contoso.example', 'ADELE.vance%40contoso.example'],
    ];
    for (const [sent, shown] of keys) {
        const of = async (path) =>
            (await metadata(`/v1.0/users/${sent}/${path}`))['@odata.context'];
        assert.equal(await of('photo'), context(`users('${shown}')/photo/$entity`));
        assert.equal(await of('photos'), context(`users('${shown}')/photos`));
        assert.equal(await of('photos/64x64'), context(`users('${shown}')/photos/$entity`));
    }
});

test('contexts under /beta begin with /beta (docs/http.md)', async () => {
    assert.equal(
        (await metadata('/beta/me/photo'))['@odata.context'],
        context(`users('${user.id}')/photo/$entity`, 'beta'),
    );
});

test('$select=id,width precedes /$entity in the context and returns only these properties (docs/http.md)', async () => {
    const photo = await metadata('/v1.0/me/photo?$select=id,width');
    assert.equal(photo['@odata.context'], context(`users('${user.id}')/photo(id,width)/$entity`));
    assert.deepEqual(
        Object.keys(photo).filter((name) => !name.startsWith('@')),
        ['id', 'width'],
    );
    const one = await metadata('/v1.0/me/photos/48x48?$select=id,width');
    assert.equal(one['@odata.context'], context(`users('${user.id}')/photos(id,width)/$entity`));
    assert.deepEqual(
        Object.keys(one).filter((name) => !name.startsWith('@')),
        ['id', 'width'],
    );
});

test('$select on the list returns only these properties of each item (docs/http.md)', async () => {
    for (const photo of (await metadata('/v1.0/me/photos?$select=height')).value) {
        assert.deepEqual(
            Object.keys(photo).filter((name) => !name.startsWith('@')),
            ['height'],
        );
    }
});

test('option names and values are decoded: %24select=id%2Cwidth (docs/http.md)', async () => {
    const photo = await metadata('/v1.0/me/photo?%24select=id%2Cwidth');
    assert.equal(photo['@odata.context'], context(`users('${user.id}')/photo(id,width)/$entity`));
    assert.equal(photo.height, undefined);
});

test('$format=json is accepted (docs/http.md)', async () => {
    for (const path of ['photo', 'photos', 'photos/48x48']) {
        assert.deepEqual(
            await metadata(`/v1.0/me/${path}?$format=json`),
            await metadata(`/v1.0/me/${path}`),
        );
    }
    assert.deepEqual(
        await metadata('/v1.0/me/photo?%24format=json'),
        await metadata('/v1.0/me/photo'),
    );
});

test('odata.metadata=minimal is the default (docs/http.md)', async () => {
    const plain = await metadata('/v1.0/me/photo');
    for (const accept of [
        'application/json',
        '*/*',
        'application/json;odata.metadata=minimal',
        'application/json; odata.metadata=minimal;odata.streaming=true',
    ]) {
        assert.deepEqual(await metadata('/v1.0/me/photo', accept), plain, accept);
    }
});

test('odata.metadata=none returns only the properties (docs/http.md)', async () => {
    const none = 'application/json;odata.metadata=none';
    assert.deepEqual(await metadata('/v1.0/me/photo', none), {
        id: '96x96',
        width: 96,
        height: 96,
    });
    assert.deepEqual(await metadata('/v1.0/me/photos/48x48', none), {
        id: '48x48',
        width: 48,
        height: 48,
    });
    const list = await metadata('/v1.0/me/photos', none);
    assert.deepEqual(list.value[0], { id: '48x48', width: 48, height: 48 });
    assert.equal(list['@odata.context'], undefined);
});

test('odata.metadata=full adds type, id and mediaReadLink, and the links work (docs/http.md)', async () => {
    const full = 'application/json;odata.metadata=full';
    for (const path of ['/v1.0/me/photo', '/v1.0/me/photos/64x64']) {
        const photo = await metadata(path, full);
        assert.equal(photo['@odata.type'], '#microsoft.graph.profilePhoto');
        assert.deepEqual(
            Object.keys(photo).filter((name) => members.includes(name)),
            members,
            'the usual order stays',
        );
        const linked = async (link) => {
            const url = new URL(photo[link], `${server.origin}/v1.0/`);
            assert.equal(url.origin, server.origin);
            return get(server, url.pathname, token);
        };
        assert.equal((await linked('@odata.id')).json().id, photo.id);
        const bytes = await get(server, `${path}/$value`, token);
        assert.deepEqual((await linked('@odata.mediaReadLink')).body, bytes.body);
    }
    for (const photo of (await metadata('/v1.0/me/photos', full)).value) {
        assert.equal(photo['@odata.type'], '#microsoft.graph.profilePhoto');
    }
});

test('the Accept headers of browsers and SDKs are accepted (docs/http-server.md)', async () => {
    for (const accept of [
        'application/json, text/plain, */*',
        'text/html,application/xhtml+xml,*/*;q=0.8',
        'application/json;IEEE754Compatible=true',
    ]) {
        assert.equal((await metadata('/v1.0/me/photo', accept)).id, '96x96');
    }
});

test('HEAD has the headers of GET for metadata and lists (docs/http.md)', async () => {
    for (const path of ['photo', 'photos', 'photos/48x48']) {
        assertSameHead(
            await get(server, `/v1.0/me/${path}`, token),
            await head(server, `/v1.0/me/${path}`, token),
        );
    }
});

test('headers that clients add are ignored: Prefer, SdkVersion, Upgrade (docs/http-server.md)', async () => {
    const headers = {
        Prefer: 'return=minimal',
        SdkVersion: 'graph-js/3.0',
        'Retry-Attempt': '2',
        ConsistencyLevel: 'eventual',
    };
    const answer = await call(server, 'GET', '/v1.0/me/photo', { token, headers });
    assert.equal(answer.json().id, '96x96');
});
