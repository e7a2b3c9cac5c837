// Every error of these paths: status, code, message, headers. The JSON shape of errors is asserted in lib/http.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, guid, head, lastingError, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { resign, unsigned } from './lib/tokens.mjs';
import { assertError, assertSameHead, makeUser, missingOwner, unknownId } from './lib/world.mjs';

let server, user, token;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(64, 64) });
    token = server.userToken(user.id, 'User.ReadWrite');
});
after(() => server.stop());

const plain = (authorization) =>
    call(server, 'GET', '/v1.0/me/photo', {
        headers: authorization === undefined ? {} : { Authorization: authorization },
    });

function assertUnauthorised(answer, message) {
    assertError(answer, 401, 'InvalidAuthenticationToken', message);
    const challenge = answer.headers['www-authenticate'] ?? '';
    assert.match(challenge, /^Bearer\b/);
    assert.doesNotMatch(challenge, /claims=/i);
    assert.equal(answer.headers.etag, undefined);
}

test('no token is 401 "Access token is empty." with WWW-Authenticate: Bearer, never claims= (docs/http.md)', async () => {
    for (const authorization of [undefined, 'Bearer', 'Bearer ', '']) {
        assertUnauthorised(await plain(authorization), 'Access token is empty.');
    }
});

test('a malformed token is 401 (docs/http.md, docs/identity.md)', async () => {
    const [header, payload, signature] = token.split('.');
    for (const bad of [
        'x',
        'a.b.c',
        'a.b',
        `${token}.x`,
        `${header}.${payload}.`,
        `.${payload}.${signature}`,
        `${header}..${signature}`,
        `${token} x`,
        `${header}.${payload}.${signature}=`,
        'Z'.repeat(7000),
        `${header}.${payload}.${signature.slice(0, -6)}`,
    ]) {
        assertUnauthorised(await plain(`Bearer ${bad}`));
    }
});

test('another scheme than Bearer is 401 (docs/http.md)', async () => {
    for (const scheme of ['Basic', 'Negotiate', 'Bearerr', 'Digest'])
        assertUnauthorised(await plain(`${scheme} ${token}`));
});

test('the scheme is case-insensitive (RFC 9110 11.1)', async () => {
    for (const scheme of ['bearer', 'BEARER'])
        assert.equal((await plain(`${scheme} ${token}`)).status, 200);
});

test('a changed payload or signature is 401 (docs/identity.md)', async () => {
    const [header, payload, signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url'));
    const more = Buffer.from(JSON.stringify({ ...claims, scp: 'User.ReadWrite.All' })).toString(
        'base64url',
    );
    assertUnauthorised(await plain(`Bearer ${header}.${more}.${signature}`));
    const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
    assertUnauthorised(await plain(`Bearer ${header}.${payload}.${flipped}`));
});

test('alg none, HS256 with the public key, crit and an unknown kid are 401 (docs/identity.md)', async () => {
    for (const bad of [
        unsigned(token, { alg: 'none' }),
        resign(server, token, { header: { alg: 'HS256' } }),
        resign(server, token, { header: { crit: ['exp'] } }),
        resign(server, token, { header: { kid: 'unknown' } }),
        resign(server, token, { strange: true }),
    ]) {
        assertUnauthorised(await plain(`Bearer ${bad}`));
    }
    assert.equal(
        (await plain(`Bearer ${resign(server, token)}`)).status,
        200,
        'our own signing works, so the above means something',
    );
});

test('expired, not yet valid, other audience, other issuer, other tenant, no exp: 401 (docs/http.md, docs/identity.md)', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [
        { exp: now - 3600 },
        { nbf: now + 3600 },
        { exp: undefined },
        { aud: 'https://graph.microsoft.com' },
        { aud: '00000003-0000-0000-c000-000000000000' },
        { aud: undefined },
        { iss: 'https://login.example.org/' },
        { iss: undefined },
        { tid: unknownId },
    ]) {
        assertUnauthorised(await plain(`Bearer ${resign(server, token, { claims })}`));
    }
});

