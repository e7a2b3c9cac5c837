// Valid forms of a path (docs/http.md, Paths).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, post, put } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser, missingOwner } from './lib/world.mjs';

let server, user, token, etag;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, {
        userPrincipalName: 'paths@contoso.example',
        picture: jpeg(100, 100),
    });
    token = server.userToken(user.id, 'User.ReadWrite');
    ({ etag } = (await get(server, user.photo, server.admin)).headers);
});
after(() => server.stop());

async function assertSamePhoto(path, bearer = token) {
    const answer = await get(server, path, bearer);
    assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
    assert.equal(answer.headers.etag ?? answer.json()['@odata.mediaEtag'], etag, path);
}

test('segments match case-insensitively (docs/http.md)', async () => {
    for (const path of [
        '/v1.0/ME/PHOTO/$VALUE',
        '/V1.0/Me/Photo/$Value',
        '/BETA/me/photoS/48X48/$value',
        '/v1.0/Users/paths@contoso.example/Photo',
    ]) {
        await assertSamePhoto(path);
    }
});

test('$value may be written %24value (docs/http.md)', async () => {
    for (const path of [
        '/v1.0/me/photo/%24value',
        '/v1.0/me/photos/48x48/%24VALUE',
        `${user.path}/photo/%24value`,
    ])
        await assertSamePhoto(path);
    assert.equal((await put(server, '/v1.0/me/photo/%24value', token, jpeg(100, 100))).status, 200);
});

test('ids are case-insensitive and percent-decoded (docs/http.md)', async () => {
    for (const key of [
        user.id.toUpperCase(),
        user.id.replace(/-/g, '%2D'),
        'PATHS@Contoso.Example',
        'paths%40contoso.example',
        '%70aths%40contoso%2Eexample',
    ]) {
        await assertSamePhoto(`/v1.0/users/${key}/photo`);
    }
});

test('fixed segments are percent-decoded too (docs/http.md)', async () => {
    await assertSamePhoto('/v1.0/me/%70hoto/$value');
});

test('key form equals segment form (docs/http.md)', async () => {
    for (const path of [
        `/v1.0/users('${user.id}')/photo`,
        `/v1.0/users('${user.id}')/photo/$value`,
        `/v1.0/users(%27${user.id}%27)/photo`,
        "/v1.0/users('paths@contoso.example')/photo",
        "/v1.0/users('paths%40contoso.example')/photos('48x48')",
        "/v1.0/me/photos('48x48')/$value",
        "/v1.0/me/photos('96X96')/%24value",
        '/v1.0/me/photos(%2796x96%27)',
        `/v1.0/USERS('${user.id}')/PHOTOS('48x48')/$VALUE`,
    ]) {
        await assertSamePhoto(path);
    }
    assert.deepEqual(
        (await get(server, "/v1.0/me/photos('48x48')", token)).json(),
        (await get(server, '/v1.0/me/photos/48x48', token)).json(),
    );
});

test('a quote in a key is doubled in key form (docs/http.md)', async () => {
    const owner = await makeUser(server, {
        userPrincipalName: "o'brien@contoso.example",
        picture: jpeg(64, 64),
    });
    const wanted = (await get(server, owner.photo, server.admin)).body;
    for (const path of [
        "users('o''brien@contoso.example')",
        "users/o'brien@contoso.example",
        'users/o%27brien@contoso.example',
        "users('o%27%27brien@contoso.example')",
    ]) {
        assert.deepEqual(
            (await get(server, `/v1.0/${path}/photo/$value`, server.admin)).body,
            wanted,
            path,
        );
    }
});

test('keys may contain %40, %23, %2B and %3D (docs/http.md)', async () => {
    for (const name of ['plus+tag', 'hash#tag', 'equal=sign', 'a b', 'ümläut']) {
        const upn = `${name}@contoso.example`;
        const made = await call(server, 'GET', `/v1.0/users/${encodeURIComponent(upn)}/photo`, {
            token: server.admin,
        });
        assertError(made, 404, 'Request_ResourceNotFound', missingOwner(upn));
    }
    const owner = await makeUser(server, {
        userPrincipalName: 'plus+tag@contoso.example',
        picture: jpeg(64, 64),
    });
    for (const key of ['plus+tag@contoso.example', 'plus%2Btag%40contoso.example']) {
        assert.equal(
            (await get(server, `/v1.0/users/${key}/photo`, server.admin)).status,
            200,
            key,
        );
    }
    assert.equal(
        (await get(server, '/v1.0/users/plus%20tag@contoso.example/photo', server.admin)).status,
        404,
        'a plus is no space',
    );
    assert.ok(owner.id);
});

