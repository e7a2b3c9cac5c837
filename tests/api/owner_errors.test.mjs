// Every error of docs/http.md (Errors) for every kind of owner, and which of two errors is answered.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, head, lastingError, post, put, remove } from './lib/http.mjs';
import { fill, makeOwners, spellings } from './lib/owners.mjs';
import { jpeg, jpegOfBytes, svg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { resign } from './lib/tokens.mjs';
import {
    assertError,
    assertMentions,
    deniedCode,
    makeContact,
    makeGroup,
    makeTeam,
    makeUser,
    missingOwner,
    unknownId,
} from './lib/world.mjs';

const unknownItem = `${'A'.repeat(67)}=`;
let server, owners, other, weak, nowhere;
before(async () => {
    server = await Server.start();
    owners = await makeOwners(server);
    other = await makeUser(server);
    weak = server.userToken(owners.user.id, 'Mail.Read');
    nowhere = {
        upn: owners.ids.upn,
        user: owners.ids.user,
        folder: owners.ids.folder,
        child: owners.ids.child,
        group: unknownId,
        team: unknownId,
        contact: unknownItem,
        filed: unknownItem,
        nested: unknownItem,
    };
});
after(() => server.stop());

const ways = Object.entries(spellings).flatMap(([kind, list]) =>
    list.map(([path]) => [kind, path]),
);
const tails = (kind) => [
    '/photo',
    '/photo/$value',
    ...(['user', 'group'].includes(kind)
        ? ['/photos', '/photos/48x48', '/photos/48x48/$value']
        : []),
];
const where = (path, ids = owners.ids) => `/v1.0${fill(path, ids)}`;
const value = (path, ids) => `${where(path, ids)}/photo/$value`;
const patches = (kind) => kind !== 'team';
const removes = (kind) => kind === 'user' || kind === 'group';

/** Every allowed request on a photo of that path, with a valid body. */
async function everyRequest(kind, path, token, ids, body = jpeg(64, 64)) {
    const answers = [];
    for (const tail of tails(kind)) answers.push(await get(server, where(path, ids) + tail, token));
    answers.push(await put(server, value(path, ids), token, body));
    if (patches(kind)) answers.push(await call(server, 'PATCH', value(path, ids), { token, body }));
    if (removes(kind)) answers.push(await remove(server, value(path, ids), token));
    return answers;
}

for (const [kind, path] of ways) {
    test(`${path}: a missing or invalid token is 401 on every path, before any other error (docs/http.md)`, async () => {
        for (const bearer of [undefined, 'garbage']) {
            for (const ids of [owners.ids, nowhere]) {
                for (const answer of await everyRequest(kind, path, bearer, ids, svg)) {
                    assertError(answer, 401, 'InvalidAuthenticationToken');
                    assert.match(answer.headers['www-authenticate'], /^Bearer\b/);
                    assert.equal(answer.headers['cache-control'], 'no-store');
                    assert.equal(answer.headers.etag, undefined);
                }
            }
        }
    });

    test(`${path}: without the permission 403 ErrorAccessDenied, existing or not, before any fault of the body (docs/http.md)`, async () => {
        const seen = [];
        for (const ids of [owners.ids, nowhere]) {
            for (const answer of await everyRequest(kind, path, weak, ids, svg)) {
                assertError(answer, 403, 'ErrorAccessDenied');
                seen.push(lastingError(answer));
            }
        }
        for (const one of seen) assert.deepEqual(one, seen[0]);
    });

    if (kind !== 'user') {
        test(`${path}: a missing owner is 404 Request_ResourceNotFound, before any fault of the body (docs/http.md)`, async () => {
            const [id] = /\{(\w+)\}$/.exec(path)?.slice(1) ?? ['team'];
            for (const answer of await everyRequest(kind, path, owners.token, nowhere, svg)) {
                assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(nowhere[id]));
                assert.equal(answer.headers['cache-control'], 'no-store');
            }
        });
    }

    test(`${path}: a rejected picture has a reason, and changes nothing (docs/http.md)`, async () => {
        const { token } = owners;
        const before = (await get(server, value(path), token)).headers.etag;
        const send = (body, headers) => put(server, value(path), token, body, headers);
        assertError(await send(svg), 415, 'UnsupportedMediaType');
        assertError(
            await send(jpeg(64, 64), { 'Content-Encoding': 'br' }),
            415,
            'UnsupportedMediaType',
        );
        assertError(await send(Buffer.alloc(0)), 400, 'BadRequest');
        assertError(await send(jpeg(64, 64).subarray(0, 400)), 400, 'ValidationInvalidImage');
        const narrow = await send(jpeg(40, 64));
        assertError(narrow, 400, 'ValidationWidthTooSmall');
        assertMentions(narrow, 40, 48);
        const low = await send(jpeg(64, 41));
        assertError(low, 400, 'ValidationHeightTooSmall');
        assertMentions(low, 41, 48);
        assertError(await send(jpeg(64, 64), { 'If-Match': '"x"' }), 412, 'resourceModified');
        assertError(await send(jpeg(64, 64), { 'If-None-Match': '*' }), 412, 'resourceModified');
        const large = await send(jpegOfBytes(4_000_001), { Connection: 'close' });
        assertError(large, 413, 'RequestEntityTooLarge');
        assertMentions(large, 4_000_000);
        assert.equal((await get(server, value(path), token)).headers.etag, before);
    });

    test(`${path}: a malformed query of metadata is 400 BadRequest, after existence (docs/http.md)`, async () => {
        for (const query of [
            '$select=nonsense',
            '$expand=owner',
            '$select=%zz',
            '$filter=id eq 1',
        ]) {
            const asked = `/photo?${query.replace(/ /g, '%20')}`;
            assertError(await get(server, where(path) + asked, owners.token), 400, 'BadRequest');
            assertError(await get(server, where(path) + asked, weak), 403, 'ErrorAccessDenied');
        }
    });
}