test('five minutes of clock skew are accepted (docs/identity.md)', async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [{ exp: now - 200 }, { nbf: now + 200 }]) {
        const answer = await plain(`Bearer ${resign(server, token, { claims })}`);
        assert.equal(answer.status, 200, `${Object.keys(claims)}: ${answer.text}`);
    }
});

test('a disabled account is refused immediately (docs/directory.md)', async () => {
    const disabled = await makeUser(server, { accountEnabled: false });
    const theirs = resign(server, token, { claims: { oid: disabled.id, sub: disabled.id } });
    assert.ok([401, 403].includes((await get(server, '/v1.0/me', theirs)).status));
    assert.ok([401, 403].includes((await get(server, '/v1.0/me/photo', theirs)).status));
});

test('an app-only token on /me is 400 BadRequest (docs/http.md, docs/access.md)', async () => {
    for (const path of [
        '/v1.0/me',
        '/v1.0/me/photo',
        '/v1.0/me/photo/$value',
        '/v1.0/me/photos',
        '/beta/me/photos/48x48/$value',
    ]) {
        assertError(await get(server, path, server.admin), 400, 'BadRequest');
    }
    assertError(
        await put(server, '/v1.0/me/photo/$value', server.admin, jpeg(64, 64)),
        400,
        'BadRequest',
    );
    assertError(await remove(server, '/v1.0/me/photo', server.admin), 400, 'BadRequest');
});

test('a missing permission is 403: ErrorAccessDenied for photos, Authorization_RequestDenied for the directory (docs/http.md)', async () => {
    const weak = server.userToken(user.id, 'Mail.Read');
    for (const path of ['photo', 'photo/$value', 'photos', 'photos/48x48', 'photos/48x48/$value']) {
        assertError(await get(server, `/v1.0/me/${path}`, weak), 403, 'ErrorAccessDenied');
    }
    assertError(
        await put(server, '/v1.0/me/photo/$value', weak, jpeg(64, 64)),
        403,
        'ErrorAccessDenied',
    );
    assertError(await remove(server, '/v1.0/me/photo/$value', weak), 403, 'ErrorAccessDenied');
    assertError(await get(server, '/v1.0/me', weak), 403, 'Authorization_RequestDenied');
    assertError(await get(server, user.path, weak), 403, 'Authorization_RequestDenied');
});

test("an owner who does not exist is 404 Request_ResourceNotFound with Graph's sentence (docs/http.md)", async () => {
    for (const path of [
        '',
        '/photo',
        '/photo/$value',
        '/photos',
        '/photos/48x48',
        '/photos/48x48/$value',
    ]) {
        const byId = await get(server, `/v1.0/users/${unknownId}${path}`, server.admin);
        assertError(byId, 404, 'Request_ResourceNotFound', missingOwner(unknownId));
        const byName = await get(
            server,
            `/v1.0/users/unknown%40contoso.example${path}`,
            server.admin,
        );
        assertError(
            byName,
            404,
            'Request_ResourceNotFound',
            missingOwner('unknown@contoso.example'),
        );
    }
});

test('an owner without a photo is 404 ImageNotFound, cacheable for a minute by the client only (docs/http.md)', async () => {
    const bare = await makeUser(server);
    const answer = await get(server, bare.photo, server.admin);
    assertError(answer, 404, 'ImageNotFound');
    assert.equal(answer.headers['cache-control'], 'private, max-age=60');
    assert.equal(answer.headers.etag, undefined);
});

test('other errors are never cached: each has no-store (docs/http.md)', async () => {
    const answers = [
        await get(server, '/v1.0/me/photo/$value'),
        await get(server, '/v1.0/me/photo/$value', server.userToken(user.id, 'Mail.Read')),
        await get(server, '/v1.0/me/photos/axb', token),
        await get(server, '/v1.0/nonsense', token),
        await put(server, '/v1.0/me/photo', token, jpeg(64, 64)),
        await put(server, '/v1.0/me/photo/$value', token, 'no picture'),
        await put(server, '/v1.0/me/photo/$value', token, jpeg(64, 64), { 'If-Match': '"x"' }),
    ];
    for (const answer of answers)
        assert.equal(answer.headers['cache-control'], 'no-store', `${answer.status}`);
});

