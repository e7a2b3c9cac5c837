// Writes to the directory: POST, PATCH and DELETE of every kind of object (docs/directory.md, "Writes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, guid, patch, post, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertGone,
    groupBody,
    makeContact,
    makeFolder,
    makeGroup,
    makeUser,
    missingCode,
    missingOwner,
    readEntry,
    unknownId,
    userBody,
} from './lib/world.mjs';

let server, me, admin;
before(async () => {
    server = await Server.start();
    ({ admin } = server);
    me = await makeUser(server);
});
after(() => server.stop());

const read = (path) => readEntry(server, path);
const isGone = (path, id) => assertGone(server, path, id);
const folderBody = (more) => ({ displayName: 'Customers', ...more });
const contactBody = (more) => ({ givenName: 'Pavel', ...more });

/** Every kind: the path of its POST, the minimal body, how one is created, the property that a PATCH changes, and PATCH's status. */
const kinds = () => ({
    user: ['/v1.0/users', userBody, () => makeUser(server), 'jobTitle', 204],
    group: ['/v1.0/groups', groupBody, () => makeGroup(server), 'description', 204],
    contact: [`${me.path}/contacts`, contactBody, () => makeContact(server, me), 'jobTitle', 200],
    folder: [
        `${me.path}/contactFolders`,
        folderBody,
        () => makeFolder(server, me),
        'displayName',
        200,
    ],
});

for (const kind of ['user', 'group', 'contact', 'folder']) {
    test(`POST creates a ${kind}: 201, Location, the object as GET shows it, under both bases`, async () => {
        const [path, body] = kinds()[kind];
        for (const base of ['/v1.0', '/beta']) {
            const answer = await post(server, path.replace('/v1.0', base), admin, body());
            assert.equal(answer.status, 201, answer.text);
            const { '@odata.context': context, ...made } = answer.json();
            assert.match(context, /\/\$entity$/);
            const { location } = answer.headers;
            assert.ok(location.startsWith(`${server.origin}${base}/`), location);
            const { pathname } = new URL(location);
            assert.deepEqual(await read(pathname), made);
            if (kind === 'user' || kind === 'group') assert.match(made.id, guid);
            else assert.match(made.id, /^[\w-]{60,}=$/);
        }
    });

    test(`a body that is not a JSON object is 400, for a ${kind}`, async () => {
        const [path, , make] = kinds()[kind];
        const one = await make();
        for (const body of ['', '{', 'null', '[]', '7', '{} x', '['.repeat(20000)]) {
            for (const [method, where] of [
                ['POST', path],
                ['PATCH', one.path],
            ]) {
                const headers = { 'Content-Type': 'application/json' };
                const answer = await call(server, method, where, { token: admin, body, headers });
                assertError(answer, 400, 'BadRequest');
            }
        }
    });

    test(`PATCH of a ${kind} changes what is sent, null empties it, and the rest stays`, async () => {
        const [, , make, property, status] = kinds()[kind];
        const one = await make();
        const before = await read(one.path);
        for (const value of ['Changed "once" čž', ...(kind === 'folder' ? [] : [null])]) {
            const answer = await patch(server, one.path, admin, { [property]: value });
            assert.equal(answer.status, status, answer.text);
            if (status === 204) assert.equal(answer.body.length, 0);
            const after = await read(one.path);
            if (status === 200) {
                const { '@odata.context': _, ...shown } = answer.json();
                assert.deepEqual(shown, after);
            }
            assert.deepEqual(after, { ...before, [property]: value });
        }
        assert.equal(
            (await patch(server, one.path, admin, {})).status,
            status,
            'nothing to change',
        );
    });

    test(`the id of a ${kind} cannot be changed`, async () => {
        const [, , make] = kinds()[kind];
        const one = await make();
        const answer = await patch(server, one.path, admin, { id: unknownId });
        if (answer.status !== 400) assert.ok(answer.status < 300, answer.text);
        assert.equal((await read(one.path)).id, one.id);
    });

    test(`unknown members of a ${kind} are ignored, not rejected`, async () => {
        const [path, body] = kinds()[kind];
        const answer = await post(server, path, admin, body({ shoeSize: 44, '@odata.type': 'x' }));
        assert.equal(answer.status, 201, answer.text);
        assert.ok(!answer.text.includes('shoeSize'));
        const where = `${path}/${encodeURIComponent(answer.json().id)}`;
        const changed = await patch(server, where, admin, { shoeSize: 45 });
        assert.ok(changed.status < 300, changed.text);
    });

    test(`DELETE of a ${kind} is 204 without a body, and then 404`, async () => {
        const [, , make] = kinds()[kind];
        const one = await make();
        const answer = await remove(server, one.path, admin);
        assert.equal(answer.status, 204, answer.text);
        await isGone(one.path, one.id);
        const again = await remove(server, one.path, admin);
        const code = kind === 'contact' || kind === 'folder' ? 'ErrorItemNotFound' : 'Request_ResourceNotFound';
        assert.equal(missingCode(one.path), code);
        assertError(again, 404, code, missingOwner(one.id));
        assertError(await patch(server, one.path, admin, {}), 404, code, missingOwner(one.id));
    });
}