for (const kind of ['user', 'group']) {
    test(`a ${kind}'s sizes: an invalid size is 400, a missing one 404 with a list of the existing ones (docs/http.md)`, async () => {
        const path = where(spellings[kind].at(-1)[0]);
        for (const size of ['48', '0x0', 'axb', '-1x5', '48x', 'x48', '48x48x48', '48%2048']) {
            for (const tail of ['', '/$value']) {
                const answer = await get(server, `${path}/photos/${size}${tail}`, owners.token);
                assertError(answer, 400, 'BadRequest');
            }
        }
        for (const tail of ['', '/$value']) {
            const answer = await get(server, `${path}/photos/648x648${tail}`, owners.token);
            assertError(answer, 404, 'ImageNotFound');
            assert.match(answer.json().error.message, /48x48.*64x64/);
        }
    });
}

test('an owner without a photo is 404 ImageNotFound, for every kind, cacheable for a minute (docs/http.md)', async () => {
    const bare = await makeUser(server);
    const token = server.userToken(
        bare.id,
        'User.ReadWrite Group.ReadWrite.All TeamSettings.ReadWrite.All Contacts.ReadWrite',
    );
    const kinds = {
        user: bare,
        group: await makeGroup(server, { owners: [bare] }),
        team: await makeTeam(server, { owners: [bare] }),
        contact: await makeContact(server, bare),
    };
    for (const [kind, owner] of Object.entries(kinds)) {
        for (const tail of tails(kind)) {
            const answer = await get(server, owner.path + tail, token);
            assertError(answer, 404, 'ImageNotFound');
            assert.equal(answer.headers['cache-control'], 'private, max-age=60', kind);
            assert.equal((await head(server, owner.path + tail, token)).status, 404);
        }
        if (!removes(kind)) continue;
        for (const tail of ['/photo', '/photo/$value'])
            assertError(await remove(server, owner.path + tail, token), 404, 'ImageNotFound');
    }
});

test('a condition on a missing photo is 412 for every kind (docs/http.md)', async () => {
    const bare = [
        await makeGroup(server),
        await makeTeam(server),
        await makeContact(server, other),
    ];
    for (const { photo } of bare) {
        for (const condition of ['*', '"0123456789ABCDEF0123456789ABCDEF"']) {
            const answer = await put(server, photo, server.admin, jpeg(64, 64), {
                'If-Match': condition,
            });
            assertError(answer, 412, 'resourceModified');
        }
    }
});

const malformed = [
    '/v1.0/groups/%zz/photo',
    "/v1.0/groups('')/photo",
    "/v1.0/groups('x/photo",
    '/v1.0/teams/a%00b/photo',
    '/v1.0/teams(x)/photo',
    '/v1.0/me/contacts/%ff/photo',
    "/v1.0/me/contactFolders('')/contacts/x/photo",
    '/v1.0/me/contactFolders/x/childFolders//contacts/x/photo',
    '/v1.0/me/contactFolders/x/photo',
    '/v1.0/me/childFolders/x/contacts/y/photo',
    '/v1.0/contacts/x/photo',
    '/v1.0/groups/x/contacts/y/photo',
    '/v1.0/teams/x/team/photo',
    '/v1.0/groups/x/photo/$val',
];
for (const path of malformed) {
    test(`${path} is 400 BadRequest, token or not (docs/http.md)`, async () => {
        for (const token of [owners.token, undefined])
            assertError(await get(server, path, token), 400, 'BadRequest');
    });
}

