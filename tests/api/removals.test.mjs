// What a removal removes too, and what stays (docs/directory.md, "Writes").
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get, put, remove } from './lib/http.mjs';
import { jpeg } from './lib/pictures.mjs';
import { Server } from './lib/server.mjs';
import {
    assertError,
    assertGone,
    givePhoto,
    makeContact,
    makeFolder,
    makeGroup,
    makeTeam,
    makeUser,
    readEntry,
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

test('deleting a group removes its photo, its team and its memberships; a new group with its id has none of them', async () => {
    const team = await makeTeam(server, { picture: jpeg(64, 64), members: [me] });
    const { etag } = (await get(server, team.photo, admin)).headers;
    assert.equal((await remove(server, team.group, admin)).status, 204);
    for (const path of [
        team.group,
        `${team.group}/photo`,
        `${team.group}/members`,
        team.path,
        team.photo,
    ])
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

test('deleting a user removes photo, contacts, folders and memberships; a new user with their id has none of them', async () => {
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
    assert.deepEqual(
        (await read(`${group.path}/members`)).value.map((m) => m.id),
        [me.id],
    );
    await makeUser(server, { id, userPrincipalName: one.upn });
    assertError(await get(server, one.photo, admin), 404, 'ImageNotFound');
    for (const list of ['contacts', 'contactFolders', 'joinedTeams'])
        assert.deepEqual((await read(`${one.path}/${list}`)).value, [], list);
    for (const contact of contacts) {
        const answer = await get(
            server,
            `${one.path}/contacts/${encodeURIComponent(contact.id)}/photo`,
            admin,
        );
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

test('writes are durable: after a stop and a start everything is there', async () => {
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
