// The order of the checks when a request has several errors (docs/http.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, lastingError, put, remove } from './lib/http.mjs';
import { jpeg, svg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { assertError, makeUser, unknownId } from './lib/world.mjs';

let server, user, token, weak;
before(async () => {
    server = await Server.start();
    user = await makeUser(server, { picture: jpeg(64, 64) });
    token = server.userToken(user.id, 'User.ReadWrite');
    weak = server.userToken(user.id, 'Mail.Read');
});
after(() => server.stop());

const unknownPaths = [
    '/v1.0',
    '/v1.0/',
    '/v2.0/me/photo',
    '/me/photo',
    '/v1.0/nonsense',
    '/v1.0/me/phot',
    '/v1.0/me/photo/$val',
    '/v1.0/me/photo/$value/x',
    '/v1.0/me/photos/48x48/x',
    '/v1.0/me/photos/48x48/$value/x',
    '/v1.0/users/x/nonsense',
    '/beta/nonsense',
    '/index.html',
    '/cameo/v1/nonsense',
    '/v1.0//',
    '/v1.0/myorganization',
];
for (const path of unknownPaths) {
    test(`${path} is a path without a route: 400 BadRequest, token or not (docs/http.md)`, async () => {
        for (const bearer of [undefined, token, 'garbage']) {
            for (const method of ['GET', 'PUT', 'DELETE']) {
                assertError(await call(server, method, path, { token: bearer }), 400, 'BadRequest');
            }
        }
    });
}

// Every route of this part with the methods it has (docs/http.md, Paths).
const routes = {
    '/photo': ['GET', 'HEAD', 'DELETE'],
    '/photo/$value': ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    '/photos': ['GET', 'HEAD'],
    '/photos/48x48': ['GET', 'HEAD'],
    '/photos/48x48/$value': ['GET', 'HEAD'],
};
for (const [tail, methods] of Object.entries(routes)) {
    for (const method of ['GET', 'PUT', 'PATCH', 'POST', 'DELETE', 'TRACE'].filter(
        (one) => !methods.includes(one),
    )) {
        test(`${method} on U${tail} is 405 Request_BadRequest with Allow, token or not (docs/http.md)`, async () => {
            for (const owner of ['/v1.0/me', '/beta/me', user.path, `/v1.0/users/${unknownId}`]) {
                for (const bearer of [undefined, token, 'garbage']) {
                    const body = method === 'TRACE' ? undefined : jpeg(64, 64);
                    const answer = await call(server, method, owner + tail, {
                        token: bearer,
                        body,
                    });
                    assertError(answer, 405, 'Request_BadRequest');
                    const allowed = answer.headers.allow
                        .split(/\s*,\s*/)
                        .filter((one) => one !== 'OPTIONS')
                        .sort();
                    assert.deepEqual(allowed, [...methods].sort());
                }
            }
        });
    }
}

test('PUT, PATCH, POST and DELETE on /me/photo/{size}/$value are 405 (docs/http.md)', async () => {
    for (const method of ['PUT', 'PATCH', 'POST', 'DELETE']) {
        assertError(
            await call(server, method, '/v1.0/me/photo/48x48/$value', { token }),
            405,
            'Request_BadRequest',
        );
    }
});

test('on every other path the token comes first: 401 before 403, 404 and any fault of the body (docs/http.md)', async () => {
    for (const bearer of [undefined, 'garbage']) {
        const answers = [
            await get(server, `/v1.0/users/${unknownId}/photo`, bearer),
            await get(server, '/v1.0/me/photos/648x648', bearer),
            await put(server, '/v1.0/me/photo/$value', bearer, svg),
            await put(server, '/v1.0/me/photo/$value', bearer, Buffer.alloc(0)),
            await put(server, '/v1.0/me/photo/$value', bearer, jpeg(64, 64), {
                'Content-Encoding': 'br',
            }),
            await put(server, '/v1.0/me/photo/$value', bearer, jpeg(64, 64), { 'If-Match': '"x"' }),
            await put(server, '/v1.0/me/photo/$value', bearer, Buffer.alloc(5_000_000), {
                Connection: 'close',
            }),
            await remove(server, `/v1.0/users/${unknownId}/photo/$value`, bearer),
            await call(server, 'POST', '/v1.0/users', { token: bearer, body: 'not json' }),
        ];
        for (const answer of answers) assertError(answer, 401, 'InvalidAuthenticationToken');
    }
});

test('the 401 is the same for owners who exist and who do not (docs/http.md)', async () => {
    const [one, other] = [
        await get(server, user.photo),
        await get(server, `/v1.0/users/${unknownId}/photo/$value`),
    ];
    assert.deepEqual(lastingError(one), lastingError(other));
});

test('permissions that need no lookup come before existence: 403 before 404 (docs/http.md)', async () => {
    assertError(
        await get(server, `/v1.0/users/${unknownId}/photo`, weak),
        403,
        'ErrorAccessDenied',
    );
    assertError(await get(server, '/v1.0/me/photos/648x648', weak), 403, 'ErrorAccessDenied');
    assertError(
        await remove(server, `/v1.0/users/${unknownId}/photo`, weak),
        403,
        'ErrorAccessDenied',
    );
    assertError(
        await get(server, `/v1.0/users/${unknownId}`, weak),
        403,
        'Authorization_RequestDenied',
    );
});

test('permissions come before the body: 403 before 400, 412, 413 and 415 (docs/http.md)', async () => {
    const answers = [
        await put(server, user.photo, weak, svg),
        await put(server, user.photo, weak, Buffer.alloc(0)),
        await put(server, user.photo, weak, jpeg(64, 64), { 'If-Match': '"x"' }),
        await put(server, user.photo, weak, jpeg(64, 64), { 'Content-Encoding': 'br' }),
        await put(server, user.photo, weak, Buffer.alloc(5_000_000), { Connection: 'close' }),
    ];
    for (const answer of answers) assertError(answer, 403, 'ErrorAccessDenied');
});

test('existence comes before the body: 404 before 400, 412 and 415 (docs/http.md)', async () => {
    const path = `/v1.0/users/${unknownId}/photo/$value`;
    const answers = [
        await put(server, path, server.admin, svg),
        await put(server, path, server.admin, Buffer.alloc(0)),
        await put(server, path, server.admin, jpeg(64, 64), { 'If-Match': '"x"' }),
        await put(server, path, server.admin, jpeg(64, 64), { 'Content-Encoding': 'br' }),
    ];
    for (const answer of answers) assertError(answer, 404, 'Request_ResourceNotFound');
});

test('a DELETE with If-Match without a photo is 404, not 412 (docs/http.md)', async () => {
    const bare = await makeUser(server);
    assertError(
        await remove(server, bare.photo, server.admin, { 'If-Match': '"x"' }),
        404,
        'ImageNotFound',
    );
});

test('a write without permission for others is the same 403 for existing and missing users (docs/http.md)', async () => {
    const other = await makeUser(server, { picture: jpeg(64, 64) });
    const seen = [];
    for (const key of [
        other.id,
        other.upn,
        unknownId,
        'unknown@contoso.example',
        'me-token-to-replace',
    ]) {
        seen.push(
            lastingError(await put(server, `/v1.0/users/${key}/photo/$value`, token, jpeg(64, 64))),
        );
    }
    for (const one of seen) assert.deepEqual(one, seen[0]);
    assert.equal(seen[0].status, 403);
});