test('a guest UPN with #EXT# arrives as %23 or double-encoded %2523 (docs/http.md)', async () => {
    const guest = await makeUser(server, {
        userPrincipalName: 'bob_fabrikam.com#EXT#@contoso.example',
        picture: jpeg(64, 64),
    });
    const wanted = (await get(server, guest.photo, server.admin)).body;
    for (const key of [
        'bob_fabrikam.com%23EXT%23@contoso.example',
        'bob_fabrikam.com%23EXT%23%40contoso.example',
        'bob_fabrikam.com%2523EXT%2523@contoso.example',
        'bob_fabrikam.com%2523EXT%2523%2540contoso.example',
        'BOB_fabrikam.com%2523ext%2523@contoso.example',
    ]) {
        for (const tail of ['photo/$value', 'photos/64x64/$value']) {
            assert.deepEqual(
                (await get(server, `/v1.0/users/${key}/${tail}`, server.admin)).body,
                wanted,
                key,
            );
        }
    }
    const own = server.userToken(guest.id, 'User.ReadWrite');
    const written = await put(
        server,
        '/v1.0/users/bob_fabrikam.com%2523EXT%2523@contoso.example/photo/$value',
        own,
        jpeg(64, 64),
    );
    assert.equal(written.status, 200, 'oneself in every encoding');
});

test('decoded once, and again only if not found: a UPN that contains %23 itself takes precedence (docs/http.md)', async () => {
    const plain = await makeUser(server, {
        userPrincipalName: 'odd#x@contoso.example',
        picture: jpeg(64, 64),
    });
    const found = async () =>
        (await get(server, '/v1.0/users/odd%2523x@contoso.example', server.admin)).json().id;
    assert.equal(await found(), plain.id);
    const literal = await makeUser(server, { userPrincipalName: 'odd%23x@contoso.example' });
    assert.equal(await found(), literal.id);
    assert.equal(
        (await get(server, '/v1.0/users/odd%23x@contoso.example', server.admin)).json().id,
        plain.id,
    );
    const missing = await get(
        server,
        '/v1.0/users/unknown%2523x@contoso.example/photo',
        server.admin,
    );
    assertError(missing, 404, 'Request_ResourceNotFound');
});

test('me-token-to-replace and TokenToReplace are ordinary unknown users (docs/http.md)', async () => {
    for (const key of ['me-token-to-replace', 'TokenToReplace']) {
        assertError(
            await get(server, `/v1.0/users/${key}/photo/$value`, server.admin),
            404,
            'Request_ResourceNotFound',
            missingOwner(key),
        );
        assertError(
            await get(server, `/v1.0/users/${key}/photo/$value`, token),
            403,
            'ErrorAccessDenied',
        );
    }
});

test('query options of bytes are ignored, such as a cache buster (docs/http.md)', async () => {
    await assertSamePhoto('/v1.0/me/photo/$value?_=1712345678');
    await assertSamePhoto('/v1.0/me/photo/$value?');
});

test('a run of slashes counts as one, before and after the version (docs/http.md)', async () => {
    for (const path of [
        '//v1.0/me/photo/$value',
        '/v1.0//me/photo/$value',
        '///beta//me///photo//$value//',
        `/v1.0//users/${user.id}//photo/$value`,
        '/v1.0/users//paths%40contoso.example/photo',
        "//v1.0//users('paths@contoso.example')//photos('48x48')//$value",
    ])
        await assertSamePhoto(path);
    const sent = await put(server, '/v1.0//me//photo/$value', token, jpeg(100, 100));
    assert.equal(sent.status, 200, sent.text);
});

test('a slash that is encoded stays within its segment (docs/http.md)', async () => {
    for (const key of [`${user.id}%2F`, `%2F${user.id}`, `${user.id}%2F%2Fphoto`]) {
        const answer = await get(server, `/v1.0//users/${key}`, server.admin);
        const message = `${missingOwner(decodeURIComponent(key))} The path has an empty segment (//), which is ignored.`;
        assertError(answer, 404, 'Request_ResourceNotFound', message);
    }
});