test('a path within /me is 400 with an app-only token, checked right after the token (docs/http.md)', async () => {
    for (const [kind, path] of ways.filter(([, one]) => one.startsWith('/me'))) {
        for (const answer of await everyRequest(kind, path, server.admin))
            assertError(answer, 400, 'BadRequest');
    }
});

// A request that is allowed only for oneself is the same 403 for every other user's key.
const elsewhere = ['/photo/$value', '/contacts', '/contactFolders', ''];
for (const tail of elsewhere) {
    test(`permissions for oneself give the same 403 for every other key: /users/{other}${tail} (docs/http.md)`, async () => {
        const token = server.userToken(owners.user.id, 'User.ReadWrite Contacts.ReadWrite');
        const seen = [];
        for (const key of [other.id, other.upn, unknownId, 'unknown@contoso.example', 'x', '%2540'])
            seen.push(lastingError(await get(server, `/v1.0/users/${key}${tail}`, token)));
        for (const one of seen) assert.deepEqual(one, seen[0]);
        assert.equal(seen[0].status, 403);
        assert.equal(seen[0].code, tail === '' ? 'Authorization_RequestDenied' : 'ErrorAccessDenied');
    });
}

test('a write to the directory without the permission is 403 before any fault of the body (docs/http.md)', async () => {
    const reader = server.userToken(owners.user.id, 'User.Read.All Group.Read.All Contacts.Read');
    for (const [method, path] of [
        ['POST', '/v1.0/users'],
        ['POST', '/v1.0/groups'],
        ['POST', '/v1.0/teams'],
        ['POST', '/v1.0/me/contacts'],
        ['POST', '/v1.0/me/contactFolders'],
        ['PATCH', `/v1.0/users/${other.id}`],
        ['PATCH', `/v1.0/users/${unknownId}`],
        ['PATCH', `/v1.0/groups/${unknownId}`],
        ['PATCH', `/v1.0/teams/${unknownId}`],
        ['PATCH', '/v1.0/me/contacts/x'],
        ['DELETE', `/v1.0/users/${unknownId}`],
        ['DELETE', `/v1.0/groups/${unknownId}`],
        ['DELETE', '/v1.0/me/contacts/x'],
        ['DELETE', '/v1.0/me/contactFolders/x'],
        ['POST', `/v1.0/groups/${unknownId}/members/$ref`],
        ['DELETE', `/v1.0/groups/${unknownId}/members/${unknownId}/$ref`],
        ['PUT', `/v1.0/groups/${unknownId}/team`],
    ]) {
        const body = method === 'DELETE' ? undefined : 'not json';
        const answer = await call(server, method, path, { token: reader, body });
        assertError(answer, 403, deniedCode(path));
        const missing = await call(server, method, path, { body });
        assertError(missing, 401, 'InvalidAuthenticationToken');
    }
});

test('existence comes before the body in the directory too: 404 before 400 (docs/http.md)', async () => {
    const { token } = owners;
    for (const [method, path] of [
        ['PATCH', `/v1.0/users/${unknownId}`],
        ['PATCH', `/v1.0/groups/${unknownId}`],
        ['PATCH', `/v1.0/teams/${unknownId}`],
        ['PUT', `/v1.0/groups/${unknownId}/team`],
        ['POST', `/v1.0/groups/${unknownId}/members/$ref`],
    ]) {
        const answer = await call(server, method, path, { token: server.admin, body: 'no json' });
        assertError(answer, 404, 'Request_ResourceNotFound', missingOwner(unknownId));
    }
    for (const path of ['/v1.0/me/contacts/x', '/v1.0/me/contactFolders/x']) {
        const answer = await call(server, 'PATCH', path, { token, body: 'no json' });
        assertError(answer, 404, 'ErrorItemNotFound', missingOwner('x'));
    }
});

test('presence is not implemented: 404 (docs/directory.md)', async () => {
    for (const path of ['/v1.0/me/presence', '/beta/me/presence', `${owners.user.path}/presence`]) {
        const answer = await get(server, path, server.userToken(owners.user.id, 'User.Read'));
        assertError(answer, 404, 'Request_ResourceNotFound');
        assertError(await get(server, path), 401, 'InvalidAuthenticationToken');
        assertError(await post(server, path, owners.token, {}), 405, 'Request_BadRequest');
    }
});

test('a disabled account is refused on the paths of every kind (docs/directory.md)', async () => {
    const disabled = await makeUser(server, { accountEnabled: false });
    const claims = { oid: disabled.id, sub: disabled.id };
    const token = resign(server, owners.token, { claims });
    for (const [kind, path] of ways) {
        for (const tail of tails(kind)) {
            const answer = await get(server, where(path) + tail, token);
            assertError(answer, 401, 'InvalidAuthenticationToken');
        }
    }
});
