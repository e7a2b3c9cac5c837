// Permissions beside the table of rights_walk.test.mjs: directory roles, the source of permissions, and what a refusal may
// reveal (docs/http.md, docs/access.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, lastingError, patch, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { resign } from './lib/tokens.mjs';
import { assertError, givePhoto, makeUser, unknownId } from './lib/world.mjs';

let server, self, other;
before(async () => {
    server = await Server.start();
    self = await makeUser(server, { picture: jpeg(64, 64) });
    other = await makeUser(server, { picture: jpeg(64, 64) });
});
after(() => server.stop());

const administrator = 'User Administrator';

for (const role of ['User Administrator', 'Global Administrator', 'People Administrator']) {
    test(`${role} may write another's photo with a delegated permission (docs/access.md)`, async () => {
        const token = server.userToken(self.id, 'ProfilePhoto.ReadWrite.All', role);
        assert.equal((await put(server, other.photo, token, jpeg(64, 64))).status, 200);
    });
}

test("another directory role may not write another's photo (docs/access.md)", async () => {
    const token = server.userToken(self.id, 'ProfilePhoto.ReadWrite.All', administrator);
    // Global Reader, by the template id that Entra gives it.
    const reader = resign(server, token, {
        claims: { wids: ['f2ef992c-3afb-46b9-b7cf-a126ee74c451'] },
    });
    assertError(await put(server, other.photo, reader, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    assertError(await remove(server, other.photo, reader), 403, 'ErrorAccessDenied');
});

test('the well-known template ids of the three roles count in wids (docs/access.md)', async () => {
    const token = server.userToken(self.id, 'ProfilePhoto.ReadWrite.All');
    for (const wid of [
        'fe930be7-5e62-47db-91af-98c3a49a38b1',
        '62e90394-69f5-4237-9190-012177145e10',
        '024906de-61e5-49c8-8572-40335f1e0e10',
    ]) {
        const holder = resign(server, token, { claims: { wids: [wid] } });
        assert.equal((await put(server, other.photo, holder, jpeg(64, 64))).status, 200, wid);
    }
});

test('photo_admin_roles: further roles write photos, by name or id in either letter case, and no directory objects (docs/access.md)', async () => {
    const own = await Server.start({
        config: '[access]\nphoto_admin_roles = ["Photo Editor", "0F8FAD5B-d9cb-469f-a165-70867728950e"]\n',
    });
    const editor = await makeUser(own);
    const subject = await makeUser(own, { picture: jpeg(64, 64) });
    const scopes = 'ProfilePhoto.ReadWrite.All User.ReadWrite.All';
    const holding = (wids) => resign(own, own.userToken(editor.id, scopes), { claims: { wids } });
    const byId = own.userToken(editor.id, scopes, '0f8fad5b-d9cb-469f-a165-70867728950E');
    for (const token of [holding(['photo editor']), holding(['x', 'Photo Editor']), byId]) {
        assert.equal((await put(own, subject.photo, token, jpeg(64, 64))).status, 200);
        const change = await patch(own, subject.path, token, { jobTitle: 'x' });
        assertError(change, 403, 'Authorization_RequestDenied');
    }
    for (const wids of [
        ['Photo'],
        ['Photo Editors'],
        ['Photo Editor, x'],
        [],
        [''],
        'Photo Editor',
        [['Photo Editor']],
    ])
        assertError(
            await put(own, subject.photo, holding(wids), jpeg(64, 64)),
            403,
            'ErrorAccessDenied',
        );
    // The three built-in roles still work.
    const administrators = own.userToken(editor.id, scopes, administrator);
    assert.equal((await put(own, subject.photo, administrators, jpeg(64, 64))).status, 200);
    await own.stop();
});

test('a directory role alone, without the permission, gives nothing (docs/access.md)', async () => {
    const token = server.userToken(self.id, 'User.ReadWrite', 'Global Administrator');
    assertError(await put(server, other.photo, token, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
});

test('removing needs the same permission as writing, on both paths (docs/http.md, docs/access.md)', async () => {
    for (const tail of ['photo', 'photo/$value']) {
        const own = server.userToken(self.id, 'User.ReadWrite');
        const readers = [
            server.userToken(self.id, 'User.Read'),
            server.userToken(self.id, 'ProfilePhoto.Read.All'),
            server.userToken(self.id, 'User.Read.All'),
        ];
        for (const reader of readers)
            assertError(await remove(server, `/v1.0/me/${tail}`, reader), 403, 'ErrorAccessDenied');
        assertError(await remove(server, `${other.path}/${tail}`, own), 403, 'ErrorAccessDenied');
        assertError(
            await remove(server, `${other.path}/${tail}`, server.appToken('ProfilePhoto.Read.All')),
            403,
            'ErrorAccessDenied',
        );
        assert.equal((await remove(server, `/v1.0/me/${tail}`, own)).status, 200);
        await givePhoto(server, self, jpeg(64, 64));
        const role = server.userToken(self.id, 'User.ReadWrite.All', administrator);
        assert.equal((await remove(server, `${other.path}/${tail}`, role)).status, 200);
        await givePhoto(server, other, jpeg(64, 64));
    }
});

test('several permissions in one token add up (docs/access.md)', async () => {
    const token = server.userToken(self.id, 'openid User.Read Mail.Read ProfilePhoto.Read.All');
    assert.equal((await get(server, other.photo, token)).status, 200);
    assert.equal(
        (await get(server, other.photo, server.appToken('Mail.Read ProfilePhoto.Read.All'))).status,
        200,
    );
});

const photoTails = [
    '/photo',
    '/photo/$value',
    '/photos',
    '/photos/48x48',
    '/photos/648x648',
    '/photos/48x48/$value',
];
const keys = () => [
    other.id,
    other.upn,
    encodeURIComponent(other.upn),
    unknownId,
    'unknown@contoso.example',
    'x',
];

test('own-only permissions get the same 403 for every other key, existing or not, byte for byte (docs/http.md)', async () => {
    for (const scope of ['User.Read', 'User.ReadWrite', 'Mail.Read']) {
        const token = server.userToken(self.id, scope);
        for (const tail of photoTails) {
            const seen = [];
            for (const key of keys())
                seen.push(lastingError(await get(server, `/v1.0/users/${key}${tail}`, token)));
            for (const one of seen) assert.deepEqual(one, seen[0], `${scope} ${tail}`);
            assert.equal(seen[0].status, 403);
        }
    }
});

test('own-only permissions get the same 403 for another user with and without a photo, conditional or not (docs/http.md)', async () => {
    const bare = await makeUser(server);
    const token = server.userToken(self.id, 'User.Read');
    const { etag } = (await get(server, other.photo, server.admin)).headers;
    const seen = [];
    for (const key of [other.id, bare.id, unknownId]) {
        for (const headers of [
            {},
            { 'If-None-Match': etag },
            { 'If-None-Match': '*' },
            { Range: 'bytes=0-1' },
        ]) {
            seen.push(
                lastingError(await get(server, `/v1.0/users/${key}/photo/$value`, token, headers)),
            );
        }
    }
    for (const one of seen) assert.deepEqual(one, seen[0]);
});

test('own-only permissions get the same 403 for every other directory object (docs/http.md, docs/access.md)', async () => {
    const token = server.userToken(self.id, 'User.Read');
    const seen = [];
    for (const key of keys())
        seen.push(lastingError(await get(server, `/v1.0/users/${key}`, token)));
    for (const one of seen) assert.deepEqual(one, seen[0]);
    assert.equal(seen[0].status, 403);
});

test('a caller who may read all gets 404 for a missing user (docs/http.md)', async () => {
    const token = server.userToken(self.id, 'ProfilePhoto.Read.All');
    assertError(
        await get(server, `/v1.0/users/${unknownId}/photo`, token),
        404,
        'Request_ResourceNotFound',
    );
});

test('delegated permissions come only from scp: roles of a user token are never application permissions (docs/access.md)', async () => {
    const user = server.userToken(self.id, 'User.Read');
    for (const claims of [
        { roles: ['User.Read.All', 'ProfilePhoto.ReadWrite.All'] },
        { roles: 'User.Read.All' },
    ]) {
        const token = resign(server, user, { claims });
        assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
        assertError(await put(server, other.photo, token, jpeg(64, 64)), 403, 'ErrorAccessDenied');
        assert.equal((await get(server, '/v1.0/me/photo', token)).status, 200);
    }
});

test('application permissions come only from roles: scp of an app token gives nothing (docs/access.md)', async () => {
    const app = server.appToken('Mail.Read');
    const token = resign(server, app, { claims: { idtyp: 'app', scp: 'User.Read.All' } });
    assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
});

test('a token with neither scp nor roles has no access (docs/access.md)', async () => {
    const user = resign(server, server.userToken(self.id, 'User.Read'), { claims: { scp: '' } });
    assertError(await get(server, other.photo, user), 403, 'ErrorAccessDenied');
    const app = resign(server, server.appToken('User.Read.All'), { claims: { roles: [] } });
    assertError(await get(server, other.photo, app), 403, 'ErrorAccessDenied');
});

test('a change of permissions takes effect with the next token, also beside a cached one (docs/access.md)', async () => {
    const may = server.userToken(self.id, 'User.Read.All');
    const mayNot = server.userToken(self.id, 'User.Read');
    for (let i = 0; i < 3; i++) {
        assert.equal((await get(server, other.photo, may)).status, 200);
        assertError(await get(server, other.photo, mayNot), 403, 'ErrorAccessDenied');
    }
});
