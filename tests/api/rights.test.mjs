// Who may do what: the user rows of contract section 4, every permission, delegated and application, self and other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, lastingError, post, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import { resign } from './lib/tokens.mjs';
import { assertError, givePhoto, makeUser, unknownId, userBody } from './lib/world.mjs';

let server, self, other;
before(async () => {
    server = await Server.start();
    self = await makeUser(server, { picture: jpeg(64, 64) });
    other = await makeUser(server, { picture: jpeg(64, 64) });
});
after(() => server.stop());

const everyPermission = [
    'ProfilePhoto.Read.All',
    'ProfilePhoto.ReadWrite.All',
    'User.Read',
    'User.ReadBasic.All',
    'User.Read.All',
    'User.ReadWrite',
    'User.ReadWrite.All',
    'Group.Read.All',
    'Group.ReadWrite.All',
    'GroupMember.Read.All',
    'Group.Create',
    'Team.ReadBasic.All',
    'TeamSettings.Read.All',
    'TeamSettings.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
    'Contacts.Read',
    'Contacts.ReadWrite',
    'Mail.Read',
    'openid',
    'user.read.al',
    'User.Read.All.x',
    'XUser.Read.All',
    'User',
    'User.*',
];
const readAll = [
    'ProfilePhoto.Read.All',
    'ProfilePhoto.ReadWrite.All',
    'User.ReadBasic.All',
    'User.Read.All',
    'User.ReadWrite.All',
];
const writeAll = ['ProfilePhoto.ReadWrite.All', 'User.ReadWrite.All'];
const directoryRead = [
    'User.ReadBasic.All',
    'User.Read.All',
    'User.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
];
const directoryWrite = ['User.ReadWrite.All', 'Directory.ReadWrite.All'];
const administrator = 'User Administrator';

const reads = (path) => (token) => get(server, path(), token);
const writes = (path) => (token) => put(server, path(), token, jpeg(64, 64));
const creates = () => (token) => post(server, '/v1.0/users', token, userBody());

// One row of the table: what is asked, who asks, and the permissions that suffice. Everything else must be refused.
const rows = [
    {
        row: "delegated read of one's own photo",
        ask: reads(() => '/v1.0/me/photo/$value'),
        enough: [...readAll, 'User.Read', 'User.ReadWrite'],
    },
    {
        row: "delegated read of one's own metadata by id",
        ask: reads(() => `${self.path}/photo`),
        enough: [...readAll, 'User.Read', 'User.ReadWrite'],
    },
    {
        row: "delegated read of one's own sizes by UPN",
        ask: reads(() => `/v1.0/users/${self.upn}/photos`),
        enough: [...readAll, 'User.Read', 'User.ReadWrite'],
    },
    { row: "delegated read of another's photo", ask: reads(() => other.photo), enough: readAll },
    {
        row: "delegated read of another's metadata",
        ask: reads(() => `${other.path}/photos/48x48`),
        enough: readAll,
    },
    {
        row: "delegated write of one's own photo",
        ask: writes(() => '/v1.0/me/photo/$value'),
        enough: [...writeAll, 'User.ReadWrite'],
    },
    {
        row: "delegated write of one's own photo by UPN",
        ask: writes(() => `/v1.0/users/${self.upn}/photo/$value`),
        enough: [...writeAll, 'User.ReadWrite'],
    },
    {
        row: "delegated write of another's photo with a directory role",
        ask: writes(() => other.photo),
        role: administrator,
        enough: writeAll,
    },
    {
        row: "delegated write of another's photo without a directory role",
        ask: writes(() => other.photo),
        enough: [],
    },
    { row: 'application read', app: true, ask: reads(() => other.photo), enough: readAll },
    {
        row: 'application read of metadata',
        app: true,
        ask: reads(() => `${other.path}/photos`),
        enough: readAll,
    },
    { row: 'application write', app: true, ask: writes(() => other.photo), enough: writeAll },
    {
        row: 'delegated directory read of oneself',
        ask: reads(() => '/v1.0/me'),
        enough: [...directoryRead, 'User.Read', 'User.ReadWrite'],
        code: 'Authorization_RequestDenied',
    },
    {
        row: 'delegated directory read of another',
        ask: reads(() => other.path),
        enough: directoryRead,
        code: 'Authorization_RequestDenied',
    },
    {
        row: 'application directory read',
        app: true,
        ask: reads(() => other.path),
        enough: directoryRead,
        code: 'Authorization_RequestDenied',
    },
    {
        row: 'delegated making of a user with a directory role',
        ask: creates(),
        role: administrator,
        enough: directoryWrite,
        good: 201,
        code: 'Authorization_RequestDenied',
    },
    {
        row: 'delegated making of a user without a directory role',
        ask: creates(),
        enough: [],
        code: 'Authorization_RequestDenied',
    },
    {
        row: 'application making of a user',
        app: true,
        ask: creates(),
        enough: directoryWrite,
        good: 201,
        code: 'Authorization_RequestDenied',
    },
];
for (const { row, ask, app, role, enough, good = 200, code = 'ErrorAccessDenied' } of rows) {
    test(`${row}: ${enough.join(', ') || 'no permission'} and nothing else (contract 4)`, async () => {
        for (const permission of everyPermission) {
            const token = app
                ? server.appToken(permission)
                : server.userToken(self.id, permission, role);
            const answer = await ask(token);
            if (enough.includes(permission))
                assert.equal(answer.status, good, `${permission}: ${answer.text}`);
            else assertError(answer, 403, code);
        }
    });
}