const requiredMembers = {
    user: ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'],
    group: ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    folder: ['displayName'],
};
for (const [kind, members] of Object.entries(requiredMembers)) {
    for (const member of members) {
        test(`POST of a ${kind} without ${member} is 400 that names it, and so is setting it to null`, async () => {
            const [path, body, make] = kinds()[kind];
            for (const value of [undefined, null, '']) {
                const answer = await post(server, path, admin, body({ [member]: value }));
                assertError(answer, 400, 'BadRequest');
                assert.ok(answer.json().error.message.includes(member), answer.text);
            }
            const one = await make();
            for (const value of [null, '']) {
                const answer = await patch(server, one.path, admin, { [member]: value });
                assertError(answer, 400, 'BadRequest');
                assert.ok(answer.json().error.message.includes(member), answer.text);
            }
        });
    }
}

test('a contact needs at least one known member', async () => {
    for (const body of [{}, { shoeSize: 7 }, { givenName: null }, { givenName: '' }])
        assertError(await post(server, `${me.path}/contacts`, admin, body), 400, 'BadRequest');
    for (const body of [
        { displayName: 'x' },
        { emailAddresses: [{ address: 'a@b.example' }] },
        { businessPhones: ['1'] },
    ])
        assert.equal((await post(server, `${me.path}/contacts`, admin, body)).status, 201);
});

// The kind, a member, rejected values.
const wrong = [
    ['user', 'displayName', [7, true, {}, [], 'x'.repeat(257), 'a\u0000b', 'a\nb']],
    ['user', 'accountEnabled', ['yes', 1, 'true']],
    ['user', 'businessPhones', ['x', 7, [7], [null], ['x'.repeat(65)]]],
    ['user', 'mailNickname', ['x'.repeat(65)]],
    ['user', 'userPrincipalName', ['unknown', '@x', 'x@', 'a@b@c', `${'x'.repeat(320)}@x.example`]],
    ['user', 'photoStorage', ['cupboard', 7]],
    ['user', 'jobTitle', ['x'.repeat(129)]],
    ['user', 'department', [7, 'x'.repeat(65)]],
    ['user', 'companyName', [[], 'x'.repeat(65)]],
    ['user', 'proxyAddresses', ['SMTP:a@b.example', [7], [null], ['x'.repeat(321)], Array(101).fill('x')]],
    ['user', 'otherMails', ['a@b.example', [{}], ['x'.repeat(321)]]],
    ['group', 'displayName', [7, 'x'.repeat(257)]],
    ['group', 'description', [[], 'x'.repeat(1025)]],
    ['group', 'groupTypes', ['Unified', [7], 7]],
    ['group', 'mailEnabled', ['yes', 0]],
    ['group', 'securityEnabled', [{}, 'false']],
    ['group', 'visibility', ['Somewhat', 7]],
    ['group', 'photoStorage', ['cupboard']],
    ['group', 'proxyAddresses', ['x', [7], ['x'.repeat(321)]]],
    ['contact', 'displayName', [7, 'x'.repeat(257)]],
    ['contact', 'businessPhones', ['x', [7]]],
    [
        'contact',
        'emailAddresses',
        ['x', [7], ['a@b'], [{ address: 7 }], [{ address: 'x'.repeat(321) }]],
    ],
    ['folder', 'displayName', [7, [], 'x'.repeat(257)]],
];
for (const [kind, member, values] of wrong) {
    test(`${member} of a ${kind}: a wrong type or too long a text is 400 that names it`, async () => {
        const [path, body, make] = kinds()[kind];
        const one = await make();
        for (const value of values) {
            for (const answer of [
                await post(server, path, admin, body({ [member]: value })),
                await patch(server, one.path, admin, { [member]: value }),
            ]) {
                assertError(answer, 400, 'BadRequest');
                assert.ok(answer.json().error.message.includes(member), answer.text);
            }
        }
    });
}