test('a malformed path, key or query is 400 BadRequest (docs/http.md)', async () => {
    for (const path of [
        '/v1.0/users/%zz/photo',
        '/v1.0/users/%/photo',
        '/v1.0/users/a%00b/photo',
        `/v1.0/users('${user.id}/photo`,
        `/v1.0/users(${user.id}')/photo`,
        '/v1.0/users/%ff%fe/photo',
        "/v1.0/users('')/photo",
        '/v1.0/me/photo?$select=%zz',
    ]) {
        const bearer = path.includes('/me/') ? token : server.admin;
        assertError(await get(server, path, bearer), 400, 'BadRequest');
    }
});

test('a method that the route lacks is 405 Request_BadRequest with Allow (docs/http.md)', async () => {
    const answer = await call(server, 'POST', '/v1.0/me/photo', { token, body: '{}' });
    assertError(answer, 405, 'Request_BadRequest');
    assert.ok(answer.headers.allow);
});

test('request-id is new for every answer (docs/http.md)', async () => {
    const ids = new Set();
    for (let i = 0; i < 20; i++)
        ids.add((await get(server, '/v1.0/me/photo', token)).headers['request-id']);
    assert.equal(ids.size, 20);
});

test('client-request-id is echoed on success and error; without one it equals request-id (docs/http.md)', async () => {
    const id = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
    for (const path of [
        '/v1.0/me/photo',
        '/v1.0/me/photo/$value',
        '/v1.0/me/photos/648x648',
        '/v1.0/nonsense',
    ]) {
        const answer = await get(server, path, token, { 'client-request-id': id });
        assert.equal(answer.headers['client-request-id'], id);
        assert.match(answer.headers['request-id'], guid);
        assert.notEqual(answer.headers['request-id'], id);
    }
    assert.equal(
        (await get(server, '/v1.0/me/photo', undefined, { 'CLIENT-REQUEST-ID': 'my-own-1' })).json()
            .error.innerError['client-request-id'],
        'my-own-1',
    );
});

test('a client-request-id full of JSON and markup breaks nothing (docs/http.md)', async () => {
    const answer = await get(server, '/v1.0/me/photo', undefined, {
        'client-request-id': '"},{"a":"<b>\\u0000',
    });
    assert.equal(answer.status, 401);
});

test('HEAD has the headers of GET for errors (docs/http.md)', async () => {
    const weak = server.userToken(user.id, 'Mail.Read');
    const id = { 'client-request-id': '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0' };
    for (const [path, bearer] of [
        ['/v1.0/me/photo/$value', undefined],
        ['/v1.0/me/photo', weak],
        ['/v1.0/me', weak],
        ['/v1.0/me/photos/648x648/$value', token],
        ['/v1.0/me/photos/axb', token],
        ['/v1.0/nonsense', token],
        [`/v1.0/users/${unknownId}/photo`, server.admin],
        ['/v1.0/me', server.admin],
    ]) {
        assertSameHead(await get(server, path, bearer, id), await head(server, path, bearer, id));
    }
});

test('an error reveals nothing internal (docs/http.md)', async () => {
    for (const path of [
        '/v1.0/me/photo/$value',
        '/v1.0/me/photos/648x648',
        '/v1.0/me/photos/axb',
        '/v1.0/nonsense',
    ]) {
        const { message } = lastingError(
            await get(
                server,
                path,
                path.includes('648') || path.includes('axb') ? token : undefined,
            ),
        );
        assert.doesNotMatch(message, /\/src\/|\.cc|\.h:|sqlite|std::|errno|exception/i);
        assert.ok(!message.includes(server.data));
    }
});

test('no answer names a server product version (docs/http.md)', async () => {
    assert.doesNotMatch((await get(server, '/v1.0/me/photo', token)).headers.server ?? '', /\d/);
});