test('a 404 behind an empty segment says so (docs/http.md)', async () => {
    const bare = await makeUser(server);
    for (const [path, code] of [
        ['/v1.0/users//photo', 'Request_ResourceNotFound'],
        ['/v1.0/groups//photo', 'Request_ResourceNotFound'],
        [`/v1.0//users/${bare.id}/photo/$value`, 'ImageNotFound'],
        [`//v1.0/users/${bare.id}/photo`, 'ImageNotFound'],
    ]) {
        const answer = await get(server, path, server.admin);
        assertError(answer, 404, code);
        assert.match(answer.json().error.message, /empty segment \(\/\/\)/, path);
    }
    const unknown = await get(server, '/v1.0/nonsense//x', server.admin);
    assertError(unknown, 400, 'BadRequest');
    assert.match(unknown.json().error.message, /empty segment/);
    const usual = await get(server, '/v1.0/users/photo', server.admin);
    assertError(usual, 404, 'Request_ResourceNotFound', missingOwner('photo'));
});

test('slashes of the url of an item of a batch count as one (docs/http.md)', async () => {
    const urls = ['//me/photo', '/v1.0//me/photo', '//beta/me//photo', 'me///photo', '/myorganization/me/photo'];
    const requests = urls.map((url, i) => ({ id: `${i}`, method: 'GET', url }));
    const answer = await post(server, '/v1.0//$batch', token, { requests });
    assert.equal(answer.status, 200, answer.text);
    for (const { status, body } of answer.json().responses) {
        assert.equal(status, 200, JSON.stringify(body));
        assert.equal(body['@odata.mediaEtag'], etag);
    }
});

test('myorganization after the version counts as nothing (docs/http.md)', async () => {
    for (const path of [
        '/v1.0/myorganization/me/photo/$value',
        '/beta/MyOrganization/users/paths%40contoso.example/photo',
        `/v1.0//myorganization//users/${user.id}/photo`,
    ])
        await assertSamePhoto(path);
    await makeUser(server);
    const page = await get(server, '/v1.0/myorganization/users?$top=1', server.admin);
    assert.match(page.json()['@odata.nextLink'], /\/v1\.0\/users\?/);
});

test('the operator\u2019s pages and /cameo take no slash more (docs/http.md)', async () => {
    for (const path of ['//healthz', '/healthz/', '//metrics', '//openapi.yaml'])
        assertError(await get(server, path, token), 400, 'BadRequest');
    for (const path of ['//cameo/v1/photos', '/cameo//v1/photos'])
        assertError(await post(server, path, token, { ids: [user.id] }), 400, 'BadRequest');
});

test('a bad escape is 400 with a message that names it (docs/http.md)', async () => {
    for (const [path, escape] of [
        ['/v1.0/users/%zz/photo', '%zz'],
        ['/v1.0/users/a%4/photo', '%4'],
        ['/v1.0/me/photo%', '%'],
        ['/v1.0/users/a%00b', '%00'],
        ['/v1.0/users/%41%ff%fe/photo', '%ff'],
    ]) {
        const answer = await get(server, path, token);
        assertError(answer, 400, 'BadRequest');
        assert.ok(answer.json().error.message.includes(`'${escape}'`), answer.text);
    }
});

test('the API never redirects (docs/http-server.md)', async () => {
    for (const path of [
        '/v1.0/me/photo/',
        '/v1.0/me/photo/$value/',
        '/v1.0/users',
        '//v1.0/me/photo',
        '/v1.0/me/../me/photo',
        '/v1.0/./me/photo',
    ]) {
        const { status } = await get(server, path, token);
        assert.ok(status < 300 || status >= 400, `${path}: ${status}`);
    }
});

test('dot segments and encoded slashes do not reach another owner (docs/http.md)', async () => {
    for (const path of [
        `/v1.0/users/${user.id}%2Fphoto`,
        '/v1.0/users/..%2F..%2Fetc%2Fpasswd/photo',
        '/v1.0/users/..%2Fme/photo',
        '/v1.0/users/%2e%2e/photo',
    ]) {
        const answer = await get(server, path, server.admin);
        assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    }
});

test('a very long key is rejected, never 5xx (docs/http.md)', async () => {
    const answer = await get(server, `/v1.0/users/${'a'.repeat(3000)}/photo`, server.admin);
    assert.ok([400, 404].includes(answer.status), `${answer.status}`);
});