test('texts of the maximum length, in characters and not in bytes, are accepted', async () => {
    const long = '山'.repeat(256);
    const one = await makeUser(server, { displayName: long });
    assert.equal((await read(one.path)).displayName, long);
});

test('a rejected PATCH changes nothing, not even its valid members', async () => {
    const one = await makeUser(server, { jobTitle: 'Auditor' });
    const answer = await patch(server, one.path, admin, { jobTitle: 'King', displayName: 7 });
    assertError(answer, 400, 'BadRequest');
    assert.equal((await read(one.path)).jobTitle, 'Auditor');
});

test('lists are replaced whole; null empties them', async () => {
    const contact = await makeContact(server, me, {
        businessPhones: ['1', '2'],
        emailAddresses: [{ name: 'A', address: 'a@x.example' }, { address: 'b@x.example' }],
    });
    const { emailAddresses } = await read(contact.path);
    assert.deepEqual(
        emailAddresses.map(({ name, address }) => [name, address]),
        [
            ['A', 'a@x.example'],
            [null, 'b@x.example'],
        ],
    );
    await patch(server, contact.path, admin, { businessPhones: ['3'], emailAddresses: null });
    const after = await read(contact.path);
    assert.deepEqual([after.businessPhones, after.emailAddresses], [['3'], []]);
});

for (const kind of ['user', 'group']) {
    test(`the id of a ${kind} may be set on creation: a GUID in either case, once (docs/directory.md)`, async () => {
        const [path, body] = kinds()[kind];
        const id = `0A1B2C3D-0000-4000-8000-${kind === 'user' ? '00000000AAAA' : '00000000BBBB'}`;
        const made = await post(server, path, admin, body({ id }));
        assert.equal(made.status, 201, made.text);
        assert.equal(made.json().id, id.toLowerCase());
        const again = await post(server, path, admin, body({ id: id.toLowerCase() }));
        assertError(again, 400, 'Request_BadRequest');
        for (const bad of ['x', '', 7, `${id}0`, `{${id}}`]) {
            const answer = await post(server, path, admin, body({ id: bad }));
            assertError(answer, 400, 'BadRequest');
            assert.ok(answer.json().error.message.includes('id'), answer.text);
        }
    });
}

test('passwordProfile is accepted, and never stored, shown or logged (docs/directory.md)', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const own = await Server.start();
    const password = 'never-kept-8231-Gq';
    const passwordProfile = { password, forceChangePasswordNextSignIn: false };
    const made = await post(own, '/v1.0/users', own.admin, userBody({ passwordProfile }));
    const path = `/v1.0/users/${made.json().id}`;
    assert.equal((await patch(own, path, own.admin, { passwordProfile })).status, 204);
    const refused = await post(own, '/v1.0/users', own.admin, { passwordProfile });
    assertError(refused, 400, 'BadRequest');
    const shown = await get(own, `${path}?$select=passwordProfile`, own.admin);
    assert.equal(shown.json().passwordProfile, null);
    for (const answer of [made, refused, shown]) assert.ok(!answer.text.includes(password));
    await own.stop();
    assert.ok(!(own.stdout + own.stderr).includes(password), 'not in the output');
    const files = readdirSync(own.data, { recursive: true, withFileTypes: true });
    let read = 0;
    for (const file of files.filter((one) => one.isFile())) {
        const bytes = readFileSync(join(file.parentPath ?? file.path, file.name));
        assert.ok(!bytes.includes(password), file.name);
        read++;
    }
    assert.ok(read > 0, 'files were searched');
});

