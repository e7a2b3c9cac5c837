// Filling the directory: POST, PATCH and DELETE of every kind of entry (docs/directory.md, "Writes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, get, guid, patch, post, put, putJson, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    givePhoto,
    groupBody,
    linkTo,
    makeContact,
    makeFolder,
    makeGroup,
    makeTeam,
    makeUser,
    missingOwner,
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

const read = async (path) => {
    const answer = await get(server, path, admin);
    assert.equal(answer.status, 200, answer.text);
    const { '@odata.context': _, ...entry } = answer.json();
    return entry;
};
const isGone = async (path, id) =>
    assertError(await get(server, path, admin), 404, 'Request_ResourceNotFound', missingOwner(id));
const folderBody = (more) => ({ displayName: 'Customers', ...more });
const contactBody = (more) => ({ givenName: 'Pavel', ...more });

/** Every kind: where it is made, the least body, how one is made, the property that a PATCH changes, and PATCH's status. */
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
    test(`POST makes a ${kind}: 201, Location, the entry as GET shows it, under both bases`, async () => {
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

    test(`a body that is no JSON object is 400, for a ${kind}`, async () => {
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
        assert.equal((await patch(server, one.path, admin, {})).status, status, 'nothing to change');
    });

    test(`the id of a ${kind} cannot be changed`, async () => {
        const [, , make] = kinds()[kind];
        const one = await make();
        const answer = await patch(server, one.path, admin, { id: unknownId });
        if (answer.status !== 400) assert.ok(answer.status < 300, answer.text);
        assert.equal((await read(one.path)).id, one.id);
    });

    test(`members that are not known are left out of a ${kind}, not refused`, async () => {
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
        assertError(again, 404, 'Request_ResourceNotFound', missingOwner(one.id));
        assertError(await patch(server, one.path, admin, {}), 404, 'Request_ResourceNotFound');
    });
}

const requiredMembers = {
    user: ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'],
    group: ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'],
    folder: ['displayName'],
};
for (const [kind, members] of Object.entries(requiredMembers)) {
    for (const member of members) {
        test(`POST of a ${kind} without ${member} is 400 that names it, and so is emptying it`, async () => {
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

test('a contact needs at least one member that is kept', async () => {
    for (const body of [{}, { shoeSize: 7 }, { givenName: null }, { givenName: '' }])
        assertError(await post(server, `${me.path}/contacts`, admin, body), 400, 'BadRequest');
    for (const body of [
        { displayName: 'x' },
        { emailAddresses: [{ address: 'a@b.example' }] },
        { businessPhones: ['1'] },
    ])
        assert.equal((await post(server, `${me.path}/contacts`, admin, body)).status, 201);
});

// The kind, a member, values that are refused.
const wrong = [
    ['user', 'displayName', [7, true, {}, [], 'x'.repeat(257), 'a\u0000b', 'a\nb']],
    ['user', 'accountEnabled', ['yes', 1, 'true']],
    ['user', 'businessPhones', ['x', 7, [7], [null], ['x'.repeat(65)]]],
    ['user', 'mailNickname', ['x'.repeat(65)]],
    ['user', 'userPrincipalName', ['nobody', '@x', 'x@', 'a@b@c', `${'x'.repeat(320)}@x.example`]],
    ['user', 'photoStorage', ['cupboard', 7]],
    ['user', 'jobTitle', ['x'.repeat(129)]],
    ['group', 'displayName', [7, 'x'.repeat(257)]],
    ['group', 'description', [[], 'x'.repeat(1025)]],
    ['group', 'groupTypes', ['Unified', [7], 7]],
    ['group', 'mailEnabled', ['yes', 0]],
    ['group', 'securityEnabled', [{}, 'false']],
    ['group', 'visibility', ['Somewhat', 7]],
    ['group', 'photoStorage', ['cupboard']],
    ['contact', 'displayName', [7, 'x'.repeat(257)]],
    ['contact', 'businessPhones', ['x', [7]]],
    ['contact', 'emailAddresses', ['x', [7], ['a@b'], [{ address: 7 }], [{ address: 'x'.repeat(321) }]]],
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

test('texts of just the longest length, in characters and not in bytes, are taken', async () => {
    const long = '山'.repeat(256);
    const one = await makeUser(server, { displayName: long });
    assert.equal((await read(one.path)).displayName, long);
});

test('a refused PATCH changes nothing, not even its good members', async () => {
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
        [['A', 'a@x.example'], [null, 'b@x.example']],
    );
    await patch(server, contact.path, admin, { businessPhones: ['3'], emailAddresses: null });
    const after = await read(contact.path);
    assert.deepEqual([after.businessPhones, after.emailAddresses], [['3'], []]);
});

for (const kind of ['user', 'group']) {
    test(`the id of a ${kind} may be given: a GUID in either case, once (docs/directory.md)`, async () => {
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

test('passwordProfile is taken, and never stored, shown or logged (contract 7)', async () => {
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
    assert.ok(read > 0, 'there were files to look into');
});

test('a renamed userPrincipalName is found at once under the new name and not under the old', async () => {
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

test('a userPrincipalName that another has is refused, in any case; changing only the case of one is not', async () => {
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

test('accountEnabled: false refuses the token of that person at once; true lets it work again (contract 7)', async () => {
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

test('a person changes what Graph lets them: never another, never the directory (contract 4)', async () => {
    const token = server.userToken(me.id, 'User.ReadWrite User.ReadWrite.All');
    const other = await makeUser(server);
    for (const answer of [
        await patch(server, other.path, token, { jobTitle: 'x' }),
        await remove(server, other.path, token),
        await post(server, '/v1.0/users', token, userBody()),
    ])
        assertError(answer, 403, 'Authorization_RequestDenied');
});

test('DELETE of /me is 405 with the methods it has (docs/directory.md)', async () => {
    const answer = await remove(server, '/v1.0/me', server.userToken(me.id, 'User.ReadWrite'));
    assertError(answer, 405, 'Request_BadRequest');
    assert.equal(answer.headers.allow, 'GET, HEAD, PATCH');
});

// The directory's table, row by row: its methods, so that every other is 405 with exactly these.
const rows = () => [
    ['/v1.0/users', 'GET, HEAD, POST'],
    ['/v1.0/groups', 'GET, HEAD, POST'],
    ['/v1.0/teams', 'GET, HEAD, POST'],
    ['/v1.0/users/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/groups/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/teams/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/groups/x/team', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['/v1.0/me/contacts', 'GET, HEAD, POST'],
    ['/v1.0/me/contacts/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/contactFolders', 'GET, HEAD, POST'],
    ['/v1.0/me/contactFolders/x', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/contactFolders/x/contacts', 'GET, HEAD, POST'],
    ['/v1.0/me/contactFolders/x/contacts/y', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/contactFolders/x/childFolders', 'GET, HEAD, POST'],
    ['/v1.0/users/u/contactFolders/x/childFolders/y', 'GET, HEAD, PATCH, DELETE'],
    ['/v1.0/me/joinedTeams', 'GET, HEAD'],
    ['/v1.0/groups/x/members', 'GET, HEAD'],
    ['/v1.0/groups/x/members/$ref', 'POST'],
    ['/v1.0/groups/x/members/y/$ref', 'DELETE'],
    ['/v1.0/users/$count', 'GET, HEAD'],
    ['/v1.0/groups/$count', 'GET, HEAD'],
    ['/v1.0/teams/$count', 'GET, HEAD'],
    ['/v1.0/me/contacts/$count', 'GET, HEAD'],
    ['/v1.0/me/contactFolders/$count', 'GET, HEAD'],
    ['/v1.0/me/joinedTeams/$count', 'GET, HEAD'],
    ['/v1.0/groups/x/members/$count', 'GET, HEAD'],
    ['/v1.0/me/people', 'GET, HEAD'],
    ['/v1.0/me/presence', 'GET, HEAD'],
    ['/v1.0/$metadata', 'GET, HEAD'],
];
for (const [path, allow] of rows()) {
    test(`${path} takes ${allow}; every other method is 405, token or not`, async () => {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
            if (allow.split(', ').includes(method)) continue;
            for (const where of [path, path.replace('v1.0', 'beta'), path.toUpperCase()]) {
                for (const token of [admin, undefined]) {
                    const answer = await call(server, method, where, { token });
                    assertError(answer, 405, 'Request_BadRequest');
                    const said = answer.headers.allow.split(', ').filter((one) => one !== 'OPTIONS');
                    assert.equal(said.join(', '), allow);
                }
            }
        }
    });
}

test('members@odata.bind of POST /groups adds members, by any spelling of the link', async () => {
    const users = [await makeUser(server), await makeUser(server), await makeUser(server)];
    const links = [
        linkTo(server, users[0]),
        `https://graph.microsoft.com/v1.0/directoryObjects/${users[1].id}`,
        `${server.origin}/beta/users('${users[2].id}')`,
    ];
    const group = await makeGroup(server, { 'members@odata.bind': links });
    const members = (await read(`${group.path}/members`)).value.map(({ id }) => id);
    assert.deepEqual(members.sort(), users.map(({ id }) => id).sort());
});

test('a member that is nobody, or no link, is 400 or 404, and no group is made', async () => {
    const count = async () => (await get(server, '/v1.0/groups/$count', admin)).text;
    const before = await count();
    for (const links of [[`${server.origin}/v1.0/users/${unknownId}`], ['x'], [7], 'x', [me.id, 'x']]) {
        const body = groupBody({ 'members@odata.bind': links });
        const answer = await post(server, '/v1.0/groups', admin, body);
        assert.ok([400, 404].includes(answer.status), `${links}: ${answer.text}`);
    }
    assert.equal(await count(), before);
});

test('members/$ref adds a member with 204, once; DELETE takes them out with 204', async () => {
    const group = await makeGroup(server);
    const members = `${group.path}/members`;
    const link = { '@odata.id': linkTo(server, me) };
    const added = await post(server, `${members}/$ref`, admin, link);
    assert.equal(added.status, 204, added.text);
    const twice = await post(server, `${members}/$ref`, admin, link);
    assertError(twice, 400, 'Request_BadRequest');
    assert.deepEqual((await read(members)).value.map(({ id }) => id), [me.id]);
    const gone = await remove(server, `${members}/${me.id.toUpperCase()}/$ref`, admin);
    assert.equal(gone.status, 204, gone.text);
    assertError(await remove(server, `${members}/${me.id}/$ref`, admin), 404, 'Request_ResourceNotFound');
    assert.deepEqual((await read(members)).value, []);
    for (const body of [{}, { '@odata.id': 7 }, { '@odata.id': 'x' }, { '@odata.id': '' }])
        assertError(await post(server, `${members}/$ref`, admin, body), 400, 'BadRequest');
    const nobody = { '@odata.id': linkTo(server, { id: unknownId }) };
    assertError(await post(server, `${members}/$ref`, admin, nobody), 404, 'Request_ResourceNotFound');
});

test('PUT /groups/{id}/team makes the group a team: 201 with the team, and stays one', async () => {
    const group = await makeGroup(server, { picture: jpeg(64, 64), displayName: 'Crew' });
    await isGone(`/v1.0/teams/${group.id}`, group.id);
    const answer = await putJson(server, `${group.path}/team`, admin, { memberSettings: {} });
    assert.equal(answer.status, 201, answer.text);
    const team = answer.json();
    assert.deepEqual([team.id, team.displayName], [group.id, 'Crew']);
    assert.match(team['@odata.context'], /\$metadata#teams\/\$entity$/);
    assert.equal((await get(server, `/v1.0/teams/${group.id}/photo/$value`, admin)).status, 200);
    const again = await putJson(server, `${group.path}/team`, admin, {});
    assert.ok([200, 201, 400].includes(again.status), again.text);
});

test('POST /teams makes group and team: 202 with Content-Location and Location, no body', async () => {
    const body = {
        'template@odata.bind': "https://graph.microsoft.com/v1.0/teamsTemplates('standard')",
        displayName: 'My Sample Team',
        description: 'Sample',
    };
    const answer = await post(server, '/v1.0/teams', admin, body);
    assert.equal(answer.status, 202, answer.text);
    assert.equal(answer.body.length, 0);
    const [, id] = /^\/teams\('([0-9a-f-]{36})'\)$/.exec(answer.headers['content-location']);
    assert.match(answer.headers.location, new RegExp(`^/teams\\('${id}'\\)/operations\\('[^']+'\\)$`));
    const operation = await read(`/v1.0${answer.headers.location}`);
    assert.equal(operation.status, 'succeeded');
    const team = await read(`/v1.0/teams/${id}`);
    assert.deepEqual([team.displayName, team.description], ['My Sample Team', 'Sample']);
    assert.equal((await read(`/v1.0/groups/${id}`)).displayName, 'My Sample Team');
    const nameless = await post(server, '/v1.0/teams', admin, { description: 'x' });
    assertError(nameless, 400, 'BadRequest');
    assert.ok(nameless.json().error.message.includes('displayName'), nameless.text);
});

test('a team is changed and removed by its name as a team, and is its group', async () => {
    const team = await makeTeam(server, { picture: jpeg(64, 64) });
    const changed = await patch(server, team.path, admin, { displayName: 'Other' });
    assert.equal(changed.status, 204, changed.text);
    assert.equal((await read(team.group)).displayName, 'Other');
    assert.equal((await remove(server, team.path, admin)).status, 204);
    await isGone(team.path, team.id);
    await isGone(team.group, team.id);
    await isGone(`${team.group}/photo`, team.id);
});

test('deleting a group removes its photo, its team and its memberships; its id made again has none of them', async () => {
    const team = await makeTeam(server, { picture: jpeg(64, 64), members: [me] });
    const { etag } = (await get(server, team.photo, admin)).headers;
    assert.equal((await remove(server, team.group, admin)).status, 204);
    for (const path of [team.group, `${team.group}/photo`, `${team.group}/members`, team.path, team.photo])
        await isGone(path, team.id);
    const mine = `${me.path}/joinedTeams/${team.id}`;
    await isGone(mine, team.id);
    await makeGroup(server, { id: team.id });
    await isGone(team.path, team.id);
    assertError(await get(server, `${team.group}/photo`, admin), 404, 'ImageNotFound');
    assert.deepEqual((await read(`${team.group}/members`)).value, []);
    const photo = `${team.group}/photo/$value`;
    assert.equal((await put(server, photo, admin, jpeg(64, 64))).status, 200);
    assert.notEqual((await get(server, photo, admin)).headers.etag, etag);
});

test('deleting a user removes photo, contacts, folders and memberships; their id made again has none of them', async () => {
    const id = 'de1e7e00-0000-4000-8000-000000000001';
    const one = await makeUser(server, { id, picture: jpeg(64, 64) });
    const token = server.userToken(one.id, 'User.Read Contacts.Read');
    const group = await makeGroup(server, { members: [one, me] });
    const team = await makeTeam(server, { members: [one] });
    const folder = await makeFolder(server, one);
    const child = await makeFolder(server, folder);
    const contacts = [];
    for (const where of [one, folder, child])
        contacts.push(await makeContact(server, where, { picture: jpeg(64, 64) }));
    const { etag } = (await get(server, one.photo, admin)).headers;
    for (const contact of contacts)
        assert.equal((await get(server, contact.photo, admin)).status, 200);
    assert.equal((await remove(server, one.path, admin)).status, 204);
    for (const path of [one.path, one.photo, `${one.path}/contacts`, contacts[0].photo])
        await isGone(path, id);
    await isGone(`/v1.0/users/${one.upn}`, one.upn);
    assertError(await get(server, '/v1.0/me', token), 401, 'InvalidAuthenticationToken');
    assert.deepEqual((await read(`${group.path}/members`)).value.map((m) => m.id), [me.id]);
    await makeUser(server, { id, userPrincipalName: one.upn });
    assertError(await get(server, one.photo, admin), 404, 'ImageNotFound');
    for (const list of ['contacts', 'contactFolders', 'joinedTeams'])
        assert.deepEqual((await read(`${one.path}/${list}`)).value, [], list);
    for (const contact of contacts) {
        const answer = await get(server, `${one.path}/contacts/${encodeURIComponent(contact.id)}/photo`, admin);
        assertError(answer, 404, 'Request_ResourceNotFound');
    }
    assert.deepEqual((await read(`${team.group}/members`)).value, []);
    await givePhoto(server, one, jpeg(64, 64));
    assert.notEqual((await get(server, one.photo, admin)).headers.etag, etag);
});

test('deleting a folder removes its contacts and folders to any depth, and nothing else', async () => {
    const top = await makeFolder(server, me);
    const middle = await makeFolder(server, top);
    const deep = await makeFolder(server, middle);
    const kept = await makeContact(server, me, { picture: jpeg(64, 64) });
    const lost = [];
    for (const where of [top, middle, deep])
        lost.push(await makeContact(server, where, { picture: jpeg(64, 64) }));
    for (const contact of lost) assert.equal((await get(server, contact.photo, admin)).status, 200);
    assert.equal((await remove(server, middle.path, admin)).status, 204);
    assert.equal((await get(server, lost[0].photo, admin)).status, 200);
    assert.equal((await get(server, kept.photo, admin)).status, 200);
    await isGone(middle.path, middle.id);
    for (const contact of lost.slice(1))
        await isGone(`${me.path}/contacts/${encodeURIComponent(contact.id)}/photo`, contact.id);
    await isGone(`${me.path}/contactFolders/${encodeURIComponent(deep.id)}`, deep.id);
});

test('deleting a contact removes its photo', async () => {
    const contact = await makeContact(server, me, { picture: jpeg(64, 64) });
    assert.equal((await get(server, contact.photo, admin)).status, 200);
    assert.equal((await remove(server, contact.path, admin)).status, 204);
    await isGone(contact.photo, contact.id);
});

test('the default folder can be neither renamed nor removed', async () => {
    for (const name of ['contacts', (await read((await makeContact(server, me)).path)).parentFolderId]) {
        const path = `${me.path}/contactFolders/${encodeURIComponent(name)}`;
        for (const answer of [
            await patch(server, path, admin, { displayName: 'x' }),
            await remove(server, path, admin),
        ])
            assert.ok([400, 404, 405].includes(answer.status), `${name}: ${answer.text}`);
    }
});

test('what is in a folder says so in parentFolderId, at every depth', async () => {
    const folder = await makeFolder(server, me);
    const child = await makeFolder(server, folder);
    assert.equal((await read(child.path)).parentFolderId, folder.id);
    const contact = await makeContact(server, child);
    assert.equal((await read(contact.path)).parentFolderId, child.id);
    const first = await read((await makeContact(server, me)).path);
    assert.equal(first.parentFolderId, (await read(folder.path)).parentFolderId);
});

test('writes outlive the process: stopped, started again, all is there', async () => {
    const own = await Server.start();
    const user = await makeUser(own, { picture: jpeg(64, 64) });
    const team = await makeTeam(own, { picture: jpeg(64, 64), members: [user] });
    const contact = await makeContact(own, await makeFolder(own, user), { picture: jpeg(64, 64) });
    const seen = async () => {
        const answers = [];
        for (const path of [user.photo, team.photo, contact.photo, team.path, contact.path])
            answers.push((await get(own, path, own.admin)).text.replaceAll(own.origin, ''));
        return answers;
    };
    const before = await seen();
    await own.stop();
    await own.start();
    assert.deepEqual(await seen(), before);
    await own.stop();
});