for (const role of ['User Administrator', 'Global Administrator', 'People Administrator']) {
    test(`${role} may write another's photo with a delegated permission (contract 4)`, async () => {
        const token = server.userToken(self.id, 'ProfilePhoto.ReadWrite.All', role);
        assert.equal((await put(server, other.photo, token, jpeg(64, 64))).status, 200);
    });
}

test("another directory role may not write another's photo (contract 4)", async () => {
    const token = server.userToken(self.id, 'ProfilePhoto.ReadWrite.All', administrator);
    // Global Reader, by the template id that Entra gives it.
    const reader = resign(server, token, {
        claims: { wids: ['f2ef992c-3afb-46b9-b7cf-a126ee74c451'] },
    });
    assertError(await put(server, other.photo, reader, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    assertError(await remove(server, other.photo, reader), 403, 'ErrorAccessDenied');
});

test('the well-known template ids of the three roles count in wids (contract 4)', async () => {
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

test('a directory role alone, without the permission, gives nothing (contract 4)', async () => {
    const token = server.userToken(self.id, 'User.ReadWrite', 'Global Administrator');
    assertError(await put(server, other.photo, token, jpeg(64, 64)), 403, 'ErrorAccessDenied');
    assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
});

test('removing needs the same right as writing, on both paths (contract 2, 4)', async () => {
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

test('several permissions in one token add up (contract 4)', async () => {
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
    'nobody@contoso.example',
    'x',
];

test('own-only rights get the same 403 for every other key, existing or not, byte for byte (contract 3)', async () => {
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

test('own-only rights get the same 403 for another with and without a photo, conditional or not (contract 3)', async () => {
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

test('own-only rights get the same 403 for every other directory entry (contract 3, 4)', async () => {
    const token = server.userToken(self.id, 'User.Read');
    const seen = [];
    for (const key of keys())
        seen.push(lastingError(await get(server, `/v1.0/users/${key}`, token)));
    for (const one of seen) assert.deepEqual(one, seen[0]);
    assert.equal(seen[0].status, 403);
});

test('one who may read all gets 404 where nobody is (contract 3)', async () => {
    const token = server.userToken(self.id, 'ProfilePhoto.Read.All');
    assertError(
        await get(server, `/v1.0/users/${unknownId}/photo`, token),
        404,
        'Request_ResourceNotFound',
    );
});

test('delegated rights come only from scp: roles of a user token are never application permissions (contract 4)', async () => {
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

test('application rights come only from roles: scp of an app token gives nothing (contract 4)', async () => {
    const app = server.appToken('Mail.Read');
    const token = resign(server, app, { claims: { idtyp: 'app', scp: 'User.Read.All' } });
    assertError(await get(server, other.photo, token), 403, 'ErrorAccessDenied');
});

test('a token with neither scp nor roles may nothing (contract 4)', async () => {
    const user = resign(server, server.userToken(self.id, 'User.Read'), { claims: { scp: '' } });
    assertError(await get(server, other.photo, user), 403, 'ErrorAccessDenied');
    const app = resign(server, server.appToken('User.Read.All'), { claims: { roles: [] } });
    assertError(await get(server, other.photo, app), 403, 'ErrorAccessDenied');
});

test('a change of rights takes effect with the next token, not with a cached one (contract 4)', async () => {
    const may = server.userToken(self.id, 'User.Read.All');
    const mayNot = server.userToken(self.id, 'User.Read');
    for (let i = 0; i < 3; i++) {
        assert.equal((await get(server, other.photo, may)).status, 200);
        assertError(await get(server, other.photo, mayNot), 403, 'ErrorAccessDenied');
    }
});