test('after a change of userPrincipalName only the new name is found', async () => {
    const one = await makeUser(server, { picture: jpeg(64, 64) });
    const fresh = `renamed-${one.upn}`;
    const byName = (name) => get(server, `/v1.0/users/${name}/photo`, admin);
    assert.equal((await byName(one.upn)).status, 200);
    assertError(await byName(fresh), 404, 'Request_ResourceNotFound');
    const answer = await patch(server, one.path, admin, { userPrincipalName: fresh });
    assert.equal(answer.status, 204, answer.text);
    assert.equal((await byName(fresh)).status, 200);
    assertError(await byName(one.upn), 404, 'Request_ResourceNotFound', missingOwner(one.upn));
    const heir = await makeUser(server, { userPrincipalName: one.upn });
    assertError(await byName(one.upn), 404, 'ImageNotFound');
    assert.equal((await read(`/v1.0/users/${one.upn}`)).id, heir.id);
});

test('the userPrincipalName of another user is refused, in any letter case; changing only the case of one\'s own is not', async () => {
    const [one, two] = [await makeUser(server), await makeUser(server)];
    for (const userPrincipalName of [one.upn, one.upn.toUpperCase()]) {
        const answer = await patch(server, two.path, admin, { userPrincipalName });
        assertError(answer, 400, 'Request_BadRequest');
    }
    assert.equal((await read(`/v1.0/users/${two.upn}`)).id, two.id);
    const upper = two.upn.toUpperCase();
    assert.equal((await patch(server, two.path, admin, { userPrincipalName: upper })).status, 204);
    assert.equal((await read(two.path)).userPrincipalName, upper);
});

test('accountEnabled: false refuses the token of that person at once; true lets it work again (docs/directory.md)', async () => {
    const one = await makeUser(server, { picture: jpeg(64, 64) });
    const token = server.userToken(one.id, 'User.Read');
    for (let i = 0; i < 3; i++) {
        assert.equal((await get(server, '/v1.0/me/photo/$value', token)).status, 200);
        await patch(server, one.path, admin, { accountEnabled: false });
        const refused = await get(server, '/v1.0/me/photo/$value', token);
        assertError(refused, 401, 'InvalidAuthenticationToken');
        assert.equal((await get(server, one.photo, admin)).status, 200, 'the photo stays');
        await patch(server, one.path, admin, { accountEnabled: true });
    }
    assert.equal((await get(server, '/v1.0/me', token)).status, 200);
});

test('a person changes only what Graph allows: no other person and no directory object (docs/access.md)', async () => {
    const token = server.userToken(me.id, 'User.ReadWrite User.ReadWrite.All');
    const other = await makeUser(server);
    for (const answer of [
        await patch(server, other.path, token, { jobTitle: 'x' }),
        await remove(server, other.path, token),
        await post(server, '/v1.0/users', token, userBody()),
    ])
        assertError(answer, 403, 'Authorization_RequestDenied');
});

test('the default folder can be neither renamed nor removed', async () => {
    for (const name of [
        'contacts',
        (await read((await makeContact(server, me)).path)).parentFolderId,
    ]) {
        const path = `${me.path}/contactFolders/${encodeURIComponent(name)}`;
        for (const answer of [
            await patch(server, path, admin, { displayName: 'x' }),
            await remove(server, path, admin),
        ])
            assert.ok([400, 404, 405].includes(answer.status), `${name}: ${answer.text}`);
    }
});

test('parentFolderId names the folder of an object, at every depth', async () => {
    const folder = await makeFolder(server, me);
    const child = await makeFolder(server, folder);
    assert.equal((await read(child.path)).parentFolderId, folder.id);
    const contact = await makeContact(server, child);
    assert.equal((await read(contact.path)).parentFolderId, child.id);
    const first = await read((await makeContact(server, me)).path);
    assert.equal(first.parentFolderId, (await read(folder.path)).parentFolderId);
});

test('PATCH of /me changes the person, with the permission to write people and a directory role (docs/access.md)', async () => {
    const one = await makeUser(server);
    const token = server.userToken(one.id, 'User.ReadWrite.All', 'User Administrator');
    const answer = await patch(server, '/v1.0/me', token, { jobTitle: 'Self-made' });
    assert.equal(answer.status, 204, answer.text);
    assert.equal((await read(one.path)).jobTitle, 'Self-made');
});

test('of two concurrent creations of the same userPrincipalName, one is rejected because it is in use', async () => {
    for (let i = 0; i < 5; i++) {
        const body = userBody();
        const answers = await Promise.all(
            Array.from({ length: 4 }, () => post(server, '/v1.0/users', admin, body)),
        );
        assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 400, 400, 400]);
    }
});
